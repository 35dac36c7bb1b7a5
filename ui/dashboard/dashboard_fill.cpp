// SPDX-License-Identifier: GPL-3.0-or-later
// What the dashboard shows of what it is told.
#include "ui/answers/answers_panel.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/first_request.h"
#include "ui/dashboard/targets_model.h"
#include "ui/projects/budget_rows.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/tile.h"

#include <QtCore/QDateTime>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

using dashboard::ranges;

void DashboardPage::showSnapshot(const GatewaySnapshot &snapshot)
{
    const bool running = snapshot.state == GatewayState::Running || snapshot.state == GatewayState::Draining;
    const auto set = [running](Tile *tile, const QString &number, const QString &context) {
        tile->setNumber(running ? number : missingText());
        tile->setContext(running ? context : tr("gateway stopped"));
    };
    set(m_rateTile, formatNumber(snapshot.requestsPerMinute, snapshot.requestsPerMinute < 99.95 ? 1 : 0),
        tr("%1 streams open", nullptr, pluralCount(snapshot.streams)).arg(formatCount(snapshot.streams)));
    m_rateTile->setToolTip(tr("%1 since the gateway started, %2 in flight")
                               .arg(formatCount(snapshot.requestsTotal), formatCount(snapshot.inFlight)));
    set(m_outputTile, formatCount(qRound64(snapshot.outputTokensPerSecond)), tr("over the last minute"));
    m_targetModel->setLive(snapshot);
    m_answers->showLimits(snapshot, *m_control->config(), QDateTime::currentMSecsSinceEpoch());
    updateMonthTile();
    updateEmptyState();
}

void DashboardPage::showData(const DashboardData &now)
{
    DashboardAnswer answer;
    answer.slice = {now.fromMs, now.toMs, now.bucketMs, 2 * now.fromMs - now.toMs};
    answer.spendBy = SpendBy(qMin(m_spendBy->currentIndex(), int(SpendBy::Model)));
    answer.now = now;
    showAnswer(answer);
}

TimeTable DashboardPage::compared(TimeTable now, const std::function<TimeTable(const DashboardData &)> &make) const
{
    if (m_answer.before)
        addBefore(now, make(*m_answer.before));
    return now;
}

void DashboardPage::showAnswer(const DashboardAnswer &answer)
{
    m_answer = answer;
    m_haveData = true;
    m_trouble->hide();
    for (Tile *tile : tiles())
        tile->setStale(false);
    const QString unit = bucketUnit(answer.slice.bucketMs);
    m_spend->setUnit(unit);
    m_errors->setUnit(unit);
    if (!m_custom) // what is there fills the charts again
        setView(std::nullopt);
    updateSpendChart();
    updateWeightsChart();
    updateLatencyChart();
    m_requests->setTable(compared(requestsTable(answer.now), requestsTable));
    m_errors->setTable(compared(errorsTable(answer.now), errorsTable));
    m_tokens->setTable(compared(tokensTable(answer.now), tokensTable));
    updateLedgerTiles();
    m_targetModel->setData(answer.now,
                           m_custom ? tr("This time") : tr("Last %1").arg(tr(ranges[size_t(m_range)].name)));
    const std::vector<ProviderConfig> &providers = m_control->config()->providers;
    const bool simulated = std::any_of(providers.begin(), providers.end(),
                                       [](const ProviderConfig &provider) { return provider.simulated; });
    m_targets->setSubtitle(m_targetModel->summary() + (simulated ? u" · "_s + tr("simulated") : QString()));
    arrange();
    updateEmptyState();
}

void DashboardPage::showAnswers(const AnswersData &told)
{
    m_words = told;
    m_answers->showData(told);
    const CacheSavings &savings = told.savings;
    if (savings.inputTokens > 0) {
        const double percent = 100.0 * double(savings.cachedTokens) / double(savings.inputTokens);
        m_savedTile->setNumber(formatMoney(savings.savedNanoUsd, Places::Tile));
        m_savedTile->setContext(tr("%1 of input tokens").arg(formatPercent(percent)));
    } else {
        m_savedTile->setNumber(missingText());
        m_savedTile->setContext(tr("no input today"));
    }
    m_savedTile->setToolTip(savingsCard(told).method);
    updateMonthTile();
}

