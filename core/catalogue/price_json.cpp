// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/price_json.h"

#include "core/config/json_text.h"
#include "core/config/model_reader.h"

#include <boost/json/serialize.hpp>

#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

void layOver(std::optional<int64_t> &rate, const std::optional<double> &usdPerMTok)
{
    if (usdPerMTok)
        rate = std::llround(*usdPerMTok * 1e6);
}

template<class Rates>
void layOver(PriceTier &tier, const Rates &rates)
{
    layOver(tier.input, rates.inputUsdPerMTok);
    layOver(tier.output, rates.outputUsdPerMTok);
    layOver(tier.cacheRead, rates.cacheReadUsdPerMTok);
    layOver(tier.cacheWrite, rates.cacheWriteUsdPerMTok);
    layOver(tier.cacheWrite1h, rates.cacheWrite1hUsdPerMTok);
    layOver(tier.inputAudio, rates.inputAudioUsdPerMTok);
    layOver(tier.outputAudio, rates.outputAudioUsdPerMTok);
    layOver(tier.inputImage, rates.inputImageUsdPerMTok);
    layOver(tier.outputImage, rates.outputImageUsdPerMTok);
}

void appendKey(std::string &out, std::string_view key)
{
    if (out.back() != '{')
        out += ',';
    out += boost::json::serialize(boost::json::string_view(key.data(), key.size()));
    out += ':';
}

void appendText(std::string &out, std::string_view key, const std::string &value)
{
    if (value.empty())
        return;
    appendKey(out, key);
    out += boost::json::serialize(boost::json::string_view(value));
}

void appendRates(std::string &out, const PriceTier &tier)
{
    for (const PriceRate &key : priceRates) {
        if (const std::optional<int64_t> &rate = tier.*key.member) {
            appendKey(out, key.name);
            out += decimalText(*rate, 6);
        }
    }
}

} // namespace

std::string decimalText(int64_t value, int places)
{
    std::string digits = std::to_string(value);
    if (digits.size() <= static_cast<size_t>(places))
        digits.insert(0, static_cast<size_t>(places) + 1 - digits.size(), '0');
    digits.insert(digits.size() - static_cast<size_t>(places), 1, '.');
    while (digits.back() == '0')
        digits.pop_back();
    if (digits.back() == '.')
        digits.pop_back();
    return digits;
}

std::optional<Price> priceFrom(const PriceConfig &config)
{
    Price price;
    PriceTier tier;
    layOver(tier, config);
    price.tiers.push_back(tier);
    for (const PriceTierConfig &above : config.tiers) {
        tier.inputTokensAbove = above.inputTokensAbove;
        layOver(tier, above);
        price.tiers.push_back(tier);
    }
    if (config.perRequestUsd)
        price.perRequestNanoUsd = std::llround(*config.perRequestUsd * 1e9);
    if (config.webSearchUsdPer1000)
        price.perWebSearchNanoUsd = std::llround(*config.webSearchUsdPer1000 * 1e6);
    for (const auto &[name, factor] : config.serviceTiers)
        price.serviceTiers.emplace_back(name, factor);
    PriceTier nothing;
    nothing.inputTokensAbove = tier.inputTokensAbove;
    if (tier == nothing && !price.perRequestNanoUsd && !price.perWebSearchNanoUsd)
        return std::nullopt;
    return price;
}

std::string priceToJson(const Price &price)
{
    std::string out = "{";
    appendText(out, "id", price.id);
    appendText(out, "source", price.source);
    appendText(out, "asOf", price.asOf);
    appendRates(out, price.tiers.front());
    if (price.perRequestNanoUsd) {
        appendKey(out, "perRequestUsd");
        out += decimalText(*price.perRequestNanoUsd, 9);
    }
    if (price.perWebSearchNanoUsd) {
        appendKey(out, "webSearchUsdPer1000");
        out += decimalText(*price.perWebSearchNanoUsd, 6);
    }
    if (price.tiers.size() > 1) {
        appendKey(out, "tiers");
        out += '[';
        for (size_t i = 1; i < price.tiers.size(); ++i) {
            out += i > 1 ? ",{" : "{";
            appendKey(out, "inputTokensAbove");
            out += std::to_string(price.tiers[i].inputTokensAbove);
            appendRates(out, price.tiers[i]);
            out += '}';
        }
        out += ']';
    }
    if (!price.serviceTiers.empty()) {
        appendKey(out, "serviceTiers");
        out += '{';
        for (const auto &[name, factor] : price.serviceTiers) {
            appendKey(out, name);
            std::array<char, 32> buffer{};
            const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), factor).ptr;
            out.append(buffer.data(), end);
        }
        out += '}';
    }
    return out + '}';
}

Result<Price> priceFromJson(std::string_view json)
{
    const auto parsed = parseStrictJson(json);
    if (!parsed)
        return parsed.error();
    ProblemLog log;
    JsonCursor node(*parsed, {}, log);
    node.allow({"id", "source", "asOf", "inputUsdPerMTok", "outputUsdPerMTok", "cacheReadUsdPerMTok",
                "cacheWriteUsdPerMTok", "cacheWrite1hUsdPerMTok", "inputAudioUsdPerMTok", "outputAudioUsdPerMTok",
                "inputImageUsdPerMTok", "outputImageUsdPerMTok", "perRequestUsd", "webSearchUsdPer1000", "tiers",
                "serviceTiers"});
    Price head;
    node.text("id", head.id);
    node.text("source", head.source);
    node.text("asOf", head.asOf);
    PriceConfig config;
    readPriceKeys(node, config);
    auto price = priceFrom(config);
    if (!log.failed() && !price)
        log.report(node.pointer(), "names no price");
    if (log.failed())
        return Error{"price_invalid", log.message()};
    price->id = head.id;
    price->source = head.source;
    price->asOf = head.asOf;
    return *price;
}

} // namespace signalbox
