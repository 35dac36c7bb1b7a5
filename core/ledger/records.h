// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Values that go into the ledger (DESIGN section 5).

// How a request counts in statistics. Limited: 429; Failed: 5xx, broken streams; Other: the client's own mistakes.
enum class RequestOutcome { Clear, Limited, Failed, Timeout, Other, Cancelled };
RequestOutcome outcomeOf(int status, std::string_view error);

struct AttemptRecord {
    int n = 1; // from 1
    std::string provider;
    std::string model;
    std::string credential;
    int status = 0;         // 0: no reply
    std::string errorClass; // empty: success
    int64_t startedAtMs = 0;
    std::optional<double> connectMs;
    std::optional<double> ttfbMs;
    double durationMs = 0;
    std::optional<int64_t> retryAfterMs;
    TokenUsage usage;
    Cost cost;

    bool operator==(const AttemptRecord &) const = default;
};

struct StoredBody {
    // The provider's sides are those of the attempt that was shown, in its own dialect; Details: request_details.h.
    enum class Kind { ClientRequest, ClientReply, ProviderRequest, ProviderReply, Details };
    Kind kind = Kind::ClientRequest;
    std::string contentType;
    std::string bytes; // capped by the recorder
    bool cut = false;  // bytes are only the beginning

    bool operator==(const StoredBody &) const = default;
};

struct PriceNote { // what a price reference stands for
    std::string ref;
    std::string json;
    int64_t validFromMs = 0;

    bool operator==(const PriceNote &) const = default;
};

struct LossRecord { // a field that translation could not carry (core/dialect/loss_report.h)
    std::string pointer;
    std::string kind; // dropped, renamed, approximated
    std::string reason;
    bool reply = false; // of the provider's reply; else of the client's request

    bool operator==(const LossRecord &) const = default;
};

// Something of an earlier turn that a later one may need; until `expiresAtMs`. A cache: losing it costs quality, no
// data.
struct KeptItem {
    enum class Kind { Continuity = 1, Response = 2, Alert = 3 };
    Kind kind = Kind::Continuity;
    std::string key;
    std::string value;
    int64_t expiresAtMs = 0;

    bool operator==(const KeptItem &) const = default;
};

struct RequestRecord {
    std::string id; // UUIDv7
    int64_t startedAtMs = 0;
    std::string project;
    std::string client;
    std::string user;
    std::string dialect;
    std::string route;
    std::string requestedModel;
    std::string provider;
    std::string model;
    std::string credential;
    int status = 0;
    std::string error; // stable class, then text without secrets; empty on success
    bool stream = false;
    std::string cache = "off";
    std::optional<double> ttftMs;
    double durationMs = 0;
    int64_t overheadUs = 0;
    TokenUsage usage;
    Cost cost;
    int lossCount = 0;
    std::string traceId;
    std::string spanId;
    std::string session;
    std::string tag; // as the client sent it
    std::vector<AttemptRecord> attempts;
    std::vector<StoredBody> bodies;
    std::vector<LossRecord> losses;
    std::string plan;   // JSON: why it went there; empty: there was one target and nothing to choose
    std::string phases; // phase_times.h, packed; empty: not known

    bool operator==(const RequestRecord &) const = default;
};

} // namespace signalbox