// Against the fullest monthly budget in dollars; all spend and its forecast where there is none.
void DashboardPage::updateMonthTile()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    const BudgetRow *budget = monthBudget(snapshot->budgets);
    if (budget) {
        const int64_t cap = std::max<int64_t>(1, *budget->capNanoUsd);
        std::optional<int64_t> expected;
        QString method = tr("As it went since the month began.");
        if (m_words && m_words->budgetForecast && m_words->budgetRule == budget->rule &&
            m_words->budgetAccount == budget->account) {
            expected = m_words->budgetForecast->expectedNanoUsd;
            method = QString::fromStdString(m_words->budgetForecast->method);
        } else if (const auto meter = tightMeter(*budget); meter && meter->unit == TightMeter::Unit::Usd) {
            expected = paceForecast(*budget, *meter, QDateTime::currentMSecsSinceEpoch());
        }
        const QString of = formatMoney(cap, Places::Tile);
        m_monthTile->setNumber(formatPercent(100.0 * double(budget->nanoUsd) / double(cap)));
        const bool over = expected && *expected > cap;
        m_monthTile->setLabel(tr("Budget of %1").arg(of));
        m_monthTile->setContext(expected ? tr("expected %1").arg(formatMoney(*expected, Places::Tile))
                                         : formatMoney(budget->nanoUsd, Places::Tile),
                                over ? std::optional(Signal::Caution) : std::nullopt);
        const QString title = budgetTitle(budget->rule, *m_control->config());
        m_monthTile->setToolTip(tr("Budget %1: %2 of %3 used this month.\nForecast: %4")
                                    .arg(budget->account.empty()
                                             ? title
                                             : tr("%1 (%2)").arg(title, QString::fromStdString(budget->account)),
                                         formatMoney(budget->nanoUsd, Places::Tile), of, method));
        return;
    }
    m_monthTile->setLabel(tr("This month"));
    if (!m_words) {
        m_monthTile->setNumber(missingText());
        m_monthTile->setContext({});
        return;
    }
    const MonthForecast &month = m_words->forecast.month;
    m_monthTile->setNumber(formatMoney(month.spentNanoUsd, Places::Tile));
    m_monthTile->setContext(tr("expected %1").arg(formatMoney(month.expectedNanoUsd, Places::Tile)));
    m_monthTile->setToolTip(tr("By the month's end between %1 and %2.\nForecast: %3\nNo budget is set for a month.")
                                .arg(formatMoney(month.lowNanoUsd, Places::Tile),
                                     formatMoney(month.highNanoUsd, Places::Tile),
                                     QString::fromStdString(month.method)));
}

