// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_query.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace signalbox {

namespace {

constexpr int64_t enoughRequests = 5;

struct Samples {
    std::vector<double> ttft, duration;
    double streamedTokens = 0;
    double streamedMs = 0;
};

double percentile(std::vector<double> &values, double share)
{
    if (values.empty())
        return 0;
    const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(share * static_cast<double>(values.size()))));
    const auto at = values.begin() + static_cast<ptrdiff_t>(rank) - 1;
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

int sizeClassOf(int64_t inputTokens)
{
    return inputTokens < 1'000 ? 0 : inputTokens < 10'000 ? 1 : inputTokens < 100'000 ? 2 : 3;
}

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

} // namespace

Result<std::vector<SpeedRow>> querySpeed(Database &database, int64_t fromMs, int64_t toMs)
{
    auto statement = database.prepare(
        "SELECT route, provider, model, ttft_ms, duration_ms, "
        "ifnull(input_tokens, 0) + ifnull(cached_input_tokens, 0) + ifnull(cache_write_tokens, 0), output_tokens, "
        "stream FROM request WHERE started_at >= ? AND started_at < ? AND status < 400 AND error = '' AND "
        "provider <> '' ORDER BY started_at DESC LIMIT 50000");
    if (!statement)
        return statement.error();
    statement->bindAll(fromMs, toMs);
    std::map<std::tuple<std::string, int, std::string, std::string>, Samples> targets;
    const auto read = forEachRow(*statement, [&](const Statement &row) {
        Samples &samples = targets[{row.text(0), sizeClassOf(row.integer(5)), row.text(1), row.text(2)}];
        const double duration = row.real(4);
        samples.duration.push_back(duration);
        const auto ttft = row.maybeReal(3);
        if (row.integer(7) == 0 || !ttft)
            return;
        samples.ttft.push_back(*ttft);
        if (!row.isNull(6) && duration > *ttft) {
            samples.streamedTokens += row.real(6);
            samples.streamedMs += duration - *ttft;
        }
    });
    if (!read)
        return read.error();
    std::vector<SpeedRow> rows;
    for (auto &[key, samples] : targets) {
        SpeedRow row;
        std::tie(row.route, row.sizeClass, row.provider, row.model) = key;
        row.requests = static_cast<int64_t>(samples.duration.size());
        row.ttftP50 = percentile(samples.ttft, 0.5);
        row.ttftP95 = percentile(samples.ttft, 0.95);
        row.durationP50 = percentile(samples.duration, 0.5);
        if (samples.streamedMs > 0)
            row.outputTokensPerSecond = samples.streamedTokens * 1'000 / samples.streamedMs;
        rows.push_back(std::move(row));
    }
    markFastest(rows);
    return rows;
}

} // namespace signalbox
