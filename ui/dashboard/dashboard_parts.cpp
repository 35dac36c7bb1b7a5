// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard is made of; dashboard_fill.cpp fills it.
#include "ui/answers/answers_panel.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/targets_model.h"
#include "ui/data/today_spend.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/tile.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QSortFilterProxyModel>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

using dashboard::ranges;

namespace {

constexpr int headerRest = 340; // of the header: badge, spend, search, gaps
const QString spendByKey = u"dashboard/spendBy"_s;
const QString latencyKey = u"dashboard/latencyOf"_s;
const QString weightsKey = u"dashboard/weightsOf"_s;

QComboBox *makeChoice(const QString &name, const QStringList &choices, const QString &key)
{
    auto *box = new QComboBox;
    box->setAccessibleName(name);
    box->addItems(choices);
    box->setCurrentIndex(qBound(0, Preferences().value(key).toInt(), qMax(0, int(choices.size()) - 1)));
    return box;
}

} // namespace

void DashboardPage::makeHeader()
{
    // Ours until a window's header takes them, and not seen before.
    m_tools = new QWidget(this);
    m_tools->hide();
    auto *row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_ranges = new SegmentedControl(tr("Range"));
    for (const dashboard::Range &range : ranges)
        m_ranges->addSegment(tr(range.name));
    row->addWidget(m_ranges);
    m_customRange = makeButton(tr("Custom…"), u"clock"_s);
    m_customRange->setAccessibleName(tr("Custom range: from and to"));
    m_customRange->setToolTip(m_customRange->accessibleName());
    connect(m_customRange, &QPushButton::clicked, this, &DashboardPage::openSpanPanel);
    row->addWidget(m_customRange);
    m_customChip = makeButton({}, u"close"_s);
    m_customChip->setAccessibleName(tr("Reset the zoom"));
    m_customChip->hide();
    row->addWidget(m_customChip);
    m_compare = makeIconButton(u"compare"_s, tr("Compare with the period before"));
    m_compare->setCheckable(true);
    row->addWidget(m_compare);
    connect(m_ranges, &SegmentedControl::chosen, this, &DashboardPage::setRange);
    connect(m_customChip, &QPushButton::clicked, this, [this] { setCustom(std::nullopt); });
    connect(m_compare, &QToolButton::clicked, this, &DashboardPage::setCompare);
    m_live = makeButton(tr("Live"), u"pause"_s, this);
    m_live->hide();
    connect(m_live, &QPushButton::clicked, this, [this] { setPaused(!m_paused); });
}

// First the words of the button go, then the ranges that one can do without.
void DashboardPage::arrangeHeader()
{
    const int title = QFontMetrics(theme().font(TextStyle::Title)).horizontalAdvance(this->title());
    const int room = width() - title - m_live->sizeHint().width() - headerRest * theme().textScale() / 100;
    const auto show = [this, room](bool words, bool all) {
        m_customRange->setText(words ? tr("Custom…") : QString());
        for (int i = 0; i < int(ranges.size()); ++i)
            m_ranges->setSegmentVisible(i, all || ranges[size_t(i)].always || i == m_range);
        m_tools->layout()->activate();
        return m_tools->sizeHint().width() <= room;
    };
    if (!show(true, true) && !show(false, true))
        show(false, false);
}

void DashboardPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &keys) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WindowShortcut);
        addAction(action);
        return action;
    };
    auto *group = new QActionGroup(this);
    group->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional); // none while zoomed
    for (int i = 0; i < int(ranges.size()); ++i) {
        QAction *action = add(tr("Show %1").arg(tr(ranges[size_t(i)].name)), Qt::ALT | Qt::Key(Qt::Key_1 + i));
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, i] { setRange(i); });
    }
    connect(add(tr("Reset the zoom"), Qt::ALT | Qt::Key_0), &QAction::triggered, this,
            [this] { setCustom(std::nullopt); });
    connect(add(tr("Choose from and to…"), Qt::ALT | Qt::Key_9), &QAction::triggered, this,
            &DashboardPage::openSpanPanel);
    connect(add(tr("Compare with the period before"), Qt::ALT | Qt::Key_B), &QAction::triggered, this,
            [this] { setCompare(!m_compareOn); });
    connect(add(tr("Hold the numbers"), QKeySequence(tr("Ctrl+P"))), &QAction::triggered, this,
            [this] { setPaused(!m_paused); });
    connect(add(tr("Compare with a provider's report…"), {}), &QAction::triggered, this,
            [this] { openReconciliation(); });
    for (ChartPanel *chart : charts()) {
        QAction *action = add(tr("%1 as table").arg(chart->accessibleName()), {});
        action->setCheckable(true);
        connect(action, &QAction::toggled, chart->tableAction(), &QAction::setChecked);
        connect(chart->tableAction(), &QAction::toggled, action, &QAction::setChecked);
        connect(add(tr("Save %1 as picture…").arg(chart->accessibleName()), {}), &QAction::triggered, chart,
                [chart] { chart->askWhereToSave(ChartPanel::FileKind::Picture); });
        connect(add(tr("Save %1 as CSV…").arg(chart->accessibleName()), {}), &QAction::triggered, chart,
                [chart] { chart->askWhereToSave(ChartPanel::FileKind::Csv); });
    }
}

void DashboardPage::makeTiles()
{
    m_strip = new TileStrip;
    const auto add = [this](const QString &label, const QString &filter) {
        auto *tile = new Tile(label);
        m_strip->addTile(tile);
        connect(tile, &Tile::clicked, this, [this, filter] {
            Q_EMIT openRequests((filter.isEmpty() ? QString() : filter + u' ') + filterTime(wantedSpan()));
        });
        return tile;
    };
    const auto today = [this] {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        Q_EMIT openRequests(filterTime({TodaySpend::localMidnightMs(now), now}));
    };
    m_spendTile = new Tile(tr("Spend today"));
    m_strip->addTile(m_spendTile);
    connect(m_spendTile, &Tile::clicked, this, today);
    m_monthTile = new Tile(tr("This month"));
    m_strip->addTile(m_monthTile);
    connect(m_monthTile, &Tile::clicked, this, &DashboardPage::openProjects);
    m_rateTile = add(tr("Requests per minute"), {});
    m_errorTile = add(tr("Errors"), u"is:error"_s);
    m_firstTokenTile = add(tr("First token, p50"), u"is:stream"_s);
    m_durationTile = add(tr("Duration, p50"), {});
    m_outputTile = add(tr("Output tokens/s"), {});
    m_savedTile = add(tr("Saved by cache"), u"is:cached"_s);
}

void DashboardPage::makeCharts()
{
    const auto make = [this](const QString &id, const QString &title, const QString &empty, ChartKind kind) {
        auto *panel = new ChartPanel(id, title, m_crosshair);
        panel->chart()->setEmptyText(empty);
        listen(panel, kind);
        return panel;
    };
    const QString none = tr("No requests in this time.");
    m_spend = make(u"spend"_s, tr("Spend"), tr("No priced requests in this time."), ChartKind::Spend);
    m_spendBy =
        makeChoice(tr("Spend by"), {tr("by provider"), tr("by model"), tr("by project"), tr("by client")}, spendByKey);
    connect(m_spendBy, &QComboBox::activated, this, [this](int index) {
        Preferences().setValue(spendByKey, index);
        updateSpendChart();
        ask();
    });
    m_spend->addBesideTitle(m_spendBy);
    m_spend->chart()->setTotalName(tr("Together"));

    m_weights = make(u"weights"_s, tr("Routing weights"), none, ChartKind::Weights);
    m_weightsOf = new QComboBox;
    m_weightsOf->setAccessibleName(tr("Weights of"));
    m_weightsOf->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_weightsOf->addItem(tr("share of requests"), QString::fromLatin1(dashboard::shareOfRequests));
    m_node = Preferences().value(weightsKey).toString().toStdString();
    connect(m_weightsOf, &QComboBox::activated, this, [this] {
        m_node = m_weightsOf->currentData().toString().toStdString();
        Preferences().setValue(weightsKey, QString::fromStdString(m_node));
        updateWeightsChart();
    });
    m_weights->addBesideTitle(m_weightsOf);
    m_weights->chart()->setFixedMaximum(100);
    m_weights->chart()->setFormats([](double value) { return formatPercent(value); },
                                   [](double value) { return formatPercent(value, 1); });

    m_latency = make(u"latency"_s, tr("Latency"), none, ChartKind::Latency);
    m_latencyKind = makeChoice(tr("Latency of"), {tr("first token"), tr("duration")}, latencyKey);
    connect(m_latencyKind, &QComboBox::activated, this, [this](int index) {
        Preferences().setValue(latencyKey, index);
        updateLatencyChart();
    });
    m_latency->addBesideTitle(m_latencyKind);
    m_latency->setNote(tr("All targets together. Up to three hours the very percentiles, beyond within 2 percent."));
    m_latency->setLegendVisible(false);
    m_latency->chart()->setEndLabels(true);
    m_latency->chart()->setSmallestMaximum(0.1);

    m_requests = make(u"requests"_s, tr("Requests"), none, ChartKind::Requests);
    m_requests->setUnit(tr("per minute"));
    m_requests->setLegendVisible(false);
    m_requests->chart()->setFormats([](double value) { return formatNumber(value, value < 1 && value > 0 ? 1 : 0); },
                                    [](double value) { return formatNumber(value, 1); });

    m_errors = make(u"errors"_s, tr("Errors"), tr("No errors in this time."), ChartKind::Errors);
    m_errors->chart()->setSmallestMaximum(4);
    m_errors->chart()->setTotalName(tr("Together"));
    m_errors->chart()->setFormats([](double value) { return formatCount(qRound64(value)); },
                                  [](double value) { return formatCount(qRound64(value)); });

    m_tokens = make(u"tokens"_s, tr("Tokens"), none, ChartKind::Tokens);
    m_tokens->setUnit(tr("per minute"));
    m_tokens->chart()->setTotalName(tr("Together"));
    m_tokens->chart()->setFormats([this](double value) { return countAxisText(value, m_tokens->chart()->step()); },
                                  [](double value) { return formatTokens(qRound64(value)); });
}

