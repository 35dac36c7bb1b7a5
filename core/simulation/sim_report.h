// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulation/latency_summary.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace signalbox {

struct SimTargetShare {
    std::string provider;
    std::string model;
    int64_t attempts = 0;
    int64_t failures = 0;
    int64_t served = 0;
    int64_t nanoUsd = 0;
};

// A piece of the simulated time.
struct SimSlice {
    int64_t fromMs = 0;
    int64_t requests = 0;
    int64_t attempts = 0;
    int64_t served = 0;
    int64_t failed = 0;
    std::vector<int64_t> servedBy; // as SimReport::targets; shorter: the rest served none
    std::vector<double> weights;   // effective, as RoutingState::weights() at its end

    double share(size_t target) const; // of what was served
};

// What a simulation found.
struct SimReport {
    int64_t requests = 0;
    int64_t served = 0;
    int64_t failed = 0;                    // client errors: all that was not served
    std::map<std::string, int64_t> errors; // by reason
    int64_t attempts = 0;
    int64_t failovers = 0; // attempts at another target than the exchange's one before
    int64_t waits = 0;
    int64_t hedges = 0;        // attempts beside another
    int64_t hedgesWon = 0;     // that showed content first
    int64_t followUps = 0;     // later turns of conversations, served
    int64_t followUpsWarm = 0; // with their prompt in the target's cache
    int64_t cachedTokens = 0;
    int64_t nanoUsd = 0;       // all attempts
    int64_t wastedNanoUsd = 0; // a part of it: hedge losers and broken streams
    int64_t unpriced = 0;      // attempts that cost something nobody knows
    int switches = 0;          // how often another target served the most of a slice than of the one before
    int64_t endMs = 0;
    LatencySummary ttft;     // as the client sees it, over all attempts and waits; of what was served
    LatencySummary duration; // the same
    LatencySummary untilError;
    std::vector<SimTargetShare> targets; // in the order of their first attempt
    std::vector<SimSlice> slices;

    double amplification() const { return requests > 0 ? double(attempts) / double(requests) : 0; }
    double wasted() const { return nanoUsd > 0 ? double(wastedNanoUsd) / double(nanoUsd) : 0; }
    double warmShare() const { return followUps > 0 ? double(followUpsWarm) / double(followUps) : 0; }
    size_t indexOf(std::string_view provider) const; // of its first target; targets.size(): none
    // Of what was served between two moments; 0 when nothing was.
    double share(std::string_view provider, int64_t fromMs, int64_t toMs) const;
    int64_t failedBetween(int64_t fromMs, int64_t toMs) const;

    // A few lines for people: figures, then a line for each target.
    std::string text() const;
    // For programs: the same figures, {"requests":…,"cost_usd":…,"ttft_ms":{"p50":…},"targets":[…],"errors":{…}}.
    std::string json() const;
};

} // namespace signalbox
