// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_query.h"

#include "core/ledger/target_rollup.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr int64_t enoughRequests = 5;

constexpr int64_t quarterMs = 15LL * 60'000;

// Single values, for exact percentiles, as long as no histogram comes in.
class Spread
{
public:
    void add(double value)
    {
        m_values.push_back(value);
        m_histogram.add(value);
    }
    void merge(std::string_view blob)
    {
        m_exact = m_exact && blob.empty();
        m_histogram.mergeBlob(blob);
    }
    int64_t count() const { return m_histogram.count(); }
    double percentile(double share)
    {
        if (!m_exact)
            return m_histogram.percentile(share);
        if (m_values.empty())
            return 0;
        const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(share * static_cast<double>(m_values.size()))));
        const auto at = m_values.begin() + static_cast<ptrdiff_t>(rank) - 1;
        std::nth_element(m_values.begin(), at, m_values.end());
        return *at;
    }

private:
    std::vector<double> m_values;
    Histogram m_histogram;
    bool m_exact = true;
};

struct Samples {
    Spread ttft, duration;
    double streamedTokens = 0;
    double streamedMs = 0;
};
using Targets = std::map<std::tuple<std::string, int, std::string, std::string>, Samples>;

// By the time to the first token where all in question stream, else by the whole duration.
void markFastest(std::vector<SpeedRow> &rows)
{
    for (auto from = rows.begin(); from != rows.end();) {
        const auto sameClass = [&](const SpeedRow &row) {
            return row.route == from->route && row.sizeClass == from->sizeClass;
        };
        const auto to = std::find_if_not(from, rows.end(), sameClass);
        const bool stream =
            std::all_of(from, to, [](const SpeedRow &row) { return row.requests < enoughRequests || row.ttftP50 > 0; });
        SpeedRow *best = nullptr;
        for (auto row = from; row != to; ++row) {
            const auto timeOf = [stream](const SpeedRow &r) { return stream ? r.ttftP50 : r.durationP50; };
            if (row->requests >= enoughRequests && (!best || timeOf(*row) < timeOf(*best)))
                best = &*row;
        }
        if (best)
            best->fastest = true;
        from = to;
    }
}

Result<void> addRequests(Database &database, int64_t fromMs, int64_t toMs, Targets &targets)
{
    const auto ofKey = [](const char *part) {
        return std::string("(SELECT ") + part + " FROM spend_key WHERE id = x.key), ";
    };
    auto statement = database.prepare(
        "SELECT " + ofKey("route") + ofKey("provider") + ofKey("model") +
        "x.ttft_us / 1000.0, x.duration_us / 1000.0, ifnull(x.input_tokens, 0) + ifnull(x.cached_input_tokens, 0) + "
        "ifnull(x.cache_write_tokens, 0), x.output_tokens, x.stream FROM exchange_row x WHERE x.started_at >= ? AND "
        "x.started_at < ? AND x.status < 400 AND x.error IS NULL");
    if (!statement)
        return statement.error();
    statement->bindAll(fromMs, toMs);
    return forEachRow(*statement, [&](const Statement &row) {
        if (row.view(1).empty())
            return;
        Samples &samples = targets[{row.text(0), sizeClassOf(row.integer(5)), row.text(1), row.text(2)}];
        const double duration = row.real(4);
        samples.duration.add(duration);
        const auto ttft = row.maybeReal(3);
        if (row.integer(7) == 0 || !ttft)
            return;
        samples.ttft.add(*ttft);
        if (!row.isNull(6) && duration > *ttft) {
            samples.streamedTokens += row.real(6);
            samples.streamedMs += duration - *ttft;
        }
    });
}

Result<void> addQuarters(Database &database, const TargetKeys &keys, int64_t fromMs, int64_t toMs, Targets &targets)
{
    constexpr double usPerMs = 1'000;
    auto statement = database.prepare("SELECT at, data FROM rollup_speed WHERE at >= ? AND at < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(slots::placeOf(fromMs / quarterMs), slots::placeOf(toMs / quarterMs));
    std::unordered_map<int64_t, Samples *> known;
    return forEachRow(*statement, [&](const Statement &row) {
        slots::forEach<SpeedSums>(row.integer(0), row.view(1), [&](int64_t id, const SpeedSums &sums) {
            Samples *&samples = known[id];
            if (!samples) {
                const TargetKey *key = keys.find(id);
                if (!key)
                    return;
                samples = &targets[{key->route, key->size, key->provider, key->model}];
            }
            samples->ttft.merge(sums.takenTtft);
            samples->duration.merge(sums.takenDuration);
            samples->streamedTokens += static_cast<double>(sums.streamedTokens);
            samples->streamedMs += static_cast<double>(sums.streamedUs) / usPerMs;
        });
    });
}

} // namespace

Result<std::vector<SpeedRow>> querySpeed(Database &database, TargetKeys &keys, int64_t fromMs, int64_t toMs)
{
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    fromMs = std::max<int64_t>(fromMs, 0);
    const int64_t first = std::min((fromMs + quarterMs - 1) / quarterMs * quarterMs, toMs);
    const int64_t last = std::max(first, toMs / quarterMs * quarterMs);
    Targets targets;
    auto read = addRequests(database, fromMs, first, targets);
    if (read && first < last)
        read = addQuarters(database, keys, first, last, targets);
    if (read)
        read = addRequests(database, last, toMs, targets);
    if (!read)
        return read.error();
    std::vector<SpeedRow> rows;
    for (auto &[key, samples] : targets) {
        SpeedRow row;
        std::tie(row.route, row.sizeClass, row.provider, row.model) = key;
        row.requests = samples.duration.count();
        row.ttftP50 = samples.ttft.percentile(0.5);
        row.ttftP95 = samples.ttft.percentile(0.95);
        row.durationP50 = samples.duration.percentile(0.5);
        if (samples.streamedMs > 0)
            row.outputTokensPerSecond = samples.streamedTokens * 1'000 / samples.streamedMs;
        rows.push_back(std::move(row));
    }
    markFastest(rows);
    return rows;
}

} // namespace signalbox
