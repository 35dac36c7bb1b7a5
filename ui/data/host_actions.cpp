// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/host_actions.h"

#include "core/config/config_store.h"
#include "core/secrets/secret_store.h"

namespace signalbox {

HostActions::HostActions(GatewayHost &host, SecretStore &secrets, ConfigStore &store, QObject *parent)
    : ProviderActions(parent), m_host(host), m_secrets(secrets), m_store(store)
{
    connect(&store, &ConfigStore::changed, this, &ProviderActions::configChanged);
    connect(&store, &ConfigStore::saveFailed, this, &ProviderActions::saveFailed);
    connect(&host, &GatewayHost::probeProgress, this, &ProviderActions::probeProgress);
}

ConfigPtr HostActions::config() const
{
    return m_store.current();
}

QString HostActions::configPath() const
{
    return m_store.path();
}

Result<void> HostActions::apply(Config next, const QString &why)
{
    return m_store.apply(std::move(next), why);
}

void HostActions::writeSecret(const std::string &reference, const std::string &secret, QObject *context, Done done)
{
    m_secrets.write(reference, secret, context, std::move(done));
}

void HostActions::removeSecret(const std::string &reference, QObject *context, Done done)
{
    m_secrets.remove(reference, context, std::move(done));
}

void HostActions::explain(const std::string &request, const std::string &tags, QObject *context, Answer done)
{
    m_host.explain(request, tags, context, std::move(done));
}

void HostActions::explainDraft(const ConfigPtr &draft, const std::string &request, const std::string &tags,
                               QObject *context, Answer done)
{
    m_host.explain(request, tags, context, std::move(done), draft);
}

quint64 HostActions::probe(const ProviderConfig &provider, const std::string &secret)
{
    return m_host.probe(provider, secret);
}

} // namespace signalbox
