// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

// One difference between two catalogues, for people: values are texts, empty where there was or is none.
struct CatalogueChange {
    enum class Kind { Added, Removed, Changed };
    Kind kind = Kind::Changed;
    std::string provider;
    std::string model;
    std::string fact; // Changed: contextTokens, maxOutputTokens, status, inputUsdPerMTok, …; of a tier with its limit
    std::string before;
    std::string after;
    double factor = 0;     // of a price: after / before; 0: one of them is missing or 0
    bool needsYes = false; // a price that moves by more than three times, or to zero

    bool operator==(const CatalogueChange &) const = default;
};

struct CatalogueDiff {
    std::vector<CatalogueChange> changes; // in the order of provider and model
    size_t added = 0;                     // models
    size_t removed = 0;
    size_t changed = 0;
    std::vector<std::string> doubts; // why a person must agree before it is applied; empty: nothing is odd

    bool needsYes() const { return !doubts.empty(); }
};

// Takes some 0.1 s for 6,000 models: not for the gateway thread. Besides odd prices it doubts a catalogue that is older
// than the present one or lacks more than a tenth of its models. Pure.
CatalogueDiff compareCatalogues(const Catalogue &before, const Catalogue &after);

constexpr int staleAfterDays = 30;
int ageInDays(const Catalogue &catalogue, int64_t wallMs); // since its newest source; 0 when the clock is behind

} // namespace signalbox
