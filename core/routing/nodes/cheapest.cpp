// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/nodes/nodes.h"

#include <algorithm>
#include <limits>

namespace signalbox {

std::optional<double> estimatedUsd(const Price &price, int64_t inputTokens, int64_t cachedTokens, int64_t outputTokens)
{
    if (price.tiers.empty())
        return std::nullopt;
    const PriceTier &tier = price.tierFor(inputTokens);
    if (!tier.input || !tier.output)
        return std::nullopt;
    const int64_t cached = std::clamp<int64_t>(cachedTokens, 0, inputTokens);
    constexpr double picoPerUsd = 1e12;
    constexpr double nanoPerUsd = 1e9;
    const double pico = static_cast<double>(inputTokens - cached) * static_cast<double>(*tier.input) +
                        static_cast<double>(cached) * static_cast<double>(tier.cacheRead.value_or(*tier.input)) +
                        static_cast<double>(outputTokens) * static_cast<double>(*tier.output);
    return pico / picoPerUsd + static_cast<double>(price.perRequestNanoUsd.value_or(0)) / nanoPerUsd;
}

bool affordable(PlanWalk &walk, uint32_t node, const PolicyNode &cheapest, const Candidate &candidate)
{
    if (cheapest.minQuality) {
        const QualityScore *score = candidate.facts ? candidate.facts->qualityBy(cheapest.qualityOf) : nullptr;
        if (!score && !cheapest.unratedAllowed) {
            walk.step(node, PlanStep::Verdict::Unrated, candidate.target, 0, static_cast<float>(*cheapest.minQuality));
            return false;
        }
        if (score && score->score < *cheapest.minQuality) {
            walk.step(node, PlanStep::Verdict::QualityTooLow, candidate.target, static_cast<float>(score->score),
                      static_cast<float>(*cheapest.minQuality));
            return false;
        }
    }
    if (!cheapest.maxUsd)
        return true;
    const WarmPlace *warm = walk.warmAt(candidate);
    const auto usd = walk.usdOf(candidate, warm ? warm->cachedTokens : 0);
    if (!usd) // what nobody knows the price of cannot be known to be within a limit
        walk.step(node, PlanStep::Verdict::Unpriced, candidate.target, 0, static_cast<float>(*cheapest.maxUsd));
    else if (*usd > *cheapest.maxUsd)
        walk.step(node, PlanStep::Verdict::TooDear, candidate.target, static_cast<float>(*usd),
                  static_cast<float>(*cheapest.maxUsd));
    return usd && *usd <= *cheapest.maxUsd;
}

bool planCheapest(PlanWalk &walk, uint32_t node)
{
    const PolicyNode &config = *walk.table.nodes[node].config;
    const PlanWalk::Demand demand{node, walk.demands};
    if (config.minQuality || config.maxUsd)
        walk.demands = &demand;
    const size_t from = walk.openBranches(node);
    walk.demands = demand.above;

    const std::span<Branch> branches = walk.branches(from);
    const Branch *first = nullptr;
    for (Branch &branch : branches) {
        branch.key = std::numeric_limits<double>::infinity();
        if (branch.empty())
            continue;
        const Candidate &candidate = walk.candidates[branch.begin];
        const WarmPlace *warm = walk.warmAt(candidate);
        const auto usd = walk.usdOf(candidate, warm ? warm->cachedTokens : 0);
        if (usd) {
            branch.key = *usd;
            if (warm) {
                const double cold = walk.usdOf(candidate, 0).value_or(*usd);
                walk.step(branch.node, PlanStep::Verdict::StaysWarm, candidate.target, static_cast<float>(cold - *usd));
            }
        }
        if (!first || branch.key < first->key)
            first = &branch;
    }
    for (const Branch &branch : branches) {
        if (branch.empty())
            continue;
        if (branch.key == std::numeric_limits<double>::infinity())
            walk.step(branch.node, PlanStep::Verdict::Unpriced, walk.firstTarget(branch));
        else
            walk.step(branch.node, &branch == first ? PlanStep::Verdict::Chosen : PlanStep::Verdict::Alternative,
                      walk.firstTarget(branch), static_cast<float>(branch.key));
    }
    std::stable_sort(branches.begin(), branches.end(), [](const Branch &a, const Branch &b) { return a.key < b.key; });
    return walk.closeBranches(node, from);
}

} // namespace signalbox
