// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"

#include "core/catalogue/fact_reader.h"
#include "core/catalogue/model_splitter.h"
#include "core/catalogue/resources.h"
#include "core/config/json_text.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace signalbox {

namespace {

namespace json = boost::json;

constexpr size_t largestText = 64U * 1024 * 1024;

Error invalid(const std::string &what)
{
    return {"catalogue_invalid", what};
}

void readSource(JsonCursor node, CatalogueSource &source)
{
    node.text("package", source.package);
    node.text("licence", source.licence);
    node.require("asOf");
    node.text("asOf", source.asOf, 10);
}

void readProvider(JsonCursor node, CatalogueProvider &provider)
{
    node.require("id");
    node.text("id", provider.id, 200);
    node.text("name", provider.name, 300);
    node.eachText("keyEnvironment", provider.keyEnvironment);
    node.eachText("sources", provider.sources);
}

// The shipped items begin with these two, which spares each start from parsing all of them. False: this one does not.
bool scanNames(std::string_view item, std::string &provider, std::string &model)
{
    const auto next = [&item](std::string_view before, std::string &name) {
        const size_t end = item.starts_with(before) ? item.find_first_of("\"\\", before.size()) : item.npos;
        if (end == item.npos || item[end] != '"')
            return false;
        name = item.substr(before.size(), end - before.size());
        item.remove_prefix(end);
        return true;
    };
    return next("{\"provider\":\"", provider) && next("\",\"model\":\"", model);
}

} // namespace

Result<std::shared_ptr<const Catalogue>> Catalogue::fromJson(std::string text,
                                                             std::shared_ptr<const QualityFigures> quality)
{
    const std::shared_ptr<Catalogue> catalogue(new Catalogue);
    if (text.size() > largestText)
        return invalid("the catalogue is larger than 64 MiB");
    catalogue->m_owned = std::move(text);
    catalogue->m_text = catalogue->m_owned;
    catalogue->m_quality = std::move(quality);
    return read(catalogue, Trust::Checked);
}

std::shared_ptr<const Catalogue> Catalogue::builtIn()
{
    static const auto shipped = [] {
        const std::shared_ptr<Catalogue> catalogue(new Catalogue);
        catalogue->m_text = catalogueResource("catalogue.json");
        catalogue->m_quality = QualityFigures::builtIn();
        const auto done = read(catalogue, Trust::Ours); // its entries are checked by the tests
        return done ? *done : std::shared_ptr<const Catalogue>(new Catalogue);
    }();
    return shipped;
}

std::shared_ptr<const Catalogue> Catalogue::builtInWith(std::shared_ptr<const QualityFigures> quality)
{
    const std::shared_ptr<Catalogue> catalogue(new Catalogue(*builtIn())); // its text is not its own to copy
    catalogue->m_quality = std::move(quality);
    return catalogue;
}

Result<std::shared_ptr<const Catalogue>> Catalogue::read(std::shared_ptr<Catalogue> into, Trust trust)
{
    const auto split = splitModels(into->m_text);
    if (!split) {
        // A parser knows line and column of what is broken.
        const auto whole = parseStrictJson(into->m_text);
        return whole ? split.error() : invalid(whole.error().message);
    }
    if (const auto done = into->readHead(split->head); !done)
        return done.error();
    if (const auto done = into->readItems(split->items, trust); !done)
        return done.error();
    if (const auto done = into->sort(); !done)
        return done.error();
    return std::shared_ptr<const Catalogue>(std::move(into));
}

Result<void> Catalogue::readHead(std::string_view head)
{
    const auto parsed = parseStrictJson(head);
    if (!parsed) {
        const auto whole = parseStrictJson(m_text);
        return invalid(whole ? parsed.error().message : whole.error().message);
    }
    ProblemLog log;
    JsonCursor root(*parsed, {}, log);
    root.require("version");
    int version = 1;
    root.whole("version", version, 1, 1);
    root.require("sources");
    root.require("providers");
    root.object("sources", [&](JsonCursor node) {
        const json::object *object = node.self()->if_object();
        for (const auto &member : object ? *object : json::object()) {
            m_sources.push_back({std::string(member.key()), {}, {}, {}});
            node.object(member.key(), [&](JsonCursor child) { readSource(std::move(child), m_sources.back()); });
            m_asOf = std::max(m_asOf, m_sources.back().asOf);
        }
    });
    root.each("providers", [&](JsonCursor node) { readProvider(std::move(node), m_providers.emplace_back()); });
    if (m_providers.size() > UINT16_MAX)
        root.problem("providers", "must be at most 65535");
    if (log.failed())
        return invalid(log.message());
    std::sort(m_providers.begin(), m_providers.end(), [](const auto &a, const auto &b) { return a.id < b.id; });
    return {};
}

