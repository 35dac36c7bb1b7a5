// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit_trail.h"

#include "core/base/clock.h"
#include "core/catalogue/catalogue.h"
#include "core/config/config_changes.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

namespace signalbox {

namespace {

std::string personHere()
{
    for (const char *name : {"USER", "USERNAME"}) {
        if (const QString user = qEnvironmentVariable(name); !user.isEmpty())
            return user.toStdString();
    }
    return QFileInfo(QDir::homePath()).owner().toStdString();
}

} // namespace

std::vector<AuditEntry> auditOfConfig(const Config &before, const Config &after, const AuditEntry &about)
{
    std::vector<AuditEntry> entries;
    for (const ConfigChange &change : configChanges(before, after)) {
        AuditEntry &entry = entries.emplace_back(about);
        entry.kind = change.pointer.starts_with("/clients") ? "key" : "config";
        entry.pointer = change.pointer;
        entry.before = change.before;
        entry.after = change.after;
    }
    return entries;
}

AuditTrail::AuditTrail(ConfigStore &store, GatewayHost &host, Ledger &ledger, std::string program, QObject *parent)
    : QObject(parent), m_store(store), m_ledger(ledger), m_program(std::move(program)), m_before(store.current())
{
    connect(&store, &ConfigStore::changed, this, &AuditTrail::configChanged);
    connect(&host, &GatewayHost::stateChanged, this, &AuditTrail::stateChanged);
    connect(&host, &GatewayHost::startFailed, this, [this](const QString &, const QString &message) {
        note("gateway", tr("the gateway could not start: %1").arg(message));
    });
    connect(&host, &GatewayHost::catalogueUsed, this, [this](const std::shared_ptr<const Catalogue> &catalogue) {
        note("catalogue", tr("catalogue of %1 in force").arg(QString::fromStdString(catalogue->asOf())));
    });
}

void AuditTrail::note(const std::string &kind, const QString &what)
{
    m_ledger.noteAudit({AuditEntry{0, SystemClock().wallMs(), personHere(), m_program, kind, what.toStdString()}});
}

void AuditTrail::setBefore(const Config &config)
{
    m_before = std::make_shared<const Config>(config);
}

void AuditTrail::configChanged(const ConfigPtr &config, const QString &why)
{
    const ConfigPtr before = std::exchange(m_before, config);
    const bool file = m_store.origin() == ConfigStore::Origin::File;
    AuditEntry about{0, SystemClock().wallMs(), personHere(), m_program, "config", why.toStdString()};
    if (file) { // whoever edited it owns it, most of the time
        about.source = "file";
        about.actor = QFileInfo(m_store.path()).owner().toStdString();
    }
    if (auto entries = auditOfConfig(*before, *config, about); !entries.empty())
        m_ledger.noteAudit(std::move(entries));
}

void AuditTrail::stateChanged(GatewayState state)
{
    if (state == GatewayState::Running)
        note("gateway", tr("the gateway started"));
    else if (m_running && state == GatewayState::Stopped)
        note("gateway", tr("the gateway stopped"));
    m_running = state == GatewayState::Running || state == GatewayState::Draining;
}

} // namespace signalbox
