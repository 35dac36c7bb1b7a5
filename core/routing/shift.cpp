// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/shift.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr double fewest = 5;      // attempts, before a figure says anything
constexpr double wellBelow = 0.9; // of a limit, before it counts as kept again
constexpr double fallNs = 15e9;   // from all of the weight to nothing
constexpr int64_t nsPerMs = 1'000'000;

} // namespace

void ShiftedChild::judge(const ShiftPolicy &policy, const TargetFigures &figures, int64_t nowNs, Millis halfLife)
{
    const bool known = figures.attempts >= fewest;
    const auto over = [&](double share) {
        if (!known)
            return Why::None;
        if (policy.p95Above && figures.ttftP95Ms.value_or(0) > static_cast<double>(policy.p95Above->count()) * share)
            return Why::P95;
        if (policy.errorRateAbove && figures.errorRate > *policy.errorRateAbove * share)
            return Why::ErrorRate;
        return Why::None;
    };
    const Why now = over(m_losing ? wellBelow : 1);
    if (now != Why::None) {
        m_why = now;
        m_figure = now == Why::P95 ? figures.ttftP95Ms.value_or(0) : figures.errorRate;
    }
    const bool lose = now != Why::None;
    if (lose == m_losing || (m_changedAtNs >= 0 && nowNs - m_changedAtNs < halfLife.count() * nsPerMs))
        return;
    m_losing = lose;
    m_changedAtNs = nowNs;
}

void ShiftedChild::move(const ShiftPolicy &policy, const TargetFigures &figures, int64_t nowNs, Millis halfLife)
{
    judge(policy, figures, nowNs, halfLife);
    const double passedNs = m_movedAtNs < 0 ? 0 : static_cast<double>(std::max<int64_t>(nowNs - m_movedAtNs, 0));
    m_movedAtNs = nowNs;
    const double least = std::min(policy.minShare, 1.0);
    if (m_losing) {
        m_factor = std::max(m_factor - (1 - least) * passedNs / fallNs, least);
    } else {
        const double recoveryNs = static_cast<double>(std::max<int64_t>(policy.recovery.count(), 1) * nsPerMs);
        m_factor = std::min(m_factor + (1 - least) * passedNs / recoveryNs, 1.0);
    }
}

} // namespace signalbox
