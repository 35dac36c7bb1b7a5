// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/dashboard_sums.h"

#include <algorithm>
#include <cmath>

namespace signalbox::dashboard {

double Spread::percentile(double share)
{
    if (m_values.empty())
        return m_histogram.percentile(share);
    const double rank = std::ceil(share * static_cast<double>(m_values.size()));
    const auto at = m_values.begin() + static_cast<ptrdiff_t>(std::max(1.0, rank)) - 1;
    std::nth_element(m_values.begin(), at, m_values.end());
    return *at;
}

void Latency::add(const Line &line)
{
    count += line.requests;
    line.addTtft(ttft);
    line.addDuration(duration);
}

LatencyBucket Latency::toBucket(int64_t startMs)
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

Dashboard::Dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs)
{
    m_data.fromMs = fromMs;
    m_data.toMs = toMs;
    m_data.bucketMs = bucketMs;
}

void Dashboard::add(const Line &line)
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

DashboardData Dashboard::take()
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

void Dashboard::addToTarget(const Line &line)
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
TargetSummary Dashboard::summarise(const std::pair<std::string, std::string> &key, Target &target)
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

} // namespace signalbox::dashboard
