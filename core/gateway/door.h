// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/net/http_head.h"

#include <vector>

namespace signalbox {

// Who may knock at all, before any key is looked at: a web page must not reach the gateway by DNS rebinding (a foreign
// Host) or by a cross-site request (a foreign Origin). Pure. Errors: host_not_allowed, origin_not_allowed (403).
class Door
{
public:
    explicit Door(const ListenConfig &listen);
    Result<void> check(const HttpRequestHead &head) const;

private:
    bool hostAllowed(std::string_view hostAndPort) const;

    std::vector<std::string> m_names;
    bool m_anyLiteral; // listening beyond loopback: an address cannot be rebound, so any literal is ours
};

} // namespace signalbox
