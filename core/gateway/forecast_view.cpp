// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/gateway/answer_query.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/recorder.h"
#include "core/gateway/spend_view.h"
#include "core/ledger/budgets/calendar.h"
#include "core/ledger/forecast.h"

#include <QtCore/QDateTime>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int pastDays = 28;

struct Days {
    int64_t monthStart = 0;
    int64_t monthEnd = 0;
    int64_t today = 0;
    int64_t tomorrow = 0;
    std::vector<int64_t> past; // their beginnings, oldest first
};

Days daysAround(int64_t nowMs, const QTimeZone &zone)
{
    const PeriodSpan month = periodAt(BudgetPeriod::Month, nowMs, zone);
    const PeriodSpan today = periodAt(BudgetPeriod::Day, nowMs, zone);
    Days days{month.startMs, month.endMs, today.startMs, today.endMs, {}};
    int64_t start = today.startMs;
    for (int i = 0; i < pastDays; ++i) {
        start = periodAt(BudgetPeriod::Day, start - 1, zone).startMs;
        days.past.insert(days.past.begin(), start);
    }
    return days;
}

int weekdayOf(int64_t ms, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone).date().dayOfWeek();
}

struct History {
    int64_t month = 0;
    int64_t today = 0;
    std::vector<DaySpend> days;    // complete ones, from the first with a request
    std::vector<int64_t> upToHour; // of the same, until this time of the day
    int64_t unpriced = 0;          // requests this month
};

// Days are cut where today stands, so that one question gives both sums of each.
Result<History> readHistory(LedgerReader &ledger, const Days &days, int64_t nowMs, const QTimeZone &zone)
{
    SpendRequest request;
    request.fromMs = days.past.front();
    request.toMs = nowMs + 1;
    const int64_t into = nowMs - days.today;
    for (size_t i = 0; i < days.past.size(); ++i) {
        const int64_t end = i + 1 < days.past.size() ? days.past[i + 1] : days.today;
        if (days.past[i] > request.fromMs)
            request.bucketStarts.push_back(days.past[i]);
        const int64_t cut = days.past[i] + into + 1;
        if (cut < end)
            request.bucketStarts.push_back(cut);
    }
    request.bucketStarts.push_back(days.today);
    const auto report = ledger.spend(request);
    if (!report)
        return report.error();
    History history;
    bool begun = false;
    for (size_t i = 0; !report->groups.empty() && i < report->bucketStarts.size(); ++i) {
        const SpendSums &sums = report->groups.front().buckets[i];
        const int64_t start = report->bucketStarts[i];
        begun = begun || sums.requests > 0;
        if (start >= days.today) {
            history.today += sums.nanoUsd;
        } else if (std::find(days.past.begin(), days.past.end(), start) != days.past.end()) {
            if (begun) {
                history.days.push_back({weekdayOf(start, zone), sums.nanoUsd});
                history.upToHour.push_back(sums.nanoUsd);
            }
        } else if (!history.days.empty()) {
            history.days.back().nanoUsd += sums.nanoUsd;
        }
    }
    SpendRequest month;
    month.fromMs = days.monthStart;
    month.toMs = nowMs + 1;
    const auto thisMonth = ledger.spend(month);
    if (!thisMonth)
        return thisMonth.error();
    history.month = thisMonth->total.nanoUsd;
    history.unpriced = thisMonth->total.unpriced;
    return history;
}

} // namespace

Result<SpendForecast> readForecast(LedgerReader &ledger, int64_t nowMs, const QTimeZone &zone)
{
    const Days days = daysAround(nowMs, zone);
    const auto history = readHistory(ledger, days, nowMs, zone);
    if (!history)
        return history.error();
    std::vector<int> toCome;
    for (int64_t day = days.tomorrow; day < days.monthEnd; day = periodAt(BudgetPeriod::Day, day, zone).endMs)
        toCome.push_back(weekdayOf(day, zone));
    const double share =
        static_cast<double>(nowMs - days.today) / static_cast<double>(std::max<int64_t>(1, days.tomorrow - days.today));
    SpendForecast told{days.monthStart, days.monthEnd, history->today, history->unpriced, history->days.size(), {}, {}};
    told.month =
        forecastMonth(history->month, history->today, share, weekdayOf(days.today, zone), history->days, toCome);
    told.anomaly = findAnomaly(history->today, history->upToHour);
    return told;
}

Result<DeskAnswer> forecastAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs)
{
    const auto asked = AnswerQuery::read(query, {"zone"});
    if (!asked)
        return asked.error();
    const auto zone = asked->zone();
    if (!zone)
        return zone.error();
    const auto told = readForecast(ledger, nowMs, *zone);
    if (!told)
        return told.error();
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    out.member("zone", zone->id().toStdString());
    out.member("month_begins", isoTime(told->monthStartMs));
    out.member("month_ends", isoTime(told->monthEndMs));
    out.member("spent_usd", formatNanoUsd(told->month.spentNanoUsd));
    out.member("today_usd", formatNanoUsd(told->todayNanoUsd));
    out.member("expected_usd", formatNanoUsd(told->month.expectedNanoUsd));
    out.member("low_usd", formatNanoUsd(told->month.lowNanoUsd));
    out.member("high_usd", formatNanoUsd(told->month.highNanoUsd));
    out.member("method", told->month.method);
    out.member("complete_days", told->completeDays);
    out.member("unpriced_requests", told->unpriced);
    out.member("unusual_today", told->anomaly.found);
    out.memberUnlessEmpty("unusual", told->anomaly.text);
    out.endObject();
    return answer;
}

} // namespace signalbox
