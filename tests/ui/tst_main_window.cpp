// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_control.h"

#include "ui/dashboard/dashboard_page.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/nav_button.h"
#include "ui/main_window/palette_button.h"
#include "ui/main_window/problem_banner.h"
#include "ui/main_window/status_bar.h"
#include "ui/main_window/top_bar.h"
#include "ui/palette/command_palette.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QStandardPaths>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractScrollArea>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class CountingPage final : public Page
{
public:
    explicit CountingPage(QString name) : m_name(std::move(name)) {}
    QString title() const override { return m_name; }
    QString iconName() const override { return u"requests"_s; }
    void activate() override { ++activated; }
    void deactivate() override { ++deactivated; }

    int activated = 0;
    int deactivated = 0;

private:
    QString m_name;
};

void collect(const QMenu *menu, QSet<QAction *> &into)
{
    for (QAction *action : menu->actions()) {
        into.insert(action);
        if (action->menu())
            collect(action->menu(), into);
    }
}

} // namespace

class TestMainWindow final : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeControl> m_control;
    std::unique_ptr<MainWindow> m_window;
    CountingPage *m_requests = nullptr;
    CountingPage *m_settings = nullptr;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_main_window"_s);
        theme().install();
    }

    void init()
    {
        Preferences().clear();
        m_control = std::make_unique<FakeControl>();
        m_window = std::make_unique<MainWindow>(m_control.get());
        m_window->addPage(new DashboardPage(m_control.get(), nullptr), u"dashboard"_s);
        m_requests = new CountingPage(u"Requests"_s);
        m_settings = new CountingPage(u"Settings"_s);
        m_window->addPage(m_requests, u"requests"_s);
        m_window->addPage(m_settings, u"settings"_s, SideNavigation::Place::Bottom);
        m_window->resize(1440, 900);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup()
    {
        m_window.reset();
        m_control.reset();
    }

    void everyPageSaysWhenProvidersAreSimulated()
    {
        const auto *top = m_window->findChild<TopBar *>();
        QVERIFY(top && !top->isSimulated());
        auto config = std::make_shared<Config>();
        config->providers.resize(2);
        config->providers[0].id = "box";
        config->providers[1].id = "aurora";
        config->providers[1].simulated = true;
        m_control->configuration = config;
        Q_EMIT m_control->configChanged(m_control->configuration);
        for (const QString &page : {u"dashboard"_s, u"requests"_s, u"settings"_s}) {
            m_window->showPage(page);
            QVERIFY2(top->isSimulated(), qPrintable(page));
        }
        m_control->configuration = std::make_shared<Config>();
        Q_EMIT m_control->configChanged(m_control->configuration);
        QVERIFY(!top->isSimulated());
    }

    void keysChangeThePage()
    {
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), u"requests"_s);
        QTest::keyClick(m_window.get(), Qt::Key_Comma, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), u"settings"_s);
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), u"dashboard"_s);
    }

    void entriesFollowAndLead()
    {
        QList<NavButton *> checked;
        NavButton *requests = nullptr;
        for (NavButton *entry : m_window->findChildren<NavButton *>()) {
            if (entry->text() == u"Requests"_s)
                requests = entry;
        }
        QVERIFY(requests);
        requests->setFocus();
        QTest::keyClick(requests, Qt::Key_Space);
        QCOMPARE(m_window->currentPage(), u"requests"_s);
        for (NavButton *entry : m_window->findChildren<NavButton *>()) {
            if (entry->isChecked())
                checked += entry;
        }
        QCOMPARE(checked, QList<NavButton *>{requests});
    }

    void hiddenPagesAreTold()
    {
        QCOMPARE(m_requests->activated, 0);
        m_window->showPage(u"requests"_s);
        QCOMPARE(m_requests->activated, 1);
        m_window->showPage(u"settings"_s);
        QCOMPARE(m_requests->deactivated, 1);
        QCOMPARE(m_settings->activated, 1);
        m_window->hide();
        QCOMPARE(m_settings->deactivated, 1);
        m_window->show();
        QCOMPARE(m_settings->activated, 2);
    }

    void switchStartsAndStops()
    {
        auto *button = m_window->findChild<QToolButton *>(u"gatewaySwitch"_s);
        QVERIFY(button);
        QCOMPARE(button->accessibleName(), u"Start the gateway"_s);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_control->starts, 1);
        QCOMPARE(button->accessibleName(), u"Stop the gateway"_s);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_control->stops, 1);
    }

    void copiesTheEndpoint()
    {
        auto *button = m_window->findChild<QToolButton *>(u"copyEndpoint"_s);
        QVERIFY(!button->isEnabled());
        m_control->start();
        QVERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:8484"_s);
        QCOMPARE(m_window->toasts()->count(), 1);
    }

    void statusLineSaysWhatIs()
    {
        m_control->start();
        GatewaySnapshot snapshot = *m_control->current;
        snapshot.inFlight = 9;
        snapshot.overheadMsP50 = 0.07;
        snapshot.ledger.rows = 2'418'907;
        snapshot.ledger.fileBytes = 2'040'109'466;
        m_control->show(snapshot);
        QCOMPARE(m_window->statusLine()->texts(),
                 (QStringList{u"Listening on 127.0.0.1:8484"_s, u"9 in flight"_s,
                              u"Ledger 2,418,907 requests · 1.9\u00a0GiB"_s, u"Gateway adds 0.07\u00a0ms"_s,
                              u"Config applied 09:12"_s}));
    }

    void problemHasItsAction()
    {
        QVERIFY(m_window->banner()->text().isEmpty());
        GatewaySnapshot snapshot;
        snapshot.state = GatewayState::Failed;
        snapshot.problem = "Port 8484 is taken by another program.";
        m_control->show(snapshot);
        QCOMPARE(m_window->banner()->text(), u"Port 8484 is taken by another program."_s);
        QTest::mouseClick(m_window->banner()->button(), Qt::LeftButton);
        QCOMPARE(m_control->starts, 1);

        snapshot = *m_control->current;
        snapshot.problem.clear();
        snapshot.ledger.writable = false;
        snapshot.ledger.problem = "The disk is full.";
        m_control->show(snapshot);
        QCOMPARE(m_window->banner()->text(), u"The disk is full."_s);
        QTest::mouseClick(m_window->banner()->button(), Qt::LeftButton);
        QCOMPARE(m_window->currentPage(), u"settings"_s);

        snapshot.ledger.writable = true;
        m_control->show(snapshot);
        QVERIFY(m_window->banner()->text().isEmpty());
    }

    void narrowWindowsGetNarrowNavigation()
    {
        QVERIFY(!m_window->navigation()->isCompact());
        m_window->resize(1024, 700);
        QTRY_VERIFY(m_window->navigation()->isCompact());
        m_window->resize(1300, 700);
        QTRY_VERIFY(!m_window->navigation()->isCompact());
        QTest::keyClick(m_window.get(), Qt::Key_B, Qt::ControlModifier);
        QVERIFY(m_window->navigation()->isCompact());
        QVERIFY(Preferences().value(u"window/compactNavigation"_s).toBool());
    }

    void everyControlHasAName()
    {
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            QString text;
            if (const auto *button = qobject_cast<QAbstractButton *>(widget))
                text = button->text();
            else if (const auto *label = qobject_cast<QLabel *>(widget))
                text = label->text().isEmpty() ? u"empty"_s : label->text();
            else if (!qobject_cast<QLineEdit *>(widget) && !qobject_cast<QComboBox *>(widget) &&
                     widget->focusPolicy() == Qt::NoFocus)
                continue;
            if (widget->objectName().startsWith(u"qt_"_s) || qobject_cast<QMenu *>(widget) ||
                qobject_cast<QMenuBar *>(widget) || widget->parentWidget()->inherits("QComboBoxPrivateContainer") ||
                widget->inherits("QComboBoxPrivateContainer") || widget->inherits("QScrollBar") ||
                qobject_cast<QAbstractScrollArea *>(widget->parentWidget()))
                continue;
            const bool named = !widget->accessibleName().isEmpty() || !text.isEmpty();
            const QByteArray kind = widget->metaObject()->className();
            QVERIFY2(named, QByteArray(kind + " in " + widget->parentWidget()->metaObject()->className()).constData());
        }
    }

    void everyActionIsInAMenu()
    {
        QSet<QAction *> inMenus;
        for (QAction *top : m_window->menuBar()->actions())
            collect(top->menu(), inMenus);
        for (QAction *action : m_window->actions())
            QVERIFY2(inMenus.contains(action), qPrintable(action->text()));
        const Page *page = m_window->page(m_window->currentPage());
        QVERIFY(!page->actions().isEmpty());
        for (QAction *action : page->actions())
            QVERIFY2(inMenus.contains(action), qPrintable(action->text()));
        QSet<QKeySequence> keys;
        for (const QAction *action : std::as_const(inMenus)) {
            if (action->shortcut().isEmpty())
                continue;
            QVERIFY2(!keys.contains(action->shortcut()), qPrintable(action->text()));
            keys.insert(action->shortcut());
        }
    }

    void tabReachesEverything()
    {
        QSet<QWidget *> wanted;
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            const auto *button = qobject_cast<QAbstractButton *>(widget);
            if (button && button->group() && !button->isChecked())
                continue; // arrows lead to these
            if (widget->isVisibleTo(m_window.get()) && widget->isEnabled() && !widget->focusProxy() &&
                (widget->focusPolicy() & Qt::TabFocus))
                wanted.insert(widget);
        }
        QVERIFY(wanted.size() > 12);
        QWidget *first = QApplication::focusWidget();
        for (int i = 0; i < 200 && !wanted.isEmpty(); ++i) {
            QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get(), Qt::Key_Tab);
            wanted.remove(QApplication::focusWidget());
            if (i > 0 && QApplication::focusWidget() == first && wanted.isEmpty())
                break;
        }
        for (const QWidget *widget : std::as_const(wanted))
            qWarning() << "not reached:" << widget << widget->parentWidget() << widget->accessibleName()
                       << widget->toolTip() << widget->geometry();
        QVERIFY(wanted.isEmpty());
    }

    void stateIsKept()
    {
        m_window->showPage(u"requests"_s);
        m_window->resize(1250, 810);
        m_window->close();
        MainWindow again(m_control.get());
        again.addPage(new CountingPage(u"Dashboard"_s), u"dashboard"_s);
        again.addPage(new CountingPage(u"Requests"_s), u"requests"_s);
        again.restoreState();
        QCOMPARE(again.currentPage(), u"requests"_s);
    }

    void thePaletteHasAButton()
    {
        PaletteButton *button = m_window->findChild<TopBar *>()->paletteButton();
        m_window->resize(1900, 800);
        QTRY_VERIFY(button->hasWords());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!m_window->palette()->isHidden());
        m_window->palette()->dismiss();
        m_window->resize(800, 600); // the page's tools need the room
        QTRY_VERIFY(!button->hasWords());
        QVERIFY(!button->accessibleName().isEmpty());
    }

    void toastsAreAtMostThree()
    {
        for (int i = 0; i < 5; ++i)
            m_window->toasts()->show(Signal::Clear, u"Saved %1"_s.arg(i));
        QCOMPARE(m_window->toasts()->count(), 3);
        bool undone = false;
        m_window->toasts()->show(Signal::Clear, u"Removed"_s, u"Undo"_s, [&undone] { undone = true; });
        for (QPushButton *button : m_window->toasts()->findChildren<QPushButton *>()) {
            if (button->text() == u"Undo"_s)
                button->click();
        }
        QVERIFY(undone);
        QTRY_COMPARE(m_window->toasts()->count(), 2);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
