// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/model_facts.h"
#include "core/catalogue/quality_figures.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

class ProblemLog;

struct CatalogueSource {
    std::string id;      // "models.dev"; an entry made from two names both: "pi-ai+models.dev"
    std::string package; // where it was taken from, with its version
    std::string licence;
    std::string asOf;

    bool operator==(const CatalogueSource &) const = default;
};

struct CatalogueProvider {
    std::string id;
    std::string name;
    std::vector<std::string> keyEnvironment;
    std::vector<std::string> sources;

    bool operator==(const CatalogueProvider &) const = default;
};

// What is known of models: limits, abilities, prices, each with source and date. Keeps the text and an index of 16
// bytes a model; facts are read out of it when asked for (about 10 µs), so that 6,000 models cost little memory.
// Immutable; any thread.
class Catalogue
{
public:
    // The form of resources/catalogue/catalogue.json. Everything is checked: error catalogue_invalid with the place
    // and what is wrong, e.g. `/models/17/inputUsdPerMTok: must be from 0 to 1000000000`.
    static Result<std::shared_ptr<const Catalogue>>
    fromJson(std::string text, std::shared_ptr<const QualityFigures> quality = QualityFigures::builtIn());
    // The one that ships with the program. Read at its first use.
    static std::shared_ptr<const Catalogue> builtIn();
    static std::shared_ptr<const Catalogue> builtInWith(std::shared_ptr<const QualityFigures> quality);

    // Names as the catalogue has them, exactly. nullptr: not known.
    ModelFactsPtr find(std::string_view provider, std::string_view model) const;
    // All models in the order of provider and model.
    size_t size() const { return m_entries.size(); }
    std::string_view providerAt(size_t i) const { return m_providers[m_entries[i].provider].id; }
    std::string_view modelAt(size_t i) const;
    ModelFactsPtr at(size_t i) const;

    const std::vector<CatalogueProvider> &providers() const { return m_providers; }
    const std::vector<CatalogueSource> &sources() const { return m_sources; }
    const QualityFigures &quality() const { return *m_quality; }
    const std::string &asOf() const { return m_asOf; } // the newest source's date, YYYY-MM-DD
    std::string_view text() const { return m_text; }   // the document it was read from

private:
    enum class Trust { Checked, Ours };
    struct Entry {
        uint32_t nameAt;
        uint16_t nameSize;
        uint16_t provider;
        uint32_t textAt;
        uint32_t textSize;
    };
    Catalogue() = default;
    static Result<std::shared_ptr<const Catalogue>> read(std::shared_ptr<Catalogue> into, Trust trust);
    Result<void> readHead(std::string_view head);
    struct Names {
        std::string provider;
        std::string model;
    };
    static Result<Names> readNames(std::string_view item, const std::string &pointer, Trust trust, ProblemLog &log);
    Result<void> readItems(const std::vector<std::string_view> &items, Trust trust);
    Result<void> sort();

    std::string m_owned;
    std::string_view m_text; // m_owned, or the program's resource
    std::string m_names;
    std::vector<Entry> m_entries;
    std::vector<CatalogueProvider> m_providers; // by id
    std::vector<CatalogueSource> m_sources;
    std::shared_ptr<const QualityFigures> m_quality = std::make_shared<const QualityFigures>();
    std::string m_asOf;
};

} // namespace signalbox
