// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// What `signalboxd` does with client keys, and the console may: pure changes of a config. A key itself is only ever in
// the result.

struct NewClient {
    std::string id;
    std::string name{}, project = "default", user{};
    std::optional<Millis> expiresIn{};
    bool admin = false;
    std::vector<std::string> routes{}, models{}, dialects{}, regions{};
};

struct ClientKeyChange {
    Config config;
    std::string key; // shown once; empty when none was made
};

constexpr Millis usualGrace{24 * 3'600'000};

// Errors: client_exists, client_unknown, client_revoked; what is wrong with the values is told by the config's reader
// when it is applied.
Result<ClientKeyChange> addClient(Config config, const NewClient &asked, int64_t nowMs);
// The old key works for `grace` longer; 0: not a moment. A key that was still in its own grace ends at once.
Result<ClientKeyChange> rotateClient(Config config, const std::string &id, Millis grace, int64_t nowMs);
// For good. The id stays, so that the ledger's rows keep their client and the key's holder hears why.
Result<ClientKeyChange> revokeClient(Config config, const std::string &id, int64_t nowMs);

// One line a client, a header above; no digests.
std::string listClients(const Config &config, int64_t nowMs);

// 30d, 12h, 45m, 90s, 0s: days as well, and longer than the durations of the config.
Result<Millis> parseSpan(const std::string &text);

} // namespace signalbox
