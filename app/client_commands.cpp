// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client_commands.h"

#include "core/config/client_key.h"
#include "core/config/instant.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace signalbox {

namespace {

ClientConfig *find(Config &config, const std::string &id)
{
    const auto found = std::find_if(config.clients.begin(), config.clients.end(),
                                    [&](const ClientConfig &client) { return client.id == id; });
    return found == config.clients.end() ? nullptr : &*found;
}

Error unknown(const std::string &id)
{
    return {"client_unknown", "There is no client '" + id + "'; --list-clients shows those there are."};
}

int64_t wholeSecond(int64_t ms)
{
    return ms - ms % 1000;
}

std::string stateOf(const ClientConfig &client, int64_t nowMs)
{
    if (client.revokedAtMs)
        return "revoked " + formatInstant(*client.revokedAtMs);
    if (client.disabled)
        return "disabled";
    if (client.expiresAtMs && *client.expiresAtMs <= nowMs)
        return "expired " + formatInstant(*client.expiresAtMs);
    std::string state = "active";
    if (client.expiresAtMs)
        state += " until " + formatInstant(*client.expiresAtMs);
    if (client.previousValidUntilMs && *client.previousValidUntilMs > nowMs)
        state += ", old key until " + formatInstant(*client.previousValidUntilMs);
    return state;
}

std::string limitsOf(const ClientConfig &client)
{
    std::string text;
    const std::array<std::pair<const char *, const std::vector<std::string> *>, 4> limits{
        {{"routes", &client.routes},
         {"models", &client.models},
         {"dialects", &client.dialects},
         {"regions", &client.regions}}};
    for (const auto &[name, words] : limits) {
        for (size_t i = 0; i < words->size(); ++i)
            text += (i > 0 ? "," : std::string(text.empty() ? "" : " ") + name + '=') + (*words)[i];
    }
    return text.empty() ? "-" : text;
}

} // namespace

Result<ClientKeyChange> addClient(Config config, const NewClient &asked, int64_t nowMs)
{
    if (find(config, asked.id))
        return Error{"client_exists", "There is a client '" + asked.id + "' already; --rotate-client " + asked.id +
                                          " gives it a new key."};
    std::string key = makeClientKey();
    ClientConfig client;
    client.id = asked.id;
    client.name = asked.name;
    client.project = asked.project;
    client.user = asked.user;
    client.admin = asked.admin;
    client.keySha256 = clientKeySha256(key);
    client.createdAtMs = wholeSecond(nowMs);
    if (asked.expiresIn)
        client.expiresAtMs = wholeSecond(nowMs + asked.expiresIn->count());
    client.routes = asked.routes;
    client.models = asked.models;
    client.dialects = asked.dialects;
    client.regions = asked.regions;
    config.clients.push_back(std::move(client));
    return ClientKeyChange{std::move(config), std::move(key)};
}

Result<ClientKeyChange> rotateClient(Config config, const std::string &id, Millis grace, int64_t nowMs)
{
    ClientConfig *client = find(config, id);
    if (!client)
        return unknown(id);
    if (client->revokedAtMs)
        return Error{"client_revoked", "The key of '" + id + "' was revoked, which is for good; make a new client."};
    std::string key = makeClientKey();
    client->previousKeySha256 = std::exchange(client->keySha256, clientKeySha256(key));
    client->previousValidUntilMs = wholeSecond(nowMs + grace.count());
    return ClientKeyChange{std::move(config), std::move(key)};
}

Result<ClientKeyChange> revokeClient(Config config, const std::string &id, int64_t nowMs)
{
    ClientConfig *client = find(config, id);
    if (!client)
        return unknown(id);
    if (!client->revokedAtMs)
        client->revokedAtMs = wholeSecond(nowMs);
    return ClientKeyChange{std::move(config), {}};
}

std::string listClients(const Config &config, int64_t nowMs)
{
    std::vector<std::array<std::string, 6>> rows{{"CLIENT", "NAME", "PROJECT", "USER", "STATE", "LIMITS"}};
    for (const ClientConfig &client : config.clients)
        rows.push_back({client.id, client.name.empty() ? "-" : client.name, client.project,
                        client.user.empty() ? "-" : client.user,
                        stateOf(client, nowMs) + (client.admin ? ", admin" : ""), limitsOf(client)});
    std::array<size_t, 6> widths{};
    for (const auto &row : rows) {
        for (size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto &row : rows) {
        for (size_t i = 0; i + 1 < row.size(); ++i)
            text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        text += row.back() + '\n';
    }
    return text;
}

Result<Millis> parseSpan(const std::string &text)
{
    constexpr std::array<std::pair<std::string_view, int64_t>, 4> units{
        {{"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
    constexpr int64_t longest = 100LL * 366 * 86'400'000;
    int64_t amount = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, amount);
    const std::string_view suffix(read.ptr, static_cast<size_t>(end - read.ptr));
    for (const auto &[unit, ms] : units) {
        if (read.ec == std::errc() && suffix == unit && amount >= 0 && amount <= longest / ms)
            return Millis(amount * ms);
    }
    return Error{"span_invalid", "'" + text + "' is no time; write 90s, 45m, 12h or 30d"};
}

} // namespace signalbox
