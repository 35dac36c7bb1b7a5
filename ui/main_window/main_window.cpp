// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include "ui/data/today_spend.h"
#include "ui/main_window/gateway_card.h"
#include "ui/main_window/palette_button.h"
#include "ui/main_window/problem_banner.h"
#include "ui/main_window/status_bar.h"
#include "ui/main_window/top_bar.h"
#include "ui/palette/command_palette.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/page.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/toast.h"

#include <QtGui/QActionGroup>
#include <QtGui/QClipboard>
#include <QtGui/QCloseEvent>
#include <QtGui/QScreen>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int compactBelow = 1200;
const QString geometryKey = u"window/geometry"_s;
const QString pageKey = u"window/page"_s;

QStringList providerIds(const Config &config)
{
    QStringList ids;
    for (const ProviderConfig &provider : config.providers)
        ids += QString::fromStdString(provider.id);
    return ids;
}

bool hasSimulated(const Config &config)
{
    return std::any_of(config.providers.begin(), config.providers.end(),
                       [](const ProviderConfig &provider) { return provider.simulated; });
}

} // namespace

MainWindow::MainWindow(GatewayControl *control, LedgerFeed *feed, QWidget *parent)
    : QMainWindow(parent), m_control(control), m_menu(new QMenu(this))
{
    setWindowTitle(tr("Signalbox"));
    setWindowIcon(applicationIcon());
    setMinimumSize(760, 480);
    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    assignProviderColors(providerIds(*control->config()));
    makeMenus();
    makeLayout();
    if (feed) {
        m_spend = new TodaySpend(*feed, this);
        connect(m_spend, &TodaySpend::changed, m_top, &TopBar::setSpendToday);
    }
    watchGateway();
    connect(&theme(), &Theme::themeChanged, this, qOverload<>(&QWidget::update));
}

MainWindow::~MainWindow() = default;

void MainWindow::makeLayout()
{
    auto *central = new QWidget;
    setCentralWidget(central);
    auto *columns = new QHBoxLayout(central);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    m_navigation = new SideNavigation(m_menu);
    columns->addWidget(m_navigation);
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    columns->addLayout(right, 1);
    m_top = new TopBar;
    m_banner = new ProblemBanner;
    m_stack = new QStackedWidget;
    m_status = new StatusBar;
    right->addWidget(m_top);
    right->addWidget(m_banner);
    right->addWidget(m_stack, 1);
    right->addWidget(m_status);
    m_toasts = new ToastHost(this);
    m_palette = new CommandPalette(this);

    connect(m_navigation->card(), &GatewayCard::switchRequested, this, &MainWindow::switchGateway);
    connect(m_navigation->card(), &GatewayCard::copyRequested, this, &MainWindow::copyEndpoint);
    connect(m_top, &TopBar::paletteRequested, this, &MainWindow::openPalette);
    const auto tellKeys = [this] { // they can be changed in the settings
        m_top->paletteButton()->setKeys(m_paletteAction->shortcut().toString(QKeySequence::NativeText));
    };
    connect(m_paletteAction, &QAction::changed, this, tellKeys);
    tellKeys();
    connect(m_banner, &ProblemBanner::actionRequested, this, &MainWindow::runProblemAction);
    m_navigation->addEntry(m_aboutAction, u"help"_s, SideNavigation::Place::Bottom);
}

void MainWindow::watchGateway()
{
    connect(m_control, &GatewayControl::stateChanged, this, [this](GatewayState state) {
        if (state == GatewayState::Running || state == GatewayState::Starting)
            m_startError.clear();
        updateGateway();
    });
    connect(m_control, &GatewayControl::snapshotChanged, this, &MainWindow::updateGateway);
    connect(m_control, &GatewayControl::startFailed, this, [this](const QString &, const QString &message) {
        m_startError = message;
        updateGateway();
    });
    connect(m_control, &GatewayControl::configChanged, this, [this](const ConfigPtr &config) {
        assignProviderColors(providerIds(*config));
        m_top->setSimulated(hasSimulated(*config));
        m_status->setConfigApplied(m_control->configAppliedAt());
        updateGateway();
    });
    connect(m_control, &GatewayControl::configRejected, this,
            [this](const QString &message) { m_toasts->show(Signal::Stop, message); });
    m_top->setSimulated(hasSimulated(*m_control->config()));
    m_status->setConfigApplied(m_control->configAppliedAt());
    updateGateway();
}

void MainWindow::addPage(Page *page, const QString &id, SideNavigation::Place place)
{
    auto *action = new QAction(page->title(), this);
    action->setCheckable(true);
    const auto tops = std::count_if(m_entries.begin(), m_entries.end(),
                                    [](const Entry &entry) { return entry.action->data().toBool(); });
    const bool top = place == SideNavigation::Place::Top;
    action->setData(top);
    action->setObjectName(id);
    action->setShortcut(top ? QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + int(tops)))
                            : QKeySequence(Qt::CTRL | Qt::Key_Comma));
    m_pageGroup->addAction(action);
    m_viewMenu->insertAction(m_pagesEnd, action);
    addAction(action);
    m_stack->addWidget(page);
    m_top->addPage(page);
    m_entries.push_back({id, page, action});
    connect(action, &QAction::triggered, this, [this, id] { showPage(id); });
    m_navigation->addEntry(action, page->iconName(), place);
    if (m_entries.size() == 1)
        showPage(id);
}

void MainWindow::showPage(const QString &id)
{
    for (Entry &entry : m_entries) {
        if (entry.id == id)
            showEntry(entry);
    }
}

