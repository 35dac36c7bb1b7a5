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

struct AttemptResult {
    FailureClass failure = FailureClass::None;
    std::optional<double> ttftMs;
    double durationMs = 0;
    std::optional<int64_t> outputTokens;
    std::optional<int64_t> retryAfterMs; // as the provider announced it, in whatever form
    QuotaReading quota;
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
    std::optional<double> tokensPerSecond; // median
    int inFlight = 0;
};

class TargetHealth; // opaque to everybody but HealthBook

// The memory of how providers, models and keys do. Pure: no clock, no thread, no dice of its own (jitter comes from
// `seed`); `nowNs` is monotonic and never goes back. Owned by the gateway thread (or by a simulation).
//
// Breakers at three scopes: provider (connect failures and 5xx over all its models), model (of one target), credential
// (keys refused or spent). 429 and announced waits cool a credential down, or the target when no key is involved.
// A client's own mistakes and aborts are neutral.
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

    // The handle of a target; made when it is new. nullptr: the provider is not configured.
    TargetHealth *target(std::string_view provider, std::string_view model);
    Availability availability(const TargetHealth &target, int64_t nowNs) const;
    TargetFigures figures(const TargetHealth &target, int64_t nowNs) const;
    std::optional<double> ttftPercentileMs(const TargetHealth &target, double share, int64_t nowNs) const;
    double errorRate(const TargetHealth &target, int64_t nowNs) const;

    // Which key to use: not one of `tried`; `preferred` when it may be used (its prompt cache is warm); else by weight,
    // by what is left of their quotas, never one that cools down, is spent or was refused. Counts as a use. nullopt:
    // none may be used now. "" for a provider without keys.
    std::optional<std::string> pickCredential(std::string_view provider, std::span<const std::string> tried,
                                              std::string_view preferred, int64_t nowNs);
    // A key whose secret cannot be read (or can be read again).
    void setCredentialAtHand(std::string_view provider, std::string_view credential, bool atHand);

    void began(const AttemptKey &key, int64_t nowNs);
    void ended(const AttemptKey &key, const AttemptResult &result, int64_t nowNs);

    // For people: the state of everything known (status, dashboards).
    struct CredentialRow {
        std::string id;
        Block block = Block::None;
        int64_t untilNs = 0;
        int inFlight = 0;
        QuotaReading quota;
    };
    struct TargetRow {
        std::string provider;
        std::string model;
        Availability availability;
        TargetFigures figures;
    };
    struct ProviderRow {
        std::string id;
        Block block = Block::None;
        int64_t untilNs = 0;
        std::vector<CredentialRow> credentials;
    };
    std::vector<ProviderRow> providerRows(int64_t nowNs) const;
    std::vector<TargetRow> targetRows(int64_t nowNs) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
