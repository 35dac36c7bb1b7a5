// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

namespace {

enum Rank : uint8_t { Fits, Cut, Unknown };

constexpr std::array<std::pair<Content, Modality>, 4> media{{
    {Content::Image, Modality::Image},
    {Content::Audio, Modality::Audio},
    {Content::Video, Modality::Video},
    {Content::Document, Modality::Document},
}};

// What the model is known not to take of the request.
std::optional<Content> notTaken(const ModelFacts &facts, Contents contents)
{
    for (const auto &[content, modality] : media) {
        if (contents.has(content) && facts.input.known() && !facts.input.has(modality))
            return content;
    }
    if (contents.has(Content::Tools) && facts.tools == false)
        return Content::Tools;
    return std::nullopt;
}

} // namespace

bool fits(PlanWalk &walk, uint32_t node, const PolicyNode &fit, Candidate &candidate)
{
    const ModelFacts *facts = candidate.facts;
    if (facts) {
        if (const auto content = notTaken(*facts, walk.facts.contents)) {
            walk.step(node, PlanStep::Verdict::ContentRefused, candidate.target, 0, 0, static_cast<uint8_t>(*content));
            return false;
        }
    }
    constexpr int64_t usualOutput = 1'000;
    const int64_t output = walk.facts.maxOutputTokens.value_or(usualOutput);
    const int64_t needed = walk.inputTokens() + output;
    if (!facts || !facts->contextTokens) {
        walk.step(node, PlanStep::Verdict::ContextUnknown, candidate.target, static_cast<float>(needed));
        candidate.fitRank = std::max<uint8_t>(candidate.fitRank, Unknown);
        return true;
    }
    const int64_t context = *facts->contextTokens;
    if (needed <= context)
        return true;
    const bool cut = fit.truncate != PolicyNode::Truncate::Never && output < context;
    walk.step(node, cut ? PlanStep::Verdict::WillTruncate : PlanStep::Verdict::DoesNotFit, candidate.target,
              static_cast<float>(needed), static_cast<float>(context));
    if (!cut)
        return false;
    candidate.truncate = fit.truncate;
    candidate.mostInputTokens = context - output;
    candidate.fitRank = std::max<uint8_t>(candidate.fitRank, Cut);
    return true;
}

bool planFit(PlanWalk &walk, uint32_t node)
{
    const PlanWalk::Demand demand{node, walk.demands};
    walk.demands = &demand;
    const size_t from = walk.openBranches(node);
    walk.demands = demand.above;
    const std::span<Branch> branches = walk.branches(from);
    for (Branch &branch : branches) {
        if (branch.empty())
            continue;
        const Candidate &candidate = walk.candidates[branch.begin];
        branch.key = candidate.fitRank;
        if (candidate.fitRank == Fits)
            walk.step(branch.node, PlanStep::Verdict::Entered, candidate.target, static_cast<float>(walk.inputTokens()),
                      static_cast<float>(candidate.facts->contextTokens.value_or(0)));
    }
    std::stable_sort(branches.begin(), branches.end(), [](const Branch &a, const Branch &b) { return a.key < b.key; });
    return walk.closeBranches(node, from);
}

} // namespace signalbox