void DashboardPage::updateSpendChart()
{
    if (!m_haveData)
        return;
    const auto by = SpendBy(m_spendBy->currentIndex());
    if (by != m_answer.spendBy && (by == SpendBy::Project || by == SpendBy::Client))
        return; // the answer is on its way
    TimeTable table;
    if (by == SpendBy::Provider || by == SpendBy::Model) {
        const auto make = [this, by](const DashboardData &of) {
            return spendTable(of, by, providerColors(), m_modelColors);
        };
        table = compared(make(m_answer.now), make);
    } else if (m_answer.spend) {
        table = spendTable(*m_answer.spend, m_answer.slice, m_groupColors);
        if (m_answer.spendBefore) {
            DashboardSlice before = m_answer.slice;
            before.fromMs = m_answer.slice.beforeMs;
            before.toMs = before.fromMs + m_answer.slice.toMs - m_answer.slice.fromMs;
            addBefore(table, spendTable(*m_answer.spendBefore, before, m_groupColors));
        }
    }
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

void DashboardPage::updateLatencyChart()
{
    if (!m_haveData)
        return;
    const auto kind = LatencyKind(m_latencyKind->currentIndex());
    const auto make = [kind](const DashboardData &of) { return latencyTable(of, kind); };
    m_latency->chart()->setFormats([this](double value) { return secondsAxisText(value, m_latency->chart()->step()); },
                                   [](double value) { return formatTime(value * 1e3); });
    m_latency->setTable(compared(make(m_answer.now), make));
}

// The weights of the chosen node; the share of requests where no route has any, or it is chosen.
void DashboardPage::updateWeightsChart()
{
    if (!m_haveData)
        return;
    const WeightHistory::Reading reading = m_control->weightHistory(m_answer.slice.fromMs, m_answer.slice.toMs);
    std::vector<std::string> nodes = weightedNodes(reading);
    if (nodes != m_nodes) {
        m_nodes = std::move(nodes);
        const QSignalBlocker quiet(m_weightsOf);
        m_weightsOf->clear();
        for (const std::string &node : m_nodes)
            m_weightsOf->addItem(weightedNodeName(node, *m_control->config()), QString::fromStdString(node));
        m_weightsOf->addItem(tr("share of requests"), QString::fromLatin1(dashboard::shareOfRequests));
        m_weightsOf->setCurrentIndex(qMax(0, m_weightsOf->findData(QString::fromStdString(m_node))));
    }
    const std::string node = m_weightsOf->currentData().toString().toStdString();
    const bool share = node == dashboard::shareOfRequests;
    TimeTable table;
    if (share) {
        const auto make = [](const DashboardData &of) { return shareTable(of, providerColors()); };
        table = compared(make(m_answer.now), make);
        m_weights->setUnit(tr("per target"));
        m_weights->setNote(tr("Which part of the requests each target answered."));
    } else {
        table = weightsTable(reading, node, emptyTable(m_answer.now), providerColors());
        m_weights->setUnit(tr("dashed: configured"));
        QString since;
        if (reading.beginsMs > m_answer.slice.fromMs)
            since = u'\n' + tr("Kept since %1.").arg(spanText({reading.beginsMs, reading.beginsMs + 60'000}));
        m_weights->setNote(tr("Dashed: as configured. Solid: as it takes effect, after health and limits. A look every "
                              "5 s for 15 minutes, one a minute for a day, then the mean of each hour for 90 days.") +
                           since);
    }
    m_weights->chart()->setEndLabels(!share);
    m_weights->setLegendVisible(share);
    m_weights->setTable(table);
}

void DashboardPage::updateLedgerTiles()
{
    const DashboardData &now = m_answer.now;
    m_spendTile->setNumber(formatMoney(now.spendTodayNanoUsd, Places::Tile));
    m_spendTile->setContext(
        now.unpricedToday > 0
            ? tr("and %1 unpriced").arg(formatCount(now.unpricedToday))
            : tr("%1 requests", nullptr, pluralCount(now.requestsToday)).arg(formatCount(now.requestsToday)));
    m_spendTile->setSpark(sumOf(m_spend->chart()->data()));
    m_rateTile->setSpark(sumOf(m_requests->chart()->data()));

    const DashboardTotals sum = totals(now);
    m_errorTile->setSpark(sumOf(m_errors->chart()->data()), Token::Idle);
    if (sum.requests > 0) {
        const double percent = 100.0 * double(sum.errors) / double(sum.requests);
        m_errorTile->setNumber(formatPercent(percent, percent > 0 && percent < 10 ? 2 : 0));
        m_errorTile->setContext(tr("%1 of %2").arg(formatCount(sum.errors), formatCount(sum.requests)));
    } else {
        m_errorTile->setNumber(missingText());
        m_errorTile->setContext(tr("no requests"));
    }
    const LatencyBucket &all = now.overall;
    const auto times = [](Tile *tile, int64_t count, double p50, double p95, double p99) {
        const bool known = count > 0 && p50 > 0;
        tile->setNumber(known ? formatTime(p50) : missingText());
        tile->setContext(known ? tr("p95 %1 · p99 %2").arg(formatSeconds(p95), formatSeconds(p99)) : QString());
    };
    times(m_firstTokenTile, all.count, all.ttftP50, all.ttftP95, all.ttftP99);
    times(m_durationTile, all.count, all.durationP50, all.durationP95, all.durationP99);
    m_outputTile->setSpark(outputTokensPerBucket(now));
}

void DashboardPage::updateEmptyState()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    const bool noRequests = m_haveData && m_answer.now.requestsToday == 0 && totals(m_answer.now).requests == 0 &&
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
