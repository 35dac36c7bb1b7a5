// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/dialect/loss_report.h"

#include <boost/json/object.hpp>

namespace signalbox {

// What the readers of usage share. A count that cannot be one (negative, no number) is missing: a reply is never given
// up over what it says it cost.

// Also 12.0 and "12", which some servers send.
std::optional<int64_t> countOf(Node node);
std::optional<int64_t> countOf(double number);
std::optional<int64_t> countOf(std::string_view text);
std::optional<int64_t> countAt(const boost::json::object *object, std::string_view key);
const boost::json::object *objectAt(const boost::json::object *object, std::string_view key);

// Input of a provider that counts cached and written tokens inside the prompt. A part above its whole is cut to it.
void splitPrompt(TokenUsage &usage, int64_t prompt);
// Parts never exceed the class they belong to; call once the classes are known.
void boundParts(TokenUsage &usage);

// Dollars → nano-dollars, rounded half up. nullopt: no amount.
std::optional<int64_t> nanoUsdOf(double dollars);
std::optional<double> amountOf(std::string_view text);

// What the provider itself says a reply cost: OpenRouter's and Perplexity's `cost`, xAI's ticks of a ten-billionth
// dollar. `amount(first, second)` gives the number at usage.first.second, or at usage.first when `second` is empty;
// `flag(name)` whether usage.name is true.
template<class Amount, class Flag>
std::optional<int64_t> billedIn(const Amount &amount, const Flag &flag)
{
    if (const std::optional<double> ticks = amount("cost_in_usd_ticks", std::string_view()))
        return nanoUsdOf(*ticks / 1e10);
    std::optional<double> cost = amount("cost", std::string_view());
    if (!cost)
        cost = amount("cost", "total_cost");
    // With a key of one's own at the vendor, its bill comes on top of the fee.
    if (cost && flag("is_byok"))
        cost = *cost + amount("cost_details", "upstream_inference_cost").value_or(0);
    return cost ? nanoUsdOf(*cost) : std::nullopt;
}
std::optional<int64_t> billedIn(const boost::json::object &usage);

// The tier as the ledger names it: empty for the standard one, whatever its vendor calls it.
std::string_view confirmedTier(std::string_view word);

} // namespace signalbox
