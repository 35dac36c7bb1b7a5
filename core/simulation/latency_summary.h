// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace signalbox {

// Latencies of a simulation, from 0.1 ms to some hours, within 1 %; fixed memory.
class LatencySummary
{
public:
    void add(double ms);
    int64_t count() const { return m_count; }
    double meanMs() const { return m_count > 0 ? m_sum / double(m_count) : 0; }
    double maxMs() const { return m_max; }
    double percentileMs(double share) const; // 0..1; 0 when there is none

private:
    static constexpr int buckets = 1'024;

    std::array<int64_t, buckets> m_counts{};
    int64_t m_count = 0;
    double m_sum = 0;
    double m_max = 0;
};

} // namespace signalbox
