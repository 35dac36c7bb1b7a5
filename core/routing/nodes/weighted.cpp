// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct Share {
    float due = 0;
    float now = 0;
    uint8_t detail = PlanStep::Plain;
    float figure = 0;
};

Share shareOf(const WeightedMemory &memory, const PolicyNode &config, size_t child, double sum)
{
    Share share;
    share.due = static_cast<float>(sum > 0 ? config.weights[child] / sum : 0);
    share.now = static_cast<float>(memory.effective[child]);
    const ShiftedChild &shifted = memory.children[child];
    if (shifted.why() != ShiftedChild::Why::None)
        share.detail = shifted.why() == ShiftedChild::Why::P95 ? PlanStep::SlowNow : PlanStep::FailingNow;
    share.figure = static_cast<float>(shifted.figure());
    return share;
}

// Which child a branch is.
size_t placeOf(const TableNode &entry, const Branch &branch)
{
    return branch.node - entry.firstChild;
}

} // namespace

bool planWeighted(PlanWalk &walk, uint32_t node)
{
    const TableNode &entry = walk.table.nodes[node];
    const PolicyNode &config = *entry.config;
    const WeightedMemory &memory = walk.state.weighted[entry.slot];
    const size_t from = walk.openBranches(node);
    const std::span<Branch> branches = walk.branches(from);

    std::array<uint32_t, 8> few{}; // enough for 256 children without asking for memory
    std::vector<uint32_t> many;
    std::span<uint32_t> eligible(few);
    if (pickWords(entry.childCount) > few.size()) {
        many.resize(pickWords(entry.childCount));
        eligible = many;
    }
    size_t count = 0;
    for (const Branch &branch : branches) {
        if (branch.empty() && !branch.rejects)
            continue;
        const size_t place = placeOf(entry, branch);
        eligible[place / 32] |= 1U << (place % 32);
        ++count;
    }
    if (count == 0)
        return walk.closeBranches(node, from);

    const Branch *warm = walk.warmBranch(branches);
    if (warm && memory.children[placeOf(entry, *warm)].losing())
        warm = nullptr;
    const size_t chosen = warm ? placeOf(entry, *warm) : memory.spread.pick(memory.effective, eligible);
    if (!warm && count > 1) {
        walk.plan.picks.push_back(node);
        walk.plan.picks.push_back(static_cast<uint32_t>(chosen));
        for (size_t word = 0; word < pickWords(entry.childCount); ++word)
            walk.plan.picks.push_back(eligible[word]);
    }

    double sum = 0;
    for (const double weight : config.weights)
        sum += weight;
    for (Branch &branch : branches) {
        const size_t place = placeOf(entry, branch);
        branch.key = place == chosen ? -2 : -memory.effective[place];
        if (branch.empty())
            continue;
        const Share share = shareOf(memory, config, place, sum);
        const auto detail = place == chosen && warm ? static_cast<uint8_t>(PlanStep::Warm) : share.detail;
        walk.step(branch.node, place == chosen ? PlanStep::Verdict::Chosen : PlanStep::Verdict::Alternative,
                  walk.firstTarget(branch), share.due, share.now, detail, share.figure);
    }
    if (branches[chosen].rejects) {
        walk.rejectedBy = branches[chosen].node;
        walk.candidates.resize(branches.front().begin);
        walk.dropBranches(from);
        return true;
    }
    std::stable_sort(branches.begin(), branches.end(), [](const Branch &a, const Branch &b) { return a.key < b.key; });
    return walk.closeBranches(node, from);
}

} // namespace signalbox