void MainWindow::showEntry(Entry &entry)
{
    entry.action->setChecked(true);
    m_stack->setCurrentWidget(entry.page);
    m_top->showPage(entry.page);
    setWindowTitle(tr("%1 – Signalbox").arg(entry.page->title()));
    m_pageMenu->clear();
    m_pageMenu->addActions(entry.page->actions());
    m_pageMenu->menuAction()->setVisible(!m_pageMenu->isEmpty());
    if (isVisible()) // before, nothing has its place
        orderTabs();
    updateActive();
}

namespace {

// What can have the focus in a row or column of the window, as one reads it.
QList<QWidget *> inReadingOrder(const QWidget *area)
{
    constexpr int line = 14; // what is less apart stands in one line
    QList<QWidget *> found;
    for (QWidget *widget : area->findChildren<QWidget *>()) {
        if (widget->focusPolicy() != Qt::NoFocus && widget->isVisibleTo(area))
            found += widget;
    }
    const bool mirrored = area->isRightToLeft();
    std::stable_sort(found.begin(), found.end(), [area, mirrored](const QWidget *a, const QWidget *b) {
        const QPoint first = a->mapTo(area, a->rect().center());
        const QPoint second = b->mapTo(area, b->rect().center());
        if (first.y() / line != second.y() / line)
            return first.y() < second.y();
        return mirrored ? second.x() < first.x() : first.x() < second.x();
    });
    return found;
}

} // namespace

// Pages and their tools come one by one, and Tab would go as they came: navigation and header are put in front.
void MainWindow::orderTabs()
{
    m_top->layout()->activate();
    const QList<QWidget *> order = inReadingOrder(m_navigation) + inReadingOrder(m_top);
    for (qsizetype i = 1; i < order.size(); ++i)
        setTabOrder(order[i - 1], order[i]);
}

QStringList MainWindow::pageIds() const
{
    QStringList ids;
    for (const Entry &entry : m_entries)
        ids += entry.id;
    return ids;
}

QString MainWindow::currentPage() const
{
    for (const Entry &entry : m_entries) {
        if (entry.page == m_stack->currentWidget())
            return entry.id;
    }
    return {};
}

Page *MainWindow::page(const QString &id) const
{
    for (const Entry &entry : m_entries) {
        if (entry.id == id)
            return entry.page;
    }
    return nullptr;
}

void MainWindow::restoreState()
{
    const Preferences settings;
    restoreGeometry(settings.value(geometryKey).toByteArray());
    showPage(settings.value(pageKey).toString());
    applyCompact();
}

void MainWindow::updateActive()
{
    auto *wanted = isVisible() && !isMinimized() ? static_cast<Page *>(m_stack->currentWidget()) : nullptr;
    if (wanted != m_active) {
        if (m_active)
            m_active->deactivate();
        m_active = wanted;
        if (m_active)
            m_active->activate();
    }
    if (m_spend)
        wanted ? m_spend->start() : m_spend->stop();
}

QString MainWindow::endpoint() const
{
    return QString::fromStdString(m_control->snapshot()->url);
}

void MainWindow::updateGateway()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    const GatewayState state = m_control->state();
    const bool canStop = state == GatewayState::Running || state == GatewayState::Starting;
    m_startStop->setText(canStop ? tr("&Stop the gateway") : tr("&Start the gateway"));
    m_startStop->setEnabled(state != GatewayState::Draining);
    m_copy->setEnabled(!endpoint().isEmpty());
    m_navigation->card()->setState(state);
    m_navigation->card()->setUrl(endpoint());
    m_status->setSnapshot(*snapshot, state);
    updateProblem();
}

void MainWindow::updateProblem()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    QString text = QString::fromStdString(snapshot->problem);
    QString action;
    m_problemAction = ProblemAction::None;
    if (!snapshot->ledger.writable) {
        if (text.isEmpty())
            text = QString::fromStdString(snapshot->ledger.problem);
        m_problemAction = ProblemAction::Settings;
        action = tr("Storage settings");
    } else if (m_control->state() == GatewayState::Failed) {
        if (text.isEmpty())
            text = m_startError.isEmpty() ? tr("The gateway could not start.") : m_startError;
        m_problemAction = ProblemAction::TryAgain;
        action = tr("Try again");
    } else if (!text.isEmpty()) {
        m_problemAction = ProblemAction::Providers;
        action = tr("Open providers");
    }
    if (text.isEmpty())
        m_banner->clear();
    else
        m_banner->showProblem(text, action);
}

void MainWindow::runProblemAction()
{
    if (m_problemAction == ProblemAction::TryAgain)
        m_control->start();
    else if (m_problemAction == ProblemAction::Settings)
        showPage(u"settings"_s);
    else if (m_problemAction == ProblemAction::Providers)
        showPage(u"providers"_s);
}

void MainWindow::switchGateway()
{
    const GatewayState state = m_control->state();
    if (state == GatewayState::Running || state == GatewayState::Starting)
        m_control->stop();
    else if (state != GatewayState::Draining)
        m_control->start();
}

void MainWindow::copyEndpoint()
{
    if (endpoint().isEmpty())
        return;
    QGuiApplication::clipboard()->setText(endpoint());
    m_toasts->show(Signal::Clear, tr("Endpoint copied: %1").arg(endpoint()));
}

void MainWindow::applyCompact()
{
    m_navigation->setCompact(m_compactAction->isChecked() || width() < compactBelow);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    applyCompact();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    orderTabs();
    updateActive();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    updateActive();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange && m_stack)
        updateActive();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    Preferences settings;
    settings.setValue(geometryKey, saveGeometry());
    settings.setValue(pageKey, currentPage());
    QMainWindow::closeEvent(event);
}

} // namespace signalbox
