// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace signalbox {

// Jitter that can be repeated: splitmix64 of a seed.
class Dice
{
public:
    explicit Dice(uint64_t seed) : m_state(seed) {}

    double next() // 0 <= x < 1
    {
        m_state += 0x9e3779b97f4a7c15ULL;
        uint64_t x = m_state;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;
    }

private:
    uint64_t m_state;
};

} // namespace signalbox
