// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace signalbox {

// Seeded chance: the same seed gives the same demo. A value type, used by one thread at a time.
class DemoRandom
{
public:
    explicit DemoRandom(uint32_t seed);

    double uniform(); // 0 ≤ x < 1
    double between(double low, double high);
    int below(int limit); // 0 … limit-1
    bool chance(double probability);
    double logNormal(double median, double sigma); // long tail to the right, as latencies have
    double exponential(double mean);
    DemoRandom fork(); // an independent sequence, so that one part of the demo does not disturb another

    template<class T>
    const T &pick(std::span<const T> values)
    {
        return values[size_t(below(int(values.size())))];
    }

private:
    std::mt19937 m_engine;
};

} // namespace signalbox
