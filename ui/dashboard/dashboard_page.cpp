// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_page.h"

#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/first_request.h"
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

using dashboard::ranges;

namespace {

const QString rangeKey = u"dashboard/range"_s;
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
    set(m_flightTile, formatCount(snapshot.inFlight), tr("%1 streaming").arg(formatCount(snapshot.streams)));
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
        [this](double value) { return secondsAxisText(value, m_firstToken->chart()->step()); },
        [](double value) { return formatTime(value * 1e3); });
    updateLedgerTiles();
    m_targetModel->setData(answer, tr("Last %1").arg(tr(ranges[size_t(m_range)].name)));
    const std::vector<ProviderConfig> &providers = m_control->config()->providers;
    const bool simulated = std::any_of(providers.begin(), providers.end(),
                                       [](const ProviderConfig &provider) { return provider.simulated; });
    m_targets->setSubtitle(m_targetModel->summary() + (simulated ? u" · "_s + tr("simulated") : QString()));
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
            return moneyAxisText(value, m_spend->chart()->step());
        },
        [this](double value) {
            const bool cents = m_spend->chart()->maximum() >= 1;
            return formatMoney(int64_t(value * 1e9), cents ? Places::Tile : Places::Table);
        });
    m_spend->setTable(table);
}

void DashboardPage::updateLedgerTiles()
{
    m_spendTile->setNumber(formatMoney(m_data.spendTodayNanoUsd, Places::Tile));
    m_spendTile->setContext(
        m_data.unpricedToday > 0
            ? tr("and %1 unpriced").arg(formatCount(m_data.unpricedToday))
            : tr("%1 requests", nullptr, pluralCount(m_data.requestsToday)).arg(formatCount(m_data.requestsToday)));
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
        const QString url = QString::fromStdString(snapshot->url);
        m_empty->setCode(noProvider ? QString() : firstRequestCommand(*m_control->config(), url));
    }
    m_stack->setCurrentWidget(noRequests ? static_cast<QWidget *>(m_empty) : m_scroll);
}

} // namespace signalbox
