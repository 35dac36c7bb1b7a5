// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/dashboard_query.h"

#include "core/ledger/histogram.h"
#include "core/ledger/name_book.h"
#include "core/ledger/spend_range.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t rawRangeMs = 3 * hourMs;
constexpr int64_t mostBuckets = 20'000;
constexpr size_t stripCells = 60;

// Either single values, for exact percentiles, or histograms.
class Spread
{
public:
    void add(double value) { m_values.push_back(value); }
    void merge(std::string_view histogram) { m_histogram.mergeBlob(histogram); }
    int64_t count() const { return static_cast<int64_t>(m_values.size()) + m_histogram.count(); }
    double percentile(double share)
    {
        if (m_values.empty())
            return m_histogram.percentile(share);
        const double rank = std::ceil(share * static_cast<double>(m_values.size()));
        const auto at = m_values.begin() + static_cast<ptrdiff_t>(std::max(1.0, rank)) - 1;
        std::nth_element(m_values.begin(), at, m_values.end());
        return *at;
    }

private:
    std::vector<double> m_values;
    Histogram m_histogram;
};

// One request, or one row of rollups.
struct Line {
    int64_t startMs = 0;
    std::string provider, model;
    int64_t requests = 0, limited = 0, failed = 0, timeouts = 0, other = 0;
    int64_t costNanoUsd = 0, unpriced = 0;
    int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
    std::optional<double> ttft, duration; // of a single request
    std::string_view ttfts, durations;    // histograms of many

    int64_t errors() const { return limited + failed + timeouts + other; }
    void addTtft(Spread &spread) const { ttft ? spread.add(*ttft) : spread.merge(ttfts); }
    void addDuration(Spread &spread) const { duration ? spread.add(*duration) : spread.merge(durations); }
};

struct Cell {
    int64_t requests = 0, caution = 0, stop = 0;
    Spread duration;
};

struct Target {
    TargetSummary sums;
    Spread duration;
    std::vector<Cell> cells = std::vector<Cell>(stripCells);
};

struct Latency {
    int64_t count = 0;
    Spread ttft, duration;

    void add(const Line &line)
    {
        count += line.requests;
        line.addTtft(ttft);
        line.addDuration(duration);
    }
    LatencyBucket toBucket(int64_t startMs)
    {
        LatencyBucket bucket;
        bucket.startMs = startMs;
        bucket.count = count;
        bucket.ttftP50 = ttft.percentile(0.50);
        bucket.ttftP95 = ttft.percentile(0.95);
        bucket.ttftP99 = ttft.percentile(0.99);
        bucket.durationP50 = duration.percentile(0.50);
        bucket.durationP95 = duration.percentile(0.95);
        bucket.durationP99 = duration.percentile(0.99);
        return bucket;
    }
};

class Dashboard
{
public:
    Dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs)
    {
        m_data.fromMs = fromMs;
        m_data.toMs = toMs;
        m_data.bucketMs = bucketMs;
    }

    void add(const Line &line)
    {
        const int64_t start = line.startMs / m_data.bucketMs * m_data.bucketMs;
        SpendBucket &spend = m_spend[{start, line.provider, line.model}];
        spend.requests += line.requests;
        spend.errors429 += line.limited;
        spend.errors5xx += line.failed;
        spend.errorsTimeout += line.timeouts;
        spend.errorsOther += line.other;
        spend.costNanoUsd += line.costNanoUsd;
        spend.unpriced += line.unpriced;
        spend.inputTokens += line.input;
        spend.cachedInputTokens += line.cachedInput;
        spend.cacheWriteTokens += line.cacheWrite;
        spend.outputTokens += line.output;
        spend.reasoningTokens += line.reasoning;
        m_latency[start].add(line);
        m_overall.add(line);
        addToTarget(line);
    }

    DashboardData take()
    {
        for (auto &[key, spend] : m_spend) {
            std::tie(spend.startMs, spend.provider, spend.model) = key;
            m_data.spend.push_back(std::move(spend));
        }
        const int64_t first = m_data.fromMs / m_data.bucketMs * m_data.bucketMs;
        for (int64_t start = first; start < m_data.toMs; start += m_data.bucketMs)
            m_data.latency.push_back(m_latency[start].toBucket(start));
        m_data.overall = m_overall.toBucket(m_data.fromMs);
        for (auto &[key, target] : m_targets)
            m_data.targets.push_back(summarise(key, target));
        std::stable_sort(m_data.targets.begin(), m_data.targets.end(),
                         [](const TargetSummary &a, const TargetSummary &b) { return a.requests > b.requests; });
        return std::move(m_data);
    }

