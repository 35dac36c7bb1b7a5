// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace signalbox {

// Dice of a simulation: the same seed gives the same run on every machine (splitmix64; nothing of the standard library,
// whose distributions differ from one to the other).
class SimRandom
{
public:
    explicit SimRandom(uint64_t seed) : m_state(seed) {}

    uint64_t next()
    {
        m_state += 0x9e3779b97f4a7c15ULL;
        uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    double uniform() { return double(next() >> 11) * 0x1.0p-53; } // [0, 1)
    uint64_t below(uint64_t count) { return count == 0 ? 0 : next() % count; }
    double exponential(double mean);
    double normal();

private:
    uint64_t m_state;
};

// How a figure of an upstream or of traffic spreads: latency, speed, size. A value.
struct Distribution {
    enum class Kind : uint8_t { Fixed, Uniform, Exponential, LogNormal };
    Kind kind = Kind::Fixed;
    double a = 0; // Fixed: the value; Uniform: least; Exponential: mean; LogNormal: median
    double b = 0; // Uniform: most; LogNormal: sigma of the logarithm

    // A share of all samples is from a Pareto tail instead.
    double tailShare = 0;
    double tailFrom = 0;
    double tailAlpha = 1.5; // the smaller, the heavier
    double tailMost = 0;    // cut there; 0: not

    static Distribution fixed(double value) { return {Kind::Fixed, value, 0}; }
    static Distribution uniform(double least, double most) { return {Kind::Uniform, least, most}; }
    static Distribution exponential(double mean) { return {Kind::Exponential, mean, 0}; }
    static Distribution logNormal(double median, double sigma) { return {Kind::LogNormal, median, sigma}; }
    Distribution withTail(double share, double from, double alpha, double most) const;

    double sample(SimRandom &random) const;

    bool operator==(const Distribution &) const = default;
};

} // namespace signalbox
