// SPDX-License-Identifier: GPL-3.0-or-later
// Walks through all pages in the window, with a config that has something of everything: what must hold on each.
#include "fake_maintenance.h"
#include "fake_pages.h"

#include "app/demo/demo_config.h"
#include "core/catalogue/catalogue.h"
#include "ui/alerts/alerts_page.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/data/catalogue_actions.h"
#include "ui/data/console_calls.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/top_bar.h"
#include "ui/models/models_page.h"
#include "ui/palette/command_palette.h"
#include "ui/playground/playground_page.h"
#include "ui/preferences/preferences.h"
#include "ui/projects/projects_page.h"
#include "ui/providers/providers_page.h"
#include "ui/requests/requests_page.h"
#include "ui/routing/routes_page.h"
#include "ui/settings/settings_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAccessible>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QApplication>
#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

const DemoEndpoint endpoints[] = {{"aurora", 41001}, {"borealis", 41002}, {"cirrus", 41003}};

class ShippedCatalogue final : public CatalogueActions
{
public:
    std::shared_ptr<const Catalogue> catalogue() const override { return m_catalogue; }
    bool isShipped() const override { return true; }
    void preview(const QByteArray &, QObject *, Compared) override {}
    void apply(const QByteArray &, bool, QObject *, Done) override {}
    void revert(QObject *, Done) override {}
    void importQuality(const QByteArray &, QObject *, Done) override {}

private:
    std::shared_ptr<const Catalogue> m_catalogue = Catalogue::builtIn();
};

class NoCalls final : public ConsoleCalls
{
public:
    quint64 ask(const ConsoleRequest &) override { return 1; }
    void cancel(quint64) override {}
    void explain(const ConsoleRequest &, QObject *, Plan) override {}
};

QString whereOf(const QWidget *widget)
{
    QStringList path;
    for (const QWidget *at = widget; at && !at->isWindow(); at = at->parentWidget())
        path.prepend(QString::fromLatin1(at->metaObject()->className()));
    return path.join(u'/') + u" “"_s + widget->accessibleName() + u"” "_s + widget->toolTip();
}

QString nameOf(QWidget *widget)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(QAccessible::Name) : QString();
}

