// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/model_reader.h"

#include "core/config/json_text.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr double highestPrice = 1e9;      // keeps every sum of a request inside 128 bits
constexpr int mostTokens = 2'000'000'000; // of a context
constexpr double highestFactor = 1000;    // of a service tier
constexpr double highestPricePerRequest = 1e6;

void readNumber(JsonCursor &node, std::string_view key, std::optional<double> &out, double most)
{
    if (!node.has(key))
        return;
    node.number(key, out.emplace(0));
    if (*out < 0 || *out > most)
        node.problem(key, "must be from 0 to " + std::to_string(static_cast<int64_t>(most)));
}

template<class Rates>
void readRates(JsonCursor &node, Rates &rates)
{
    readNumber(node, "inputUsdPerMTok", rates.inputUsdPerMTok, highestPrice);
    readNumber(node, "outputUsdPerMTok", rates.outputUsdPerMTok, highestPrice);
    readNumber(node, "cacheReadUsdPerMTok", rates.cacheReadUsdPerMTok, highestPrice);
    readNumber(node, "cacheWriteUsdPerMTok", rates.cacheWriteUsdPerMTok, highestPrice);
    readNumber(node, "cacheWrite1hUsdPerMTok", rates.cacheWrite1hUsdPerMTok, highestPrice);
    readNumber(node, "inputAudioUsdPerMTok", rates.inputAudioUsdPerMTok, highestPrice);
    readNumber(node, "outputAudioUsdPerMTok", rates.outputAudioUsdPerMTok, highestPrice);
    readNumber(node, "inputImageUsdPerMTok", rates.inputImageUsdPerMTok, highestPrice);
    readNumber(node, "outputImageUsdPerMTok", rates.outputImageUsdPerMTok, highestPrice);
}

void readTokens(JsonCursor &node, std::string_view key, std::optional<int64_t> &out)
{
    if (!node.has(key))
        return;
    int tokens = 1;
    node.whole(key, tokens, 1, mostTokens);
    out = tokens;
}

void readFlag(JsonCursor &node, std::string_view key, std::optional<bool> &out)
{
    if (node.has(key))
        node.flag(key, out.emplace(false));
}

void readPattern(JsonCursor &node, std::string &model)
{
    node.require("model");
    node.text("model", model);
    if (model.empty())
        node.problem("model", "must be a pattern over provider/model");
}

void readTier(JsonCursor node, PriceConfig &price)
{
    node.allow({"inputTokensAbove", "inputUsdPerMTok", "outputUsdPerMTok", "cacheReadUsdPerMTok",
                "cacheWriteUsdPerMTok", "cacheWrite1hUsdPerMTok", "inputAudioUsdPerMTok", "outputAudioUsdPerMTok",
                "inputImageUsdPerMTok", "outputImageUsdPerMTok"});
    node.require("inputTokensAbove");
    PriceTierConfig tier;
    int above = 1;
    node.whole("inputTokensAbove", above, 1, mostTokens);
    tier.inputTokensAbove = above;
    readRates(node, tier);
    if (!price.tiers.empty() && above <= price.tiers.back().inputTokensAbove)
        node.problem("inputTokensAbove", "must be above the tier before");
    price.tiers.push_back(std::move(tier));
}

void readFactors(JsonCursor node, std::map<std::string, double> &factors)
{
    const boost::json::object *object = node.self()->if_object();
    for (const auto &member : object ? *object : boost::json::object()) {
        const std::string name(member.key());
        double factor = 0;
        node.number(name, factor);
        if (factor < 0 || factor > highestFactor)
            node.problem(name, "must be from 0 to 1000");
        factors[name] = factor;
    }
}

} // namespace

void readPriceKeys(JsonCursor &node, PriceConfig &price)
{
    readRates(node, price);
    readNumber(node, "perRequestUsd", price.perRequestUsd, highestPricePerRequest);
    readNumber(node, "webSearchUsdPer1000", price.webSearchUsdPer1000, highestPricePerRequest);
    node.each("tiers", [&](JsonCursor tier) { readTier(std::move(tier), price); });
    node.object("serviceTiers", [&](JsonCursor child) { readFactors(std::move(child), price.serviceTiers); });
}

void readModalities(JsonCursor &node, std::string_view key, std::vector<std::string> &kinds)
{
    constexpr std::array<std::string_view, 6> known = {"text", "image", "audio", "video", "document", "pdf"};
    node.eachText(key, kinds);
    for (size_t i = 0; i < kinds.size(); ++i) {
        if (std::find(known.begin(), known.end(), kinds[i]) == known.end())
            node.log().report(childPointer(node.at(key), std::to_string(i)),
                              "must be one of text, image, audio, video, document; found `" + kinds[i] + "`");
    }
}

void readPrice(JsonCursor node, PriceConfig &price)
{
    node.allow({"model", "inputUsdPerMTok", "outputUsdPerMTok", "cacheReadUsdPerMTok", "cacheWriteUsdPerMTok",
                "cacheWrite1hUsdPerMTok", "inputAudioUsdPerMTok", "outputAudioUsdPerMTok", "inputImageUsdPerMTok",
                "outputImageUsdPerMTok", "perRequestUsd", "webSearchUsdPer1000", "tiers", "serviceTiers"});
    readPattern(node, price.model);
    readPriceKeys(node, price);
}

void readModel(JsonCursor node, ModelConfig &model)
{
    node.allow({"model", "contextTokens", "maxOutputTokens", "input", "output", "tools", "reasoning", "quality"});
    readPattern(node, model.model);
    readTokens(node, "contextTokens", model.contextTokens);
    readTokens(node, "maxOutputTokens", model.maxOutputTokens);
    readModalities(node, "input", model.input);
    readModalities(node, "output", model.output);
    readFlag(node, "tools", model.tools);
    readFlag(node, "reasoning", model.reasoning);
    node.object("quality", [&](JsonCursor scores) {
        const boost::json::object *object = scores.self()->if_object();
        for (const auto &member : object ? *object : boost::json::object())
            scores.number(std::string_view(member.key()), model.quality[std::string(member.key())]);
    });
}

} // namespace signalbox
