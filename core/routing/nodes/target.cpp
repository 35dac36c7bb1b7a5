// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

namespace signalbox {

bool planTarget(PlanWalk &walk, uint32_t node)
{
    const uint32_t target = walk.table.nodes[node].target;
    if (target == TableNode::none) {
        walk.step(node, PlanStep::Verdict::UnknownProvider);
        return false;
    }
    const TableTarget &entry = walk.table.targets[target];
    walk.addTarget(node, target, entry.asAsked ? modelAsAsked(entry.provider->id, walk.facts.model) : entry.model);
    return false;
}

} // namespace signalbox
