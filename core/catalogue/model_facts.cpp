// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/model_facts.h"

namespace signalbox {

const PriceTier &Price::tierFor(int64_t inputTokens) const
{
    size_t last = 0;
    for (size_t i = 1; i < tiers.size() && inputTokens > tiers[i].inputTokensAbove; ++i)
        last = i;
    return tiers[last];
}

const QualityScore *ModelFacts::qualityBy(const std::string &metric) const
{
    for (const QualityScore &score : quality) {
        if (metric.empty() || score.metric == metric)
            return &score;
    }
    return nullptr;
}

} // namespace signalbox
