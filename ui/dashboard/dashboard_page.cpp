// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_page.h"

#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/targets_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/tile.h"

#include <QtCore/QSettings>
#include <QtCore/QSortFilterProxyModel>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 60 * minute;
constexpr std::array ranges{DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "5 min"),
                                                 {5 * minute, 5'000},
                                                 QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 5 s")},
                            DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "1 h"),
                                                 {hour, 2 * minute},
                                                 QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 2 min")},
                            DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "6 h"),
                                                 {6 * hour, 10 * minute},
                                                 QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 10 min")},
                            DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "24 h"),
                                                 {24 * hour, 30 * minute},
                                                 QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 30 min")},
                            DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "7 d"),
                                                 {7 * 24 * hour, 3 * hour},
                                                 QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 3 h")}};
const QString rangeKey = u"dashboard/range"_s;
const QString spendByKey = u"dashboard/spendBy"_s;
constexpr int narrow = 1000; // below, charts stand two by two and the page scrolls
constexpr int pageMargin = 16;
constexpr int panelGap = 12;

} // namespace

DashboardPage::DashboardPage(GatewayControl *control, LedgerFeed *feed, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_source(feed),
      m_stack(new QStackedLayout(this)),
      m_scroll(new QScrollArea),
      m_content(new QWidget),
      m_crosshair(new Crosshair(this))
{
    m_range = qBound(0, QSettings().value(rangeKey, 1).toInt(), int(ranges.size()) - 1);
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(m_content);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_stack->addWidget(m_scroll);
    m_grid = new QGridLayout(m_content);
    m_grid->setContentsMargins(pageMargin, 12, pageMargin, 12);
    m_grid->setSpacing(panelGap);
    m_trouble = makeLabel({}, TextStyle::Body, Token::StopText);
    m_trouble->setWordWrap(true);
    m_trouble->hide();
    makeTiles();
    makeCharts();
    makeTargets();
    makeEmptyState();
    makeHeader();
    makeActions();
    arrange();
    setRange(m_range);

    connect(&m_source, &DashboardSource::answered, this, &DashboardPage::showData);
    connect(&m_source, &DashboardSource::failed, this, [this](const QString &message) {
        m_trouble->setText(tr("The ledger could not be read: %1").arg(message));
        m_trouble->show();
        for (Tile *tile : tiles())
            tile->setStale(true);
    });
    connect(control, &GatewayControl::snapshotChanged, this, [this](const SnapshotPtr &snapshot) {
        if (m_active && !m_paused)
            showSnapshot(*snapshot);
    });
    connect(control, &GatewayControl::configChanged, this, [this] { updateEmptyState(); });
}

QString DashboardPage::title() const
{
    return tr("Dashboard");
}

QString DashboardPage::iconName() const
{
    return u"dashboard"_s;
}

QWidget *DashboardPage::headerTools()
{
    return m_ranges;
}

QWidget *DashboardPage::headerActions()
{
    return m_live;
}

void DashboardPage::makeHeader()
{
    m_ranges = new SegmentedControl(tr("Range"));
    for (const Range &range : ranges)
        m_ranges->addSegment(tr(range.name));
    connect(m_ranges, &SegmentedControl::chosen, this, &DashboardPage::setRange);
    m_live = makeButton(tr("Live"), u"pause"_s);
    m_live->setToolTip(tr("Numbers follow by themselves. Click to hold them."));
    connect(m_live, &QPushButton::clicked, this, [this] { setPaused(!m_paused); });
}

void DashboardPage::makeActions()
{
    auto *group = new QActionGroup(this);
    for (int i = 0; i < int(ranges.size()); ++i) {
        auto *action = new QAction(tr("Show %1").arg(tr(ranges[size_t(i)].name)), this);
        action->setCheckable(true);
        action->setChecked(i == m_range);
        action->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + i)));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        group->addAction(action);
        addAction(action);
        connect(action, &QAction::triggered, this, [this, i] { setRange(i); });
    }
    auto *pause = new QAction(tr("Hold the numbers"), this);
    pause->setShortcut(tr("Ctrl+P"));
    addAction(pause);
    connect(pause, &QAction::triggered, this, [this] { setPaused(!m_paused); });
    for (ChartPanel *chart : charts()) {
        auto *action = new QAction(tr("%1 as table").arg(chart->accessibleName()), this);
        action->setCheckable(true);
        addAction(action);
        connect(action, &QAction::toggled, chart->tableAction(), &QAction::setChecked);
        connect(chart->tableAction(), &QAction::toggled, action, &QAction::setChecked);
    }
}

