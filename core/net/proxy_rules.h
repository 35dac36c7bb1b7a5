// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// Which proxy what goes out takes when it names none of its own. The text may hold a password: it is never shown.
struct ProxyRules {
    std::string proxy = "system"; // as HttpOrigin::proxy
    std::string noProxy;          // reached directly, as the environment variable no_proxy

    // "none" for this machine itself and for what noProxy covers.
    std::string proxyFor(std::string_view host, uint16_t port) const;
    bool operator==(const ProxyRules &) const = default;
};

// The address with that password in it; as it is where it names no user, has one, or there is none to put in.
std::string withProxyPassword(const std::string &proxy, const std::string &password);
// Both apart again.
struct ProxyLogin {
    std::string proxy; // without the password
    std::string password;
};
ProxyLogin splitProxyLogin(const std::string &proxy);

} // namespace signalbox
