// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/access_reader.h"

#include "core/base/glob.h"
#include "core/config/config_checks.h"
#include "core/config/instant.h"
#include "core/config/json_text.h"

#include <QtCore/QRegularExpression>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 5> dialectWords{"openai-chat", "openai-responses", "anthropic", "gemini",
                                                       "ollama"};

void check(JsonCursor &node, std::string_view key, const std::string &wrong)
{
    if (!wrong.empty())
        node.problem(key, wrong);
}

void readInstant(JsonCursor &node, std::string_view key, std::optional<int64_t> &out)
{
    std::string text;
    node.text(key, text);
    if (!node.has(key))
        return;
    out = parseInstant(text);
    if (!out)
        node.problem(key, "must be a time with its zone such as 2027-01-31T18:00:00Z");
}

void readAllowed(JsonCursor &node, std::string_view key, const std::string &entry, std::vector<std::string> &out)
{
    node.eachText(key, out);
    if (node.has(key) && out.empty())
        node.problem(key, "must have at least one entry; leave it out to allow any");
    for (size_t i = 0; i < out.size(); ++i) {
        if (out[i].empty())
            node.log().report(childPointer(node.at(key), std::to_string(i)), "must be " + entry);
    }
}

void readRestrictions(JsonCursor &node, ClientConfig &client)
{
    readAllowed(node, "routes", "the id of a route or a pattern over ids", client.routes);
    readAllowed(node, "models", "a model name or a pattern such as gpt-5*", client.models);
    readAllowed(node, "dialects", "a dialect such as openai-chat", client.dialects);
    readAllowed(node, "regions", "a region such as eu", client.regions);
    for (size_t i = 0; i < client.dialects.size(); ++i) {
        if (std::find(dialectWords.begin(), dialectWords.end(), client.dialects[i]) == dialectWords.end())
            node.log().report(childPointer(node.at("dialects"), std::to_string(i)),
                              "must be one of openai-chat, openai-responses, anthropic, gemini, ollama; found `" +
                                  client.dialects[i] + "`");
    }
}

void readPreviousKey(JsonCursor &node, ClientConfig &client)
{
    node.text("previousKeySha256", client.previousKeySha256);
    if (node.has("previousKeySha256")) {
        check(node, "previousKeySha256", checkSha256(client.previousKeySha256));
        node.require("previousValidUntil");
        if (client.previousKeySha256 == client.keySha256)
            node.problem("previousKeySha256", "is the same as `keySha256`; it must be that of the key before");
    }
    readInstant(node, "previousValidUntil", client.previousValidUntilMs);
    if (node.has("previousValidUntil") && !node.has("previousKeySha256"))
        node.problem("previousValidUntil", "says something about `previousKeySha256`, which is not there");
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return text;
}

bool isBodyPath(const std::string &path)
{
    constexpr size_t deepest = 4;
    size_t names = 0;
    size_t length = 0;
    for (const char c : path) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!word && (c != '.' || length == 0))
            return false;
        names += word && length == 0 ? 1 : 0;
        length = word ? length + 1 : 0;
    }
    return length > 0 && names <= deepest;
}

void readUserSource(JsonCursor &node, UserRule &rule)
{
    std::string from;
    node.require("from");
    node.text("from", from);
    if (!node.has("from"))
        return;
    if (from == "client") {
        rule.from = UserRule::From::Client;
    } else if (from.starts_with("header:")) {
        rule.from = UserRule::From::Header;
        rule.name = lowered(from.substr(7));
        if (!isHeaderName(rule.name))
            node.problem("from", "`" + rule.name + "` is not a header name");
        else if (isSecretHeader(rule.name))
            node.problem("from", "the header `" + rule.name + "` carries a secret, which is no user's name");
    } else if (from.starts_with("body:")) {
        rule.from = UserRule::From::Body;
        rule.name = from.substr(5);
        if (!isBodyPath(rule.name))
            node.problem("from", "must be body: and up to 4 names joined by dots, such as body:user or "
                                 "body:metadata.user_id");
    } else {
        node.problem("from", "must be client, header:NAME such as header:x-user, or body:PATH such as body:user or "
                             "body:metadata.user_id; found `" +
                                 from + "`");
    }
}

void readUserMatch(JsonCursor &node, UserRule &rule)
{
    node.text("match", rule.match);
    if (!node.has("match"))
        return;
    const QRegularExpression expression(QString::fromStdString(rule.match));
    if (rule.match.empty())
        node.problem("match", "must be a regular expression; leave it out to take the value as it is");
    else if (!expression.isValid())
        node.problem("match", "is no regular expression: " + expression.errorString().toStdString() + " at " +
                                  std::to_string(expression.patternErrorOffset()));
    else if (expression.captureCount() > 1)
        node.problem("match", "must have one group in parentheses at most, which is the user; write (?:…) for others");
}

const char *instantKey(std::optional<int64_t> ClientConfig::*instant)
{
    return instant == &ClientConfig::createdAtMs   ? "createdAt"
           : instant == &ClientConfig::expiresAtMs ? "expiresAt"
           : instant == &ClientConfig::revokedAtMs ? "revokedAt"
                                                   : "previousValidUntil";
}

} // namespace

