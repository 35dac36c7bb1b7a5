// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_checks.h"

#include "core/config/json_text.h"

#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

namespace signalbox {

namespace {

bool isAlnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool startsWith(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
}

std::string checkUrlParts(const std::string &text)
{
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return "must be a valid URL with a host name";
    if (!url.userInfo().isEmpty())
        return "must not hold a user name or password";
    return {};
}

template<class T, class Get>
void checkUnique(const std::vector<T> &items, const std::string &list, const char *key, Get get, ProblemLog &log)
{
    std::unordered_map<std::string, size_t> seen;
    for (size_t i = 0; i < items.size(); ++i) {
        const auto [first, isNew] = seen.emplace(get(items[i]), i);
        if (!isNew)
            log.report(list + '/' + std::to_string(i) + '/' + key,
                       "is already used by " + list + '/' + std::to_string(first->second));
    }
}

struct Known {
    std::set<std::string> providers, projects, clients;
};

bool isPattern(const std::string &text)
{
    return text.find_first_of("*?") != std::string::npos;
}

void checkCondition(const Condition &condition, const std::string &pointer, const Known &known, ProblemLog &log)
{
    if (!condition.project.empty() && !isPattern(condition.project) && !known.projects.contains(condition.project))
        log.report(pointer + "/project", "there is no project `" + condition.project + "`");
    if (!condition.client.empty() && !isPattern(condition.client) && !known.clients.contains(condition.client))
        log.report(pointer + "/client", "there is no client `" + condition.client + "`");
}

void checkNode(const PolicyNode &node, const std::string &pointer, const Known &known, ProblemLog &log)
{
    if (node.kind == PolicyNode::Kind::Target && !known.providers.contains(node.provider))
        log.report(pointer + "/target", "there is no provider `" + node.provider + "`");
    if (node.kind == PolicyNode::Kind::When)
        checkCondition(node.condition, pointer + "/when", known, log);
    for (size_t i = 0; i < node.children.size(); ++i)
        checkNode(node.children[i], pointer + '/' + policyChildPath(node.kind, i), known, log);
}

} // namespace

std::string checkId(const std::string &id)
{
    constexpr size_t longest = 64;
    const bool good =
        !id.empty() && id.size() <= longest && isAlnum(id.front()) &&
        std::all_of(id.begin(), id.end(), [](char c) { return isAlnum(c) || c == '.' || c == '_' || c == '-'; });
    return good ? std::string() : "must be 1 to 64 letters, digits, `.`, `_` or `-`, and begin with a letter or digit";
}

std::string checkBaseUrl(const std::string &url)
{
    if (!startsWith(url, "http://") && !startsWith(url, "https://"))
        return "must begin with http:// or https://";
    if (url.find_first_of("{}") != std::string::npos)
        return "replace the part in braces by your own value";
    if (url.find_first_of("?#") != std::string::npos)
        return "must not have a query or fragment";
    if (url.back() == '/')
        return "must not end with a slash";
    return checkUrlParts(url);
}

std::string checkProxy(const std::string &proxy)
{
    if (proxy == "system" || proxy == "none")
        return {};
    if (!startsWith(proxy, "http://") && !startsWith(proxy, "socks5://"))
        return "must be `system`, `none`, or begin with http:// or socks5://";
    const QUrl url(QString::fromStdString(proxy), QUrl::StrictMode);
    if (!url.password().isEmpty())
        return "must not hold a password, because this file is plain text: leave the user name and put a reference "
               "such "
               "as keychain:signalbox/proxy into `proxyPassword`";
    if (!url.isValid() || url.host().isEmpty())
        return "must be a valid URL with a host name";
    if (url.hasQuery() || url.hasFragment() || (!url.path().isEmpty() && url.path() != QLatin1String("/")))
        return "must not have a path, query or fragment";
    return {};
}

std::string checkNoProxy(const std::string &entry)
{
    if (entry.empty() || entry.find_first_of(", \t") != std::string::npos)
        return "must be one name, address, subnet or `*`";
    if (entry.find("://") != std::string::npos || entry.find('@') != std::string::npos)
        return "must be a name, address, subnet or `*`, without a scheme";
    if (entry.find('/') != std::string::npos && QHostAddress::parseSubnet(QString::fromStdString(entry)).second < 0)
        return "is no subnet such as 10.0.0.0/8";
    return {};
}

std::string checkSha256(const std::string &digest)
{
    const bool good = digest.size() == 64 && std::all_of(digest.begin(), digest.end(), [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
    return good ? std::string() : "must be 64 lower-case hexadecimal digits (the SHA-256 of the client key)";
}

bool isHeaderName(const std::string &name)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~"; // RFC 9110 section 5.6.2
    return !name.empty() && std::all_of(name.begin(), name.end(),
                                        [&](char c) { return isAlnum(c) || marks.find(c) != std::string_view::npos; });
}

bool isSecretHeader(const std::string &lowerName)
{
    constexpr std::array<std::string_view, 6> secrets{"authorization", "proxy-authorization", "x-api-key",
                                                      "api-key",       "x-goog-api-key",      "cookie"};
    return std::find(secrets.begin(), secrets.end(), lowerName) != secrets.end();
}

std::string checkHeader(const std::string &name)
{
    if (!isHeaderName(name))
        return "is not a header name";
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (isSecretHeader(lower))
        return "holds a secret; use `credentials`";
    constexpr std::array<std::string_view, 9> framing{"host",       "content-length", "transfer-encoding",
                                                      "connection", "keep-alive",     "te",
                                                      "trailer",    "upgrade",        "expect"};
    if (std::find(framing.begin(), framing.end(), lower) != framing.end())
        return "is set by the gateway itself";
    return {};
}

void checkReferences(const Config &config, ProblemLog &log)
{
    const auto idOf = [](const auto &item) { return item.id; };
    checkUnique(config.providers, "/providers", "id", idOf, log);
    checkUnique(config.projects, "/projects", "id", idOf, log);
    checkUnique(config.clients, "/clients", "id", idOf, log);
    checkUnique(config.routes, "/routes", "id", idOf, log);
    for (size_t i = 0; i < config.providers.size(); ++i)
        checkUnique(config.providers[i].credentials, "/providers/" + std::to_string(i) + "/credentials", "id", idOf,
                    log);

    Known known;
    known.projects.insert("default");
    std::transform(config.providers.begin(), config.providers.end(),
                   std::inserter(known.providers, known.providers.end()), idOf);
    std::transform(config.projects.begin(), config.projects.end(), std::inserter(known.projects, known.projects.end()),
                   idOf);
    std::transform(config.clients.begin(), config.clients.end(), std::inserter(known.clients, known.clients.end()),
                   idOf);
    for (size_t i = 0; i < config.clients.size(); ++i) {
        if (!known.projects.contains(config.clients[i].project))
            log.report("/clients/" + std::to_string(i) + "/project",
                       "there is no project `" + config.clients[i].project + "`");
    }
    for (size_t i = 0; i < config.routes.size(); ++i) {
        const std::string pointer = "/routes/" + std::to_string(i);
        checkCondition(config.routes[i].match, pointer + "/match", known, log);
        checkNode(config.routes[i].to, pointer + "/to", known, log);
    }
}

} // namespace signalbox
