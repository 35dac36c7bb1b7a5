// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

#include <algorithm>

namespace signalbox {

namespace {

// Below 0: not known yet, so nobody is started early.
float waitOf(const PlanWalk &walk, const PolicyNode &config, const Candidate &first)
{
    if (config.hedgeAfter)
        return static_cast<float>(config.hedgeAfter->count());
    const TableTarget &entry = walk.table.targets[first.target];
    const TargetHealth *health = entry.asAsked ? walk.state.health->target(entry.provider->id, first.model)
                                               : walk.state.targets[first.target].health;
    const auto ms =
        health ? walk.state.health->ttftPercentileMs(*health, config.hedgePercentile.value_or(1), walk.facts.nowNs)
               : std::nullopt;
    return ms ? static_cast<float>(*ms) : -1;
}

} // namespace

bool planHedge(PlanWalk &walk, uint32_t node)
{
    const TableNode &entry = walk.table.nodes[node];
    const size_t from = walk.openBranches(node);
    const std::span<Branch> branches = walk.branches(from);
    const auto primary =
        std::find_if(branches.begin(), branches.end(), [](const Branch &branch) { return !branch.empty(); });
    if (primary == branches.end())
        return walk.closeBranches(node, from);

    const uint32_t begin = primary->begin;
    const float afterMs = waitOf(walk, *entry.config, walk.candidates[begin]);
    std::vector<Candidate> order;
    order.reserve(walk.candidates.size() - begin);
    for (const Branch &branch : branches) {
        if (branch.empty())
            continue;
        Candidate &candidate = order.emplace_back(walk.candidates[branch.begin]);
        const bool first = order.size() == 1;
        walk.step(branch.node, first ? PlanStep::Verdict::Chosen : PlanStep::Verdict::Alternative, candidate.target,
                  first ? 0 : std::max(afterMs, 0.0F), static_cast<float>(entry.config->hedgeMax),
                  afterMs < 0 ? static_cast<uint8_t>(PlanStep::NotKnown) : static_cast<uint8_t>(PlanStep::Plain));
        if (first)
            continue;
        candidate.joinDepth = entry.depth;
        candidate.on = entry.on;
        candidate.hedgeAfterMs = afterMs;
        candidate.hedgeNode = node;
    }
    for (const Branch &branch : branches) {
        for (uint32_t i = branch.begin + 1; i < branch.end; ++i) {
            Candidate &candidate = order.emplace_back(walk.candidates[i]);
            candidate.joinDepth = entry.depth;
            candidate.on = entry.on;
        }
    }
    std::copy(order.begin(), order.end(), walk.candidates.begin() + begin);
    walk.dropBranches(from);
    return false;
}

} // namespace signalbox