private:
    void addToTarget(const Line &line)
    {
        Target &target = m_targets[{line.provider, line.model}];
        target.sums.requests += line.requests;
        target.sums.errors += line.errors();
        target.sums.costNanoUsd += line.costNanoUsd;
        target.sums.unpriced += line.unpriced;
        line.addDuration(target.duration);
        const double share =
            static_cast<double>(line.startMs - m_data.fromMs) / static_cast<double>(m_data.toMs - m_data.fromMs);
        const auto at = std::clamp(static_cast<int64_t>(share * stripCells), int64_t(0), int64_t(stripCells - 1));
        Cell &cell = target.cells[static_cast<size_t>(at)];
        cell.requests += line.requests;
        cell.caution += line.limited;
        cell.stop += line.failed + line.timeouts;
        line.addDuration(cell.duration);
    }

    // A cell is slow when its median is over the p95 of the target in the whole range, and over three medians.
    static TargetSummary summarise(const std::pair<std::string, std::string> &key, Target &target)
    {
        std::tie(target.sums.provider, target.sums.model) = key;
        target.sums.durationP95 = target.duration.percentile(0.95);
        const double slow = std::max(target.sums.durationP95, 3 * target.duration.percentile(0.5));
        for (Cell &cell : target.cells) {
            const bool caution = cell.caution > 0 || (cell.requests > 0 && cell.duration.percentile(0.5) > slow);
            target.sums.strip.push_back(cell.requests == 0 ? 0 : cell.stop > 0 ? 3 : caution ? 2 : 1);
        }
        return std::move(target.sums);
    }

    DashboardData m_data;
    std::map<std::tuple<int64_t, std::string, std::string>, SpendBucket> m_spend;
    std::map<int64_t, Latency> m_latency;
    std::map<std::pair<std::string, std::string>, Target> m_targets;
    Latency m_overall;
};

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

// The slots that begin in [fromMs, toMs).
template<class Use>
Result<void> forEachSlot(Database &database, const TargetKeys &keys, bool hours, int64_t fromMs, int64_t toMs, Use use)
{
    const int64_t slotMs = hours ? hourMs : minuteMs;
    const auto slotFrom = [slotMs](int64_t ms) { return ms == INT64_MAX ? ms / slotMs : (ms + slotMs - 1) / slotMs; };
    if (fromMs >= toMs)
        return {};
    auto statement = database.prepare(hours ? "SELECT at, data FROM rollup_target_hour WHERE at >= ? AND at < ?"
                                            : "SELECT at, data FROM rollup_minute WHERE at >= ? AND at < ?");
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
    return forEachSlot(database, keys, false, todayMs, INT64_MAX, [&](const Line &line) {
        data.spendTodayNanoUsd += line.costNanoUsd;
        data.unpricedToday += line.unpriced;
        data.requestsToday += line.requests;
    });
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
Result<void> fillFromSlots(Database &database, const TargetKeys &keys, const DashboardData &range,
                           const std::function<void(const Line &)> &add)
{
    const int64_t fromMs = range.fromMs / minuteMs * minuteMs;
    const bool coarse =
        range.bucketMs % hourMs == 0 && range.toMs - range.fromMs >= static_cast<int64_t>(stripCells) * hourMs;
    if (!coarse)
        return forEachSlot(database, keys, false, fromMs, range.toMs, add);
    const int64_t firstHour = (fromMs + hourMs - 1) / hourMs * hourMs;
    const int64_t lastHour = range.toMs / hourMs * hourMs;
    auto done = forEachSlot(database, keys, false, fromMs, firstHour, add);
    if (done)
        done = forEachSlot(database, keys, true, firstHour, lastHour, add);
    return done ? forEachSlot(database, keys, false, lastHour, range.toMs, add) : done;
}

// Whether the requests of the range are (still) there to be read.
Result<bool> readsRequests(Database &database, int64_t fromMs, int64_t toMs, int64_t bucketMs)
{
    if (toMs - fromMs > rawRangeMs)
        return false;
    if (bucketMs % minuteMs != 0 || fromMs % minuteMs != 0)
        return true;
    auto oldest = database.prepare("SELECT min(started_at) FROM exchange_row");
    if (!oldest)
        return oldest.error();
    const auto row = oldest->step();
    if (!row)
        return row.error();
    const int64_t kept = *row && !oldest->isNull(0) ? std::min(oldest->integer(0), toMs) : toMs;
    if (kept <= fromMs)
        return true;
    auto gone = database.prepare("SELECT 1 FROM rollup_minute WHERE at >= ? AND at < ? LIMIT 1");
    if (!gone)
        return gone.error();
    gone->bindAll(slots::placeOf(fromMs / minuteMs), slots::placeOf(kept / minuteMs));
    const auto any = gone->step();
    return any ? Result<bool>(!*any) : any.error();
}

} // namespace

Result<DashboardData> queryDashboard(Database &database, TargetKeys &keys, int64_t fromMs, int64_t toMs,
                                     int64_t bucketMs, int64_t todayMs)
{
    if (toMs <= fromMs || bucketMs <= 0 || (toMs - fromMs) / bucketMs > mostBuckets)
        return Error{"range_invalid", "the range must not be empty nor have more than 20000 buckets"};
    Dashboard dashboard(fromMs, toMs, bucketMs);
    const auto add = [&](const Line &line) { dashboard.add(line); };
    const auto raw = readsRequests(database, fromMs, toMs, bucketMs);
    if (!raw)
        return raw.error();
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    DashboardData range;
    range.fromMs = fromMs;
    range.toMs = toMs;
    range.bucketMs = bucketMs;
    const auto filled = *raw ? forEachRequest(database, fromMs, toMs, add) : fillFromSlots(database, keys, range, add);
    if (!filled)
        return filled.error();
    DashboardData data = dashboard.take();
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
    const auto read = forEachSlot(database, keys, false, since, INT64_MAX, [&](const Line &line) {
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
