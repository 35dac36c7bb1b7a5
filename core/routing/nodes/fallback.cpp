// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

namespace signalbox {

bool planFallback(PlanWalk &walk, uint32_t node)
{
    const TableNode &entry = walk.table.nodes[node];
    const size_t begin = walk.candidates.size();
    for (uint32_t i = 0; i < entry.childCount; ++i) {
        const size_t before = walk.candidates.size();
        if (walk.walk(entry.firstChild + i))
            return before == begin;
        if (before != begin && walk.candidates.size() > before) {
            walk.candidates[before].joinDepth = entry.depth;
            walk.candidates[before].on = entry.on;
        }
    }
    return false;
}

} // namespace signalbox
