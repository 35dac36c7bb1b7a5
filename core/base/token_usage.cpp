// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/token_usage.h"

namespace signalbox {

const char *costStateName(CostState state)
{
    switch (state) {
    case CostState::Exact:
        return "exact";
    case CostState::Reported:
        return "reported";
    case CostState::AtLeast:
        return "at-least";
    case CostState::Estimated:
        return "estimated";
    case CostState::Unpriced:
        break;
    }
    return "unpriced";
}

CostState costStateFromName(std::string_view name)
{
    for (const CostState state : {CostState::Exact, CostState::Reported, CostState::AtLeast, CostState::Estimated}) {
        if (name == costStateName(state))
            return state;
    }
    return CostState::Unpriced;
}

} // namespace signalbox
