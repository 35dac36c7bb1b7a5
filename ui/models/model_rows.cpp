// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_rows.h"

#include "core/catalogue/catalogue.h"
#include "core/catalogue/model_book.h"
#include "core/catalogue/model_names.h"
#include "core/config/presets.h"

#include <algorithm>
#include <map>
#include <set>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr double picoPerUsdPerMTok = 1e6;

bool isGlob(std::string_view text)
{
    return text.find_first_of("*?") != std::string_view::npos;
}

void addTargets(const PolicyNode &node, std::set<std::string> &names)
{
    if (node.kind == PolicyNode::Kind::Target && !isGlob(node.model))
        names.insert(node.provider + '/' + node.model);
    for (const PolicyNode &child : node.children)
        addTargets(child, names);
}

// provider/model without wildcards, of configured providers.
std::set<std::string> namedModels(const Config &config)
{
    std::set<std::string> names;
    for (const PriceConfig &price : config.prices)
        names.insert(price.model);
    for (const ModelConfig &model : config.models)
        names.insert(model.model);
    for (const RouteConfig &route : config.routes)
        addTargets(route.to, names);
    std::erase_if(names, [&](const std::string &name) {
        const size_t slash = name.find('/');
        return slash == std::string::npos || isGlob(name) || !config.provider(std::string_view(name).substr(0, slash));
    });
    return names;
}

class Maker
{
public:
    Maker(const std::shared_ptr<const Catalogue> &catalogue, const Config &config)
        : m_catalogue(*catalogue), m_config(config), m_book(catalogue, config)
    {
        for (const PriceConfig &price : config.prices)
            m_own.insert(price.model);
        for (const ModelConfig &model : config.models)
            m_own.insert(model.model);
        for (const ProviderConfig &provider : config.providers) {
            const Preset *preset = findPreset(provider.preset);
            if (!preset)
                continue;
            for (const std::string &name : preset->catalogueProviders)
                m_configured[name].push_back(&provider);
        }
        for (const CatalogueProvider &provider : m_catalogue.providers())
            m_titles[provider.id] = QString::fromStdString(provider.name);
    }

    ModelRows make()
    {
        for (size_t i = 0; i < m_catalogue.size(); ++i) {
            const auto found = m_configured.find(std::string(m_catalogue.providerAt(i)));
            if (found == m_configured.end()) {
                addListed(m_catalogue.at(i));
                continue;
            }
            for (const ProviderConfig *provider : found->second)
                addConfigured(*provider, m_catalogue.modelAt(i));
        }
        for (const std::string &name : namedModels(m_config)) {
            const size_t slash = name.find('/');
            if (const ProviderConfig *provider = m_config.provider(std::string_view(name).substr(0, slash)))
                addConfigured(*provider, std::string_view(name).substr(slash + 1));
        }
        std::sort(m_rows.begin(), m_rows.end(), [](const ModelRow &a, const ModelRow &b) {
            return std::tie(a.provider, a.facts->model) < std::tie(b.provider, b.facts->model);
        });
        return std::move(m_rows);
    }

private:
    void addListed(ModelFactsPtr facts)
    {
        if (!facts)
            return;
        ModelRow row;
        row.provider = facts->provider;
        const auto title = m_titles.find(facts->provider);
        row.providerTitle = title == m_titles.end() ? QString::fromStdString(facts->provider) : title->second;
        row.listed = facts;
        row.facts = std::move(facts);
        add(std::move(row));
    }

    void addConfigured(const ProviderConfig &provider, std::string_view model)
    {
        // The catalogue may list a model under several names of one provider.
        if (!m_seen.insert(provider.id + '/' + std::string(model)).second)
            return;
        auto facts = std::make_shared<ModelFacts>();
        if (const ModelFactsPtr known = m_book.find(provider.id, model))
            *facts = *known;
        facts->provider = provider.id;
        facts->model = std::string(model);
        ModelRow row;
        row.provider = provider.id;
        row.providerTitle = QString::fromStdString(provider.title());
        row.configured = true;
        row.overridden = m_own.contains(provider.id + '/' + facts->model);
        row.listed = listedAs(provider, model);
        row.facts = std::move(facts);
        add(std::move(row));
    }

    ModelFactsPtr listedAs(const ProviderConfig &provider, std::string_view model) const
    {
        const Preset *preset = findPreset(provider.preset);
        if (!preset)
            return nullptr;
        for (const std::string_view form : modelNameForms(model)) {
            for (const std::string &name : preset->catalogueProviders) {
                if (auto facts = m_catalogue.find(name, form))
                    return facts;
            }
        }
        return nullptr;
    }

    void add(ModelRow row)
    {
        row.words = QString(QString::fromStdString(row.provider) + u'/' + QString::fromStdString(row.facts->model) +
                            u' ' + row.providerTitle + u' ' + QString::fromStdString(row.facts->name))
                        .toLower();
        m_rows.push_back(std::move(row));
    }

    const Catalogue &m_catalogue;
    const Config &m_config;
    ModelBook m_book;
    std::map<std::string, std::vector<const ProviderConfig *>> m_configured; // by the catalogue's name
    std::map<std::string, QString> m_titles;
    std::set<std::string> m_own;
    std::set<std::string> m_seen;
    ModelRows m_rows;
};

} // namespace

ModelRows makeModelRows(const std::shared_ptr<const Catalogue> &catalogue, const Config &config)
{
    return Maker(catalogue, config).make();
}

std::optional<double> usdPerMTok(const ModelFacts &facts, RateMember rate)
{
    if (!facts.price || !(facts.price->tiers.front().*rate))
        return std::nullopt;
    return double(*(facts.price->tiers.front().*rate)) / picoPerUsdPerMTok;
}

} // namespace signalbox
