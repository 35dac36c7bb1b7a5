// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/running_config.h"

#include "core/config/presets.h"
#include "core/gateway/proxy_choice.h"
#include "core/redaction/body_redactor.h"

#include <QtNetwork/QHostAddress>

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

// A provider that points at our own listener would call itself until the connections run out.
bool isOurselves(const HttpOrigin &origin, const ListenConfig &listen, uint16_t ownPort)
{
    if (origin.port != ownPort)
        return false;
    const QHostAddress address(QString::fromStdString(origin.host));
    return headerNameEquals(origin.host, "localhost") || address.isLoopback() || origin.host == listen.address;
}

boost::json::object objectIn(std::string_view text)
{
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse(text, code);
    return !code && value.is_object() ? value.get_object() : boost::json::object();
}

// The preset's, with the config's own laid over.
Quirks quirksOf(const ProviderConfig &provider)
{
    boost::json::object quirks;
    if (const Preset *preset = findPreset(provider.preset))
        quirks = objectIn(preset->quirks);
    for (const auto &[key, value] : objectIn(provider.quirks))
        quirks[key] = value;
    return quirksFromJson(quirks);
}

} // namespace

const ProviderRuntime::Api *ProviderRuntime::api(Dialect dialect) const
{
    const auto found = std::find_if(apis.begin(), apis.end(), [&](const Api &api) { return api.dialect == dialect; });
    return found == apis.end() ? nullptr : &*found;
}

RunningConfig::RunningConfig(ConfigPtr config, SecretMap secrets, uint16_t ownPort,
                             std::shared_ptr<const Catalogue> catalogue)
    : m_config(std::move(config)),
      m_secrets(std::move(secrets)),
      m_authenticator(*m_config),
      m_door(m_config->listen),
      m_users(m_config->users),
      m_models(std::make_shared<const ModelBook>(std::move(catalogue), *m_config)),
      m_routes(std::make_shared<RouteTable>(m_config, m_models)),
      m_warnings(routeWarnings(*m_routes))
{
    for (const auto &[reference, value] : m_secrets) {
        if (value && !value->empty())
            m_secretValues.push_back(*value);
    }
    const SecretLookup secret = [this](const std::string &reference) { return secretAt(reference); };
    m_proxies = proxyRulesOf(*m_config, secret);
    m_redactor = std::make_shared<const BodyRedactor>(m_config->store.redact, m_secretValues);
    for (const ProviderConfig &provider : m_config->providers) {
        ProviderRuntime runtime{provider, {}, quirksOf(provider), std::string(rateLimitFamilyOf(provider))};
        for (const PresetEndpoint &endpoint : endpointsOf(provider)) {
            auto url = parseBaseUrl(endpoint.baseUrl);
            const auto dialect = dialectFromName(endpoint.dialect);
            if (!url || !dialect || isOurselves(url->origin, m_config->listen, ownPort))
                continue;
            url->origin.proxy = proxyOf(provider, m_proxies, secret, url->origin.host, url->origin.port);
            url->origin.caFile = provider.caFile;
            runtime.apis.push_back({*dialect, std::move(*url)});
        }
        if (!runtime.apis.empty())
            m_providers.emplace(provider.id, std::move(runtime));
    }
}

const ProviderRuntime *RunningConfig::provider(const std::string &id) const
{
    const auto found = m_providers.find(id);
    return found == m_providers.end() ? nullptr : &found->second;
}

Result<RunningConfig::Credential> RunningConfig::credentialFor(const ProviderConfig &provider) const
{
    if (provider.credentials.empty())
        return Credential{};
    std::string reasons;
    for (const CredentialConfig &credential : provider.credentials) {
        const auto secret = m_secrets.find(credential.secret);
        if (secret != m_secrets.end() && secret->second)
            return Credential{credential.id, *secret->second};
        reasons += (reasons.empty() ? "" : " ") + (secret == m_secrets.end()
                                                       ? "The key " + credential.secret + " has not been read."
                                                       : secret->second.error().message);
    }
    return Error{"credential_unavailable", "No key of provider '" + provider.id + "' is at hand. " + reasons, 503};
}

const std::string *RunningConfig::secretOf(const ProviderConfig &provider, std::string_view credential) const
{
    static const std::string none;
    if (provider.credentials.empty())
        return &none;
    for (const CredentialConfig &known : provider.credentials) {
        if (known.id != credential)
            continue;
        const auto secret = m_secrets.find(known.secret);
        return secret != m_secrets.end() && secret->second ? &*secret->second : nullptr;
    }
    return nullptr;
}

const std::string *RunningConfig::secretAt(const std::string &reference) const
{
    const auto secret = m_secrets.find(reference);
    return secret != m_secrets.end() && secret->second ? &*secret->second : nullptr;
}

std::string RunningConfig::secretProblem() const
{
    std::string problem;
    for (const ProviderConfig &provider : m_config->providers) {
        const auto credential = credentialFor(provider);
        if (!credential)
            problem += (problem.empty() ? "" : " ") + credential.error().message;
    }
    return problem;
}

} // namespace signalbox
