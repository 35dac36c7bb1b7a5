// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

namespace signalbox {

bool planWhen(PlanWalk &walk, uint32_t node)
{
    const TableNode &entry = walk.table.nodes[node];
    const ConditionPart failing = walk.table.conditions[entry.condition].failing(walk.facts);
    const bool holds = failing == ConditionPart::None;
    walk.step(node, holds ? PlanStep::Verdict::Entered : PlanStep::Verdict::NotEntered, PlanStep::noTarget, 0, 0,
              static_cast<uint8_t>(failing));
    if (!holds && entry.childCount < 2)
        return false;
    return walk.walk(entry.firstChild + (holds ? 0 : 1));
}

} // namespace signalbox
