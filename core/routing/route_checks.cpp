// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/route_checks.h"

#include "core/routing/route_table_p.h"

#include <algorithm>
#include <array>
#include <limits>

namespace signalbox {

namespace {

// What is certain of a request that comes to a node.
struct Known {
    int64_t tokensFrom = 0;
    int64_t tokensTo = std::numeric_limits<int64_t>::max();
    std::array<const std::string *, 4> exact{}; // model, project, client, user; null: any
    std::vector<const Condition *> denied{};    // none of these holds

    // The condition does not hold.
    void deny(const Condition &condition)
    {
        denied.push_back(&condition);
        Condition rest = condition;
        rest.tokensAbove.reset();
        rest.tokensBelow.reset();
        if (rest != Condition{} || (condition.tokensAbove && condition.tokensBelow))
            return;
        if (condition.tokensAbove)
            tokensTo = std::min(tokensTo, *condition.tokensAbove);
        if (condition.tokensBelow)
            tokensFrom = std::max(tokensFrom, *condition.tokensBelow);
    }
    // False: no request is like that.
    bool narrow(const Condition &condition)
    {
        const auto same = [&](const Condition *other) { return *other == condition; };
        if (std::any_of(denied.begin(), denied.end(), same))
            return false;
        if (condition.tokensAbove)
            tokensFrom = std::max(tokensFrom, *condition.tokensAbove + 1);
        if (condition.tokensBelow)
            tokensTo = std::min(tokensTo, *condition.tokensBelow - 1);
        const std::array<const std::string *, 4> wanted{&condition.model, &condition.project, &condition.client,
                                                        &condition.user};
        for (size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i]->empty() || wanted[i]->find_first_of("*?") != std::string::npos)
                continue;
            if (exact[i] && *exact[i] != *wanted[i])
                return false;
            exact[i] = wanted[i];
        }
        return tokensFrom <= tokensTo;
    }
};

// It has a word for every request, be it a refusal.
bool decidesAlways(const PolicyNode &node)
{
    if (node.disabled)
        return false;
    switch (node.kind) {
    case PolicyNode::Kind::Target:
    case PolicyNode::Kind::Reject:
        return true;
    case PolicyNode::Kind::When:
        return node.children.size() == 2 && decidesAlways(node.children[0]) && decidesAlways(node.children[1]);
    default:
        return std::any_of(node.children.begin(), node.children.end(), decidesAlways);
    }
}

class RouteChecker
{
public:
    RouteChecker(const RouteTable &table, std::vector<ConfigWarning> &warnings)
        : m_table(table), m_d(table.d()), m_warnings(warnings)
    {
    }

    void checkRoute(uint32_t index)
    {
        const TableRoute &route = m_d.routes[index];
        const std::string pointer = "/routes/" + std::to_string(index);
        for (uint32_t before = 0; before < index; ++before) {
            const RouteConfig &other = *m_d.routes[before].config;
            if ((other.match == Condition{} || other.match == route.config->match) && decidesAlways(other.to)) {
                warn(pointer, "is never reached: route " + other.id + " takes all that it would");
                return;
            }
        }
        Known known;
        if (!known.narrow(route.config->match))
            return warn(pointer + "/match", "can never hold");
        m_ofRoute = route.constraints;
        m_ofProject = known.exact[1] ? m_d.ofProject(*known.exact[1]) : nullptr;
        checkConstraints(route, pointer);
        check(route.root, known);
    }

private:
    void warn(const std::string &pointer, std::string text) { m_warnings.push_back({pointer, std::move(text)}); }

    void check(uint32_t index, const Known &known)
    {
        const TableNode &node = m_d.nodes[index];
        if (node.config->disabled)
            return;
        switch (node.config->kind) {
        case PolicyNode::Kind::Target:
            return checkTarget(index);
        case PolicyNode::Kind::When:
            return checkWhen(index, known);
        case PolicyNode::Kind::Fallback:
            return checkFallback(index, known);
        case PolicyNode::Kind::Weighted:
            checkShift(index);
            for (uint32_t i = 0; i < node.childCount; ++i) {
                const PolicyNode &child = *m_d.nodes[node.firstChild + i].config;
                if (child.kind == PolicyNode::Kind::Reject && !child.disabled)
                    warn(m_table.pointer(node.firstChild + i),
                         "a reject takes no share; it counts when no other child is left");
            }
            break;
        default:
            break;
        }
        const bool demands =
            node.config->kind == PolicyNode::Kind::Fit || node.config->kind == PolicyNode::Kind::Cheapest;
        if (demands)
            m_demands.push_back(node.config);
        for (uint32_t i = 0; i < node.childCount; ++i)
            check(node.firstChild + i, known);
        if (demands)
            m_demands.pop_back();
    }

    void checkWhen(uint32_t index, const Known &known)
    {
        const TableNode &node = m_d.nodes[index];
        Known then = known;
        if (then.narrow(node.config->condition))
            check(node.firstChild, then);
        else
            warn(m_table.pointer(index) + "/when", "can never hold, so its `then` is never reached");
        if (node.childCount < 2)
            return;
        Known otherwise = known;
        otherwise.deny(node.config->condition);
        check(node.firstChild + 1, otherwise);
    }

