// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/latency_summary.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double least = 0.1;
constexpr double logOfStep = 0.0198; // of a bucket: 2 %, so its middle is within 1 %

} // namespace

void LatencySummary::add(double ms)
{
    const double place = std::log(std::max(ms, least) / least) / logOfStep;
    ++m_counts[static_cast<size_t>(std::min(place, double(buckets - 1)))];
    ++m_count;
    m_sum += ms;
    m_max = std::max(m_max, ms);
}

double LatencySummary::percentileMs(double share) const
{
    if (m_count == 0)
        return 0;
    const auto wanted = std::max<int64_t>(1, int64_t(std::ceil(share * double(m_count))));
    int64_t seen = 0;
    for (size_t i = 0; i < m_counts.size(); ++i) {
        seen += m_counts[i];
        if (seen >= wanted)
            return std::min(m_max, least * std::exp((double(i) + 0.5) * logOfStep));
    }
    return m_max;
}

} // namespace signalbox
