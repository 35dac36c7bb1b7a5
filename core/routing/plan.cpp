// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/plan.h"

#include <algorithm>

namespace signalbox {

std::optional<size_t> Plan::next(size_t from, FailureClass why) const
{
    uint8_t shallowest = 0xff;
    FailureSet on;
    for (size_t i = from + 1; i < targets.size(); ++i) {
        if (targets[i].joinDepth < shallowest) {
            shallowest = targets[i].joinDepth;
            on = targets[i].on;
        }
        if (why == FailureClass::Unsuitable || on.has(why))
            return i;
    }
    return std::nullopt;
}

std::optional<int64_t> Plan::soonestNs() const
{
    std::optional<int64_t> soonest;
    for (const BlockedTarget &target : blocked) {
        if (target.availability.untilNs > 0)
            soonest = std::min(soonest.value_or(target.availability.untilNs), target.availability.untilNs);
    }
    return soonest;
}

} // namespace signalbox
