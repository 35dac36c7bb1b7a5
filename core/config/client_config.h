// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace signalbox {

// Who may call, with which key and for what. Instants are milliseconds since 1970 UTC; RFC 3339 in the file.

struct ClientConfig {
    std::string id;
    std::string project = "default";
    std::string user;
    std::string keySha256; // 64 lower-case hex digits
    bool admin = false;

    std::string name{}; // shown to people; the id when empty
    bool disabled = false;
    std::optional<int64_t> createdAtMs{};
    std::optional<int64_t> expiresAtMs{};
    std::optional<int64_t> revokedAtMs{};          // for good: the id stays for the ledger, the key never works again
    std::string previousKeySha256{};               // after a rotation: the old key …
    std::optional<int64_t> previousValidUntilMs{}; // … which works until then; both or none

    // What this key may use; empty: anything. Constraints of projects and routes apply as well.
    std::vector<std::string> routes{};   // ids or globs
    std::vector<std::string> models{};   // globs over the asked model name
    std::vector<std::string> dialects{}; // of the request
    std::vector<std::string> regions{};  // of the target; one of unknown region is refused

    const std::string &title() const { return name.empty() ? id : name; }
    bool operator==(const ClientConfig &) const = default;
};

// One entry of `users`: where the user of a request is read from. The first that gives a name wins. Without any rule:
// the body's `user`, then the client's.
struct UserRule {
    enum class From { Header, Body, Client };
    From from = From::Client;
    std::string name;  // of the header (lower case), or the path in the body: metadata.user_id
    std::string match; // regular expression; its group, or all of the match, is the user; no match: the next rule
    std::vector<std::pair<std::string, std::string>> map{}; // value → user; one not named here: the next rule

    bool operator==(const UserRule &) const = default;
};

} // namespace signalbox
