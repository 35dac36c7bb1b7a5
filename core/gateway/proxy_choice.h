// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/net/proxy_rules.h"

#include <functional>
#include <set>
#include <string>

namespace signalbox {

// The value of a secret reference; null: not at hand.
using SecretLookup = std::function<const std::string *(const std::string &reference)>;

// For all that names no proxy of its own.
ProxyRules proxyRulesOf(const Config &config, const SecretLookup &secret);
// The way to a provider's host: its own proxy whatever the host, else the rules' one.
std::string proxyOf(const ProviderConfig &provider, const ProxyRules &rules, const SecretLookup &secret,
                    std::string_view host, uint16_t port);
// The secrets that those need.
void addProxySecrets(const Config &config, std::set<std::string> &references);

} // namespace signalbox
