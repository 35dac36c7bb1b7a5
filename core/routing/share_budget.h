// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

namespace signalbox {

// What a share of the recent requests may be spent on: retries, hedges. Each request earns its share; an extra costs
// one, or what it is told to cost in requests. Where there is little traffic, one every ten seconds is lent, so that a
// single request can be helped as well; it is paid back before the next.
class ShareBudget
{
public:
    void earn(double share) { m_saved = std::min(m_saved + share, most); }

    bool spend(int64_t nowNs, double cost = 1)
    {
        constexpr int64_t lendEveryNs = 10'000'000'000;
        const bool lent = m_saved >= 0 && (!m_spentBefore || nowNs - m_spentAtNs >= lendEveryNs);
        // What costs more than can be saved up is lent in part, and paid back as well.
        if (m_saved < std::min(cost, most) - rounding && !lent)
            return false;
        m_saved -= cost;
        m_spentAtNs = nowNs;
        m_spentBefore = true;
        return true;
    }

private:
    static constexpr double most = 3; // a burst; more would amplify the beginning of an outage
    static constexpr double rounding = 1e-9;

    double m_saved = 0;
    int64_t m_spentAtNs = 0;
    bool m_spentBefore = false;
};

} // namespace signalbox