// All charts show the same time: what one is asked for, the page does with all.
void DashboardPage::listen(ChartPanel *panel, ChartKind kind)
{
    const auto go = [this](qint64 fromMs, qint64 toMs) { setCustom(TimeSpan{fromMs, toMs}); };
    connect(panel->chart(), &TimeChart::zoomWanted, this, go);
    connect(panel->chart(), &TimeChart::panWanted, this, go);
    connect(panel->chart(), &TimeChart::resetWanted, this, [this] { setCustom(std::nullopt); });
    connect(panel->chart(), &TimeChart::picked, this,
            [this, kind](qint64 fromMs, qint64 toMs, const QString &series, double value) {
                pick(kind, {fromMs, toMs}, series, value);
            });
    connect(panel, &ChartPanel::saved, this, [this](const QString &path, const QString &problem) {
        ToastHost *toasts = ToastHost::of(this);
        if (toasts && problem.isEmpty())
            toasts->show(Signal::Clear, tr("Saved as %1").arg(QDir::toNativeSeparators(path)));
        else if (toasts)
            toasts->show(Signal::Stop, tr("Not saved: %1").arg(problem));
    });
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
    connect(m_targetTable, &QTableView::activated, this, [this, sorted](const QModelIndex &index) {
        Q_EMIT openRequests(m_targetModel->filterOf(sorted->mapToSource(index).row()) + u' ' +
                            filterTime(wantedSpan()));
    });
}

void DashboardPage::makeAnswers()
{
    m_wordsPanel = new Panel(tr("In words"));
    m_wordsPanel->setBodyMargins(0, 0, 0, 4);
    m_answers = new AnswersPanel;
    m_wordsPanel->body()->addWidget(m_answers);
    connect(m_answers, &AnswersPanel::requestsWanted, this, &DashboardPage::openRequests);
    connect(m_answers, &AnswersPanel::projectsWanted, this, &DashboardPage::openProjects);
    connect(m_answers, &AnswersPanel::providersWanted, this, &DashboardPage::openProviders);
    connect(m_answers, &AnswersPanel::reconcileWanted, this, [this] { openReconciliation(); });
}

void DashboardPage::makeEmptyState()
{
    m_empty = new EmptyState(iconName(), {}, {});
    m_addProvider = m_empty->addButton(tr("Add a provider"), u"plus"_s);
    connect(m_addProvider, &QPushButton::clicked, this, &DashboardPage::openProviders);
    m_stack->addWidget(m_empty);
}

} // namespace signalbox
