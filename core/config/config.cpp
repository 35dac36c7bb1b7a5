// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config.h"

#include <algorithm>

namespace signalbox {

const ProviderConfig *Config::provider(std::string_view id) const
{
    const auto found =
        std::find_if(providers.begin(), providers.end(), [id](const ProviderConfig &p) { return p.id == id; });
    return found == providers.end() ? nullptr : &*found;
}

const ClientConfig *Config::client(std::string_view id) const
{
    const auto found = std::find_if(clients.begin(), clients.end(), [id](const ClientConfig &c) { return c.id == id; });
    return found == clients.end() ? nullptr : &*found;
}

} // namespace signalbox
