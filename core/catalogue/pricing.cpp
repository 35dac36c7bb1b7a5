// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/pricing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {

namespace {

// 10^12 tokens at 10^15 pUSD and a factor of 10^9 millionths are 10^36: inside 127 bits.
__extension__ typedef unsigned __int128 Wide; // `using` cannot carry __extension__
constexpr int64_t mostTokens = 1'000'000'000'000;
constexpr int64_t millionth = 1'000'000;

using Rate = std::optional<int64_t> PriceTier::*;

int64_t tokensOf(const std::optional<int64_t> &tokens)
{
    return std::clamp<int64_t>(tokens.value_or(0), 0, mostTokens);
}

// Adds class by class and notes what had to be guessed or could not be priced at all.
class Sum
{
public:
    explicit Sum(const PriceTier &tier) : m_tier(tier) {}

    // The first rate that is known is taken; any but the first is a guess, unless it is usual that there is but one.
    void add(int64_t tokens, std::initializer_list<Rate> rates, bool usual = false)
    {
        if (tokens <= 0)
            return;
        for (const Rate rate : rates) {
            if (const auto &price = m_tier.*rate) {
                pico += static_cast<Wide>(tokens) * static_cast<Wide>(*price);
                guessed =
                    guessed || (!usual && rate != *rates.begin() && *price != 0); // parts of what is free are free
                return;
            }
        }
        missing = true;
    }

    Wide pico = 0;
    bool guessed = false;
    bool missing = false;

private:
    const PriceTier &m_tier;
};

bool isStandard(const std::string &tier)
{
    return tier.empty() || tier == "default" || tier == "standard" || tier == "auto" || tier == "on_demand";
}

// In millionths. Absent: the price says nothing of that tier.
std::optional<int64_t> factorOf(const Price &price, const std::string &tier)
{
    for (const auto &[name, factor] : price.serviceTiers) {
        if (name == tier)
            return std::llround(factor * static_cast<double>(millionth));
    }
    return isStandard(tier) ? std::optional(millionth) : std::nullopt;
}

int64_t saturated(Wide value)
{
    constexpr Wide most = std::numeric_limits<int64_t>::max();
    return static_cast<int64_t>(std::min(value, most));
}

Sum sumOf(const Price &price, const TokenUsage &usage)
{
    const int64_t input = tokensOf(usage.input);
    const int64_t cached = tokensOf(usage.cachedInput);
    const int64_t written = tokensOf(usage.cacheWrite);
    const int64_t output = tokensOf(usage.output);
    const int64_t writtenHour = std::min(tokensOf(usage.cacheWrite1h), written);
    const int64_t inputAudio = std::min(tokensOf(usage.inputAudio), input);
    const int64_t outputAudio = std::min(tokensOf(usage.outputAudio), output);
    const int64_t inputImage = std::min(tokensOf(usage.inputImage), input - inputAudio);
    const int64_t outputImage = std::min(tokensOf(usage.outputImage), output - outputAudio);

    Sum sum(price.tierFor(input + cached + written));
    sum.add(input - inputAudio - inputImage, {&PriceTier::input});
    sum.add(inputAudio, {&PriceTier::inputAudio, &PriceTier::input});
    sum.add(inputImage, {&PriceTier::inputImage, &PriceTier::input}, true); // what chat models see costs as text does
    sum.add(cached, {&PriceTier::cacheRead, &PriceTier::input});
    sum.add(written - writtenHour, {&PriceTier::cacheWrite, &PriceTier::input});
    sum.add(writtenHour, {&PriceTier::cacheWrite1h, &PriceTier::cacheWrite, &PriceTier::input});
    sum.add(output - outputAudio - outputImage, {&PriceTier::output});
    sum.add(outputAudio, {&PriceTier::outputAudio, &PriceTier::output});
    sum.add(outputImage, {&PriceTier::outputImage, &PriceTier::output});
    return sum;
}

} // namespace

Cost costOf(const Price *price, const TokenUsage &usage, bool complete)
{
    if (usage.reportedNanoUsd)
        return {usage.reportedNanoUsd, CostState::Reported, "reported"};
    const bool known = usage.input || usage.output || usage.cachedInput || usage.cacheWrite;
    if (!price || price->tiers.empty() || !known)
        return {};
    const Sum sum = sumOf(*price, usage);
    if (sum.missing)
        return {};
    bool guessed = sum.guessed;
    const auto factor = factorOf(*price, usage.serviceTier);
    guessed = guessed || !factor;
    const int64_t searches = tokensOf(usage.webSearches);
    guessed = guessed || (searches > 0 && !price->perWebSearchNanoUsd);

    constexpr Wide perNano = Wide(1000) * millionth;
    Wide total = sum.pico * static_cast<Wide>(factor.value_or(millionth));
    total += static_cast<Wide>(price->perRequestNanoUsd.value_or(0)) * perNano;
    total += static_cast<Wide>(searches) * static_cast<Wide>(price->perWebSearchNanoUsd.value_or(0)) * perNano;

    Cost cost;
    cost.nanoUsd = saturated((total + perNano / 2) / perNano);
    cost.state = !complete ? CostState::AtLeast : guessed ? CostState::Estimated : CostState::Exact;
    cost.priceId = price->id;
    return cost;
}

} // namespace signalbox