void DashboardPage::makeTiles()
{
    m_strip = new TileStrip;
    const auto add = [this](const QString &label) {
        auto *tile = new Tile(label);
        m_strip->addTile(tile);
        return tile;
    };
    m_spendTile = add(tr("Spend today"));
    m_rateTile = add(tr("Requests per minute"));
    m_errorTile = add(tr("Errors"));
    m_firstTokenTile = add(tr("First token, p50"));
    m_durationTile = add(tr("Duration, p50"));
    m_outputTile = add(tr("Output tokens/s"));
    m_flightTile = add(tr("In flight"));
    m_overheadTile = add(tr("Gateway adds"));
    connect(m_rateTile, &Tile::clicked, this, &DashboardPage::openRequests);
    connect(m_errorTile, &Tile::clicked, this, &DashboardPage::openRequests);
    connect(m_flightTile, &Tile::clicked, this, &DashboardPage::openRequests);
}

void DashboardPage::makeCharts()
{
    const auto make = [this](const QString &title, const QString &empty) {
        auto *panel = new ChartPanel(title, m_crosshair);
        panel->chart()->setEmptyText(empty);
        return panel;
    };
    const QString none = tr("No requests in this time.");
    m_spend = make(tr("Spend"), tr("No priced requests in this time."));
    m_spendBy = new QComboBox;
    m_spendBy->setAccessibleName(tr("Spend by"));
    m_spendBy->addItems({tr("by provider"), tr("by model")});
    m_spendBy->setCurrentIndex(qBound(0, QSettings().value(spendByKey).toInt(), 1));
    connect(m_spendBy, &QComboBox::activated, this, [this](int index) {
        QSettings().setValue(spendByKey, index);
        updateSpendChart();
    });
    m_spend->addBesideTitle(m_spendBy);
    m_spend->chart()->setTotalName(tr("Together"));

    m_share = make(tr("Share"), none);
    m_share->setUnit(tr("per target"));
    m_share->chart()->setFixedMaximum(100);
    m_share->chart()->setFormats([](double value) { return formatPercent(value); },
                                 [](double value) { return formatPercent(value, 1); });

    m_firstToken = make(tr("First token"), none);
    m_firstToken->setUnit(tr("all targets"));
    m_firstToken->setLegendVisible(false);
    m_firstToken->chart()->setEndLabels(true);
    m_firstToken->chart()->setSmallestMaximum(0.1);

    m_requests = make(tr("Requests"), none);
    m_requests->setUnit(tr("per minute"));
    m_requests->setLegendVisible(false);

    m_errors = make(tr("Errors"), tr("No errors in this time."));
    m_errors->chart()->setSmallestMaximum(4);
    m_errors->chart()->setTotalName(tr("Together"));
    m_errors->chart()->setFormats([](double value) { return formatCount(qRound64(value)); },
                                  [](double value) { return formatCount(qRound64(value)); });
}

