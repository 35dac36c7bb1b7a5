// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/breaker.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

// Durations come as fractions of milliseconds and clocks are read twice.
constexpr int64_t slackNs = 1'000'000;
// A probe that takes longer than thought: asking again makes sense only after a moment.
constexpr int64_t askAgainNs = 200'000'000;
constexpr double jitter = 0.2;

} // namespace

Breaker::State Breaker::state(int64_t nowNs) const
{
    if (!m_opened)
        return State::Closed;
    return nowNs < m_untilNs ? State::Open : State::HalfOpen;
}

int64_t Breaker::blockedUntilNs(int64_t nowNs) const
{
    if (!m_opened)
        return 0;
    if (nowNs < m_untilNs)
        return m_untilNs;
    if (m_probes == 0 || nowNs >= m_probeBeganNs + probeLeaseNs)
        return 0;
    return std::max(m_probeBeganNs + m_probeExpectedNs, nowNs + askAgainNs);
}

void Breaker::began(int64_t nowNs, int64_t expectedNs)
{
    if (state(nowNs) != State::HalfOpen)
        return;
    ++m_probes;
    m_probeBeganNs = nowNs;
    m_probeExpectedNs = expectedNs;
}

void Breaker::succeeded(int64_t beganNs, int64_t nowNs, DecayMoment moment)
{
    if (m_opened) {
        if (nowNs >= m_untilNs && tellsOfNow(beganNs))
            close(nowNs);
        return;
    }
    m_inARow = 0;
    m_counts.add(good, 1, moment);
}

bool Breaker::failed(int64_t beganNs, int64_t nowNs, DecayMoment moment, const BreakerConfig &settings, Dice &dice)
{
    if (!tellsOfNow(beganNs))
        return false;
    if (m_opened) {
        if (nowNs < m_untilNs)
            return false;
        open(nowNs, settings, dice);
        return true;
    }
    ++m_inARow;
    m_counts.add(bad, 1, moment);
    if (!tooMany(moment, settings))
        return false;
    open(nowNs, settings, dice);
    return true;
}

void Breaker::neutral(int64_t beganNs)
{
    if (m_opened && m_probes > 0 && tellsOfNow(beganNs))
        --m_probes;
}

void Breaker::open(int64_t nowNs, const BreakerConfig &settings, Dice &dice)
{
    // One that fails again soon after it closed has not really recovered: it waits on as if it had not closed.
    const int64_t lastNs = m_untilNs - m_openedNs;
    const int64_t halfLifeNs = settings.halfLife.count() * 1'000'000;
    const bool relapse = m_untilNs > 0 && (m_opened || nowNs - m_closedNs < std::max(lastNs, halfLifeNs));
    m_doublings = relapse ? std::min(m_doublings + 1, maxDoublings) : 0;
    const double openNs = static_cast<double>(settings.open.count()) * 1e6 * (1 << m_doublings);
    m_opened = true;
    m_openedNs = nowNs;
    m_untilNs = nowNs + static_cast<int64_t>(openNs * (1 + jitter * dice.next()));
    m_probes = 0;
    m_inARow = 0;
    m_counts.clear();
}

void Breaker::close(int64_t nowNs)
{
    m_opened = false;
    m_closedNs = nowNs;
    m_probes = 0;
    m_inARow = 0;
    m_counts.clear();
}

bool Breaker::tellsOfNow(int64_t beganNs) const
{
    const int64_t since = m_opened ? m_openedNs : m_closedNs;
    return beganNs >= std::max(since, std::numeric_limits<int64_t>::min() + slackNs) - slackNs;
}

bool Breaker::tooMany(DecayMoment moment, const BreakerConfig &settings) const
{
    const int enough = std::max(1, settings.minRequests);
    if (m_inARow >= enough)
        return true;
    const double failures = m_counts.of(bad, moment);
    const double all = failures + m_counts.of(good, moment);
    // A rate of few attempts is mostly chance: it must lie two deviations above the limit, else a target that fails
    // less often than the limit allows would be cut off sooner or later, and again soon after it came back.
    const double rate = std::clamp(settings.errorRate, 0.0, 1.0);
    const double chance = 2 * std::sqrt(all * rate * (1 - rate));
    // Fading takes a little off at once: so many within a second must be enough.
    return all >= enough - 0.5 && failures > rate * all + chance;
}

} // namespace signalbox
