// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config_store.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"

#include <QtCore/QObject>

namespace signalbox {

// Writes into the ledger who changed what: configs, keys, the catalogue, the gateway's start and end. Lives on the main
// thread; store, host and ledger outlive it.
class AuditTrail final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AuditTrail)

public:
    // `program`: what changes of the program itself are said to come from, console or daemon.
    AuditTrail(ConfigStore &store, GatewayHost &host, Ledger &ledger, std::string program, QObject *parent = nullptr);

    void note(const std::string &kind, const QString &what);
    // What the next change is compared with; a config that is only set up is nobody's change.
    void setBefore(const Config &config);

private:
    void configChanged(const ConfigPtr &config, const QString &why);
    void stateChanged(GatewayState state);

    ConfigStore &m_store;
    Ledger &m_ledger;
    std::string m_program;
    ConfigPtr m_before;
    bool m_running = false;
};

// The lines for a change of the config; without pointers where nothing that the file says differs. Changes of clients
// are of the kind `key`.
std::vector<AuditEntry> auditOfConfig(const Config &before, const Config &after, const AuditEntry &about);

} // namespace signalbox
