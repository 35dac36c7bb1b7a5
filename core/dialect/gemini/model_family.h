// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox::gemini {

// What a model's name says about its abilities: rules of the API differ by generation. A name without a version
// (gemini-flash-latest, somebody's own) is taken for a current model, with the settings that all of those accept. Pure.
struct ModelFamily {
    int version = 0; // 25: 2.5; 30: 3; 0: not known
    bool pro = false;
    bool lite = false;

    bool since(int least) const { return version == 0 || version >= least; }

    bool thinks() const { return since(25); }
    bool thinksInLevels() const { return version >= 30; }
    bool signsCalls() const { return version >= 30; } // and refuses the first call of a turn without a signature
    bool mediaInToolResults() const { return version >= 30; }
    bool schemaBesideTools() const { return since(30); }
    bool fetchesUrls() const { return since(25); }
    std::pair<int64_t, int64_t> budgetRange() const; // of thinking tokens, beside 0 and -1
    bool canTurnThinkingOff() const { return !pro && version < 30; }
};
ModelFamily modelFamily(std::string_view model);

// models/M, percent-encoded; a prefix models/ or tunedModels/ that is there already is kept.
std::string modelPath(std::string_view model);

} // namespace signalbox::gemini
