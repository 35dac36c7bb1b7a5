// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace signalbox {

// A moment as fading memories see it. What happens counts `weight`, which doubles each half-life; so nothing that was
// counted before has to be touched as time goes by. An epoch of many half-lives on, weights start at 1 again.
struct DecayMoment {
    int64_t epoch = 0;
    float weight = 1;
};

class DecayClock
{
public:
    static constexpr int epochHalfLives = 32;

    explicit DecayClock(Millis halfLife);
    DecayMoment at(int64_t nowNs) const;
    // Events a second, of a steady stream that has faded to so many.
    double perSecond(double fadedCount) const { return fadedCount * m_perSecond; }

    // How much of what was counted in an epoch is left in a later one; 0 when nothing is.
    static float epochFactor(int64_t from, int64_t to);

private:
    double m_halfLivesPerNs;
    double m_perSecond;
};

// Fading counts. Reading needs no change; counting in a later epoch moves them there first.
template<size_t N>
class DecayingCounts
{
public:
    void add(size_t index, double amount, DecayMoment now)
    {
        moveTo(now.epoch);
        m_counts[index] += static_cast<float>(amount * now.weight);
    }
    double of(size_t index, DecayMoment now) const
    {
        return static_cast<double>(m_counts[index]) * DecayClock::epochFactor(m_epoch, now.epoch) / now.weight;
    }
    void clear() { m_counts.fill(0); }
    // The half-life is another now: the same counts at the same moment as told by the two clocks.
    void rebase(DecayMoment before, DecayMoment after)
    {
        moveTo(before.epoch);
        for (float &count : m_counts)
            count = count / before.weight * after.weight;
        m_epoch = after.epoch;
    }

private:
    void moveTo(int64_t epoch)
    {
        if (epoch <= m_epoch)
            return;
        const float factor = DecayClock::epochFactor(m_epoch, epoch);
        for (float &count : m_counts)
            count *= factor;
        m_epoch = epoch;
    }

    std::array<float, N> m_counts{};
    int64_t m_epoch = 0;
};

} // namespace signalbox
