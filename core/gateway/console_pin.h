// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/net/http_head.h"
#include "core/routing/facts.h"

#include <cstdint>
#include <string>
#include <string_view>

class QHostAddress;

namespace signalbox {

// What the console may say of a request of its own, in headers that are heard from its key alone.
struct ConsolePin {
    uint64_t call = 0;               // x-signalbox-call: its own number of the request
    std::string project = "default"; // x-signalbox-project
    std::string target{};            // x-signalbox-target: PROVIDER/MODEL; empty: the routes decide
    std::string route{};             // x-signalbox-route: only this one; empty: the first that matches

    void layOver(RoutingFacts &facts) const; // views of this
};

// Errors (400), each with what is allowed: project_unknown, target_unknown, route_unknown, pin_invalid (both of them).
Result<ConsolePin> readConsolePin(const HttpRequestHead &head, const Config &config);
Result<ConsolePin> checkConsolePin(ConsolePin pin, const Config &config);

// The key by which a gateway knows its own console. Made with each gateway, never stored, never logged, never sent to
// another thread. It opens nothing that wants an admin.
class ConsoleKey
{
public:
    ConsoleKey();

    // From this machine only: from loopback, or from the address that is listened on.
    bool opens(std::string_view key, const QHostAddress &peer, const std::string &listenAddress) const;
    const std::string &value() const { return m_key; }

private:
    std::string m_key;
};

} // namespace signalbox