    void checkFallback(uint32_t index, const Known &known)
    {
        const TableNode &node = m_d.nodes[index];
        std::vector<uint32_t> seen;
        for (uint32_t i = 0; i < node.childCount; ++i) {
            const TableNode &child = m_d.nodes[node.firstChild + i];
            if (child.config->disabled)
                continue;
            if (child.target != TableNode::none) {
                if (std::find(seen.begin(), seen.end(), child.target) != seen.end()) {
                    warn(m_table.pointer(node.firstChild + i), "is never asked a second time");
                    continue;
                }
                seen.push_back(child.target);
            }
            check(node.firstChild + i, known);
            if (child.config->kind != PolicyNode::Kind::Reject)
                continue;
            for (uint32_t behind = i + 1; behind < node.childCount; ++behind)
                warn(m_table.pointer(node.firstChild + behind), "is never reached: it stands behind a `reject`");
            return;
        }
    }

    void checkShift(uint32_t index)
    {
        const PolicyNode &config = *m_d.nodes[index].config;
        if (!config.shift)
            return;
        const std::string pointer = m_table.pointer(index) + "/shift";
        size_t takers = 0;
        for (size_t i = 0; i < config.children.size(); ++i)
            takers += !config.children[i].disabled && config.weights[i] > 0 ? 1 : 0;
        if (takers < 2)
            warn(pointer, "has nowhere to take traffic to: only one child has a share");
        else if (config.shift->minShare >= 1)
            warn(pointer + "/minShare", "keeps every child at its whole share, so nothing is ever shifted");
    }

    // What is below the node and not off.
    void collectTargets(uint32_t index, std::vector<uint32_t> &targets) const
    {
        const TableNode &node = m_d.nodes[index];
        if (node.config->disabled)
            return;
        if (node.target != TableNode::none)
            targets.push_back(node.target);
        for (uint32_t i = 0; i < node.childCount; ++i)
            collectTargets(node.firstChild + i, targets);
    }

    void checkConstraints(const TableRoute &route, const std::string &pointer)
    {
        std::vector<uint32_t> targets;
        collectTargets(route.root, targets);
        const auto refused = [](const TableConstraints &constraints, uint32_t target) {
            return constraints.byTarget[target] != Refusal::None;
        };
        const auto byRegion = [](Refusal refusal) {
            return refusal == Refusal::Region || refusal == Refusal::RegionUnknown;
        };
        // A sole target has its own warning.
        if (targets.size() < 2 || !route.constraints ||
            !std::all_of(targets.begin(), targets.end(),
                         [&](uint32_t target) { return refused(*route.constraints, target); }))
            return;
        const bool regions = std::all_of(targets.begin(), targets.end(), [&](uint32_t target) {
            return byRegion(route.constraints->byTarget[target]);
        });
        warn(pointer + (regions ? "/constraints/regions" : "/constraints"),
             regions ? "leaves no target: none of the route's providers is in a region that is allowed"
                     : "leaves no target: all of the route's are refused");
    }

    void checkTarget(uint32_t index)
    {
        const uint32_t target = m_d.nodes[index].target;
        if (target == TableNode::none)
            return;
        const std::string pointer = m_table.pointer(index) + "/target";
        for (const TableConstraints *constraints : {m_ofRoute, m_ofProject}) {
            if (constraints && constraints->byTarget[target] != Refusal::None)
                return warn(pointer, "is never asked: " + refusalText(*constraints, target));
        }
        const TableTarget &entry = m_d.targets[target];
        if (entry.asAsked)
            return;
        for (const PolicyNode *demand : m_demands) {
            if (demand->kind == PolicyNode::Kind::Fit && !(entry.facts && entry.facts->contextTokens))
                return warn(pointer,
                            "its context is not known, so `fit` keeps it behind all others; give it under `models`");
            if (demand->minQuality && !demand->unratedAllowed &&
                !(entry.facts && entry.facts->qualityBy(demand->qualityOf)))
                return warn(pointer, "is never asked: its quality is not known; give it under `models`, or allow "
                                     "unrated ones");
            if (demand->maxUsd && !(entry.facts && entry.facts->price))
                return warn(pointer, "is never asked: its price is not known, so it may be above `maxUsd`");
        }
    }

    std::string refusalText(const TableConstraints &constraints, uint32_t target) const
    {
        const std::string whose = &constraints == m_ofRoute ? "the route's" : "the project's";
        const std::string &region = m_d.targets[target].provider->region;
        switch (constraints.byTarget[target]) {
        case Refusal::RegionUnknown:
            return "its provider's region is not known, and " + whose + " constraints name those allowed";
        case Refusal::Region:
            return "its provider's region is `" + region + "`, which " + whose + " constraints do not allow";
        case Refusal::Quality:
            return "its quality is below what " + whose + " constraints ask for";
        case Refusal::Unrated:
            return "its quality is not known, and " + whose + " constraints ask for one";
        default:
            return whose + " constraints do not allow it";
        }
    }

    const RouteTable &m_table;
    const RouteTable::Private &m_d;
    std::vector<ConfigWarning> &m_warnings;
    std::vector<const PolicyNode *> m_demands;
    const TableConstraints *m_ofRoute = nullptr;
    const TableConstraints *m_ofProject = nullptr;
};

} // namespace

std::vector<ConfigWarning> routeWarnings(const RouteTable &table)
{
    std::vector<ConfigWarning> warnings;
    RouteChecker checker(table, warnings);
    for (uint32_t i = 0; i < table.d().routes.size(); ++i)
        checker.checkRoute(i);
    return warnings;
}

} // namespace signalbox
