// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/health_book.h"
#include "core/routing/plan.h"
#include "core/routing/route_table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// All that routing remembers between requests: health, how far each weighted spread has come, effective weights,
// where conversations are warm, what hedging and retrying may still spend. Pure like HealthBook; owned by the gateway
// thread or by a simulation. Memory is bounded.
class RoutingState
{
public:
    explicit RoutingState(uint64_t seed = 1);
    ~RoutingState();
    RoutingState(const RoutingState &) = delete;
    RoutingState &operator=(const RoutingState &) = delete;

    // On start and after each config change; nodes that stay (same route id, same place, same children) keep their
    // counters.
    void attach(RouteTablePtr table);
    // What other routes would do now: the same health and effective weights, nothing of which it changes. For plans
    // that nobody uses; on the thread of the one it looks at, and gone before that one changes.
    std::unique_ptr<RoutingState> preview(RouteTablePtr table, int64_t nowNs) const;
    const RouteTablePtr &table() const;

    HealthBook &health();
    const HealthBook &health() const;

    // The plan is going to be used: its choices count in the spreads. Once an exchange, not for what re-plans.
    void commit(const Plan &plan);
    // The conversation was served there; it stays for the route's affinity time.
    void settled(std::string_view conversation, const Plan &plan, const PlannedTarget &target,
                 std::string_view credential, int64_t cachedTokens, int64_t nowNs);
    // Moves effective weights with what health has learnt; a few times a second.
    void tick(int64_t nowNs);

    // Counts when it may. `cost`: PlannedTarget::hedgeCost.
    bool mayHedge(uint32_t hedgeNode, int64_t nowNs, double cost = 1);
    bool mayRetry(int64_t nowNs);     // a second try beyond failover: within the retry budget; counts
    void countRequest(int64_t nowNs); // each exchange once: what budgets are shares of

    struct WeightRow {
        std::string node; // JSON pointer into the config: /routes/0/to/weighted/1
        std::string label;
        double configured = 0; // shares of 1
        double effective = 0;
    };
    std::vector<WeightRow> weights() const;

    struct Private;
    const Private &d() const { return *m_d; } // for the planner

private:
    std::unique_ptr<Private> m_d;
};

} // namespace signalbox
