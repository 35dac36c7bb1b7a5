// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/gateway/key_limits.h"
#include "core/net/http_head.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

struct ConsolePin;

struct Caller {
    std::string client;
    std::string project = "default";
    std::string user;
    bool admin = false;
    std::shared_ptr<const KeyLimits> limits{};   // null: none
    std::shared_ptr<const ConsolePin> console{}; // not null: the console itself, and what it named
};

// Client key → caller. Keys are known by their SHA-256 only and compared in constant time against every client.
// Immutable after construction; any thread. Errors (401): invalid_api_key; and for a key that was known once
// key_expired, key_disabled, key_revoked, key_replaced. Only who holds the key hears which, and of a revoked one not
// whose it was.
class Authenticator
{
public:
    explicit Authenticator(const Config &config);
    Result<Caller> authenticate(const HttpRequestHead &head, int64_t nowMs) const; // nowMs: UTC

    // The key of a request: Authorization: Bearer, x-api-key, x-goog-api-key, or ?key=. Empty when there is none.
    static std::string keyOf(const HttpRequestHead &head);

private:
    using Digest = std::array<uint8_t, 32>;
    enum class Standing : uint8_t { Good, Disabled, Revoked };
    struct Known {
        Digest digest{};
        Caller caller;
        Standing standing = Standing::Good;
        std::optional<int64_t> expiresAtMs;
        std::optional<int64_t> graceEndsAtMs; // of a key that was replaced
    };
    void add(const ClientConfig &client, const std::string &sha256, std::optional<int64_t> graceEndsAtMs);
    static std::optional<Error> refusal(const Known &known, int64_t nowMs);
    static Digest sha256(std::string_view key);

    AuthMode m_mode;
    std::vector<Known> m_known;
};

} // namespace signalbox
