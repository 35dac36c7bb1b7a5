// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"
#include "core/routing/health/decay_clock.h"
#include "core/routing/health/dice.h"

#include <cstdint>
#include <limits>

namespace signalbox {

// Closed until failures come in a row or too often; then open for a time that doubles while probes fail; then one probe
// at a time decides. `beganNs` tells attempts of before apart: what was started before a breaker opened (or closed
// again) says nothing about now.
class Breaker
{
public:
    enum class State : uint8_t { Closed, Open, HalfOpen };
    static constexpr int maxDoublings = 3;
    static constexpr int64_t probeLeaseNs = 120'000'000'000; // of a probe that is never told to have ended

    State state(int64_t nowNs) const;
    int64_t blockedUntilNs(int64_t nowNs) const; // 0: an attempt may start
    bool isClosed() const { return !m_opened; }

    void began(int64_t nowNs, int64_t expectedNs); // takes the probe when half-open
    void succeeded(int64_t beganNs, int64_t nowNs, DecayMoment moment);
    // True when it opened (again).
    bool failed(int64_t beganNs, int64_t nowNs, DecayMoment moment, const BreakerConfig &settings, Dice &dice);
    void neutral(int64_t beganNs); // ended without telling anything
    void open(int64_t nowNs, const BreakerConfig &settings, Dice &dice);
    void close(int64_t nowNs);
    void rebase(DecayMoment before, DecayMoment after) { m_counts.rebase(before, after); }

private:
    bool tellsOfNow(int64_t beganNs) const;
    bool tooMany(DecayMoment moment, const BreakerConfig &settings) const;

    static constexpr size_t good = 0;
    static constexpr size_t bad = 1;

    DecayingCounts<2> m_counts; // since it closed
    int m_inARow = 0;
    int m_doublings = 0;
    int m_probes = 0;
    bool m_opened = false;
    int64_t m_openedNs = 0;
    int64_t m_untilNs = 0;
    int64_t m_closedNs = std::numeric_limits<int64_t>::min();
    int64_t m_probeBeganNs = 0;
    int64_t m_probeExpectedNs = 0;
};

} // namespace signalbox
