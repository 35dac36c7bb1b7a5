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
//
// Failures are told sooner than successes: of a stream of seconds nothing is known while many that began after it have
// failed at once. So attempts that run and began before one that has ended count as good ones that are still to come.
// `number`: what next() gave when the attempt began; 0: not known.
class Breaker
{
public:
    enum class State : uint8_t { Closed, Open, HalfOpen };
    static constexpr int maxDoublings = 3;
    static constexpr int64_t probeLeaseNs = 120'000'000'000; // of a probe that is never told to have ended

    State state(int64_t nowNs) const;
    int64_t blockedUntilNs(int64_t nowNs) const; // 0: an attempt may start
    bool isClosed() const { return !m_opened; }

    // How an attempt ended.
    struct End {
        int64_t number = 0;
        int64_t beganNs = 0;
        int64_t nowNs = 0;
        DecayMoment moment{};
        int running = 0;     // attempts in this breaker's scope, this one no longer
        int64_t usualNs = 0; // how long a good one takes at most, as a rule
    };

    int64_t next() { return ++m_latest; }          // the number of an attempt that begins
    void began(int64_t nowNs, int64_t expectedNs); // takes the probe when half-open
    void succeeded(const End &end);
    // True when it opened (again).
    bool failed(const End &end, const BreakerConfig &settings, Dice &dice);
    void neutral(const End &end); // ended without telling anything
    void open(int64_t nowNs, const BreakerConfig &settings, Dice &dice);
    void close(int64_t nowNs);
    void rebase(DecayMoment before, DecayMoment after) { m_counts.rebase(before, after); }

private:
    // Attempts from some number on, and how many of them have ended.
    struct Stretch {
        int64_t first = 1;
        int64_t last = 0;
        int64_t ended = 0;

        void begin(int64_t number) { *this = {number, number - 1, 0}; }
        void count(int64_t number);
        double pending(int running) const; // began before the latest one that ended, and run
    };

    bool tellsOfNow(int64_t beganNs) const;
    bool tooMany(const End &end, const BreakerConfig &settings) const;
    void startAfresh();

    static constexpr size_t good = 0;
    static constexpr size_t bad = 1;

    DecayingCounts<2> m_counts; // since it closed
    Stretch m_all;              // the same
    Stretch m_row;              // since the first failure of those in a row
    int64_t m_rowBeganNs = 0;
    int64_t m_latest = 0;
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
