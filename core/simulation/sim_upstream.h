// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"
#include "core/config/config.h"
#include "core/routing/failure.h"
#include "core/routing/health/health_book.h"
#include "core/simulation/distribution.h"
#include "core/simulation/trace.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

// Something that goes wrong for a time: an outage, a brown-out, slowness, flapping.
struct SimFault {
    int64_t fromMs = 0; // of the simulation
    int64_t toMs = INT64_MAX;
    int64_t everyMs = 0; // flapping: within that time, on for `onMs` of each such period; 0: all of it
    int64_t onMs = 0;
    double share = 1;                            // of attempts that fail
    FailureClass failure = FailureClass::Server; // None: nothing fails, it is only slow
    double afterMs = 20;                         // until the failure is told; beyond the deadlines: it hangs
    bool afterContent = false;                   // the stream breaks in its middle
    std::optional<int64_t> retryAfterMs{};       // announced with it
    double slowdown = 1;                         // factor on all times of what does not fail

    bool active(int64_t nowMs) const;
};

// So many requests and tokens of each key within each fixed window; beyond: 429 with the rest of the window as its
// Retry-After.
struct SimRateLimit {
    Millis window{60'000};
    int64_t requests = 0; // 0: no limit
    int64_t tokens = 0;
    bool announced = true;
};

// How a target does. Values.
struct SimUpstreamModel {
    std::string provider;
    std::string model = "*"; // "*": any model of the provider that has no own one, all together
    Distribution ttftMs = Distribution::logNormal(400, 0.3);
    double msPerThousandInput = 0; // added to it for what is not in the prompt cache
    Distribution tokensPerSecond = Distribution::logNormal(60, 0.2);
    std::vector<SimFault> faults;
    SimRateLimit limit;
    int capacity = 0;             // attempts at once; beyond: overloaded, 503; 0: any number
    Millis cacheKept{300'000};    // a conversation's prompt, from its last use; 0: no prompt cache
    std::optional<Price> price{}; // absent: the model book's
};

// What an attempt is going to meet, known to the simulation from its start.
struct SimAnswer {
    FailureClass failure = FailureClass::None;
    std::optional<double> contentMs; // from the start; absent: none
    double endMs = 0;
    int64_t cachedTokens = 0;
    std::optional<int64_t> retryAfterMs;
    QuotaReading quota;
};

// What our deadlines, each from the attempt's start, make of it, and those of the exchange: `contentLeftNs` until its
// client wants to see something, `totalLeftNs` until its end; 0: no such. Cut by these it is Aborted: that the exchange
// had no time left says nothing of the target.
void applyDeadlines(SimAnswer &answer, const TimeoutsConfig &timeouts, int64_t contentLeftNs, int64_t totalLeftNs);

// A target while a simulation runs. Pure; owned by its run.
class SimUpstream
{
public:
    SimUpstream(SimUpstreamModel model, uint64_t seed);

    const SimUpstreamModel &model() const { return m_model; }
    // Each ask is followed by one `left`; `served` when the reply came whole.
    SimAnswer ask(const SimRequest &request, std::string_view credential, int64_t nowNs);
    void left(const SimRequest &request, std::string_view credential, bool served, int64_t nowNs);

private:
    struct Account {
        std::string credential;
        int64_t window = -1;
        int64_t requests = 0;
        int64_t tokens = 0;
        struct Prompt {
            int64_t tokens = 0;
            int64_t untilNs = 0;
        };
        std::unordered_map<uint64_t, Prompt> warm; // by conversation
        size_t tidyAt = 1'024;
    };

    Account &account(std::string_view credential);
    bool limited(Account &account, const SimRequest &request, int64_t nowMs, SimAnswer &answer) const;
    bool failed(int64_t nowMs, SimAnswer &answer, double &slowdown);

    SimUpstreamModel m_model;
    SimRandom m_random;
    std::vector<Account> m_accounts;
    int m_inFlight = 0;
};

} // namespace signalbox
