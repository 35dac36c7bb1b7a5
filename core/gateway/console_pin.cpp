// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/console_pin.h"

#include "core/config/client_key.h"

#include <QtNetwork/QHostAddress>

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

namespace signalbox {

namespace {

template<class List>
std::string names(const List &list)
{
    std::string text;
    for (const auto &entry : list)
        text += (text.empty() ? "" : ", ") + entry.id;
    return text.empty() ? "none" : text;
}

template<class List>
bool holds(const List &list, std::string_view id)
{
    return std::any_of(list.begin(), list.end(), [&](const auto &entry) { return entry.id == id; });
}

} // namespace

void ConsolePin::layOver(RoutingFacts &facts) const
{
    facts.pinned = target;
    facts.route = route;
    facts.byConsole = !target.empty() || !route.empty();
}

Result<ConsolePin> checkConsolePin(ConsolePin pin, const Config &config)
{
    if (pin.project.empty())
        pin.project = "default";
    if (pin.project != "default" && !holds(config.projects, pin.project))
        return Error{"project_unknown",
                     "There is no project '" + pin.project + "'. Allowed: default, " + names(config.projects) + ".",
                     400};
    if (!pin.target.empty() && !pin.route.empty())
        return Error{"pin_invalid", "A request can be pinned to a target or to a route, not to both.", 400};
    if (!pin.route.empty() && !holds(config.routes, pin.route))
        return Error{"route_unknown", "There is no route '" + pin.route + "'. Allowed: " + names(config.routes) + ".",
                     400};
    if (pin.target.empty())
        return pin;
    const size_t slash = pin.target.find('/');
    if (slash == std::string::npos || slash + 1 == pin.target.size() ||
        !holds(config.providers, std::string_view(pin.target).substr(0, slash)))
        return Error{"target_unknown",
                     "'" + pin.target + "' is not PROVIDER/MODEL of a configured provider. Providers: " +
                         names(config.providers) + ".",
                     400};
    return pin;
}

Result<ConsolePin> readConsolePin(const HttpRequestHead &head, const Config &config)
{
    ConsolePin pin;
    const std::string_view call = head.headers.get("x-signalbox-call");
    std::from_chars(call.data(), call.data() + call.size(), pin.call);
    pin.project = head.headers.get("x-signalbox-project");
    pin.target = head.headers.get("x-signalbox-target");
    pin.route = head.headers.get("x-signalbox-route");
    return checkConsolePin(std::move(pin), config);
}

ConsoleKey::ConsoleKey() : m_key(makeClientKey()) {}

bool ConsoleKey::opens(std::string_view key, const QHostAddress &peer, const std::string &listenAddress) const
{
    if (key.size() != m_key.size() || CRYPTO_memcmp(key.data(), m_key.data(), m_key.size()) != 0)
        return false;
    return peer.isLoopback() || peer.isEqual(QHostAddress(QString::fromStdString(listenAddress)));
}

} // namespace signalbox