void DashboardPage::makeTargets()
{
    m_targets = new Panel(tr("Targets"));
    m_targets->setBodyMargins(0, 0, 0, 6);
    m_targetModel = new TargetsModel(this);
    auto *sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_targetModel);
    sorted->setSortRole(TargetsModel::sortRole);
    sorted->setDynamicSortFilter(false); // live numbers do not move rows; a click on a header does
    m_targetTable = new QTableView;
    m_targetTable->setAccessibleName(tr("Targets"));
    setUpTable(m_targetTable);
    m_targetTable->setItemDelegate(new TargetsDelegate(m_targetTable));
    m_targetTable->setModel(sorted);
    m_targetTable->setSortingEnabled(true);
    QHeaderView *header = m_targetTable->horizontalHeader();
    header->setSortIndicator(TargetsModel::PerMinute, Qt::DescendingOrder);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(TargetsModel::Target, QHeaderView::Stretch);
    header->setStretchLastSection(false);
    m_targets->body()->addWidget(m_targetTable);
}

void DashboardPage::makeEmptyState()
{
    m_empty = new EmptyState(iconName(), {}, {});
    m_addProvider = m_empty->addButton(tr("Add a provider"), u"plus"_s);
    connect(m_addProvider, &QPushButton::clicked, this, &DashboardPage::openProviders);
    m_stack->addWidget(m_empty);
}

std::vector<Tile *> DashboardPage::tiles() const
{
    return {m_spendTile,    m_rateTile,   m_errorTile,  m_firstTokenTile,
            m_durationTile, m_outputTile, m_flightTile, m_overheadTile};
}

std::vector<ChartPanel *> DashboardPage::charts() const
{
    return {m_spend, m_share, m_firstToken, m_requests, m_errors};
}

bool DashboardPage::showsEmptyState() const
{
    return m_stack->currentWidget() == m_empty;
}

void DashboardPage::activate()
{
    m_active = true;
    showSnapshot(*m_control->snapshot());
    if (!m_paused)
        m_source.start();
}

void DashboardPage::deactivate()
{
    m_active = false;
    m_source.stop();
}

void DashboardPage::setPaused(bool paused)
{
    m_paused = paused;
    m_live->setText(paused ? tr("Held") : tr("Live"));
    m_live->setIcon(themeIcon(paused ? u"play"_s : u"pause"_s));
    m_live->setToolTip(paused ? tr("The numbers are held. Click to let them follow again.")
                              : tr("Numbers follow by themselves. Click to hold them."));
    if (!m_active)
        return;
    if (paused)
        m_source.stop();
    else
        activate();
}

void DashboardPage::setRange(int index)
{
    m_range = index;
    const Range &range = ranges[size_t(index)];
    m_ranges->setCurrent(index);
    for (QAction *action : actions()) {
        if (action->shortcut() == QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + index)))
            action->setChecked(true);
    }
    QSettings().setValue(rangeKey, index);
    const QString unit = tr(range.unit);
    m_spend->setUnit(unit);
    m_errors->setUnit(unit);
    if (m_paused && m_active)
        setPaused(false); // another range is a question, and wants an answer
    m_source.setRange(range.range);
}

void DashboardPage::showSnapshot(const GatewaySnapshot &snapshot)
{
    const bool running = snapshot.state == GatewayState::Running || snapshot.state == GatewayState::Draining;
    const auto set = [running](Tile *tile, const QString &number, const QString &context) {
        tile->setNumber(running ? number : missingText());
        tile->setContext(running ? context : tr("gateway stopped"));
    };
    set(m_rateTile, formatNumber(snapshot.requestsPerMinute, snapshot.requestsPerMinute < 99.95 ? 1 : 0),
        tr("%1 since start").arg(formatCount(snapshot.requestsTotal)));
    set(m_outputTile, formatCount(qRound64(snapshot.outputTokensPerSecond)), tr("over the last minute"));
    set(m_flightTile, formatCount(snapshot.inFlight), tr("%n stream(s) open", nullptr, snapshot.streams));
    set(m_overheadTile,
        snapshot.overheadMsP50 > 0 ? formatTime(snapshot.overheadMsP50, TimeStyle::Detail) : missingText(),
        tr("per request, p50"));
    updateEmptyState();
}

