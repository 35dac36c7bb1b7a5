// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/spend_watch.h"

#include "core/ledger/budgets/calendar.h"
#include "core/ledger/forecast.h"
#include "core/ledger/ledger_reader.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr size_t pastDays = 28;

std::string usd(double nanoUsd)
{
    char text[48];
    std::snprintf(text, sizeof text, "$%.2f", nanoUsd / 1e9);
    return text;
}

// Where the last days begin, oldest first; the last is today.
std::vector<int64_t> dayStarts(int64_t nowMs, const QTimeZone &zone)
{
    std::vector<int64_t> starts{periodAt(BudgetPeriod::Day, nowMs, zone).startMs};
    while (starts.size() <= pastDays)
        starts.push_back(periodAt(BudgetPeriod::Day, starts.back() - 1, zone).startMs);
    std::reverse(starts.begin(), starts.end());
    return starts;
}

Result<std::vector<int64_t>> bucketCosts(LedgerReader &reader, const std::vector<int64_t> &starts, int64_t endMs,
                                         const SpendFilter &filter)
{
    SpendRequest request;
    request.fromMs = starts.front();
    request.toMs = endMs;
    request.bucketStarts.assign(starts.begin() + 1, starts.end());
    request.filter = filter;
    const auto report = reader.spend(request);
    if (!report)
        return report.error();
    std::vector<int64_t> costs(starts.size(), 0);
    for (const SpendGroup &group : report->groups) {
        for (size_t i = 0; i < costs.size() && i < group.buckets.size(); ++i)
            costs[i] += group.buckets[i].nanoUsd;
    }
    return costs;
}

Result<void> addAnomaly(LedgerReader &reader, int64_t nowMs, const QTimeZone &zone, std::vector<AlertEvent> &events)
{
    const std::vector<int64_t> days = dayStarts(nowMs, zone);
    const int64_t elapsed = (nowMs - days.back()) / hourMs * hourMs;
    if (elapsed == 0)
        return {};
    std::vector<int64_t> starts; // each day: up to the hour, and the rest
    for (size_t i = 0; i + 1 < days.size(); ++i) {
        starts.push_back(days[i]);
        starts.push_back(std::min(days[i] + elapsed, days[i + 1] - hourMs / 4)); // a day of 23 hours
    }
    starts.push_back(days.back());
    const auto costs = bucketCosts(reader, starts, days.back() + elapsed, {});
    if (!costs)
        return costs.error();
    std::vector<int64_t> past;
    for (size_t i = 0; i + 1 < costs->size(); i += 2) {
        if (!past.empty() || (*costs)[i] > 0 || (*costs)[i + 1] > 0) // days before the first request say nothing
            past.push_back((*costs)[i]);
    }
    const SpendAnomaly anomaly = findAnomaly(costs->back(), past);
    if (anomaly.found)
        events.push_back(
            {AlertKind::Anomaly, AlertLevel::Warning, "day:" + std::to_string(days.back()), anomaly.text, true});
    return {};
}

bool isForecast(const BudgetRule &rule)
{
    const BudgetScope &scope = rule.scope;
    return rule.usd && rule.period == BudgetPeriod::Month && rule.each.empty() && !scope.ofTarget() &&
           scope.client.empty() && scope.user.empty() && scope.project.find_first_of("*?") == std::string::npos;
}

int weekdayOf(int64_t ms, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone).date().dayOfWeek();
}

Result<void> addForecast(LedgerReader &reader, const BudgetRule &rule, int64_t nowMs, std::vector<AlertEvent> &events)
{
    constexpr size_t fewestDays = 3;
    const QTimeZone zone = zoneNamed(rule.timeZone);
    const PeriodSpan month = periodAt(BudgetPeriod::Month, nowMs, zone);
    std::vector<int64_t> days = dayStarts(nowMs, zone);
    while (days.front() > month.startMs)
        days.insert(days.begin(), periodAt(BudgetPeriod::Day, days.front() - 1, zone).startMs);
    SpendFilter filter;
    if (!rule.scope.project.empty())
        filter.project = rule.scope.project;
    const auto costs = bucketCosts(reader, days, nowMs, filter);
    if (!costs)
        return costs.error();
    int64_t spent = 0;
    std::vector<DaySpend> complete;
    for (size_t i = 0; i < days.size(); ++i) {
        spent += days[i] >= month.startMs ? (*costs)[i] : 0;
        const bool counts = i + 1 < days.size() && i + 1 + pastDays >= days.size();
        if (counts && (!complete.empty() || (*costs)[i] > 0))
            complete.push_back({weekdayOf(days[i], zone), (*costs)[i]});
    }
    if (complete.size() < fewestDays)
        return {};
    const PeriodSpan today = periodAt(BudgetPeriod::Day, nowMs, zone);
    std::vector<int> toCome;
    for (int64_t day = today.endMs; day < month.endMs; day = periodAt(BudgetPeriod::Day, day, zone).endMs)
        toCome.push_back(weekdayOf(day, zone));
    const double share = static_cast<double>(nowMs - today.startMs) / static_cast<double>(today.endMs - today.startMs);
    const MonthForecast forecast = forecastMonth(spent, costs->back(), share, weekdayOf(nowMs, zone), complete, toCome);
    const double limit = *rule.usd * 1e9;
    if (static_cast<double>(spent) >= limit || static_cast<double>(forecast.expectedNanoUsd) <= limit)
        return {};
    events.push_back({AlertKind::Forecast, AlertLevel::Warning, rule.id + '@' + std::to_string(month.startMs),
                      "Budget '" + rule.id + "' will not last: " + usd(static_cast<double>(forecast.expectedNanoUsd)) +
                          " are expected by the month's end, " + usd(limit) + " are allowed, " +
                          usd(static_cast<double>(spent)) + " are spent. " + forecast.method,
                      true});
    return {};
}

} // namespace

Result<std::vector<AlertEvent>> lookAtSpend(const QString &databasePath, const std::vector<BudgetRule> &rules,
                                            int64_t nowMs, const QTimeZone &zone)
{
    const auto reader = LedgerReader::open(databasePath);
    if (!reader)
        return reader.error();
    std::vector<AlertEvent> events;
    if (const auto looked = addAnomaly(**reader, nowMs, zone, events); !looked)
        return looked.error();
    for (const BudgetRule &rule : rules) {
        if (!isForecast(rule))
            continue;
        if (const auto looked = addForecast(**reader, rule, nowMs, events); !looked)
            return looked.error();
    }
    return events;
}

SpendWatch::SpendWatch(QString databasePath, QObject *parent) : QObject(parent), m_databasePath(std::move(databasePath))
{
    m_pool.setMaxThreadCount(1);
}

SpendWatch::~SpendWatch()
{
    m_pool.waitForDone();
}

void SpendWatch::look(std::vector<BudgetRule> rules, int64_t nowMs)
{
    if (std::exchange(m_looking, true))
        return;
    m_pool.start([this, path = m_databasePath, rules = std::move(rules), nowMs] {
        auto events = lookAtSpend(path, rules, nowMs, zoneNamed({}));
        QMetaObject::invokeMethod(
            this,
            [this, events = std::move(events)] {
                m_looking = false;
                if (events && !events->empty()) // a ledger that cannot be read is told of elsewhere
                    Q_EMIT found(*events);
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox
