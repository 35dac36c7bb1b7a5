// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/model_details.h"

#include "core/catalogue/fact_reader.h"

#include <algorithm>

namespace signalbox {

namespace {

// "pdf" is what model lists call a document.
std::vector<std::string> listedNames(Modalities modalities)
{
    std::vector<std::string> names;
    for (const std::string_view name : modalityNames(modalities))
        names.emplace_back(name == "document" ? "pdf" : name);
    return names;
}

template<class T>
void choose(T &fact, const T &own, const T &known)
{
    if (own)
        fact = own;
    else if (!fact)
        fact = known;
}

struct Target {
    std::string provider;
    std::string model;
};

void addTargets(const PolicyNode &node, const std::string &asked, std::vector<Target> &targets)
{
    if (node.kind == PolicyNode::Kind::Target)
        targets.push_back({node.provider, node.model == "*" ? asked : node.model});
    for (const PolicyNode &child : node.children)
        addTargets(child, asked, targets);
}

template<class T>
void takeLower(std::optional<T> &shared, const std::optional<T> &one)
{
    if (one && (!shared || *one < *shared))
        shared = one;
}

void narrow(ListedModel &shared, const ListedModel &one)
{
    takeLower(shared.contextTokens, one.contextTokens);
    takeLower(shared.maxOutputTokens, one.maxOutputTokens);
    takeLower(shared.tools, one.tools); // false is lower
    takeLower(shared.thinking, one.thinking);
    if (one.modalities.empty())
        return;
    if (shared.modalities.empty())
        shared.modalities = one.modalities;
    std::erase_if(shared.modalities, [&](const std::string &name) {
        return std::find(one.modalities.begin(), one.modalities.end(), name) == one.modalities.end();
    });
}

} // namespace

ListedModel describeTarget(const ModelBook &book, const std::string &provider, const std::string &model,
                           ListedModel listed)
{
    const ModelConfig own = book.ownFacts(provider, model);
    const ModelFactsPtr known = book.find(provider, model);
    const ModelFacts &facts = known ? *known : ModelFacts();
    choose(listed.contextTokens, own.contextTokens, facts.contextTokens);
    choose(listed.maxOutputTokens, own.maxOutputTokens, facts.maxOutputTokens);
    choose(listed.tools, own.tools, facts.tools);
    choose(listed.thinking, own.reasoning, facts.reasoning);
    if (!own.input.empty() || listed.modalities.empty())
        listed.modalities = listedNames(facts.input);
    return listed;
}

std::vector<ListedModel> describeRoutes(const ModelBook &book, const Config &config)
{
    std::vector<ListedModel> models;
    std::vector<Target> fixed;
    for (const RouteConfig &route : config.routes) {
        addTargets(route.to, "*", fixed);
        if (route.match.model.find_first_of("*?") != std::string::npos)
            continue;
        std::vector<Target> targets;
        addTargets(route.to, route.match.model, targets);
        ListedModel &model = models.emplace_back(ListedModel{route.match.model, "signalbox"});
        for (const Target &target : targets)
            narrow(model, describeTarget(book, target.provider, target.model));
    }
    for (const Target &target : fixed) {
        if (target.model != "*")
            models.push_back(describeTarget(book, target.provider, target.model,
                                            {target.provider + "/" + target.model, target.provider}));
    }
    return models;
}

} // namespace signalbox
