// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace signalbox {

DemoRandom::DemoRandom(uint32_t seed) : m_engine(seed) {}

// The standard's distributions differ between libraries; these do not.
double DemoRandom::uniform()
{
    return double(m_engine()) / 4294967296.0;
}

double DemoRandom::between(double low, double high)
{
    return low + (high - low) * uniform();
}

int DemoRandom::below(int limit)
{
    return limit <= 1 ? 0 : std::min(limit - 1, int(uniform() * limit));
}

bool DemoRandom::chance(double probability)
{
    return uniform() < probability;
}

double DemoRandom::logNormal(double median, double sigma)
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return median * std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * uniform()));
}

double DemoRandom::exponential(double mean)
{
    return -mean * std::log(1.0 - uniform());
}

DemoRandom DemoRandom::fork()
{
    return DemoRandom(uint32_t(m_engine()));
}

} // namespace signalbox
