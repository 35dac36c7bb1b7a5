// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/model_book.h"
#include "core/config/config.h"
#include "core/dialect/dialect.h"
#include "core/dialect/quirks.h"
#include "core/gateway/authenticator.h"
#include "core/gateway/door.h"
#include "core/gateway/user_rules.h"
#include "core/ledger/body_shelf.h"
#include "core/net/http_client.h"
#include "core/routing/route_checks.h"
#include "core/routing/route_table.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace signalbox {

// Secret reference → its value, or why it could not be read. Never logged, never shown.
using SecretMap = std::unordered_map<std::string, Result<std::string>>;

// A provider, ready to be called.
struct ProviderRuntime {
    struct Api {
        Dialect dialect = Dialect::OpenAiChat;
        ParsedUrl url;
    };
    ProviderConfig config;
    std::vector<Api> apis; // never empty; the richest first
    Quirks quirks;
    std::string rateLimits{}; // how its replies tell of limits, see core/routing/health/rate_limits.h

    const Api *api(Dialect dialect) const; // nullptr: it does not speak that
};

// A config with everything made from it once, so that a request only reads. Immutable and shared: an exchange keeps
// the one it began with, also over a hot reload.
class RunningConfig
{
public:
    RunningConfig(ConfigPtr config, SecretMap secrets, uint16_t ownPort,
                  std::shared_ptr<const Catalogue> catalogue = Catalogue::builtIn());

    const Config &config() const { return *m_config; }
    const Authenticator &authenticator() const { return m_authenticator; }
    const Door &door() const { return m_door; }
    const UserRules &users() const { return m_users; }
    const ModelBook &models() const { return *m_models; }
    int64_t madeAtMs() const { return m_madeAtMs; } // its prices hold from then on
    const RouteTablePtr &routes() const { return m_routes; }
    const std::vector<ConfigWarning> &warnings() const { return m_warnings; }
    const ProviderRuntime *provider(const std::string &id) const;

    struct Credential {
        std::string id;
        std::string secret; // empty: the provider has no credentials
    };
    // The first credential whose secret is at hand. Error credential_unavailable (503) says why each is not.
    Result<Credential> credentialFor(const ProviderConfig &provider) const;
    // The secret of that credential; nullptr: not at hand. An empty id is a provider without keys: an empty text.
    const std::string *secretOf(const ProviderConfig &provider, std::string_view credential) const;
    const std::string *secretAt(const std::string &reference) const;                // nullptr: not at hand
    const std::vector<std::string> &secretValues() const { return m_secretValues; } // for redaction
    const BodyRedactorPtr &redactor() const { return m_redactor; }                  // of bodies that are kept
    const ProxyRules &proxies() const { return m_proxies; }                         // for all but what names its own
    std::string secretProblem() const; // for the status: which references could not be read; empty when all could

private:
    const int64_t m_madeAtMs = SystemClock().wallMs();
    ConfigPtr m_config;
    SecretMap m_secrets;
    std::vector<std::string> m_secretValues;
    BodyRedactorPtr m_redactor;
    ProxyRules m_proxies;
    Authenticator m_authenticator;
    Door m_door;
    UserRules m_users;
    std::shared_ptr<const ModelBook> m_models;
    RouteTablePtr m_routes;
    std::vector<ConfigWarning> m_warnings;
    std::unordered_map<std::string, ProviderRuntime> m_providers;
};
using RunningConfigPtr = std::shared_ptr<const RunningConfig>;

} // namespace signalbox
