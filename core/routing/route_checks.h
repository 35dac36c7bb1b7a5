// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route_table.h"

#include <string>
#include <vector>

namespace signalbox {

// What is not wrong enough to refuse a config, but surely not meant.
struct ConfigWarning {
    std::string pointer; // /routes/0/to/fit/1/target
    std::string text;

    bool operator==(const ConfigWarning &) const = default;
};

// Branches that nothing reaches, targets that no constraint ever lets through, a `fit` over models whose context nobody
// knows. Only what is certain. A tree cannot name another route, so there are no cycles to look for.
std::vector<ConfigWarning> routeWarnings(const RouteTable &table);

} // namespace signalbox
