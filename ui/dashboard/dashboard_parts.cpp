// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard is made of; dashboard_page.cpp fills it.
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/targets_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
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
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace signalbox {

using dashboard::ranges;

namespace {
const QString spendByKey = u"dashboard/spendBy"_s;
} // namespace

void DashboardPage::makeHeader()
{
    // Ours until a window's header takes them, and not seen before.
    m_ranges = new SegmentedControl(tr("Range"), this);
    m_ranges->hide();
    for (const Range &range : ranges)
        m_ranges->addSegment(tr(range.name));
    connect(m_ranges, &SegmentedControl::chosen, this, &DashboardPage::setRange);
    m_live = makeButton(tr("Live"), u"pause"_s, this);
    m_live->hide();
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
        action->setShortcutContext(Qt::WindowShortcut);
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

} // namespace signalbox
