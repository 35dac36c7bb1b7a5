// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

namespace signalbox {

bool planReject(PlanWalk &walk, uint32_t node)
{
    walk.step(node, PlanStep::Verdict::Rejected);
    walk.rejectedBy = node;
    return true;
}

} // namespace signalbox
