// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <string>
#include <vector>

namespace signalbox {

// Two people's changes of the same routes, put together so that nothing is lost. Pure.
struct MergedRoutes {
    std::vector<RouteConfig>
        routes;                    // in the order of `mine`; routes that only `theirs` has come where they stand there
    std::vector<std::string> both; // changed on both sides: mine stays, theirs stands behind it, off, as ID-theirs
};
MergedRoutes mergeRoutes(const std::vector<RouteConfig> &base, const std::vector<RouteConfig> &mine,
                         const std::vector<RouteConfig> &theirs);

// What differs, route by route, in the order of `after`; the removed ones last.
struct RouteChange {
    enum class Kind { Added, Removed, Changed, Moved };
    Kind kind = Kind::Changed;
    std::string route;

    bool operator==(const RouteChange &) const = default;
};
std::vector<RouteChange> routeChanges(const std::vector<RouteConfig> &before, const std::vector<RouteConfig> &after);

// What a version of the config from the past becomes when it is applied again. Clients' keys stay as they are now: one
// that was revoked must not come back to life.
Config rolledBack(const Config &now, Config version);

// Line by line, the fewest changes.
struct DiffLine {
    enum class Kind { Same, Removed, Added };
    Kind kind = Kind::Same;
    std::string text;

    bool operator==(const DiffLine &) const = default;
};
std::vector<DiffLine> diffLines(const std::string &before, const std::string &after);
// Only what changed and so many lines around; a gap is one line `…`.
std::vector<DiffLine> shortened(const std::vector<DiffLine> &lines, size_t around);

} // namespace signalbox
