// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/decay_clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace signalbox {

// Percentiles of the recent past in fixed memory: buckets that grow by 3.8 %, so a percentile is within 1.9 % of the
// sample it stands for, from 0.1 to 1.8 million (of whatever unit; with milliseconds: half an hour). What is outside
// counts at that end. Nothing allocates.
class DecayingHistogram
{
public:
    static constexpr double lowest = 0.1;
    static constexpr double growth = 1.038;
    static constexpr size_t perBlock = 16;
    static constexpr size_t blockCount = 28;
    static constexpr size_t bucketCount = perBlock * blockCount;

    // Apart, so that a sample that several histograms take is looked up once.
    static size_t bucketOf(double value);
    static double valueOf(size_t bucket);

    void add(double value, DecayMoment now) { addTo(bucketOf(value), now); }
    void addTo(size_t bucket, DecayMoment now);

    double count(DecayMoment now) const;
    // The smallest value that `share` (0..1) of the samples do not exceed; nullopt: there never was one.
    std::optional<double> percentile(double share) const;
    // Several at once, by rising share.
    bool percentiles(std::span<const double> shares, std::span<double> values) const;
    void rebase(DecayMoment before, DecayMoment after);

private:
    float sum() const;
    void moveTo(int64_t epoch);
    void scale(float factor);

    std::array<float, bucketCount> m_buckets{};
    std::array<float, blockCount> m_blocks{}; // sums of their buckets: a walk looks at 44 numbers, not 448
    int64_t m_epoch = 0;
};
static_assert(sizeof(DecayingHistogram) <= 2048);

} // namespace signalbox
