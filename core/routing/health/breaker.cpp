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
// For good ones to come of which nothing is known yet.
constexpr int64_t leastPatienceNs = 10'000'000'000;

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

void Breaker::Stretch::count(int64_t number)
{
    if (number < first)
        return;
    last = std::max(last, number);
    ++ended;
}

double Breaker::Stretch::pending(int running) const
{
    return double(std::clamp<int64_t>(last + 1 - first - ended, 0, std::max(0, running)));
}

void Breaker::succeeded(const End &end)
{
    if (m_opened) {
        if (end.nowNs >= m_untilNs && tellsOfNow(end.beganNs))
            close(end.nowNs);
        return;
    }
    // What began before the first of the failures in a row says nothing of how it has been since.
    const bool old = m_inARow > 0 && end.number > 0 && end.number < m_row.first;
    if (!old)
        m_inARow = 0;
    m_counts.add(good, 1, end.moment);
    m_all.count(end.number);
}

bool Breaker::failed(const End &end, const BreakerConfig &settings, Dice &dice)
{
    if (!tellsOfNow(end.beganNs))
        return false;
    if (m_opened) {
        if (end.nowNs < m_untilNs)
            return false;
        open(end.nowNs, settings, dice);
        return true;
    }
    if (++m_inARow == 1) {
        m_row.begin(end.number > 0 ? end.number : m_latest + 1);
        m_rowBeganNs = end.beganNs;
    }
    m_counts.add(bad, 1, end.moment);
    m_all.count(end.number);
    m_row.count(end.number);
    if (!tooMany(end, settings))
        return false;
    open(end.nowNs, settings, dice);
    return true;
}

void Breaker::neutral(const End &end)
{
    if (m_opened && m_probes > 0 && tellsOfNow(end.beganNs))
        --m_probes;
    if (m_opened)
        return;
    m_all.count(end.number);
    if (m_inARow > 0)
        m_row.count(end.number);
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
    startAfresh();
}

void Breaker::close(int64_t nowNs)
{
    m_opened = false;
    m_closedNs = nowNs;
    startAfresh();
}

void Breaker::startAfresh()
{
    m_probes = 0;
    m_inARow = 0;
    m_counts.clear();
    m_all.begin(m_latest + 1);
}

bool Breaker::tellsOfNow(int64_t beganNs) const
{
    const int64_t since = m_opened ? m_openedNs : m_closedNs;
    return beganNs >= std::max(since, std::numeric_limits<int64_t>::min() + slackNs) - slackNs;
}

bool Breaker::tooMany(const End &end, const BreakerConfig &settings) const
{
    const int enough = std::max(1, settings.minRequests);
    const double rate = std::clamp(settings.errorRate, 0.0, 1.0);
    // A rate of few attempts is mostly chance: it must lie two deviations above the limit, else a target that fails
    // less often than the limit allows would be cut off sooner or later, and again soon after it came back.
    const auto beyond = [rate](double failures, double all, double deviations) {
        return failures > rate * all + deviations * std::sqrt(all * rate * (1 - rate));
    };
    // What takes longer than good ones do will hardly be one: a server that answers half and lets half hang is down.
    const bool waitsForGood = end.nowNs - m_rowBeganNs <= std::max(leastPatienceNs, 2 * end.usualNs);
    if (m_inARow >= enough) {
        const double pending = waitsForGood ? m_row.pending(end.running) : 0;
        if (pending < 1 || beyond(m_inARow, m_inARow + pending, 3)) // asked anew for each row, many a minute
            return true;
    }
    const double failures = m_counts.of(bad, end.moment);
    const double all = failures + m_counts.of(good, end.moment) + (waitsForGood ? m_all.pending(end.running) : 0);
    // Fading takes a little off at once: so many within a second must be enough.
    return all >= enough - 0.5 && beyond(failures, all, 2);
}

} // namespace signalbox
