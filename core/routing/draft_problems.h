// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <memory>
#include <string>
#include <vector>

namespace signalbox {

class Catalogue;

struct DraftProblem {
    bool isError = false; // keeps the routes from being applied
    std::string pointer;  // into the config: /routes/0/to/fallback/1/target
    std::string text;

    bool operator==(const DraftProblem &) const = default;
};

// All that is wrong with the routes of a config, not only the first: what its reader refuses at each node, targets
// without a key, and, once nothing is refused, what routeWarnings() and the catalogue say. Errors first. Pure.
std::vector<DraftProblem> draftProblems(const Config &config, const std::shared_ptr<const Catalogue> &catalogue);

} // namespace signalbox