void DashboardPage::showData(const DashboardData &answer)
{
    m_data = answer;
    m_haveData = true;
    m_trouble->hide();
    for (Tile *tile : tiles())
        tile->setStale(false);
    updateSpendChart();
    m_share->setTable(shareTable(answer, providerColors()));
    m_requests->setTable(requestsTable(answer));
    m_errors->setTable(errorsTable(answer));
    const TimeTable firstToken = firstTokenTable(answer);
    m_firstToken->setTable(firstToken);
    m_firstToken->chart()->setFormats(
        [this](double value) { return tr("%1 s").arg(formatNumber(value, m_firstToken->chart()->step() < 1 ? 1 : 0)); },
        [](double value) { return formatTime(value * 1e3); });
    updateLedgerTiles();
    m_targetModel->setData(answer, tr("Last %1").arg(tr(ranges[size_t(m_range)].name)));
    m_targets->setSubtitle(m_targetModel->summary());
    arrange();
    updateEmptyState();
}

void DashboardPage::updateSpendChart()
{
    if (!m_haveData)
        return;
    const auto by = m_spendBy->currentIndex() == 0 ? SpendBy::Provider : SpendBy::Model;
    const TimeTable table = spendTable(m_data, by, providerColors(), m_modelColors);
    // Small sums need more places; all labels of one axis have the same.
    m_spend->chart()->setFormats(
        [this](double value) -> QString { // not a builder of it: that would refer to what is gone
            const double step = m_spend->chart()->step();
            return u"$"_s + formatNumber(value, step >= 1 ? 0 : step >= 0.05 ? 2 : step >= 0.0005 ? 4 : 6);
        },
        [](double value) { return formatMoney(int64_t(value * 1e9), value < 1 ? Places::Table : Places::Tile); });
    m_spend->setTable(table);
}

void DashboardPage::updateLedgerTiles()
{
    m_spendTile->setNumber(formatMoney(m_data.spendTodayNanoUsd, Places::Tile));
    m_spendTile->setContext(m_data.unpricedToday > 0 ? tr("and %n unpriced", nullptr, int(m_data.unpricedToday))
                                                     : tr("%n request(s)", nullptr, int(m_data.requestsToday)));
    m_spendTile->setSpark(sumOf(m_spend->chart()->table()));
    m_rateTile->setSpark(sumOf(m_requests->chart()->table()));

    const DashboardTotals sum = totals(m_data);
    m_errorTile->setSpark(sumOf(m_errors->chart()->table()), Token::Idle);
    if (sum.requests > 0) {
        const double percent = 100.0 * double(sum.errors) / double(sum.requests);
        m_errorTile->setNumber(formatPercent(percent, percent > 0 && percent < 10 ? 2 : 0));
        m_errorTile->setContext(tr("%1 of %2").arg(formatCount(sum.errors), formatCount(sum.requests)));
    } else {
        m_errorTile->setNumber(missingText());
        m_errorTile->setContext(tr("no requests"));
    }
    const LatencyBucket &all = m_data.overall;
    const auto times = [](Tile *tile, int64_t count, double p50, double p95, double p99) {
        const bool known = count > 0 && p50 > 0;
        tile->setNumber(known ? formatTime(p50) : missingText());
        tile->setContext(known ? tr("p95 %1 · p99 %2").arg(formatSeconds(p95), formatSeconds(p99)) : QString());
    };
    times(m_firstTokenTile, all.count, all.ttftP50, all.ttftP95, all.ttftP99);
    times(m_durationTile, all.count, all.durationP50, all.durationP95, all.durationP99);
    m_outputTile->setSpark(outputTokensPerBucket(m_data));
}

