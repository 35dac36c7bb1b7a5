// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop.h"

#include "app/audit_trail.h"
#include "app/first_run.h"
#include "app/page_pictures.h"
#include "app/port_owner.h"
#include "core/base/clock.h"
#include "core/gateway/console_line.h"
#include "core/ledger/filter/filter_language.h"
#include "ui/alerts/alerts_page.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_inspector.h"
#include "ui/models/models_page.h"
#include "ui/playground/playground_page.h"
#include "ui/projects/projects_page.h"
#include "ui/providers/providers_page.h"
#include "ui/requests/requests_page.h"
#include "ui/routing/routes_page.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_page.h"
#include "ui/settings/shortcut_book.h"
#include "ui/settings/window_settings.h"
#include "ui/widgets/toast.h"

#include <QtCore/QEvent>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

#include <cstdio>

namespace signalbox {

namespace {
constexpr std::chrono::seconds keychainPatience{3};
} // namespace

Desktop::Desktop(Backend &backend, const Options &options, QObject *parent)
    : QObject(parent),
      m_backend(backend),
      m_options(options),
      m_feed(std::make_unique<LedgerFeed>(backend.ledger().databasePath())),
      m_control(std::make_unique<HostControl>(backend.host(), backend.config())),
      m_actions(std::make_unique<HostActions>(backend.host(), backend.secrets(), backend.config())),
      m_calls(std::make_unique<HostCalls>(backend.host().console())),
      m_catalogue(std::make_unique<HostCatalogue>(backend.host(), backend.dataFolder(), backend.catalogue())),
      m_maintenance(std::make_unique<HostMaintenance>(
          HostMaintenance::Parts{backend.host(), backend.ledger(), backend.config(), *m_feed, backend.dataFolder()})),
      m_sender(std::make_unique<ConsoleSender>(backend.host().console())),
      m_window(std::make_unique<MainWindow>(m_control.get(), m_feed.get())),
      m_tray(*m_control),
      m_notifier(SystemClock().wallMs(), [this](const QString &title, const QString &text, bool critical) {
          m_notifications.show(title, text, critical);
      })
{
    makePages();
    watchAlerts();
    watchSettings();
    connect(m_window.get(), &MainWindow::quitRequested, this, &Desktop::quit);
    connect(&m_backend.host(), &GatewayHost::startFailed, this, &Desktop::startFailed);
    connect(&m_backend, &Backend::finished, this, &Desktop::drained);
    connect(&m_backend, &Backend::catalogueNoticed, m_catalogue.get(), &HostCatalogue::noticed);
}

Desktop::~Desktop() = default;

void Desktop::watchAlerts()
{
    m_notifier.setConfig(m_backend.config().current());
    connect(&m_backend.config(), &ConfigStore::changed, this,
            [this](const ConfigPtr &config) { m_notifier.setConfig(config); });
    connect(&m_backend.host(), &GatewayHost::snapshotChanged, this, [this](const SnapshotPtr &snapshot) {
        if (!m_backend.isDemo())
            m_notifier.look(snapshot->alerts, SystemClock().wallMs());
    });
    connect(&m_notifications, &DesktopNotifications::activated, this, [this] {
        raise();
        m_window->showPage(QStringLiteral("alerts"));
        m_alerts->showView(AlertsPage::List);
    });
}

void Desktop::makePages()
{
    auto *dashboard = new DashboardPage(m_control.get(), m_feed.get());
    m_window->addPage(dashboard, QStringLiteral("dashboard"));
    dashboard->setCatalogue(m_catalogue.get());
    connect(dashboard, &DashboardPage::openProjects, this, [this] { m_window->showPage(QStringLiteral("projects")); });
    connect(dashboard, &DashboardPage::openProviders, this,
            [this] { m_window->showPage(QStringLiteral("providers")); });
    auto *requests =
        new RequestsPage(m_control.get(), std::make_unique<LedgerRequestSource>(*m_feed), &m_backend.ledger());
    m_window->addPage(requests, QStringLiteral("requests"));
    requests->inspector()->requestActions()->setSender(m_sender.get());
    connect(dashboard, &DashboardPage::openRequests, this, [this, requests](const QString &filter) {
        m_window->showPage(QStringLiteral("requests"));
        requests->showFilter(filter);
    });
    m_window->addPage(new RoutesPage(m_control.get(), m_actions.get(), m_catalogue.get(), m_feed.get()),
                      QStringLiteral("routes"));
    m_providers = new ProvidersPage(m_actions.get(), m_feed.get());
    m_providers->setControl(m_control.get());
    m_window->addPage(m_providers, QStringLiteral("providers"));
    auto *models = new ModelsPage(m_actions.get(), m_catalogue.get(), m_feed.get());
    models->setControl(m_control.get());
    m_window->addPage(models, QStringLiteral("models"));
    auto *projects = new ProjectsPage(m_control.get(), m_actions.get(), m_feed.get());
    m_window->addPage(projects, QStringLiteral("projects"));
    auto *playground = makePlayground();
    connect(playground, &PlaygroundPage::providersRequested, this,
            [this] { m_window->showPage(QStringLiteral("providers")); });
    connect(playground, &PlaygroundPage::requestRequested, this, [this, requests](const QString &id) {
        m_window->showPage(QStringLiteral("requests"));
        requests->showFilter(id);
    });
    connect(requests->inspector()->requestActions(), &RequestActions::editRequested, this,
            [this, playground](const ConsoleRequest &request) {
                const auto opened = playground->open(request.body, request.dialect, std::nullopt, request.path);
                if (!opened)
                    return m_window->toasts()->show(Signal::Stop, QString::fromStdString(opened.error().message));
                m_window->showPage(QStringLiteral("playground"));
            });
    m_alerts = new AlertsPage({m_control.get(), m_actions.get(), m_maintenance.get(), m_feed.get()});
    m_window->addPage(m_alerts, QStringLiteral("alerts"));
    connect(&m_backend.ledger(), &Ledger::auditWritten, m_alerts, &AlertsPage::auditChanged);
    connect(m_alerts, &AlertsPage::requestsRequested, this, [this, requests](const QString &filter) {
        m_window->showPage(QStringLiteral("requests"));
        requests->showFilter(filter);
    });
    m_settings = new SettingsPage(m_actions.get(), m_maintenance.get(), m_backend.dataFolder());
    m_window->addPage(m_settings, QStringLiteral("settings"), SideNavigation::Place::Bottom);

    connect(m_settings, &SettingsPage::clientKeysRequested, this, [this, projects] {
        m_window->showPage(QStringLiteral("projects"));
        projects->showView(ProjectsPage::Keys);
    });
    connect(requests, &RequestsPage::settingsRequested, this, [this](const QString &section) {
        m_window->showPage(QStringLiteral("settings"));
        m_settings->showSection(section);
    });
    connect(m_providers, &ProvidersPage::requestsRequested, this, [this, requests](const QString &provider) {
        m_window->showPage(QStringLiteral("requests"));
        requests->showFilter(QStringLiteral("provider:") +
                             QString::fromStdString(writeFilterValue("provider", provider.toStdString())));
    });
    collectShortcuts();
    m_window->restoreState();
}

// Menus first: what is in reach everywhere keeps its keys where a page's action wants the same.
void Desktop::collectShortcuts()
{
    ShortcutBook *book = m_settings->shortcuts();
    const auto idOf = [](const QAction *action) {
        const QString name = action->objectName().isEmpty() ? action->text() : action->objectName();
        return QString(name).remove(QLatin1Char('&')).remove(QLatin1Char('/')).toLower();
    };
    for (QAction *action : m_window->actions()) {
        if (!action->isSeparator() && !action->menu())
            book->add(QStringLiteral("window.") + idOf(action), action, {});
    }
    for (const QString &id : m_window->pageIds()) {
        const Page *page = m_window->page(id);
        for (QAction *action : page->actions()) {
            if (!action->isSeparator() && !action->menu())
                book->add(id + QLatin1Char('.') + idOf(action), action, page->title());
        }
    }
}

void Desktop::watchSettings()
{
    const auto showTray = [this] { m_tray.setWanted(m_settings->row(traySetting)->value().toBool()); };
    connect(m_settings, &SettingsPage::windowSettingChanged, this, [showTray](const QString &key) {
        if (key == traySetting)
            showTray();
    });
    connect(m_maintenance.get(), &HostMaintenance::happened, this,
            [this](const QString &what) { m_backend.audit().note("history", what); });
    connect(&m_tray, &Tray::openRequested, this, &Desktop::raise);
    connect(&m_tray, &Tray::quitRequested, this, &Desktop::quit);
    m_window->installEventFilter(this);
    if (!m_backend.isDemo())
        showTray();
}

bool Desktop::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_window.get() && event->type() == QEvent::Close) {
        if (m_settings->row(closeSetting)->value().toString() == QLatin1String("quit")) {
            QTimer::singleShot(0, this, &Desktop::quit);
        } else if (!m_tray.isShown()) { // a hidden window could not be found again
            event->ignore();
            m_window->showMinimized();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

PlaygroundPage *Desktop::makePlayground()
{
    auto *page = new PlaygroundPage(m_control.get(), m_calls.get(), m_backend.dataFolder());
    m_window->addPage(page, QStringLiteral("playground"));
    if (m_backend.isDemo())
        page->setExample(tr("What does a gateway do for the programs behind it?"),
                         {{ChatTarget::Kind::Model, "smart"}, {ChatTarget::Kind::Target, "cirrus/cirrus-open-8b"}});
    return page;
}

void Desktop::start()
{
    if (m_options.minimized)
        m_window->showMinimized();
    else
        m_window->setVisible(true);
    if (!m_options.picturesFolder.isEmpty())
        takePictures();
    if (m_backend.isFirstRun() && !m_backend.isDemo()) {
        if (const auto key = makeFirstClientKey(m_backend.config()))
            showClientKey(m_window.get(), *key);
    }
    m_backend.start();
}

void Desktop::takePictures()
{
    auto *pictures = new PagePictures(*m_window, m_options.picturesFolder, this);
    for (const auto view : {AlertsPage::Rules, AlertsPage::Audit})
        pictures->addShot(QStringLiteral("alerts"), QStringLiteral("alerts-%1").arg(int(view)),
                          [this, view] { m_alerts->showView(view); });
    for (const QString &section : {QStringLiteral("notifications"), QStringLiteral("appearance"),
                                   QStringLiteral("shortcuts"), QStringLiteral("files")})
        pictures->addShot(QStringLiteral("settings"), QStringLiteral("settings-") + section,
                          [this, section] { m_settings->showSection(section); });
    pictures->addShot(QStringLiteral("settings"), QStringLiteral("settings-search"),
                      [this] { m_settings->setSearch(QStringLiteral("quiet")); });
    addOverlayShots(*pictures);
    connect(pictures, &PagePictures::finished, this, [](const QString &problem) {
        if (!problem.isEmpty())
            std::fprintf(stderr, "%s\n", qPrintable(problem));
        QCoreApplication::exit(problem.isEmpty() ? 0 : 1);
    });
    pictures->start();
}

// What lies over a page or stands beside it, and views that are not the first.
void Desktop::addOverlayShots(PagePictures &pictures)
{
    const auto add = [&pictures](const char *page, const char *name, std::function<void()> show) {
        pictures.addShot(QLatin1String(page), QLatin1String(name), std::move(show));
    };
    if (auto *dashboard = qobject_cast<DashboardPage *>(m_window->page(QStringLiteral("dashboard"))))
        add("dashboard", "dashboard-compare", [dashboard] { dashboard->setCompare(true); });
    if (auto *projects = qobject_cast<ProjectsPage *>(m_window->page(QStringLiteral("projects")))) {
        add("projects", "projects-keys", [projects] { projects->showView(ProjectsPage::Keys); });
        add("projects", "projects-budgets", [projects] { projects->showView(ProjectsPage::Budgets); });
    }
    if (auto *playground = qobject_cast<PlaygroundPage *>(m_window->page(QStringLiteral("playground"))))
        add("playground", "playground-cases", [playground] { playground->showSide(PlaygroundPage::Cases); });
    if (auto *routes = qobject_cast<RoutesPage *>(m_window->page(QStringLiteral("routes")))) {
        add("routes", "routes-ask", [routes] { routes->showSide(RoutesPage::Ask); });
        add("routes", "routes-add", [routes] {
            routes->showSide(RoutesPage::None);
            routes->openQuickAdd();
        });
    }
    add("models", "palette", [this] { m_window->openPalette(); });
}

void Desktop::raise()
{
    m_window->setWindowState(m_window->windowState() & ~Qt::WindowMinimized);
    m_window->setVisible(true);
    m_window->raise();
    m_window->activateWindow();
}

void Desktop::quit()
{
    m_backend.shutDown();
}

// A removal can no longer be undone. A keychain that asks the person first must not hold the program up.
void Desktop::drained()
{
    const auto end = [] { QCoreApplication::exit(0); };
    QTimer::singleShot(keychainPatience, qApp, end);
    m_providers->forgetRemoved(end);
}

void Desktop::startFailed(const QString &code, const QString &)
{
    if (code != QStringLiteral("port_in_use"))
        return; // the window's banner says it
    const uint16_t taken = m_options.listen ? m_options.listen->port : m_backend.config().current()->listen.port;
    QThreadPool::globalInstance()->start([guard = QPointer<Desktop>(this), taken] {
        const QString owner = portOwner(taken);
        const uint16_t other = freePortAfter(taken);
        // The window may be gone by now; the application object outlives the pool's work.
        QMetaObject::invokeMethod(
            qApp,
            [guard, taken, owner, other] {
                if (guard)
                    guard->offerOtherPort(taken, owner, other);
            },
            Qt::QueuedConnection);
    });
}

void Desktop::offerOtherPort(uint16_t taken, const QString &owner, uint16_t other)
{
    auto *box = new QMessageBox(m_window.get());
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Port %1 is taken").arg(taken));
    box->setText(owner.isEmpty() ? tr("Another program listens on port %1 already.").arg(taken)
                                 : tr("%1 listens on port %2 already.").arg(owner).arg(taken));
    box->setInformativeText(
        tr("End that program and try again, or let the gateway use another port. Tools that were pointed "
           "at port %1 then need the new address.")
            .arg(taken));
    QPushButton *again = box->addButton(tr("&Try again"), QMessageBox::AcceptRole);
    QPushButton *use = other == 0 ? nullptr : box->addButton(tr("&Use port %1").arg(other), QMessageBox::ActionRole);
    QPushButton *stay = box->addButton(tr("&Not now"), QMessageBox::RejectRole);
    box->setDefaultButton(again);
    box->setEscapeButton(stay);
    connect(box, &QMessageBox::buttonClicked, this, [this, again, use, other](QAbstractButton *button) {
        if (button == again)
            m_control->start();
        else if (use && button == use)
            useOtherPort(other);
    });
    box->open();
}

void Desktop::useOtherPort(uint16_t port)
{
    if (m_options.demo || m_options.listen) {
        m_options.listen =
            ListenOverride{m_options.listen ? m_options.listen->address : std::string("127.0.0.1"), port};
        m_backend.setListen(*m_options.listen);
    } else {
        Config next = *m_backend.config().current();
        next.listen.port = port;
        if (!m_backend.config().apply(std::move(next), tr("port changed to %1").arg(port)))
            m_backend.setListen({m_backend.config().current()->listen.address, port}); // for this run at least
    }
    m_control->start();
}

} // namespace signalbox
