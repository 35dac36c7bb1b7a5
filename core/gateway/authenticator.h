// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/net/http_head.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

struct Caller {
    std::string client;
    std::string project = "default";
    std::string user;
    bool admin = false;
};

// Client key → caller. Keys are known by their SHA-256 only and compared in constant time against every client.
// Immutable after construction; any thread. Error: invalid_api_key (401).
class Authenticator
{
public:
    explicit Authenticator(const Config &config);
    Result<Caller> authenticate(const HttpRequestHead &head) const;

    // The key of a request: Authorization: Bearer, x-api-key, x-goog-api-key, or ?key=. Empty when there is none.
    static std::string keyOf(const HttpRequestHead &head);

private:
    using Digest = std::array<uint8_t, 32>;
    struct Known {
        Digest digest;
        Caller caller;
    };
    static Digest sha256(std::string_view key);

    AuthMode m_mode;
    std::vector<Known> m_known;
};

} // namespace signalbox
