// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/price_book.h"

#include "core/base/glob.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

std::optional<int64_t> picoUsdPerToken(const std::optional<double> &usdPerMTok)
{
    if (!usdPerMTok)
        return std::nullopt;
    return std::llround(*usdPerMTok * 1e6);
}

} // namespace

PriceBook::PriceBook(const std::vector<PriceConfig> &prices)
{
    for (const PriceConfig &price : prices)
        m_entries.push_back({price.model, picoUsdPerToken(price.inputUsdPerMTok),
                             picoUsdPerToken(price.outputUsdPerMTok), picoUsdPerToken(price.cacheReadUsdPerMTok),
                             picoUsdPerToken(price.cacheWriteUsdPerMTok)});
}

Cost PriceBook::costOf(const std::string &provider, const std::string &model, const TokenUsage &usage,
                       bool complete) const
{
    const std::string target = provider + "/" + model;
    const auto entry =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &e) { return globMatch(e.pattern, target); });
    const bool known = usage.input || usage.output || usage.cachedInput || usage.cacheWrite;
    if (entry == m_entries.end() || !known)
        return {};

    Cost cost;
    cost.priceId = "config:" + entry->pattern;
    cost.state = complete ? CostState::Exact : CostState::AtLeast;
    int64_t pico = 0;
    bool missing = false;
    const auto add = [&](const std::optional<int64_t> &tokens, const std::optional<int64_t> &price,
                         const std::optional<int64_t> &instead) {
        if (!tokens || *tokens == 0)
            return;
        if (price) {
            pico += *tokens * *price;
        } else if (instead) {
            pico += *tokens * *instead;
            if (cost.state == CostState::Exact)
                cost.state = CostState::Estimated;
        } else {
            missing = true;
        }
    };
    add(usage.input, entry->input, std::nullopt);
    add(usage.cachedInput, entry->cacheRead, entry->input);
    add(usage.cacheWrite, entry->cacheWrite, entry->input);
    add(usage.output, entry->output, std::nullopt);
    if (missing)
        return {};
    cost.nanoUsd = (pico + 500) / 1000;
    return cost;
}

} // namespace signalbox
