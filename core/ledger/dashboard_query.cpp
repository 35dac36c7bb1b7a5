// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/dashboard_query.h"

#include "core/ledger/dashboard_sums.h"
#include "core/ledger/histogram.h"
#include "core/ledger/moment_rollup.h"
#include "core/ledger/name_book.h"
#include "core/ledger/spend_range.h"

#include <algorithm>
#include <functional>

namespace signalbox {

namespace {

using dashboard::Dashboard;
using dashboard::Line;
using dashboard::stripCells;

constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t shortRangeMs = 3 * hourMs;
constexpr int64_t fewRequests = 5'000;
constexpr int64_t mostBuckets = 20'000;

Line readRequest(const Statement &s)
{
    Line line;
    line.startMs = s.integer(0);
    line.provider = s.text(1);
    line.model = s.text(2);
    line.requests = 1;
    const RequestOutcome outcome = outcomeOf(static_cast<int>(s.integer(3)), s.text(4));
    line.limited = outcome == RequestOutcome::Limited;
    line.failed = outcome == RequestOutcome::Failed;
    line.timeouts = outcome == RequestOutcome::Timeout;
    line.other = outcome == RequestOutcome::Other;
    line.costNanoUsd = s.integer(5);
    line.unpriced = s.isNull(5);
    line.input = s.integer(6);
    line.cachedInput = s.integer(7);
    line.output = s.integer(8);
    line.reasoning = s.integer(9);
    line.ttft = s.maybeReal(10);
    line.duration = s.real(11);
    line.cacheWrite = s.integer(12);
    return line;
}

Line lineOf(int64_t startMs, const TargetKey &key, const TargetSums &sums)
{
    Line line;
    line.startMs = startMs;
    line.provider = key.provider;
    line.model = key.model;
    line.requests = sums.requests;
    line.limited = sums.limited;
    line.failed = sums.failed;
    line.timeouts = sums.timeouts;
    line.other = sums.other;
    line.costNanoUsd = sums.costNanoUsd;
    line.unpriced = sums.unpriced;
    line.input = sums.input;
    line.cachedInput = sums.cachedInput;
    line.cacheWrite = sums.cacheWrite;
    line.output = sums.output;
    line.reasoning = sums.reasoning;
    line.ttfts = sums.takenTtft;
    line.durations = sums.takenDuration;
    return line;
}

// The requests of [fromMs, toMs).
template<class Use>
Result<void> forEachRequest(Database &database, int64_t fromMs, int64_t toMs, Use use)
{
    auto statement = database.prepare(
        "SELECT x.started_at, (SELECT provider FROM spend_key WHERE id = x.key), (SELECT model FROM spend_key WHERE "
        "id = x.key), x.status, " +
        nameTextSql("x.error") +
        ", x.cost_nanousd, x.input_tokens, x.cached_input_tokens, x.output_tokens, x.reasoning_tokens, "
        "x.ttft_us / 1000.0, x.duration_us / 1000.0, "
        "x.cache_write_tokens FROM exchange_row x WHERE x.started_at >= ? AND x.started_at < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(fromMs, toMs);
    return forEachRow(*statement, [&](const Statement &row) { use(readRequest(row)); });
}

// The slots that begin in [fromMs, toMs): hours, minutes or moments.
template<class Use>
Result<void> forEachSlot(Database &database, const TargetKeys &keys, int64_t slotMs, int64_t fromMs, int64_t toMs,
                         Use use)
{
    const auto slotFrom = [slotMs](int64_t ms) { return ms == INT64_MAX ? ms / slotMs : (ms + slotMs - 1) / slotMs; };
    if (fromMs >= toMs)
        return {};
    const char *table = slotMs == hourMs     ? "rollup_target_hour"
                        : slotMs == minuteMs ? "rollup_minute"
                                             : "rollup_moment";
    auto statement = database.prepare("SELECT at, data FROM " + std::string(table) + " WHERE at >= ? AND at < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(slots::placeOf(slotFrom(fromMs)),
                       toMs == INT64_MAX ? INT64_MAX : slots::placeOf(slotFrom(toMs)));
    return forEachRow(*statement, [&](const Statement &row) {
        const int64_t place = row.integer(0);
        slots::forEach<TargetSums>(place, row.view(1), [&](int64_t id, const TargetSums &sums) {
            if (const TargetKey *key = keys.find(id))
                use(lineOf(slots::slotOf(place) * slotMs, *key, sums));
        });
    });
}

Result<void> addToday(Database &database, const TargetKeys &keys, int64_t todayMs, DashboardData &data)
{
    const auto count = [&](const Line &line) {
        data.spendTodayNanoUsd += line.costNanoUsd;
        data.unpricedToday += line.unpriced;
        data.requestsToday += line.requests;
    };
    const int64_t firstHour = (todayMs + hourMs - 1) / hourMs * hourMs; // where midnight is not on one
    const auto done = forEachSlot(database, keys, minuteMs, todayMs, firstHour, count);
    return done ? forEachSlot(database, keys, hourMs, firstHour, INT64_MAX, count) : done;
}

// Of providers that had a request since then.
Result<void> addLastStatus(Database &database, int64_t sinceMs,
                           std::map<std::string, LedgerReader::ProviderToday> &providers)
{
    auto statement = database.prepare(
        "SELECT x.status FROM exchange_row x WHERE x.key IN (SELECT id FROM spend_key WHERE provider = ?) AND "
        "x.started_at >= ? ORDER BY x.started_at DESC LIMIT 1");
    if (!statement)
        return statement.error();
    for (auto &[name, today] : providers) {
        statement->bindAll(name, sinceMs);
        const auto row = statement->step();
        if (!row)
            return row.error();
        today.lastStatus = *row ? static_cast<int>(statement->integer(0)) : 0;
        statement->reset();
    }
    return {};
}

// Whole hours where nobody can see the difference to minutes: buckets and the cells of strips are hours or longer.
Result<void> fillLong(Database &database, const TargetKeys &keys, const DashboardData &range,
                      const std::function<void(const Line &)> &add)
{
    const int64_t fromMs = range.fromMs / minuteMs * minuteMs;
    const bool coarse =
        range.bucketMs % hourMs == 0 && range.toMs - range.fromMs >= static_cast<int64_t>(stripCells) * hourMs;
    if (!coarse)
        return forEachSlot(database, keys, minuteMs, fromMs, range.toMs, add);
    const int64_t firstHour = (fromMs + hourMs - 1) / hourMs * hourMs;
    const int64_t lastHour = range.toMs / hourMs * hourMs;
    auto done = forEachSlot(database, keys, minuteMs, fromMs, firstHour, add);
    if (done)
        done = forEachSlot(database, keys, hourMs, firstHour, lastHour, add);
    return done ? forEachSlot(database, keys, minuteMs, lastHour, range.toMs, add) : done;
}

// Of the slots that make up whole buckets; 0: there are none so fine, or not of that time.
Result<int64_t> slotOfBuckets(Database &database, const DashboardData &range)
{
    if (range.bucketMs % minuteMs == 0 && range.fromMs % minuteMs == 0)
        return minuteMs;
    if (range.bucketMs % MomentRollup::slotMs != 0 || range.fromMs % MomentRollup::slotMs != 0)
        return 0;
    const auto since = momentsSince(database);
    if (!since)
        return since;
    return range.fromMs >= *since ? MomentRollup::slotMs : 0;
}

// Whether all requests that the rollups know of can still be read.
Result<bool> areKept(Database &database, const DashboardData &range)
{
    auto oldest = database.prepare("SELECT min(started_at) FROM exchange_row");
    if (!oldest)
        return oldest.error();
    const auto row = oldest->step();
    if (!row)
        return row.error();
    const int64_t kept = *row && !oldest->isNull(0) ? std::min(oldest->integer(0), range.toMs) : range.toMs;
    if (kept <= range.fromMs)
        return true;
    auto gone = database.prepare("SELECT 1 FROM rollup_minute WHERE at >= ? AND at < ? LIMIT 1");
    if (!gone)
        return gone.error();
    gone->bindAll(slots::placeOf(range.fromMs / minuteMs), slots::placeOf(kept / minuteMs));
    const auto any = gone->step();
    return any ? Result<bool>(!*any) : any.error();
}

// Few requests are read themselves: their percentiles are exact. Many are summed up already.
Result<Dashboard> fillShort(Database &database, const TargetKeys &keys, const DashboardData &range)
{
    const auto slotMs = slotOfBuckets(database, range);
    if (!slotMs)
        return slotMs.error();
    Dashboard summed(range.fromMs, range.toMs, range.bucketMs);
    if (*slotMs > 0) {
        const auto done =
            forEachSlot(database, keys, *slotMs, range.fromMs, range.toMs, [&](const Line &line) { summed.add(line); });
        const auto kept = areKept(database, range);
        if (!done || !kept)
            return !done ? done.error() : kept.error();
        if (summed.requests() > fewRequests || !*kept)
            return summed;
    }
    Dashboard read(range.fromMs, range.toMs, range.bucketMs);
    const auto done = forEachRequest(database, range.fromMs, range.toMs, [&](const Line &line) { read.add(line); });
    return done ? Result<Dashboard>(std::move(read)) : done.error();
}

} // namespace

Result<DashboardData> queryDashboard(Database &database, TargetKeys &keys, int64_t fromMs, int64_t toMs,
                                     int64_t bucketMs, int64_t todayMs)
{
    if (toMs <= fromMs || bucketMs <= 0 || (toMs - fromMs) / bucketMs > mostBuckets)
        return Error{"range_invalid", "the range must not be empty nor have more than 20000 buckets"};
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    DashboardData range;
    range.fromMs = fromMs;
    range.toMs = toMs;
    range.bucketMs = bucketMs;
    Result<Dashboard> dashboard = Dashboard(fromMs, toMs, bucketMs);
    if (toMs - fromMs <= shortRangeMs) {
        dashboard = fillShort(database, keys, range);
    } else if (const auto filled = fillLong(database, keys, range, [&](const Line &line) { dashboard->add(line); });
               !filled) {
        return filled.error();
    }
    if (!dashboard)
        return dashboard.error();
    DashboardData data = dashboard->take();
    if (const auto today = addToday(database, keys, todayMs, data); !today)
        return today.error();
    return data;
}

Result<std::map<std::string, LedgerReader::ProviderToday>> queryProviders(Database &database, TargetKeys &keys,
                                                                          int64_t todayMs, int64_t nowMs)
{
    constexpr int64_t sparkBuckets = 48;
    constexpr int64_t sparkMs = 24 * hourMs / sparkBuckets;
    const int64_t sparkFrom = nowMs - 24 * hourMs;
    std::map<std::string, LedgerReader::ProviderToday> providers;
    std::map<std::string, Histogram> durations;
    std::map<std::string, std::map<std::string, int64_t>> models;
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    const int64_t since = std::min(todayMs, sparkFrom / minuteMs * minuteMs);
    const auto read = forEachSlot(database, keys, minuteMs, since, INT64_MAX, [&](const Line &line) {
        if (line.provider.empty()) // refused before a provider was chosen
            return;
        LedgerReader::ProviderToday &today = providers[line.provider];
        today.spark.resize(sparkBuckets);
        // A minute that began before the 24 h did still belongs to the first bucket.
        const int64_t at = line.startMs < sparkFrom ? (line.startMs + minuteMs > sparkFrom ? 0 : -1)
                                                    : std::min(sparkBuckets - 1, (line.startMs - sparkFrom) / sparkMs);
        if (at >= 0)
            today.spark[static_cast<size_t>(at)] += static_cast<double>(line.requests);
        if (line.startMs < todayMs)
            return;
        today.requests += line.requests;
        today.errors += line.errors();
        today.costNanoUsd += line.costNanoUsd;
        today.unpriced += line.unpriced;
        durations[line.provider].mergeBlob(line.durations);
        models[line.provider][line.model] += line.requests;
    });
    if (!read)
        return read.error();
    for (auto &[name, today] : providers) {
        today.durationP95 = durations[name].percentile(0.95);
        today.models = static_cast<int64_t>(models[name].size());
    }
    if (const auto last = addLastStatus(database, since, providers); !last)
        return last.error();
    return providers;
}

} // namespace signalbox
