// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/cool_down.h"

#include "core/routing/health/breaker.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t msNs = 1'000'000;
constexpr int64_t firstStepMs = 1'000;
constexpr int64_t lastStepMs = 60'000;
constexpr int mostSteps = 6; // 2^6 s are above the last step
constexpr int64_t slackNs = 1'000'000;
constexpr double jitter = 0.1;

} // namespace

void CoolDown::throttled(int64_t beganNs, int64_t nowNs, int64_t waitMs)
{
    if (waitMs > 0) {
        const int64_t waitNs = std::min(waitMs, longestNs / msNs) * msNs;
        m_untilNs = std::max(m_untilNs, nowNs + waitNs);
        m_sinceNs = nowNs;
        return;
    }
    // Many in flight are throttled together: that is one step, not many.
    if (m_steps > 0 && (nowNs < m_untilNs || beganNs < m_sinceNs))
        return;
    const int64_t stepMs = std::min(lastStepMs, firstStepMs << m_steps);
    m_steps = std::min(m_steps + 1, mostSteps);
    m_untilNs = std::max(m_untilNs, nowNs + stepMs * msNs);
    m_sinceNs = nowNs;
}

void CoolDown::succeeded(int64_t beganNs)
{
    if (beganNs >= m_sinceNs)
        m_steps = 0;
}

Block Hold::block(int64_t nowNs) const
{
    if (m_block == Block::None || nowNs < m_untilNs)
        return m_block;
    const bool probing = m_probes > 0 && nowNs < m_probeBeganNs + Breaker::probeLeaseNs;
    return probing ? m_block : Block::None;
}

void Hold::set(Block block, int64_t beganNs, int64_t nowNs, Dice &dice)
{
    // What was in flight when the key was refused is refused as well; that does not push the next probe away.
    if (m_block != Block::None && !tellsOfNow(beganNs))
        return;
    const auto waitNs = static_cast<double>(block == Block::OutOfCredit ? spentNs : refusedNs);
    m_block = block;
    m_sinceNs = nowNs;
    m_untilNs = nowNs + static_cast<int64_t>(waitNs * (1 + jitter * dice.next()));
    m_probes = 0;
}

void Hold::began(int64_t nowNs)
{
    if (m_block == Block::None || nowNs < m_untilNs)
        return;
    ++m_probes;
    m_probeBeganNs = nowNs;
}

void Hold::answered(int64_t nowNs)
{
    if (m_block != Block::None && nowNs >= m_untilNs)
        clear();
}

void Hold::succeeded(int64_t beganNs)
{
    if (m_block != Block::None && tellsOfNow(beganNs))
        clear();
}

void Hold::neutral(int64_t beganNs)
{
    if (m_probes > 0 && tellsOfNow(beganNs))
        --m_probes;
}

bool Hold::tellsOfNow(int64_t beganNs) const
{
    return beganNs >= m_sinceNs - slackNs;
}

} // namespace signalbox
