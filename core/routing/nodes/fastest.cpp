// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

constexpr uint8_t mostTrials = 3; // of a child nothing is known of, between two ticks
constexpr double behindAll = std::numeric_limits<double>::max();

// Unknown ones that may still be tried come before all, tried ones just before those that fail.
double keyOf(const FastestMemory &memory, size_t child)
{
    if (memory.known[child] != 0)
        return memory.figure[child];
    return memory.trials[child] < mostTrials ? -behindAll : behindAll;
}

// The one whose turn it is of those that are not the fastest and do not fail.
Branch *explored(std::span<Branch> branches, const Branch *fastest, uint32_t turn)
{
    const auto may = [&](const Branch &branch) {
        return &branch != fastest && !branch.empty() && branch.key < std::numeric_limits<double>::infinity();
    };
    const auto count = static_cast<uint32_t>(std::count_if(branches.begin(), branches.end(), may));
    uint32_t left = count > 0 ? turn % count : 0;
    for (Branch &branch : branches) {
        if (may(branch) && left-- == 0)
            return &branch;
    }
    return nullptr;
}

} // namespace

bool planFastest(PlanWalk &walk, uint32_t node)
{
    const TableNode &entry = walk.table.nodes[node];
    const FastestMemory &memory = walk.state.fastest[entry.slot];
    const size_t from = walk.openBranches(node);
    const std::span<Branch> branches = walk.branches(from);
    Branch *first = nullptr;
    size_t count = 0;
    for (Branch &branch : branches) {
        branch.key = keyOf(memory, branch.node - entry.firstChild);
        if (branch.empty())
            continue;
        ++count;
        if (!first || branch.key < first->key)
            first = &branch;
    }
    if (!first)
        return walk.closeBranches(node, from);

    uint8_t detail = PlanStep::Plain;
    const Branch *fastest = first;
    if (const Branch *warm = walk.warmBranch(branches); warm && warm->key < behindAll) {
        first = &branches[static_cast<size_t>(warm - branches.data())];
        detail = PlanStep::Warm;
    } else if (count > 1) {
        uint32_t kind = 0;
        if (first->key == -behindAll) {
            kind = 2;
        } else if (memory.explored + entry.config->explore >= 1 - 1e-9) {
            if (Branch *other = explored(branches, fastest, memory.turn)) {
                first = other;
                detail = PlanStep::Exploring;
                kind = 1;
            }
        }
        walk.plan.picks.insert(walk.plan.picks.end(), {node, first->node - entry.firstChild, kind});
    }
    for (const Branch &branch : branches) {
        if (branch.empty())
            continue;
        const size_t child = branch.node - entry.firstChild;
        const auto about = memory.known[child] == 0 ? static_cast<uint8_t>(PlanStep::NotKnown)
                           : &branch == first       ? detail
                                                    : static_cast<uint8_t>(PlanStep::Plain);
        walk.step(branch.node, &branch == first ? PlanStep::Verdict::Chosen : PlanStep::Verdict::Alternative,
                  walk.firstTarget(branch), static_cast<float>(memory.figure[child]), 0, about);
    }
    first->key = -std::numeric_limits<double>::infinity();
    std::stable_sort(branches.begin(), branches.end(), [](const Branch &a, const Branch &b) { return a.key < b.key; });
    return walk.closeBranches(node, from);
}

} // namespace signalbox
