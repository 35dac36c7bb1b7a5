// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/proxy_choice.h"

namespace signalbox {

namespace {

std::string withLogin(const std::string &proxy, const std::string &reference, const SecretLookup &secret)
{
    const std::string *password = reference.empty() || !secret ? nullptr : secret(reference);
    return password ? withProxyPassword(proxy, *password) : proxy;
}

} // namespace

ProxyRules proxyRulesOf(const Config &config, const SecretLookup &secret)
{
    ProxyRules rules{withLogin(config.proxy, config.proxyPassword, secret), {}};
    for (const std::string &entry : config.noProxy)
        rules.noProxy += (rules.noProxy.empty() ? "" : ",") + entry;
    return rules;
}

std::string proxyOf(const ProviderConfig &provider, const ProxyRules &rules, const SecretLookup &secret,
                    std::string_view host, uint16_t port)
{
    return provider.proxy == "system" ? rules.proxyFor(host, port)
                                      : withLogin(provider.proxy, provider.proxyPassword, secret);
}

void addProxySecrets(const Config &config, std::set<std::string> &references)
{
    if (!config.proxyPassword.empty())
        references.insert(config.proxyPassword);
    for (const ProviderConfig &provider : config.providers) {
        if (!provider.proxyPassword.empty())
            references.insert(provider.proxyPassword);
    }
}

} // namespace signalbox
