// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/distribution.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace signalbox {

double SimRandom::exponential(double mean)
{
    return -mean * std::log1p(-uniform());
}

double SimRandom::normal()
{
    const double radius = std::sqrt(-2 * std::log1p(-uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

Distribution Distribution::withTail(double share, double from, double alpha, double most) const
{
    Distribution tailed = *this;
    tailed.tailShare = share;
    tailed.tailFrom = from;
    tailed.tailAlpha = alpha;
    tailed.tailMost = most;
    return tailed;
}

double Distribution::sample(SimRandom &random) const
{
    if (tailShare > 0 && random.uniform() < tailShare) {
        const double value = tailFrom / std::pow(1 - random.uniform(), 1 / tailAlpha);
        return tailMost > 0 ? std::min(value, tailMost) : value;
    }
    switch (kind) {
    case Kind::Uniform:
        return a + (b - a) * random.uniform();
    case Kind::Exponential:
        return random.exponential(a);
    case Kind::LogNormal:
        return a * std::exp(b * random.normal());
    case Kind::Fixed:
        break;
    }
    return a;
}

} // namespace signalbox