Result<Catalogue::Names> Catalogue::readNames(std::string_view item, const std::string &pointer, Trust trust,
                                              ProblemLog &log)
{
    Names names;
    if (trust == Trust::Ours && scanNames(item, names.provider, names.model))
        return names;
    std::array<unsigned char, 8192> memory; // NOLINT: filled by the parser
    json::monotonic_resource resource(memory.data(), memory.size());
    json::error_code broken;
    const json::value value = json::parse(item, broken, &resource);
    if (broken)
        return invalid(pointer + ": " + broken.message());
    ModelFacts facts = readModelFacts(JsonCursor(value, pointer, log));
    return Names{std::move(facts.provider), std::move(facts.model)};
}

Result<void> Catalogue::readItems(const std::vector<std::string_view> &items, Trust trust)
{
    m_entries.reserve(items.size());
    ProblemLog log;
    for (size_t i = 0; i < items.size() && !log.failed(); ++i) {
        const std::string pointer = "/models/" + std::to_string(i);
        const auto names = readNames(items[i], pointer, trust, log);
        if (!names)
            return names.error();
        const auto listed = std::lower_bound(m_providers.begin(), m_providers.end(), names->provider,
                                             [](const auto &known, const auto &id) { return known.id < id; });
        if (!log.failed() && (listed == m_providers.end() || listed->id != names->provider))
            log.report(pointer + "/provider", "`" + names->provider + "` is not among /providers");
        m_entries.push_back({static_cast<uint32_t>(m_names.size()), static_cast<uint16_t>(names->model.size()),
                             static_cast<uint16_t>(listed - m_providers.begin()),
                             static_cast<uint32_t>(items[i].data() - m_text.data()),
                             static_cast<uint32_t>(items[i].size())});
        m_names += names->model;
    }
    m_names.shrink_to_fit();
    if (log.failed())
        return invalid(log.message());
    return {};
}

Result<void> Catalogue::sort()
{
    const auto key = [this](const Entry &entry) {
        return std::pair(entry.provider, std::string_view(m_names).substr(entry.nameAt, entry.nameSize));
    };
    std::sort(m_entries.begin(), m_entries.end(), [&](const Entry &a, const Entry &b) { return key(a) < key(b); });
    const auto twice = std::adjacent_find(m_entries.begin(), m_entries.end(),
                                          [&](const Entry &a, const Entry &b) { return key(a) == key(b); });
    if (twice != m_entries.end()) {
        const auto i = static_cast<size_t>(twice - m_entries.begin());
        return invalid("/models: " + std::string(providerAt(i)) + '/' + std::string(modelAt(i)) + " is listed twice");
    }
    return {};
}

std::string_view Catalogue::modelAt(size_t i) const
{
    return std::string_view(m_names).substr(m_entries[i].nameAt, m_entries[i].nameSize);
}

ModelFactsPtr Catalogue::find(std::string_view provider, std::string_view model) const
{
    const auto known = std::lower_bound(m_providers.begin(), m_providers.end(), provider,
                                        [](const auto &entry, const auto &id) { return entry.id < id; });
    if (known == m_providers.end() || known->id != provider)
        return nullptr;
    const auto wanted = std::pair(static_cast<uint16_t>(known - m_providers.begin()), model);
    const auto found =
        std::lower_bound(m_entries.begin(), m_entries.end(), wanted, [&](const Entry &entry, const auto &key) {
            return std::pair(entry.provider, std::string_view(m_names).substr(entry.nameAt, entry.nameSize)) < key;
        });
    const auto i = static_cast<size_t>(found - m_entries.begin());
    return i < m_entries.size() && found->provider == wanted.first && modelAt(i) == model ? at(i) : nullptr;
}

ModelFactsPtr Catalogue::at(size_t i) const
{
    json::error_code broken;
    const json::value item = json::parse(m_text.substr(m_entries[i].textAt, m_entries[i].textSize), broken);
    ProblemLog log;
    auto facts = std::make_shared<ModelFacts>(readModelFacts(JsonCursor(item, {}, log)));
    facts->quality = m_quality->scoresOf(facts->provider, facts->model);
    return facts;
}

} // namespace signalbox
