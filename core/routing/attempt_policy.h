// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/plan.h"
#include "core/routing/routing_state.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// What an exchange does next.
struct AttemptAction {
    enum class Kind : uint8_t {
        Try,    // `target` of the plan, with `credential`
        Wait,   // until `atNs`, then makePlan (not committed) and AttemptPolicy::begin again
        RunOn,  // nothing: another attempt still runs
        GiveUp, // with `reason`
    };
    enum class Reason : uint8_t {
        None,
        Final,     // nothing leads on from such a failure: the client's own mistake, or it went away
        Failed,    // attempts failed and no more are made: the last failure is what the client hears
        Throttled, // nobody was asked: all cool down
        Blocked,   // nobody was asked: all are blocked, not all of them by throttles
    };
    Kind kind = Kind::GiveUp;
    Reason reason = Reason::None;
    size_t target = 0;
    std::string credential;
    int64_t atNs = 0; // Wait: until then. GiveUp: the soonest that it makes sense to come back; 0: not known
};

// The way of one exchange through its plan: which target and key next, when to wait, when to give up. Pure; the gateway
// and the simulator both walk by it. One for each exchange, on its thread; the state outlives it.
//
// After 429, spent credit or a refused key: the next key of the same target, then the plan's next target. A target that
// was blocked since planning is passed over. With nowhere left to go and a failure that may pass: wait for the soonest
// of cool-downs, breakers and the backoff (with jitter, never before the announced time), as long as that is within
// RetryConfig (attempts, maxBackoff, the budget of RoutingState) and the exchange's deadline. A client that said how
// long it waits is kept waiting so long, whatever maxBackoff is. Moving to what this round has not tried yet is
// failover and costs no retry budget.
class AttemptPolicy
{
public:
    // `deadlineNs`: of the whole exchange, 0: none. `patientUntilNs`: what the client said; 0: nothing. `seed`: of the
    // jitter.
    AttemptPolicy(RoutingState &state, uint64_t seed, int64_t deadlineNs = 0, int64_t patientUntilNs = 0);

    // With the first plan, and with a new one after each Wait. Try, Wait or GiveUp.
    AttemptAction begin(const Plan &plan, int64_t nowNs);
    // An attempt of the plan ended without content, after HealthBook::ended was told. Unsuitable: it was never sent.
    // Not for a hedge's loser that was cancelled because another won.
    AttemptAction failed(const Plan &plan, size_t target, std::string_view credential, FailureClass why, int64_t nowNs);

    // When the target after `target` shall be started beside it, should it have shown nothing; nullopt: not hedged.
    static std::optional<int64_t> hedgeDueNs(const Plan &plan, size_t target, int64_t startedNs);
    // It is due. Try: start that one beside (its own hedge may follow); RunOn: may not, or cannot now.
    AttemptAction hedge(const Plan &plan, size_t target, int64_t nowNs);

    int attempts() const { return m_attempts; } // begun so far, Unsuitable ones left out
    int waits() const { return m_waits; }

private:
    struct Tried {
        size_t target = 0;
        std::string credential;
        FailureClass why = FailureClass::None;
    };

    AttemptAction tryFrom(const Plan &plan, std::optional<size_t> target, int64_t nowNs);
    std::optional<std::string> credentialFor(const Plan &plan, size_t target, int64_t nowNs);
    AttemptAction started(size_t target, std::string credential);
    bool spent(const Plan &plan, int64_t nowNs) const;
    bool worthRepeating(size_t target) const;
    AttemptAction waitOrGiveUp(const Plan &plan, int64_t nowNs);
    double dice();

    RoutingState &m_state;
    uint64_t m_random;
    int64_t m_deadlineNs;
    int64_t m_patientUntilNs;
    int m_attempts = 0;
    int m_waits = 0;
    int m_running = 0;
    bool m_anyFailed = false;
    size_t m_furthest = 0;      // of this round, as is m_tried
    std::vector<Tried> m_tried; // what failed; empty as long as all goes well
};

} // namespace signalbox
