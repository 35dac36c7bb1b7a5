// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/fact_reader.h"

#include "core/catalogue/price_json.h"
#include "core/config/model_reader.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr int mostTokens = 2'000'000'000;

constexpr std::array<std::pair<std::string_view, Modality>, 6> modalityWords = {{{"text", Modality::Text},
                                                                                 {"image", Modality::Image},
                                                                                 {"audio", Modality::Audio},
                                                                                 {"video", Modality::Video},
                                                                                 {"document", Modality::Document},
                                                                                 {"pdf", Modality::Document}}};

void readTokens(JsonCursor &node, std::string_view key, std::optional<int64_t> &tokens)
{
    if (!node.has(key))
        return;
    int number = 1;
    node.whole(key, number, 1, mostTokens);
    tokens = number;
}

void readFlag(JsonCursor &node, std::string_view key, std::optional<bool> &flag)
{
    if (node.has(key))
        node.flag(key, flag.emplace(false));
}

Modalities readKinds(JsonCursor &node, std::string_view key)
{
    std::vector<std::string> kinds;
    readModalities(node, key, kinds);
    return modalitiesFrom(kinds);
}

// For people only, so a stray line end in a source's list is no reason to refuse all of it.
void readName(JsonCursor &node, std::string &name)
{
    const boost::json::value *value = node.find("name");
    if (!value || !value->is_string())
        return node.text("name", name);
    name = value->get_string();
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    while (!name.empty() && name.back() == ' ')
        name.pop_back();
}

// YYYY, YYYY-MM or YYYY-MM-DD.
void readDate(JsonCursor &node, std::string_view key, std::string &date)
{
    node.text(key, date, 10);
    constexpr std::string_view form = "0000-00-00";
    bool fits = date.empty() || date.size() == 4 || date.size() == 7 || date.size() == form.size();
    for (size_t i = 0; fits && i < date.size(); ++i)
        fits = form[i] == '-' ? date[i] == '-' : date[i] >= '0' && date[i] <= '9';
    if (!fits)
        node.problem(key, "must be a date such as 2026-09-27");
}

// Anthropic's scheme: five minutes cost 1.25 times the input, an hour twice. The sources name only the former.
void addHourOfClaude(const std::string &model, Price &price)
{
    if (model.find("claude") == std::string::npos)
        return;
    for (PriceTier &tier : price.tiers) {
        if (tier.input && tier.cacheWrite && !tier.cacheWrite1h && *tier.cacheWrite * 4 == *tier.input * 5)
            tier.cacheWrite1h = *tier.input * 2;
    }
}

} // namespace

Modalities modalitiesFrom(const std::vector<std::string> &kinds)
{
    Modalities modalities;
    for (const std::string &kind : kinds) {
        const auto known = std::find_if(modalityWords.begin(), modalityWords.end(),
                                        [&](const auto &entry) { return entry.first == kind; });
        if (known != modalityWords.end())
            modalities.add(known->second);
    }
    return modalities;
}

std::vector<std::string_view> modalityNames(Modalities modalities)
{
    std::vector<std::string_view> names;
    for (const auto &[name, modality] : modalityWords) {
        if (modalities.has(modality) && name != "pdf")
            names.push_back(name);
    }
    return names;
}

ModelFacts readModelFacts(JsonCursor node)
{
    ModelFacts facts;
    for (const char *key : {"provider", "model", "source", "asOf"})
        node.require(key);
    node.text("provider", facts.provider, 200);
    node.text("model", facts.model, 200);
    readName(node, facts.name);
    if (facts.provider.empty() || facts.model.empty())
        node.problem(facts.provider.empty() ? "provider" : "model", "must not be empty");
    readTokens(node, "contextTokens", facts.contextTokens);
    readTokens(node, "maxOutputTokens", facts.maxOutputTokens);
    readTokens(node, "otherContextTokens", facts.otherContextTokens);
    facts.input = readKinds(node, "inputModalities");
    facts.output = readKinds(node, "outputModalities");
    readFlag(node, "tools", facts.tools);
    // Both sources mark thinking models only; they name tools in either case.
    facts.reasoning = false;
    readFlag(node, "reasoning", facts.reasoning);
    readDate(node, "released", facts.released);
    node.text("status", facts.status, 40);
    node.text("source", facts.source, 200);
    readDate(node, "asOf", facts.asOf);

    PriceConfig price;
    readPriceKeys(node, price);
    facts.price = priceFrom(price);
    if (facts.price) {
        facts.price->id = "catalogue:" + facts.provider + '/' + facts.model + '@' + facts.asOf;
        facts.price->source = facts.source;
        facts.price->asOf = facts.asOf;
        addHourOfClaude(facts.model, *facts.price);
    }
    return facts;
}

} // namespace signalbox