bool isTabStop(const QWidget *widget, const QWidget *window)
{
    const auto *button = qobject_cast<const QAbstractButton *>(widget);
    if (button && button->group() && button->group()->exclusive() && !button->isChecked() &&
        button->group()->checkedButton())
        return false; // arrows lead to these
    return widget->isVisibleTo(window) && widget->isEnabled() && !widget->focusProxy() && !widget->size().isEmpty() &&
           (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

} // namespace

class TestConsoleWalk final : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeControl> m_control;
    std::unique_ptr<FakeActions> m_actions;
    std::unique_ptr<FakeMaintenance> m_maintenance;
    ShippedCatalogue m_catalogue;
    NoCalls m_calls;
    std::unique_ptr<MainWindow> m_window;
    RoutesPage *m_routes = nullptr;
    ProjectsPage *m_projects = nullptr;
    PlaygroundPage *m_playground = nullptr;
    AlertsPage *m_alerts = nullptr;
    SettingsPage *m_settings = nullptr;

    void show(const QString &page, int view)
    {
        m_window->showPage(page);
        if (page == u"routes"_s && view >= 10)
            m_routes->showSide(RoutesPage::Side(view - 10));
        else if (page == u"routes"_s)
            m_routes->showView(RoutesPage::View(view));
        else if (page == u"projects"_s)
            m_projects->showView(ProjectsPage::View(view));
        else if (page == u"playground"_s)
            m_playground->showSide(PlaygroundPage::Side(view));
        else if (page == u"alerts"_s)
            m_alerts->showView(AlertsPage::View(view));
        else if (page == u"settings"_s && view > 0)
            m_settings->showSection(
                QStringList{u"notifications"_s, u"appearance"_s, u"shortcuts"_s, u"files"_s, u"retention"_s}[view - 1]);
    }

    static void addPlaces()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<int>("view");
        const std::initializer_list<std::pair<const char *, std::vector<int>>> places{
            {"dashboard", {0}},        {"requests", {0}},     {"routes", {0, 1, 2, 11, 12, 13}},
            {"providers", {0}},        {"models", {0}},       {"projects", {0, 1, 2}},
            {"playground", {0, 1, 2}}, {"alerts", {0, 1, 2}}, {"settings", {0, 1, 2, 3, 4, 5}}};
        for (const auto &[page, views] : places) {
            for (const int view : views)
                QTest::addRow("%s-%d", page, view) << QString::fromLatin1(page) << view;
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_console_walk"_s);
        theme().install();
    }

    void init()
    {
        Preferences().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_control = std::make_unique<FakeControl>();
        m_actions = std::make_unique<FakeActions>();
        m_maintenance = std::make_unique<FakeMaintenance>();
        m_actions->now = std::make_shared<const Config>(makeDemoSetup(endpoints, "127.0.0.1", 8484).config);
        m_control->settings = m_actions->now;
        m_window = std::make_unique<MainWindow>(m_control.get());
        m_window->addPage(new DashboardPage(m_control.get(), nullptr), u"dashboard"_s);
        m_window->addPage(new RequestsPage(m_control.get(), std::make_unique<FakeSource>(), nullptr), u"requests"_s);
        m_routes = new RoutesPage(m_control.get(), m_actions.get(), &m_catalogue, nullptr);
        m_window->addPage(m_routes, u"routes"_s);
        auto *providers = new ProvidersPage(m_actions.get(), nullptr);
        providers->setControl(m_control.get());
        m_window->addPage(providers, u"providers"_s);
        m_window->addPage(new ModelsPage(m_actions.get(), &m_catalogue, nullptr), u"models"_s);
        m_projects = new ProjectsPage(m_control.get(), m_actions.get(), nullptr);
        m_window->addPage(m_projects, u"projects"_s);
        m_playground = new PlaygroundPage(m_control.get(), &m_calls, m_folder->path());
        m_window->addPage(m_playground, u"playground"_s);
        m_alerts = new AlertsPage({m_control.get(), m_actions.get(), m_maintenance.get(), nullptr});
        m_window->addPage(m_alerts, u"alerts"_s);
        m_settings = new SettingsPage(m_actions.get(), m_maintenance.get(), m_folder->path());
        m_window->addPage(m_settings, u"settings"_s, SideNavigation::Place::Bottom);
        m_window->resize(1440, 900);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void everyControlHasAName_data() { addPlaces(); }
    void everyControlHasAName()
    {
        QFETCH(QString, page);
        QFETCH(int, view);
        show(page, view);
        QStringList nameless;
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            if (!isTabStop(widget, m_window.get()))
                continue;
            if (nameOf(widget).isEmpty())
                nameless += whereOf(widget);
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }

    void tabReachesEverything_data() { addPlaces(); }
    void tabReachesEverything()
    {
        QFETCH(QString, page);
        QFETCH(int, view);
        show(page, view);
        QSet<QWidget *> wanted;
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            if (isTabStop(widget, m_window.get()))
                wanted.insert(widget);
        }
        QVERIFY(wanted.size() > 8);
        for (int i = 0; i < 600 && !wanted.isEmpty(); ++i) {
            QWidget *at = QApplication::focusWidget();
            QTest::keyClick(at ? at : m_window.get(), Qt::Key_Tab);
            if (at && QApplication::focusWidget() == at && at->inherits("QPlainTextEdit")) // code keeps its Tab
                QTest::keyClick(at, Qt::Key_Tab, Qt::ControlModifier);
            wanted.remove(QApplication::focusWidget());
        }
        QStringList left;
        for (const QWidget *widget : std::as_const(wanted))
            left += whereOf(widget);
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
    }

    void tabGoesAsOneReads_data() { addPlaces(); }
    void tabGoesAsOneReads()
    {
        QFETCH(QString, page);
        QFETCH(int, view);
        show(page, view);
        const QWidget *top = m_window->findChild<TopBar *>();
        const auto areaOf = [&](const QWidget *widget) {
            return m_window->navigation()->isAncestorOf(widget) ? 0 : top->isAncestorOf(widget) ? 1 : 2;
        };
        QWidget *first = nullptr; // the first of the navigation
        for (QWidget *widget : m_window->navigation()->findChildren<QWidget *>()) {
            const auto above = [this](const QWidget *a, const QWidget *b) {
                return a->mapTo(m_window.get(), QPoint()).y() < b->mapTo(m_window.get(), QPoint()).y();
            };
            if (isTabStop(widget, m_window.get()) && (!first || above(widget, first)))
                first = widget;
        }
        QVERIFY(first);
        first->setFocus(Qt::TabFocusReason);
        int area = 0;
        for (int i = 0; i < 600; ++i) {
            QWidget *at = QApplication::focusWidget();
            QTest::keyClick(at, Qt::Key_Tab);
            if (QApplication::focusWidget() == at && at->inherits("QPlainTextEdit"))
                QTest::keyClick(at, Qt::Key_Tab, Qt::ControlModifier);
            if (QApplication::focusWidget() == first)
                break;
            const int next = areaOf(QApplication::focusWidget());
            QVERIFY2(next >= area,
                     qPrintable(u"from %1 to %2"_s.arg(whereOf(at), whereOf(QApplication::focusWidget()))));
            area = next;
        }
        QCOMPARE(QApplication::focusWidget(), first);
    }

    void mnemonicsDoNotClash_data() { addPlaces(); }
    void mnemonicsDoNotClash()
    {
        QFETCH(QString, page);
        QFETCH(int, view);
        show(page, view);
        QMap<QString, QStringList> users;
        const auto add = [&users](const QString &text) {
            if (const QKeySequence keys = QKeySequence::mnemonic(text); !keys.isEmpty())
                users[keys.toString()] += text;
        };
        for (const QAbstractButton *button : m_window->findChildren<QAbstractButton *>()) {
            if (button->isVisibleTo(m_window.get()))
                add(button->text());
        }
        for (const QLabel *label : m_window->findChildren<QLabel *>()) {
            if (label->buddy() && label->isVisibleTo(m_window.get()))
                add(label->text());
        }
        for (auto user = users.constBegin(); user != users.constEnd(); ++user)
            QVERIFY2(user->size() == 1, qPrintable(user.key() + u": "_s + user->join(u", "_s)));
    }

    void everyActionIsInThePalette()
    {
        QMap<QString, int> seen;
        for (const QString &id : m_window->pageIds()) {
            m_window->showPage(id);
            m_window->openPalette();
            QSet<QString> offered;
            const CommandModel *model = m_window->palette()->model();
            for (int row = 0; row < model->rowCount(); ++row) {
                offered.insert(model->command(row)->text);
                QVERIFY2(!model->command(row)->text.trimmed().isEmpty(), qPrintable(model->command(row)->group));
            }
            m_window->palette()->dismiss();
            for (const QAction *action : m_window->page(id)->actions()) {
                if (action->isSeparator())
                    continue;
                const QString text = QString(action->text()).remove(u'&');
                QVERIFY2(!text.isEmpty(), qPrintable(id + u": an action without words"_s));
                QVERIFY2(!action->isEnabled() || offered.contains(text), qPrintable(id + u": "_s + text));
                ++seen[id];
            }
            QVERIFY2(seen[id] > 0, qPrintable(id + u" has no action at all"_s));
        }
    }

    // What a page can be told by keys must not stand in the way of what the window can.
    void keysDoNotClash()
    {
        for (const QString &id : m_window->pageIds()) {
            QMap<QString, QString> users;
            QList<QAction *> all = m_window->actions();
            for (QAction *action : m_window->page(id)->actions()) {
                if (!all.contains(action))
                    all += action;
            }
            for (const QAction *action : std::as_const(all)) {
                for (const QKeySequence &keys : action->shortcuts()) {
                    const QString text = keys.toString();
                    QVERIFY2(!users.contains(text) || users[text] == action->text(),
                             qPrintable(u"%1: %2 is %3 and %4"_s.arg(id, text, users.value(text), action->text())));
                    users[text] = action->text();
                }
            }
        }
    }
};

QTEST_MAIN(TestConsoleWalk)
#include "tst_console_walk.moc"
