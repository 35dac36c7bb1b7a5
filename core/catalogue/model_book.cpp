// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/model_book.h"

#include "core/base/glob.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/fact_reader.h"
#include "core/catalogue/model_names.h"
#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"
#include "core/config/presets.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>

namespace signalbox {

namespace {

// A direct-mapped cache for each thread: no lock, a fixed size however many names clients invent.
struct Slot {
    uint64_t book = 0;
    std::string provider;
    std::string model;
    ModelFactsPtr facts;
};
constexpr size_t slotCount = 256;

Slot &slotFor(std::string_view provider, std::string_view model)
{
    thread_local const auto slots = std::make_unique<std::array<Slot, slotCount>>();
    const size_t hash = std::hash<std::string_view>()(provider) * 31 + std::hash<std::string_view>()(model);
    return (*slots)[hash % slotCount];
}

uint64_t nextBook()
{
    static std::atomic<uint64_t> last = 0;
    return ++last;
}

struct PriceRule {
    std::string pattern;
    std::optional<Price> price; // absent: the rule names none, so nothing is known
};

PriceRule ruleFrom(const PriceConfig &config)
{
    PriceRule rule{config.model, priceFrom(config)};
    if (rule.price) {
        rule.price->id = "config:" + config.model;
        rule.price->source = "config";
    }
    return rule;
}

template<class T>
void take(T &fact, const T &own)
{
    if (own)
        fact = own;
}

// Lays one rule over those that come later in the config.
void layOver(ModelConfig &facts, const ModelConfig &earlier)
{
    take(facts.contextTokens, earlier.contextTokens);
    take(facts.maxOutputTokens, earlier.maxOutputTokens);
    take(facts.tools, earlier.tools);
    take(facts.reasoning, earlier.reasoning);
    if (!earlier.input.empty())
        facts.input = earlier.input;
    if (!earlier.output.empty())
        facts.output = earlier.output;
    for (const auto &[metric, score] : earlier.quality)
        facts.quality[metric] = score;
}

void layOver(ModelFacts &facts, const ModelConfig &own)
{
    if (own.contextTokens && facts.contextTokens && own.contextTokens != facts.contextTokens)
        facts.otherContextTokens = facts.contextTokens;
    take(facts.contextTokens, own.contextTokens);
    take(facts.maxOutputTokens, own.maxOutputTokens);
    take(facts.tools, own.tools);
    take(facts.reasoning, own.reasoning);
    if (!own.input.empty())
        facts.input = modalitiesFrom(own.input);
    if (!own.output.empty())
        facts.output = modalitiesFrom(own.output);
    for (const auto &[metric, score] : own.quality) {
        std::erase_if(facts.quality, [&name = metric](const QualityScore &known) { return known.metric == name; });
        facts.quality.insert(facts.quality.begin(), {metric, score, "config", {}});
    }
}

} // namespace

struct ModelBook::Private {
    uint64_t id = nextBook();
    std::shared_ptr<const Catalogue> catalogue;
    std::map<std::string, std::vector<std::string>, std::less<>> catalogueNames; // of each configured provider
    std::vector<PriceRule> prices;
    std::vector<ModelConfig> models;

    ModelFactsPtr inCatalogue(std::string_view provider, std::string_view model) const
    {
        const auto names = catalogueNames.find(provider);
        if (!catalogue || names == catalogueNames.end())
            return nullptr;
        for (const std::string_view form : modelNameForms(model)) {
            for (const std::string &name : names->second) {
                if (auto facts = catalogue->find(name, form))
                    return facts;
            }
        }
        return nullptr;
    }
};

ModelBook::ModelBook(std::shared_ptr<const Catalogue> catalogue, const Config &config) : d(std::make_unique<Private>())
{
    d->catalogue = std::move(catalogue);
    for (const ProviderConfig &provider : config.providers) {
        if (const Preset *preset = findPreset(provider.preset); preset && !preset->catalogueProviders.empty())
            d->catalogueNames.emplace(provider.id, preset->catalogueProviders);
    }
    for (const PriceConfig &price : config.prices)
        d->prices.push_back(ruleFrom(price));
    d->models = config.models;
}

ModelBook::~ModelBook() = default;

const std::shared_ptr<const Catalogue> &ModelBook::catalogue() const
{
    return d->catalogue;
}

ModelFactsPtr ModelBook::find(std::string_view provider, std::string_view model) const
{
    Slot &slot = slotFor(provider, model);
    if (slot.book != d->id || slot.provider != provider || slot.model != model) {
        slot.facts = make(provider, model);
        slot.book = d->id;
        slot.provider = provider;
        slot.model = model;
    }
    return slot.facts;
}

ModelConfig ModelBook::ownFacts(std::string_view provider, std::string_view model) const
{
    ModelConfig own;
    if (d->models.empty())
        return own;
    std::string target(provider);
    target.append("/").append(model);
    for (auto config = d->models.rbegin(); config != d->models.rend(); ++config) {
        if (globMatch(config->model, target))
            layOver(own, *config);
    }
    return own;
}

ModelFactsPtr ModelBook::make(std::string_view provider, std::string_view model) const
{
    ModelFactsPtr known = d->inCatalogue(provider, model);
    std::string target(provider);
    target.append("/").append(model);
    const auto price = std::find_if(d->prices.begin(), d->prices.end(),
                                    [&](const PriceRule &rule) { return globMatch(rule.pattern, target); });
    const ModelConfig own = ownFacts(provider, model);
    if (price == d->prices.end() && own == ModelConfig())
        return known;

    auto facts = std::make_shared<ModelFacts>();
    if (known) {
        *facts = *known;
    } else {
        facts->provider = provider;
        facts->model = model;
        facts->source = "config";
    }
    if (price != d->prices.end())
        facts->price = price->price;
    layOver(*facts, own);
    return facts;
}

Cost ModelBook::costOf(std::string_view provider, std::string_view model, const TokenUsage &usage, bool complete) const
{
    const ModelFactsPtr facts = find(provider, model);
    return signalbox::costOf(facts && facts->price ? &*facts->price : nullptr, usage, complete);
}

} // namespace signalbox
