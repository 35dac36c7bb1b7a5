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

bool Config::usesSecret(std::string_view reference) const
{
    const auto ofWebhook = [&](const WebhookConfig &hook) { return hook.url == reference || hook.secret == reference; };
    const auto ofProvider = [&](const ProviderConfig &p) {
        return p.proxyPassword == reference ||
               std::any_of(p.credentials.begin(), p.credentials.end(),
                           [&](const CredentialConfig &credential) { return credential.secret == reference; });
    };
    return proxyPassword == reference || std::any_of(providers.begin(), providers.end(), ofProvider) ||
           std::any_of(alerts.webhooks.begin(), alerts.webhooks.end(), ofWebhook);
}

} // namespace signalbox
