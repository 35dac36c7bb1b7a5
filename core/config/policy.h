// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

using Millis = std::chrono::milliseconds;

// How a route decides (DESIGN sections 1 and 5), as it stands in `gateway.json`. Values only; core/routing gives them
// their meaning. Durations are text in the file: "3s".

// True when all that is named holds. Used by a route's `match` and by the node `when`.
struct Condition {
    std::string model = "*"; // glob over the asked model name
    std::string project;     // these four: globs; empty: any
    std::string client;
    std::string user;
    std::string tag;                            // over each tag of x-signalbox-tag (a comma-separated list)
    std::map<std::string, std::string> headers; // name (lower case) → glob over its value
    std::vector<std::string> has;               // image, audio, video, document, tools, schema, thinking: all of them
    std::optional<int64_t> tokensAbove;         // of the input, counted or estimated
    std::optional<int64_t> tokensBelow;
    std::string time;              // "08:00-18:00", may pass midnight; empty: any
    std::vector<std::string> days; // mon … sun, of the moment's own day; empty: any
    std::string timeZone;          // IANA name for `time` and `days`; empty: the machine's

    bool operator==(const Condition &) const = default;
};

// When a weighted node takes traffic away from a child that is doing badly.
struct ShiftPolicy {
    std::optional<Millis> p95Above;       // of the time to the first token
    std::optional<double> errorRateAbove; // 0..1
    double minShare = 0.05;               // of the configured weight's share; never below, so that it can recover
    Millis recovery{60'000};              // from the lowest share back to the configured one, once it does well again

    bool operator==(const ShiftPolicy &) const = default;
};

struct PolicyNode {
    enum class Kind { Target, Weighted, Fallback, Cheapest, Fastest, Hedge, Fit, When, Reject };
    enum class Metric { TtftP50, TtftP95, DurationP50, DurationP95, TokensPerSecond };
    enum class Truncate { Never, Middle, Oldest };

    Kind kind = Kind::Target;
    bool disabled = false;            // stays in the file; routing passes it by with all that is below it
    std::vector<PolicyNode> children; // When: first `then`, second (may be absent) `else`

    std::string provider; // Target
    std::string model;    // Target; "*" = as asked

    std::vector<double> weights; // Weighted: one per child, each 0 or above, the sum above 0
    std::optional<ShiftPolicy> shift;

    std::vector<std::string> on; // Fallback: failures that lead on; empty: the usual ones (core/routing/failure.h)

    std::optional<double> minQuality; // Cheapest
    std::string qualityOf;            // name of the figures; empty: the only or first one
    bool unratedAllowed = false;      // Cheapest with minQuality: a model without a figure
    std::optional<double> maxUsd;     // per request, as estimated

    Metric metric = Metric::TtftP50; // Fastest
    double explore = 0.05;           // share of requests that go to another than the fastest

    std::optional<Millis> hedgeAfter;      // Hedge: a time …
    std::optional<double> hedgePercentile; // … or a percentile (0..1) of the first child's time to first token
    double hedgeMax = 0.05;                // share of extra requests at most

    Truncate truncate = Truncate::Never; // Fit

    Condition condition; // When

    int rejectStatus = 403; // Reject: 400..599
    std::string rejectMessage;

    bool operator==(const PolicyNode &) const = default;
};

const char *policyKindName(PolicyNode::Kind kind); // the key that makes a node one of this kind: "weighted" …
// Where a child stands below its node in the file: "weighted/0/to", "fallback/1", "then".
std::string policyChildPath(PolicyNode::Kind kind, size_t child);

// What no routing may leave, of a project or a route; both apply.
struct Constraints {
    std::vector<std::string> regions; // allowed; a target of unknown region is refused; empty: any
    std::vector<std::string> allow;   // globs over provider/model; empty: any
    std::vector<std::string> deny;    // globs over provider/model
    std::optional<double> minQuality;
    std::string qualityOf;
    bool unratedAllowed = false;

    bool any() const { return *this != Constraints{}; }
    bool operator==(const Constraints &) const = default;
};

struct RetryConfig {
    int attempts = 6;          // of one exchange, over all targets
    Millis backoff{250};       // before the second try of the same target; doubles, with jitter
    Millis maxBackoff{10'000}; // and how long an announced cool-down is waited for at most
    double budget = 0.1;       // share of recent requests that may be retries (after the first failover of each)

    bool operator==(const RetryConfig &) const = default;
};

struct BreakerConfig {
    double errorRate = 0.5;  // of recent attempts, over which a breaker opens
    int minRequests = 8;     // before a rate counts; so many failures in a row open it as well
    Millis open{15'000};     // before the first probe; doubles up to 8 times, with jitter
    Millis halfLife{30'000}; // of everything that health remembers

    bool operator==(const BreakerConfig &) const = default;
};

} // namespace signalbox
