// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/affinity.h"
#include "core/routing/route_table_p.h"
#include "core/routing/routing_state.h"
#include "core/routing/share_budget.h"
#include "core/routing/shift.h"
#include "core/routing/spread.h"

#include <memory>
#include <string>
#include <vector>

namespace signalbox {

// What is remembered of a target of the table.
struct TargetMemory {
    TargetHealth *health = nullptr; // of a model with a name
    std::string lastModel;          // of one as asked: what was asked for last, where its figures matter
    TargetFigures figures;          // as of the last tick, where a node decides by them
    bool watched = false;
};

struct WeightedMemory {
    uint32_t node = 0;
    Spread spread;
    std::vector<ShiftedChild> children;
    std::vector<double> effective;              // shares of 1
    std::vector<std::vector<uint32_t>> targets; // of each child, where there is a shift
};

struct FastestMemory {
    uint32_t node = 0;
    double explored = 0; // share that is due to exploring
    uint32_t turn = 0;
    std::vector<double> figure; // of each child as of the last tick, less is better; infinity: failing
    std::vector<uint8_t> known;
    std::vector<uint8_t> trials; // requests spent on getting to know it, since the last tick
    std::vector<std::vector<uint32_t>> targets;
};

struct HedgeMemory {
    uint32_t node = 0;
    ShareBudget budget;
};

// How a choice stands in Plan::picks: the node, the child, and for
// weighted one bit per child that could have been chosen, for fastest whether it was explored (1) or tried out (2).
constexpr size_t pickWords(uint32_t children)
{
    return (children + 31) / 32;
}

struct RoutingState::Private {
    explicit Private(uint64_t seed) : health(std::make_unique<HealthBook>(seed)) {}

    std::shared_ptr<HealthBook> health; // a preview shares it
    RouteTablePtr table;
    std::vector<TargetMemory> targets;
    std::vector<WeightedMemory> weighted;
    std::vector<FastestMemory> fastest;
    std::vector<HedgeMemory> hedges;
    AffinityTable affinity;
    ShareBudget retries;

    const RouteTable::Private &routes() const { return table->d(); }
    void remember(const RouteTablePtr &before); // takes over what is known of nodes that stay
};

// The figures of the target below a child that gets most of its traffic.
TargetFigures figuresOf(const RoutingState::Private &state, const std::vector<uint32_t> &targets);

} // namespace signalbox
