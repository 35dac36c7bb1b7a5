// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/host_control.h"

#include "core/config/config_store.h"

namespace signalbox {

HostControl::HostControl(GatewayHost &host, ConfigStore &store, QObject *parent)
    : GatewayControl(parent), m_host(host), m_store(store)
{
    connect(&host, &GatewayHost::stateChanged, this, &GatewayControl::stateChanged);
    connect(&host, &GatewayHost::snapshotChanged, this, &GatewayControl::snapshotChanged);
    connect(&host, &GatewayHost::startFailed, this, &GatewayControl::startFailed);
    connect(&store, &ConfigStore::changed, this, [this](const ConfigPtr &next) {
        m_appliedAt = QDateTime::currentDateTime();
        Q_EMIT configChanged(next);
    });
    connect(&store, &ConfigStore::rejected, this, &GatewayControl::configRejected);
}

void HostControl::start()
{
    m_host.start(m_store.current());
}

void HostControl::stop()
{
    m_host.stop(true);
}

GatewayState HostControl::state() const
{
    return m_host.state();
}

SnapshotPtr HostControl::snapshot() const
{
    return m_host.snapshot();
}

ConfigPtr HostControl::config() const
{
    return m_store.current();
}

void HostControl::acknowledgeAlerts(const std::vector<std::string> &ids)
{
    m_host.acknowledgeAlerts(ids);
}

void HostControl::cancelRequests(const std::vector<std::string> &ids)
{
    m_host.cancelRequests(ids);
}

} // namespace signalbox
