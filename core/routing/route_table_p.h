// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/condition.h"
#include "core/routing/constraints.h"
#include "core/routing/failure.h"
#include "core/routing/route_table.h"

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

// The table as the planner reads it. All ids are positions in the vectors here.

struct TableTarget {
    const ProviderConfig *provider = nullptr;
    std::string_view model; // as the provider is asked; "*" when asAsked
    bool asAsked = false;
    ModelFactsPtr facts; // of a model with a name
};

struct TableNode {
    static constexpr uint32_t none = 0xffffffff;

    const PolicyNode *config = nullptr;
    uint32_t parent = none;
    uint32_t route = 0;
    uint32_t place = 0;      // among its parent's children
    uint32_t firstChild = 0; // children stand side by side
    uint32_t childCount = 0;
    uint32_t target = none;    // Target
    uint32_t condition = none; // When
    uint32_t slot = none;      // Weighted, Fastest, Hedge: its place in RoutingState's memory of that kind
    uint8_t depth = 0;
    FailureSet on = usualFallback;
};

// Constraints and what they say of each target with a name.
struct TableConstraints {
    ConstraintTest test;
    std::vector<Refusal> byTarget; // of a model as asked: of its provider alone

    Refusal check(const std::vector<TableTarget> &targets, uint32_t target, std::string_view model,
                  const ModelFacts *facts) const
    {
        const TableTarget &entry = targets[target];
        if (byTarget[target] != Refusal::None || !entry.asAsked)
            return byTarget[target];
        return test.check(*entry.provider, model, facts);
    }
};

struct TableRoute {
    const RouteConfig *config = nullptr;
    ConditionTest match;
    uint32_t root = 0;
    const TableConstraints *constraints = nullptr; // nullptr: none
};

struct RouteTable::Private {
    ConfigPtr config;
    std::shared_ptr<const ModelBook> models;
    Needs needs;
    std::vector<TableTarget> targets; // the first ones: each provider's model as asked, in the config's order
    std::vector<TableNode> nodes;
    std::vector<TableRoute> routes;
    std::vector<ConditionTest> conditions;
    std::vector<std::unique_ptr<TableConstraints>> constraints;
    std::unordered_map<std::string_view, const TableConstraints *> byProject;
    std::deque<Constraints> ofKeys; // regions of clients' keys; stays where it is
    std::unordered_map<std::string_view, const TableConstraints *> byClient;
    uint32_t weightedCount = 0;
    uint32_t fastestCount = 0;
    uint32_t hedgeCount = 0;

    const TableConstraints *ofProject(std::string_view project) const
    {
        const auto found = byProject.find(project);
        return found == byProject.end() ? nullptr : found->second;
    }
    const TableConstraints *ofClient(std::string_view client) const
    {
        if (byClient.empty())
            return nullptr;
        const auto found = byClient.find(client);
        return found == byClient.end() ? nullptr : found->second;
    }
};

} // namespace signalbox
