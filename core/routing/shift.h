// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"
#include "core/routing/health/health_book.h"

#include <cstdint>

namespace signalbox {

// How much of its configured weight a child of a weighted node keeps. It loses weight while it is over a limit of the
// policy, down to `minShare` within fifteen seconds, and gets it back over `recovery` once it is clearly below the
// limits again, or nothing is known of it any more. Between two changes of mind lies a half-life of health at least.
class ShiftedChild
{
public:
    enum class Why : uint8_t { None, P95, ErrorRate };

    void move(const ShiftPolicy &policy, const TargetFigures &figures, int64_t nowNs, Millis halfLife);

    double factor() const { return m_factor; } // minShare..1
    bool losing() const { return m_losing; }
    Why why() const { return m_losing || m_factor < 1 ? m_why : Why::None; }
    double figure() const { return m_figure; } // ms or a share, as `why` says; as of the last look over the limit

private:
    void judge(const ShiftPolicy &policy, const TargetFigures &figures, int64_t nowNs, Millis halfLife);

    double m_factor = 1;
    double m_figure = 0;
    int64_t m_movedAtNs = -1;
    int64_t m_changedAtNs = -1;
    bool m_losing = false;
    Why m_why = Why::None;
};

} // namespace signalbox
