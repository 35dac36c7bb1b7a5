// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/attempt.h"
#include "core/gateway/attempt_maker.h"
#include "core/gateway/budget_gate.h"
#include "core/routing/attempt_policy.h"
#include "core/routing/routing_state.h"

#include <boost/container/small_vector.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QTimer;

namespace signalbox {

// What a client is told when a budget refuses.
AttemptFailure budgetFailure(const BudgetRefusal &refusal);

// What the engine tells its Exchange. One attempt wins: the first that shows content or a whole reply; only that one's
// reply is told. Exactly one of engineWhole(), engineEnds(), engineBreaks() and engineFails() comes last.
class EngineListener
{
public:
    virtual Result<Plan> replan() = 0; // after a wait; the choices of the first plan stay counted
    virtual void engineWhole(const HttpResponseHead &head, std::string body) = 0;
    virtual void engineBegins(const HttpResponseHead &head, bool events) = 0;
    virtual void engineBytes(std::string_view bytes, bool last) = 0;
    virtual void engineEnds() = 0;
    virtual void engineBreaks(const AttemptFailure &failure) = 0; // after it began
    virtual void engineFails(const AttemptFailure &failure) = 0;  // nothing begun, and nothing is tried any more
    virtual void engineWritable() = 0;

protected:
    ~EngineListener() = default;
};

// Runs the attempts of one exchange: walks the plan by AttemptPolicy, picks keys, waits, hedges, and tells health how
// each attempt went. Lives on the gateway thread, owned by the Exchange; deleting it cancels everything.
class AttemptEngine final : private AttemptListener
{
public:
    struct Services { // outlive this
        HttpClientPool &pool;
        const Clock &clock;
        RoutingState &routing;
        ExchangeBudget &budget;
    };
    AttemptEngine(Services services, AttemptMaker &maker, EngineListener &listener);
    ~AttemptEngine();

    // Once. `conversation`: the affinity key, outlives this. `nowNs`: of the plan.
    void start(Plan plan, std::string_view conversation, const ExchangeDeadlines &deadlines, int64_t nowNs);
    void checkDeadlines(int64_t nowNs);
    // Nothing more is told. What still runs is booked: as the reply it is (`whole`), or as unwanted, with this word.
    void settle(bool whole, std::string_view errorClass);

    const Plan &plan() const { return m_plan; }
    Attempt *winner() const { return m_winner; }
    const Attempt *shown() const; // the winner, else the one made last; nullptr: none was made
    int made() const { return static_cast<int>(m_runs.size()); }
    std::vector<AttemptRecord> takeRecords();      // of all attempts, in their order; after settle()
    std::vector<const Attempt *> attempts() const; // as they were made, those that are over too

    void pauseReading();
    void resumeReading();
    HttpCall *upload(); // streamed uploads: where the body goes; may be null

private:
    struct Run {
        std::unique_ptr<Attempt> attempt; // kept when over: it may still be on the stack
        size_t target = 0;                // of the plan
        AttemptTicket ticket{};           // of the health book
        bool over = false;
    };

    void attemptWhole(Attempt &attempt, const HttpResponseHead &head, std::string body) override;
    void attemptBegins(Attempt &attempt, const HttpResponseHead &head, bool events) override;
    void attemptBytes(Attempt &attempt, std::string_view bytes, bool last) override;
    void attemptEnds(Attempt &attempt) override;
    void attemptFails(Attempt &attempt, AttemptFailure failure) override;
    void attemptWritable(Attempt &attempt) override;

    void act(AttemptAction action, int64_t nowNs);
    bool launch(size_t target, const std::string &credential, int64_t nowNs);
    void armHedge(size_t target, int64_t startedNs);
    void hedge(size_t target);
    void waitUntil(int64_t atNs, int64_t nowNs);
    void goOn();
    void giveUp(const AttemptAction &action, int64_t nowNs);
    AttemptFailure nobodyAsked(const AttemptAction &action, int64_t nowNs) const;
    void choose(Attempt &attempt);
    void finish(Run &run, FailureClass failure, bool whole, std::string_view errorClass);
    Run &runOf(const Attempt &attempt);

    Services m_services;
    AttemptMaker &m_maker;
    EngineListener &m_listener;
    Plan m_plan;
    std::string_view m_conversation;
    std::optional<AttemptPolicy> m_policy;
    boost::container::small_vector<Run, 1> m_runs;
    Attempt *m_winner = nullptr;
    std::optional<AttemptFailure> m_lastFailure;
    bool m_lastWasSent = false; // the last failure is an upstream's
    std::vector<AttemptRecord> m_records;
    std::unique_ptr<QTimer> m_timer; // of a wait
    std::unique_ptr<QTimer> m_hedgeTimer;
    bool m_over = false;
};

} // namespace signalbox
