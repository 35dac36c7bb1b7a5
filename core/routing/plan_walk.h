// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/facts.h"
#include "core/routing/plan.h"
#include "core/routing/routing_state_p.h"

#include <optional>
#include <span>
#include <vector>

namespace signalbox {

// A target on its way into the plan.
struct Candidate {
    uint32_t target = 0;
    uint32_t hedgeNode = 0;
    std::string_view model;
    const ModelFacts *facts = nullptr;
    float hedgeAfterMs = -1; // below 0: not a hedge
    FailureSet on;
    uint8_t joinDepth = 0;
    uint8_t fitRank = 0; // 0: it fits; 1: when the request is cut; 2: nobody knows
    PolicyNode::Truncate truncate = PolicyNode::Truncate::Never;
    int64_t mostInputTokens = 0;
};

// What one child of a node gave: candidates from `begin` to `end`.
struct Branch {
    uint32_t node = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
    bool rejects = false; // ended in a `reject` before any candidate
    double key = 0;       // to sort by, less is earlier

    bool empty() const { return begin == end; }
};

// Goes through a route's tree once and gathers the candidates in the order of trying. One request; lives on the stack
// of makePlan. The nodes (nodes/*.cpp) are functions over it.
class PlanWalk
{
public:
    PlanWalk(const RoutingState::Private &state, const RoutingFacts &facts, Plan &plan);

    // The constraints that hold, then the tree. True: it ends in a `reject` before any target.
    void enterRoute(const TableRoute &route);
    void enterDirect(); // no route is configured
    bool walk(uint32_t node);
    void addTarget(uint32_t node, uint32_t target, std::string_view model);
    // Candidates → the plan's targets, doubles left out.
    void finish();

    const RoutingState::Private &state;
    const RouteTable::Private &table;
    const RoutingFacts &facts;
    Plan &plan;
    std::vector<Candidate> candidates;
    uint32_t rejectedBy = TableNode::none;

    // For nodes with children: walks them all; `branches` from the returned place on are theirs.
    size_t openBranches(uint32_t node);
    std::span<Branch> branches(size_t from) { return std::span(m_branches).subspan(from); }
    // Puts the candidates into the branches' present order and closes them. True: nothing but a `reject` is left.
    bool closeBranches(uint32_t node, size_t from);
    void dropBranches(size_t from) { m_branches.resize(from); }

    void step(uint32_t node, PlanStep::Verdict verdict, uint32_t target = PlanStep::noTarget, float a = 0, float b = 0,
              uint8_t detail = 0, float c = 0);
    // The first target of a branch, for steps about it; PlanStep::noTarget: none.
    uint32_t firstTarget(const Branch &branch) const;

    // Where the conversation is warm, if it is and this is such a place.
    const WarmPlace *warmAt(const Candidate &candidate) const;
    // Of the branches the one whose first target is warm, the latest served first; nullptr: none.
    const Branch *warmBranch(std::span<const Branch> branches) const;

    int64_t inputTokens() const;
    int64_t outputTokens() const;
    std::optional<double> usdOf(const Candidate &candidate, int64_t cachedTokens) const;

    // Nodes whose demands every target below them must meet.
    struct Demand {
        uint32_t node;
        const Demand *above;
    };
    const Demand *demands = nullptr;

private:
    bool refusedByConstraints(uint32_t node, const TableConstraints *constraints, const Candidate &candidate);
    bool meetsDemand(uint32_t node, const PolicyNode &demand, Candidate &candidate);
    bool isBlocked(uint32_t node, const Candidate &candidate);
    const ModelFacts *factsOf(const TableTarget &target, std::string_view model);
    void addPlanned(const Candidate &candidate);
    float hedgeCostOf(const Candidate &candidate) const;

    const TableConstraints *m_ofProject;
    const TableConstraints *m_ofClient;
    const TableConstraints *m_ofRoute = nullptr;
    const TableConstraints *m_ofOrigin = nullptr; // RoutingFacts::boundBy
    const AffinityTable::Places *m_warm = nullptr;
    std::vector<Branch> m_branches;
    std::vector<Candidate> m_held; // left out because their keys were refused or are spent
    std::vector<Candidate> m_sorted;
    std::vector<ModelFactsPtr> m_asked;  // facts of models as asked
    const Candidate *m_before = nullptr; // the target planned last
};

// What is asked of provider P for a target with model `*`: `box/llama3` asked of provider box is its model llama3;
// `openai/gpt-5` asked of openrouter stays whole.
std::string_view modelAsAsked(std::string_view provider, std::string_view asked);

} // namespace signalbox