void readClient(JsonCursor node, ClientConfig &client)
{
    node.allow({"id", "project", "user", "keySha256", "admin", "name", "disabled", "createdAt", "expiresAt",
                "revokedAt", "previousKeySha256", "previousValidUntil", "routes", "models", "dialects", "regions"});
    node.require("id");
    node.text("id", client.id);
    check(node, "id", checkId(client.id));
    node.text("name", client.name, 200);
    node.text("project", client.project);
    node.text("user", client.user, 200);
    node.require("keySha256");
    node.text("keySha256", client.keySha256);
    check(node, "keySha256", checkSha256(client.keySha256));
    node.flag("admin", client.admin);
    node.flag("disabled", client.disabled);
    readInstant(node, "createdAt", client.createdAtMs);
    readInstant(node, "expiresAt", client.expiresAtMs);
    readInstant(node, "revokedAt", client.revokedAtMs);
    if (client.createdAtMs && client.expiresAtMs && *client.expiresAtMs <= *client.createdAtMs)
        node.problem("expiresAt", "must be after `createdAt`");
    readPreviousKey(node, client);
    readRestrictions(node, client);
}

void writeClient(JsonTextWriter &out, const ClientConfig &client)
{
    const auto flag = [&out](std::string_view name, bool value) {
        if (value) {
            out.key(name);
            out.flag(true);
        }
    };
    const auto instant = [&](std::optional<int64_t> ClientConfig::*which) {
        if (client.*which) {
            out.key(instantKey(which));
            out.text(formatInstant(*(client.*which)));
        }
    };
    const auto words = [&out](std::string_view name, const std::vector<std::string> &list) {
        out.list(name, list, [&out](const std::string &word) { out.text(word); });
    };
    out.object([&] {
        out.key("id");
        out.text(client.id);
        out.member("name", client.name, {});
        out.member("project", client.project, ClientConfig().project);
        out.member("user", client.user, {});
        out.key("keySha256");
        out.text(client.keySha256);
        flag("admin", client.admin);
        flag("disabled", client.disabled);
        instant(&ClientConfig::createdAtMs);
        instant(&ClientConfig::expiresAtMs);
        instant(&ClientConfig::revokedAtMs);
        out.member("previousKeySha256", client.previousKeySha256, {});
        instant(&ClientConfig::previousValidUntilMs);
        words("routes", client.routes);
        words("models", client.models);
        words("dialects", client.dialects);
        words("regions", client.regions);
    });
}

void readUserRule(JsonCursor node, UserRule &rule)
{
    node.allow({"from", "match", "map"});
    readUserSource(node, rule);
    readUserMatch(node, rule);
    std::map<std::string, std::string> map;
    node.eachMember("map", map);
    if (node.has("map") && map.empty())
        node.problem("map", "must have at least one entry; leave it out to take the value as it is");
    for (const auto &[value, user] : map) {
        if (user.empty() || user.size() > 200)
            node.log().report(childPointer(node.at("map"), value), "must be a user's name of 1 to 200 bytes");
    }
    rule.map.assign(map.begin(), map.end());
}

void writeUserRule(JsonTextWriter &out, const UserRule &rule)
{
    out.object([&] {
        out.key("from");
        out.text(rule.from == UserRule::From::Client   ? "client"
                 : rule.from == UserRule::From::Header ? "header:" + rule.name
                                                       : "body:" + rule.name);
        out.member("match", rule.match, {});
        if (rule.map.empty())
            return;
        out.key("map");
        out.object([&] {
            for (const auto &[value, user] : rule.map) {
                out.key(value);
                out.text(user);
            }
        });
    });
}

void checkClients(const Config &config, ProblemLog &log)
{
    std::unordered_map<std::string, std::string> owners;
    const auto claim = [&](const std::string &digest, const std::string &client, const char *key) {
        const auto [owner, isNew] = owners.emplace(digest, client);
        if (!isNew)
            log.report(client + '/' + key, "is already used by " + owner->second);
    };
    for (size_t i = 0; i < config.clients.size(); ++i)
        claim(config.clients[i].keySha256, "/clients/" + std::to_string(i), "keySha256");
    for (size_t i = 0; i < config.clients.size(); ++i) {
        const ClientConfig &client = config.clients[i];
        const std::string pointer = "/clients/" + std::to_string(i);
        if (!client.previousKeySha256.empty())
            claim(client.previousKeySha256, pointer, "previousKeySha256");
        for (size_t at = 0; at < client.routes.size(); ++at) {
            const bool there = std::any_of(config.routes.begin(), config.routes.end(), [&](const RouteConfig &route) {
                return globMatch(client.routes[at], route.id);
            });
            if (!there && client.routes[at].find_first_of("*?") == std::string::npos)
                log.report(pointer + "/routes/" + std::to_string(at), "there is no route `" + client.routes[at] + "`");
        }
    }
}

} // namespace signalbox
