// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/routing/failure.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

// What a provider says of the limits of one key, read from its reply (rate_limits.h). Absent: not said.
struct QuotaReading {
    std::optional<int64_t> requestsLimit;
    std::optional<int64_t> requestsLeft;
    std::optional<int64_t> requestsResetMs; // from now
    std::optional<int64_t> tokensLimit;
    std::optional<int64_t> tokensLeft;
    std::optional<int64_t> tokensResetMs;

    bool operator==(const QuotaReading &) const = default;
};

struct AttemptKey {
    std::string_view provider;
    std::string_view model;
    std::string_view credential; // empty: the provider needs none
};

// The place of an attempt among those of its provider and of its target; 0: not known.
struct AttemptTicket {
    int64_t ofProvider = 0;
    int64_t ofTarget = 0;
};

struct AttemptResult {
    FailureClass failure = FailureClass::None;
    std::optional<double> ttftMs;
    double durationMs = 0;
    std::optional<int64_t> outputTokens;
    std::optional<int64_t> retryAfterMs; // as the provider announced it, in whatever form
    QuotaReading quota;
    AttemptTicket ticket{}; // of began(): breakers tell by it who is still to answer
};

enum class Block : uint8_t { None, Breaker, CoolDown, OutOfCredit, BadCredential };
const char *blockName(Block block);

// May a target be tried now?
struct Availability {
    Block block = Block::None;
    int64_t untilNs = 0; // when it may be tried again; 0: waiting does not help (or it is available)

    bool available() const { return block == Block::None; }
};

// Decaying figures of the recent past (half-life: BreakerConfig). Latencies within 2 %.
struct TargetFigures {
    double attempts = 0;  // decayed count; 0: nothing is known
    double errorRate = 0; // of attempts that count (neither throttles nor the client's own)
    std::optional<double> ttftP50Ms, ttftP90Ms, ttftP95Ms, ttftP99Ms;
    std::optional<double> durationP50Ms, durationP90Ms, durationP95Ms, durationP99Ms;
    std::optional<double> tokensPerSecond; // median, of one reply
    int inFlight = 0;
    double requestsPerSecond = 0; // throughput, of all that ended
    double outputTokensPerSecond = 0;
};

class TargetHealth; // opaque to everybody but HealthBook

// The memory of how providers, models and keys do. Pure: no clock, no thread, no dice of its own (jitter comes from
// `seed`); `nowNs` is monotonic and never goes back. Owned by the gateway thread (or by a simulation).
//
// Breakers at three scopes: provider (connect failures and 5xx over all its models), model (of one target), credential
// (keys refused or spent). 429 and announced waits cool a credential down, or the target when no key is involved.
// A client's own mistakes and aborts are neutral.
// A half-open breaker lets one attempt through at a time: began() takes that place, ended() or answered() gives it
// back. Between planning and began() others may have taken it: ask availability() again before each attempt.
class HealthBook
{
public:
    explicit HealthBook(uint64_t seed = 1);
    ~HealthBook();
    HealthBook(const HealthBook &) = delete;
    HealthBook &operator=(const HealthBook &) = delete;

    // Takes the providers, their keys and the settings over; what is known of those that stay is kept. Handles given
    // out before end here.
    void configure(const Config &config);

    // The handle of a target; made when it is new. nullptr: the provider is not configured. At most 4,096 are kept
    // beside those that the routes name, the ones asked for last: the handle of one that came from a wildcard is good
    // for the planning of one request.
    TargetHealth *target(std::string_view provider, std::string_view model);
    const TargetHealth *find(std::string_view provider, std::string_view model) const; // nullptr: never asked
    // No string, no allocation. An untilNs of 0 also stands for keys that are refused or spent.
    Availability availability(const TargetHealth &target, int64_t nowNs) const;
    // The same by name; a model that was never asked is as available as its provider and its keys.
    Availability availability(std::string_view provider, std::string_view model, int64_t nowNs) const;
    // All of them cost several times what one does: planning asks for the one it needs.
    TargetFigures figures(const TargetHealth &target, int64_t nowNs) const;
    std::optional<double> ttftPercentileMs(const TargetHealth &target, double share, int64_t nowNs) const;
    std::optional<double> durationPercentileMs(const TargetHealth &target, double share, int64_t nowNs) const;
    std::optional<double> tokensPerSecond(const TargetHealth &target, int64_t nowNs) const; // median, of one reply
    double attempts(const TargetHealth &target, int64_t nowNs) const;
    double errorRate(const TargetHealth &target, int64_t nowNs) const;

    // Which key to use: not one of `tried`; `preferred` when it may be used (its prompt cache is warm); else by weight,
    // by what is left of their quotas, never one that cools down; one that was refused or is spent only when no other
    // is left and none was tried. Counts as a use. nullopt: none may be used now. "" for a provider without keys.
    std::optional<std::string> pickCredential(std::string_view provider, std::span<const std::string> tried,
                                              std::string_view preferred, int64_t nowNs);
    // A key whose secret cannot be read (or can be read again).
    void setCredentialAtHand(std::string_view provider, std::string_view credential, bool atHand);
    // Its secret is another now, behind the same reference: what was held against it is forgotten.
    void credentialRenewed(std::string_view provider, std::string_view credential);

    // Each attempt that is sent: began once, ended once, whatever becomes of it. An empty model is a check of the
    // provider alone. `durationMs` tells when it began, so that late news of an old attempt is known as such.
    AttemptTicket began(const AttemptKey &key, int64_t nowNs);
    // Its first content came: a probe has shown what it was for, however long its stream still takes.
    void answered(const AttemptKey &key, int64_t nowNs);
    void ended(const AttemptKey &key, const AttemptResult &result, int64_t nowNs);

    // For people: the state of everything known (status, dashboards).
    struct CredentialRow {
        std::string id;
        Block block = Block::None;
        int64_t untilNs = 0;
        int inFlight = 0;
        QuotaReading quota;
        TargetFigures figures{};
    };
    struct TargetRow {
        std::string provider;
        std::string model;
        Availability availability;
        TargetFigures figures;
        std::vector<std::pair<FailureClass, double>> failures{}; // faded counts, without the zeros
    };
    struct ProviderRow {
        std::string id;
        Block block = Block::None; // its breaker, or why none of its keys may be used
        int64_t untilNs = 0;
        std::vector<CredentialRow> credentials;
        TargetFigures figures{};
        std::vector<std::pair<FailureClass, double>> failures{};
    };
    std::vector<ProviderRow> providerRows(int64_t nowNs) const;
    // What keys may still do, without the percentiles that make providerRows() dear.
    struct QuotaRow {
        std::string provider;
        std::string credential;
        Block block = Block::None;
        int64_t untilNs = 0;
        QuotaReading quota;
        double share() const; // of the tighter limit that is left, 0..1; below 0: not told
    };
    std::vector<QuotaRow> quotaRows(int64_t nowNs) const;
    std::vector<TargetRow> targetRows(int64_t nowNs) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
