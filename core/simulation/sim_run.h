// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/attempt_policy.h"
#include "core/simulation/simulator.h"

#include <map>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace signalbox {

// One run of a Simulator: the gateway's exchanges without the sockets. Owns all of its state.
class SimRun
{
public:
    SimRun(RouteTablePtr table, const std::vector<SimUpstreamModel> &upstreams, const SimOptions &options);
    SimReport all(Trace &trace);

private:
    enum class What : uint8_t { End, Content, Hedge, Wake };
    struct Event {
        int64_t atNs = 0;
        uint64_t order = 0; // of events at the same time
        uint32_t exchange = 0;
        uint32_t generation = 0; // an exchange's place is used again
        uint32_t attempt = 0;
        What what = What::End;
        bool operator>(const Event &other) const
        {
            return atNs != other.atNs ? atNs > other.atNs : order > other.order;
        }
    };
    struct Way { // to a target
        SimUpstream *upstream = nullptr;
        const TimeoutsConfig *timeouts = nullptr;
        const Price *price = nullptr;
        ModelFactsPtr facts; // keeps the price
        uint32_t share = 0;  // in the report
    };
    struct Attempt {
        size_t target = 0;
        Way *way = nullptr;
        std::string credential;
        SimAnswer answer;
        int64_t startedNs = 0;
        AttemptTicket ticket;
        int64_t inputTokens = 0; // less than the request's when the target is too small for all of it
        bool running = false;
        bool beside = false; // a hedge
    };
    struct Exchange {
        SimRequest request;
        std::string conversation;
        Plan plan;
        std::optional<AttemptPolicy> policy;
        std::vector<Attempt> attempts;
        std::optional<uint32_t> winner;
        int64_t contentByNs = 0; // 0: no such deadline
        int64_t endByNs = 0;
        uint32_t generation = 0;
    };
    struct ByNames {
        using is_transparent = void;
        using Names = std::pair<std::string_view, std::string_view>;
        template<class A, class B>
        bool operator()(const A &a, const B &b) const
        {
            return Names(a.first, a.second) < Names(b.first, b.second);
        }
    };

    void advance(int64_t toNs);
    void closeSlice();
    SimSlice &slice();
    RoutingFacts factsOf(const Exchange &exchange) const;
    void arrive(const SimRequest &request);
    void handle(const Event &event);
    void act(uint32_t index, AttemptAction action, bool beside);
    void start(uint32_t index, const AttemptAction &action, bool beside);
    static SimRequest shortened(const SimRequest &request, const Attempt &attempt);
    void replan(uint32_t index);
    void content(Exchange &exchange, uint32_t attempt);
    void ended(uint32_t index, uint32_t attempt);
    void leave(Exchange &exchange, Attempt &attempt, FailureClass why);
    void book(const Exchange &exchange, const Attempt &attempt, double outputShare, bool wasted);
    void fail(uint32_t index, std::string reason);
    void close(uint32_t index);
    Way &wayTo(const PlannedTarget &target);
    void push(int64_t atNs, uint32_t exchange, uint32_t attempt, What what);

    RouteTablePtr m_table;
    const std::vector<SimUpstreamModel> &m_models;
    const SimOptions &m_options;
    SimRandom m_random;
    RoutingState m_state;
    std::map<std::pair<std::string, std::string>, Way, ByNames> m_ways;
    std::vector<std::unique_ptr<SimUpstream>> m_upstreams; // with more than one way when of model "*"
    std::map<const SimUpstreamModel *, SimUpstream *> m_described;
    std::vector<std::unique_ptr<Exchange>> m_exchanges;
    std::vector<uint32_t> m_free;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    uint64_t m_pushed = 0;
    int64_t m_nowNs = 0;
    int64_t m_nextTickNs = 0;
    std::optional<size_t> m_leader;
    SimReport m_report;
};

} // namespace signalbox
