// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/dashboard_query.h"

#include "core/ledger/histogram.h"
#include "core/ledger/sqlite.h"

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
    void merge(const Histogram &histogram) { m_histogram.merge(histogram); }
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
    int64_t input = 0, cachedInput = 0, output = 0, reasoning = 0;
    std::optional<double> ttft, duration; // of a single request
    Histogram ttfts, durations;           // of many

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
    return line;
}

Line readRollup(const Statement &s)
{
    Line line;
    line.startMs = s.integer(0);
    line.provider = s.text(1);
    line.model = s.text(2);
    line.requests = s.integer(3);
    line.limited = s.integer(4);
    line.failed = s.integer(5);
    line.timeouts = s.integer(6);
    line.other = s.integer(7);
    line.costNanoUsd = s.integer(8);
    line.unpriced = s.integer(9);
    line.input = s.integer(10);
    line.cachedInput = s.integer(11);
    line.output = s.integer(12);
    line.reasoning = s.integer(13);
    line.ttfts = Histogram::fromBlob(s.text(14));
    line.durations = Histogram::fromBlob(s.text(15));
    return line;
}

constexpr const char *requestSql =
    "SELECT started_at, provider, model, status, error, cost_nanousd, input_tokens, cached_input_tokens, "
    "output_tokens, reasoning_tokens, ttft_ms, duration_ms FROM request WHERE started_at >= ? AND started_at < ?";
constexpr const char *rollupSql =
    "SELECT minute, provider, model, requests, limited, failed, timeouts, other, cost_nanousd, unpriced, input_tokens, "
    "cached_input_tokens, output_tokens, reasoning_tokens, ttft, duration FROM rollup_minute WHERE minute >= ? AND "
    "minute < ?";

template<class Read, class Use>
Result<void> forEach(Database &database, const char *sql, int64_t from, int64_t to, Read read, Use use)
{
    auto statement = database.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bindAll(from, to);
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        use(read(*statement));
    }
}

Result<void> addToday(Database &database, int64_t todayMs, DashboardData &data)
{
    return forEach(database, rollupSql, todayMs, INT64_MAX, readRollup, [&](const Line &line) {
        data.spendTodayNanoUsd += line.costNanoUsd;
        data.unpricedToday += line.unpriced;
        data.requestsToday += line.requests;
    });
}

Result<void> addLastStatus(Database &database, std::map<std::string, LedgerReader::ProviderToday> &providers)
{
    auto statement = database.prepare("SELECT status FROM request WHERE provider = ? ORDER BY started_at DESC LIMIT 1");
    if (!statement)
        return statement.error();
    for (auto &[name, today] : providers) {
        statement->bind(1, name);
        const auto row = statement->step();
        if (!row)
            return row.error();
        today.lastStatus = *row ? static_cast<int>(statement->integer(0)) : 0;
        statement->reset();
    }
    return {};
}

} // namespace

Result<DashboardData> queryDashboard(Database &database, int64_t fromMs, int64_t toMs, int64_t bucketMs,
                                     int64_t todayMs)
{
    if (toMs <= fromMs || bucketMs <= 0 || (toMs - fromMs) / bucketMs > mostBuckets)
        return Error{"range_invalid", "the range must not be empty nor have more than 20000 buckets"};
    Dashboard dashboard(fromMs, toMs, bucketMs);
    const auto add = [&](const Line &line) { dashboard.add(line); };
    const bool raw = toMs - fromMs <= rawRangeMs;
    const auto filled = raw ? forEach(database, requestSql, fromMs, toMs, readRequest, add)
                            : forEach(database, rollupSql, fromMs / minuteMs * minuteMs, toMs, readRollup, add);
    if (!filled)
        return filled.error();
    DashboardData data = dashboard.take();
    if (const auto today = addToday(database, todayMs, data); !today)
        return today.error();
    return data;
}

Result<std::map<std::string, LedgerReader::ProviderToday>> queryProviders(Database &database, int64_t todayMs,
                                                                          int64_t nowMs)
{
    constexpr int64_t sparkBuckets = 48;
    constexpr int64_t sparkMs = 24 * hourMs / sparkBuckets;
    const int64_t sparkFrom = nowMs - 24 * hourMs;
    std::map<std::string, LedgerReader::ProviderToday> providers;
    std::map<std::string, Histogram> durations;
    std::map<std::string, std::map<std::string, int64_t>> models;
    const auto read =
        forEach(database, rollupSql, std::min(todayMs, sparkFrom), INT64_MAX, readRollup, [&](const Line &line) {
            if (line.provider.empty()) // refused before a provider was chosen
                return;
            LedgerReader::ProviderToday &today = providers[line.provider];
            today.spark.resize(sparkBuckets);
            // A minute that began before the 24 h did still belongs to the first bucket.
            const int64_t at = line.startMs < sparkFrom
                                   ? (line.startMs + minuteMs > sparkFrom ? 0 : -1)
                                   : std::min(sparkBuckets - 1, (line.startMs - sparkFrom) / sparkMs);
            if (at >= 0)
                today.spark[static_cast<size_t>(at)] += static_cast<double>(line.requests);
            if (line.startMs < todayMs)
                return;
            today.requests += line.requests;
            today.errors += line.errors();
            today.costNanoUsd += line.costNanoUsd;
            today.unpriced += line.unpriced;
            durations[line.provider].merge(line.durations);
            models[line.provider][line.model] += line.requests;
        });
    if (!read)
        return read.error();
    for (auto &[name, today] : providers) {
        today.durationP95 = durations[name].percentile(0.95);
        today.models = static_cast<int64_t>(models[name].size());
    }
    if (const auto last = addLastStatus(database, providers); !last)
        return last.error();
    return providers;
}

} // namespace signalbox
