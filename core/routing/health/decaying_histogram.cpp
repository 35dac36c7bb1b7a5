// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/decaying_histogram.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

const double logGrowth = std::log(DecayingHistogram::growth);
const double logLowest = std::log(DecayingHistogram::lowest);

// Sums of floats: a rank that is a whole number of samples must not slip to the next one.
constexpr float rankSlack = 1e-6F;

} // namespace

size_t DecayingHistogram::bucketOf(double value)
{
    if (!(value > lowest)) // not a number: no better place
        return 0;
    const double bucket = (std::log(value) - logLowest) / logGrowth;
    return bucket < static_cast<double>(bucketCount) ? static_cast<size_t>(bucket) : bucketCount - 1;
}

double DecayingHistogram::valueOf(size_t bucket)
{
    return std::exp(logLowest + (static_cast<double>(bucket) + 0.5) * logGrowth);
}

void DecayingHistogram::addTo(size_t bucket, DecayMoment now)
{
    moveTo(now.epoch);
    m_buckets[bucket] += now.weight;
    m_blocks[bucket / perBlock] += now.weight;
}

double DecayingHistogram::count(DecayMoment now) const
{
    return static_cast<double>(sum()) * DecayClock::epochFactor(m_epoch, now.epoch) / now.weight;
}

std::optional<double> DecayingHistogram::percentile(double share) const
{
    double value = 0;
    if (!percentiles({&share, 1}, {&value, 1}))
        return std::nullopt;
    return value;
}

bool DecayingHistogram::percentiles(std::span<const double> shares, std::span<double> values) const
{
    const float total = sum();
    if (!(total > 0))
        return false;
    size_t block = 0;
    float before = 0;
    for (size_t i = 0; i < shares.size(); ++i) {
        const float rank = total * std::clamp(static_cast<float>(shares[i]) - rankSlack, 0.0F, 1.0F);
        while (block + 1 < blockCount && (m_blocks[block] <= 0 || before + m_blocks[block] < rank))
            before += m_blocks[block++];
        size_t last = block; // with samples; rounding may lead the walk past all of them
        while (last > 0 && m_blocks[last] <= 0)
            --last;
        float reached = last == block ? before : total;
        size_t bucket = last * perBlock;
        size_t found = bucket;
        for (const size_t end = bucket + perBlock; bucket < end; ++bucket) {
            if (m_buckets[bucket] <= 0)
                continue;
            found = bucket;
            reached += m_buckets[bucket];
            if (last == block && reached >= rank)
                break;
        }
        values[i] = valueOf(found);
    }
    return true;
}

void DecayingHistogram::rebase(DecayMoment before, DecayMoment after)
{
    moveTo(before.epoch);
    scale(after.weight / before.weight);
    m_epoch = after.epoch;
}

float DecayingHistogram::sum() const
{
    float total = 0;
    for (const float block : m_blocks)
        total += block;
    return total;
}

void DecayingHistogram::moveTo(int64_t epoch)
{
    if (epoch <= m_epoch)
        return;
    scale(DecayClock::epochFactor(m_epoch, epoch));
    m_epoch = epoch;
}

void DecayingHistogram::scale(float factor)
{
    for (float &bucket : m_buckets)
        bucket *= factor;
    for (float &block : m_blocks)
        block *= factor;
}

} // namespace signalbox
