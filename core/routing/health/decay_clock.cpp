// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/decay_clock.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

DecayClock::DecayClock(Millis halfLife)
{
    const double halfLifeMs = static_cast<double>(std::max<int64_t>(1, halfLife.count()));
    m_halfLivesPerNs = 1 / (halfLifeMs * 1e6);
    m_perSecond = std::log(2.0) * 1e3 / halfLifeMs;
}

DecayMoment DecayClock::at(int64_t nowNs) const
{
    const double halfLives = static_cast<double>(nowNs) * m_halfLivesPerNs;
    const double epoch = std::floor(halfLives / epochHalfLives);
    return {static_cast<int64_t>(epoch), static_cast<float>(std::exp2(halfLives - epoch * epochHalfLives))};
}

float DecayClock::epochFactor(int64_t from, int64_t to)
{
    if (to <= from)
        return 1;
    // Beyond that a float would be zero, and the product of far epochs would overflow.
    if (to - from > 4)
        return 0;
    return std::ldexp(1.0F, static_cast<int>(from - to) * epochHalfLives);
}

} // namespace signalbox
