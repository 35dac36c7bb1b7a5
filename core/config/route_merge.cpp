// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/route_merge.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace signalbox {

namespace {

const RouteConfig *named(const std::vector<RouteConfig> &routes, const std::string &id)
{
    const auto found =
        std::find_if(routes.begin(), routes.end(), [&](const RouteConfig &route) { return route.id == id; });
    return found == routes.end() ? nullptr : &*found;
}

bool same(const RouteConfig *a, const RouteConfig *b)
{
    return (a == nullptr) == (b == nullptr) && (!a || *a == *b);
}

RouteConfig setAside(RouteConfig route, const std::vector<RouteConfig> &others, const MergedRoutes &merged)
{
    const std::string stem = route.id + "-theirs";
    route.id = stem;
    for (int n = 2; named(others, route.id) || named(merged.routes, route.id); ++n)
        route.id = stem + '-' + std::to_string(n);
    route.to.disabled = true;
    return route;
}

std::vector<std::string_view> linesOf(const std::string &text)
{
    std::vector<std::string_view> lines;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(std::string_view(text).substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

using Lines = std::vector<std::string_view>;

// The middle that differs, by the longest common subsequence. Above this many cells one block replaces the other:
// nobody reads such a diff line by line, and the table would not fit.
constexpr size_t mostCells = 16'000'000;

void diffMiddle(const Lines &before, const Lines &after, size_t front, size_t back, std::vector<DiffLine> &out)
{
    const size_t rows = before.size() - front - back;
    const size_t columns = after.size() - front - back;
    const size_t width = columns + 1;
    const bool small = rows * width <= mostCells;
    std::vector<uint32_t> length(small ? (rows + 1) * width : 0);
    for (size_t i = rows; small && i-- > 0;) {
        for (size_t j = columns; j-- > 0;)
            length[i * width + j] = before[front + i] == after[front + j]
                                        ? length[(i + 1) * width + j + 1] + 1
                                        : std::max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
    size_t i = 0;
    size_t j = 0;
    while (i < rows || j < columns) {
        if (small && i < rows && j < columns && before[front + i] == after[front + j]) {
            out.push_back({DiffLine::Kind::Same, std::string(before[front + i])});
            ++i;
            ++j;
        } else if (i < rows && (!small || j == columns || length[(i + 1) * width + j] >= length[i * width + j + 1])) {
            out.push_back({DiffLine::Kind::Removed, std::string(before[front + i++])});
        } else {
            out.push_back({DiffLine::Kind::Added, std::string(after[front + j++])});
        }
    }
}

} // namespace

MergedRoutes mergeRoutes(const std::vector<RouteConfig> &base, const std::vector<RouteConfig> &mine,
                         const std::vector<RouteConfig> &theirs)
{
    MergedRoutes merged;
    for (const RouteConfig &route : mine) {
        const RouteConfig *was = named(base, route.id);
        const RouteConfig *other = named(theirs, route.id);
        if (same(&route, other) || same(was, other)) {
            merged.routes.push_back(route);
        } else if (same(&route, was)) {
            if (other) // else they removed it, and I did not touch it
                merged.routes.push_back(*other);
        } else {
            merged.routes.push_back(route);
            merged.both.push_back(route.id);
            if (other)
                merged.routes.push_back(setAside(*other, mine, merged));
        }
    }
    for (size_t i = 0; i < theirs.size(); ++i) {
        const RouteConfig &route = theirs[i];
        const RouteConfig *was = named(base, route.id);
        if (named(mine, route.id) || same(was, &route))
            continue; // dealt with above, or I removed what they left alone
        if (was)
            merged.both.push_back(route.id); // I removed what they changed: it stays, as nothing may be lost
        // Behind the one that it stands behind over there.
        auto place = merged.routes.begin();
        for (size_t before = i; before-- > 0;) {
            const auto found = std::find_if(merged.routes.begin(), merged.routes.end(),
                                            [&](const RouteConfig &one) { return one.id == theirs[before].id; });
            if (found != merged.routes.end()) {
                place = found + 1;
                break;
            }
        }
        merged.routes.insert(place, route);
    }
    return merged;
}

std::vector<RouteChange> routeChanges(const std::vector<RouteConfig> &before, const std::vector<RouteConfig> &after)
{
    std::vector<RouteChange> changes;
    std::vector<std::string> kept; // ids that both have, in the order of `before`
    for (const RouteConfig &route : before) {
        if (named(after, route.id))
            kept.push_back(route.id);
    }
    size_t place = 0;
    for (const RouteConfig &route : after) {
        const RouteConfig *was = named(before, route.id);
        const bool moved = was && place < kept.size() && kept[place++] != route.id;
        if (!was)
            changes.push_back({RouteChange::Kind::Added, route.id});
        else if (*was != route)
            changes.push_back({RouteChange::Kind::Changed, route.id});
        else if (moved)
            changes.push_back({RouteChange::Kind::Moved, route.id});
    }
    for (const RouteConfig &route : before) {
        if (!named(after, route.id))
            changes.push_back({RouteChange::Kind::Removed, route.id});
    }
    return changes;
}

Config rolledBack(const Config &now, Config version)
{
    version.clients = now.clients;
    for (ProviderConfig &provider : version.providers) {
        const ProviderConfig *same = now.provider(provider.id);
        provider.simulated = same && same->simulated; // is in no file
    }
    return version;
}

std::vector<DiffLine> diffLines(const std::string &before, const std::string &after)
{
    const Lines a = linesOf(before);
    const Lines b = linesOf(after);
    const size_t most = std::min(a.size(), b.size());
    size_t front = 0;
    while (front < most && a[front] == b[front])
        ++front;
    size_t back = 0;
    while (back < most - front && a[a.size() - 1 - back] == b[b.size() - 1 - back])
        ++back;
    std::vector<DiffLine> out;
    for (size_t i = 0; i < front; ++i)
        out.push_back({DiffLine::Kind::Same, std::string(a[i])});
    diffMiddle(a, b, front, back, out);
    for (size_t i = a.size() - back; i < a.size(); ++i)
        out.push_back({DiffLine::Kind::Same, std::string(a[i])});
    return out;
}

std::vector<DiffLine> shortened(const std::vector<DiffLine> &lines, size_t around)
{
    std::vector<bool> keep(lines.size());
    for (size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind == DiffLine::Kind::Same)
            continue;
        for (size_t near = i - std::min(i, around); near < std::min(i + around + 1, lines.size()); ++near)
            keep[near] = true;
    }
    std::vector<DiffLine> out;
    for (size_t i = 0; i < lines.size(); ++i) {
        if (keep[i])
            out.push_back(lines[i]);
        else if (i == 0 || keep[i - 1])
            out.push_back({DiffLine::Kind::Same, "\u2026"});
    }
    return out;
}

} // namespace signalbox
