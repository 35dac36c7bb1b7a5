// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/provider_actions.h"

namespace signalbox {

class ConfigStore;
class SecretStore;

// ProviderActions over the gateway of this process. All three belong to the program and outlive it.
class HostActions final : public ProviderActions
{
public:
    HostActions(GatewayHost &host, SecretStore &secrets, ConfigStore &store, QObject *parent = nullptr);

    ConfigPtr config() const override;
    QString configPath() const override;
    Result<void> apply(Config next, const QString &why) override;
    void writeSecret(const std::string &reference, const std::string &secret, QObject *context, Done done) override;
    void removeSecret(const std::string &reference, QObject *context, Done done) override;
    void explain(const std::string &request, const std::string &tags, QObject *context, Answer done) override;
    void explainDraft(const ConfigPtr &draft, const std::string &request, const std::string &tags, QObject *context,
                      Answer done) override;
    quint64 probe(const ProviderConfig &provider, const std::string &secret) override;

private:
    GatewayHost &m_host;
    SecretStore &m_secrets;
    ConfigStore &m_store;
};

} // namespace signalbox
