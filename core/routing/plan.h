// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"
#include "core/config/config.h"
#include "core/routing/failure.h"
#include "core/routing/health/health_book.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

class RouteTable;

struct PlannedTarget {
    std::string_view provider;   // into the plan's table
    std::string_view model;      // as the provider is asked; into the table or the request's facts
    ModelFactsPtr facts;         // may be null
    std::string_view credential; // where this conversation's prompt cache is warm; empty: any
    PolicyNode::Truncate truncate = PolicyNode::Truncate::Never;
    int64_t mostInputTokens = 0; // what its context leaves for the prompt; only where it is to be cut

    uint32_t entry = 0; // of the table

    // How one comes here from the target before: the depth of the node that holds both, and what it falls back on.
    uint8_t joinDepth = 0;
    FailureSet on;
    // Started beside the target before it when that has shown nothing for so long.
    std::optional<double> hedgeAfterMs;
    uint32_t hedgeNode = 0; // for RoutingState::mayHedge
    float hedgeCost = 1;    // what it is going to cost, in requests at the target before it; 1 where nobody knows
};

// One line of the reasoning, rendered only when somebody asks (planJson).
struct PlanStep {
    enum class Verdict : uint8_t {
        RoutePassedOver,
        RouteTaken,
        Chosen,      // a: share due, b: effective weight; cheapest: a: USD, fastest: a: the metric
        Alternative, // behind the chosen one; the same numbers
        Entered,     // the condition holds, the request fits …
        NotEntered,
        Blocked,       // a: seconds until it may be tried; block says why
        RegionRefused, // by constraints, in words: which one is in `detail`
        DeniedByPolicy,
        QualityTooLow, // a: its figure, b: the least
        Unrated,
        TooDear,        // a: USD, b: the most
        DoesNotFit,     // a: tokens needed, b: its context
        ContentRefused, // it cannot take what the request holds; detail: which
        Unpriced,
        UnknownProvider,
        Repeated,  // planned before
        StaysWarm, // affinity; a: USD that leaving would cost, where known
        Rejected,
        ContextUnknown, // a: tokens needed; kept behind those that are known to hold them
        WillTruncate,   // a: tokens needed, b: its context
    };
    // More about Chosen and Alternative.
    enum Detail : uint8_t {
        Plain,
        SlowNow,    // weighted with a shift: c is its p95 in ms
        FailingNow, // c is its error rate
        Exploring,  // fastest: not the fastest, to learn how it does now
        NotKnown,   // fastest: no figures yet
        Warm,       // because the conversation is warm there
    };
    uint32_t node = 0;          // of the table; for the verdicts of a choice the child that it is about
    uint32_t target = noTarget; // of the table
    Verdict verdict = Verdict::Chosen;
    uint8_t detail = 0;
    Block block = Block::None;
    float a = 0;
    float b = 0;
    float c = 0;

    static constexpr uint32_t noTarget = 0xffffffff;
};

struct BlockedTarget {
    std::string_view provider;
    std::string_view model;
    Availability availability;
};

// The route's id in a plan whose target the console named.
inline constexpr std::string_view pinnedRoute = "(pinned)";

// What the router decided for one request. Valid as long as the facts' texts.
struct Plan {
    std::shared_ptr<const RouteTable> table;
    std::string_view route; // id; "(direct)" when no route is configured
    std::string_view asked; // the model, as in the facts
    OnLoss onLoss = OnLoss::Allow;
    Millis affinity{0};
    bool byConsole = false;             // the console named the target or the route
    std::string_view boundBy;           // of a pinned target: the route whose constraints held; empty: none
    std::vector<PlannedTarget> targets; // in the order of trying; may be empty when all are blocked
    std::vector<BlockedTarget> blocked; // would have been tried, but not now
    std::vector<PlanStep> steps;
    std::vector<uint32_t> picks; // choices of weighted and fastest nodes, for RoutingState::commit

    // Where to go from targets[from] after it failed like that; nullopt: nowhere.
    std::optional<size_t> next(size_t from, FailureClass why) const;
    // The soonest that one of the blocked may be tried; nullopt: none is blocked, or waiting does not help.
    std::optional<int64_t> soonestNs() const;
};

// The reasoning for people and programs: {"route":…,"targets":[{"target","provider","model","reason"}],"blocked":[{
// "target","reason"}],"skipped":[the same],"notes":[],"steps":[{"node":"/routes/0/to/…","verdict","target","text",
// "a","b"}]}. `compact`: for the ledger: route, targets and, where there are any, blocked and skipped ones and what
// nodes "decided":[{"node","text"}] on the way. "pinned" is there where the console named the target or the route.
std::string planJson(const Plan &plan, bool compact);
// False where the route led to one target and nothing was asked, left out or blocked: the row itself then says it all.
bool isWorthRecording(const Plan &plan);

} // namespace signalbox