void DashboardPage::arrange()
{
    const int columns = width() < narrow ? 2 : 12;
    const int rows = m_targetModel->rowCount();
    const int rowHeight = m_targetTable->verticalHeader()->defaultSectionSize();
    m_targetTable->setMinimumHeight(m_targetTable->horizontalHeader()->sizeHint().height() +
                                    rowHeight * qBound(columns == 2 ? 4 : 3, rows, 12) + 2);
    const std::array<std::pair<int, int>, TargetsModel::ColumnCount - 1> widths{
        {{0, 0}, {96, 104}, {72, 92}, {72, 92}, {64, 84}, {72, 92}, {92, 108}}};
    for (int column = 1; column < TargetsModel::Strip; ++column)
        m_targetTable->setColumnWidth(column,
                                      columns == 2 ? widths[size_t(column)].first : widths[size_t(column)].second);
    m_targetTable->setColumnWidth(TargetsModel::Strip, columns == 2 ? 156 : 318);
    if (m_arrangement == columns)
        return;
    m_arrangement = columns;
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int row = 0; row < 6; ++row)
        m_grid->setRowStretch(row, 0);
    for (int column = 0; column < 12; ++column)
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
    m_grid->addWidget(m_trouble, 0, 0, 1, columns);
    m_grid->addWidget(m_strip, 1, 0, 1, columns);
    for (ChartPanel *chart : charts())
        chart->setMinimumHeight(164);
    if (columns == 2) {
        m_grid->addWidget(m_spend, 2, 0);
        m_grid->addWidget(m_firstToken, 2, 1);
        m_grid->addWidget(m_targets, 3, 0, 1, 2);
        m_grid->addWidget(m_requests, 4, 0);
        m_grid->addWidget(m_errors, 4, 1);
        m_grid->addWidget(m_share, 5, 0, 1, 2);
    } else {
        m_spend->setMinimumHeight(208);
        m_grid->addWidget(m_spend, 2, 0, 1, 7);
        m_grid->addWidget(m_share, 2, 7, 1, 5);
        m_grid->addWidget(m_firstToken, 3, 0, 1, 4);
        m_grid->addWidget(m_requests, 3, 4, 1, 4);
        m_grid->addWidget(m_errors, 3, 8, 1, 4);
        m_grid->addWidget(m_targets, 4, 0, 1, 12);
        m_grid->setRowStretch(2, 12);
        m_grid->setRowStretch(3, 9);
        m_grid->setRowStretch(4, 4);
    }
}

void DashboardPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

void DashboardPage::updateEmptyState()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    const bool noRequests = m_haveData && m_data.requestsToday == 0 && totals(m_data).requests == 0 &&
                            snapshot->ledger.rows == 0 && snapshot->inFlight == 0;
    if (noRequests) {
        const bool noProvider = m_control->config()->providers.empty();
        m_addProvider->setVisible(noProvider);
        m_empty->setTexts(tr("No requests yet"),
                          noProvider ? tr("Signalbox has no provider to send requests to. Add one first.")
                                     : tr("Point a tool at Signalbox, or send a first request from a terminal:"));
        m_empty->setCode(noProvider ? QString() : curlCommand());
    }
    m_stack->setCurrentWidget(noRequests ? static_cast<QWidget *>(m_empty) : m_scroll);
}

QString DashboardPage::curlCommand() const
{
    const ConfigPtr config = m_control->config();
    QString url = QString::fromStdString(m_control->snapshot()->url);
    if (url.isEmpty())
        url = u"http://%1:%2"_s.arg(QString::fromStdString(config->listen.address)).arg(config->listen.port);
    QString model = u"gpt-5-mini"_s;
    for (const RouteConfig &route : config->routes) {
        const PolicyNode *node = &route.to;
        while (node->kind == PolicyNode::Kind::Fallback && !node->children.empty())
            node = &node->children.front();
        if (route.match.model.find('*') == std::string::npos)
            model = QString::fromStdString(route.match.model);
        else if (node->kind == PolicyNode::Kind::Target && node->model != "*" && !node->model.empty())
            model = QString::fromStdString(node->model);
        else
            continue;
        break;
    }
    const QString key =
        config->listen.auth == AuthMode::Keys ? u"  -H \"Authorization: Bearer $SIGNALBOX_API_KEY\" \\\n"_s : QString();
    return u"curl "_s + url + u"/v1/chat/completions \\\n"_s + key +
           u"  -H \"Content-Type: application/json\" \\\n  -d '{\"model\": \""_s + model +
           u"\",\n       \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'"_s;
}

} // namespace signalbox
