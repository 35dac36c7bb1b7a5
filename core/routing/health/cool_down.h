// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/dice.h"
#include "core/routing/health/health_book.h"

#include <cstdint>

namespace signalbox {

// How long a throttled key or target is left alone: as long as announced, else 1 s, 2 s … 60 s.
class CoolDown
{
public:
    static constexpr int64_t longestNs = 24LL * 3'600 * 1'000'000'000;

    int64_t untilNs() const { return m_untilNs; }
    // waitMs 0 or below: nothing usable was announced.
    void throttled(int64_t beganNs, int64_t nowNs, int64_t waitMs);
    void succeeded(int64_t beganNs);
    void clear() { *this = {}; }

private:
    int64_t m_untilNs = 0;
    int64_t m_sinceNs = 0;
    int m_steps = 0; // throttles in a row without an announced wait
};

// A key that was refused or is spent: waiting for it does not help anybody's request, but now and then one is tried
// with it, one at a time, so that a mended account comes back by itself.
class Hold
{
public:
    static constexpr int64_t refusedNs = 15LL * 60 * 1'000'000'000;
    static constexpr int64_t spentNs = 30LL * 60 * 1'000'000'000;

    Block block(int64_t nowNs) const; // None: none, or a probe may start
    int64_t untilNs() const { return m_untilNs; }

    void set(Block block, int64_t beganNs, int64_t nowNs, Dice &dice);
    void began(int64_t nowNs);
    void answered(int64_t nowNs);
    void succeeded(int64_t beganNs);
    void neutral(int64_t beganNs);
    void clear() { *this = {}; }

private:
    bool tellsOfNow(int64_t beganNs) const;

    Block m_block = Block::None;
    int64_t m_sinceNs = 0;
    int64_t m_untilNs = 0;
    int64_t m_probeBeganNs = 0;
    int m_probes = 0;
};

} // namespace signalbox
