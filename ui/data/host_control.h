// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/gateway_control.h"

namespace signalbox {

class ConfigStore;

// GatewayControl over the gateway of this process. Host and store belong to the program and outlive it.
class HostControl final : public GatewayControl
{
public:
    HostControl(GatewayHost &host, ConfigStore &store, QObject *parent = nullptr);

    void start() override;
    void stop() override;
    GatewayState state() const override;
    SnapshotPtr snapshot() const override;
    ConfigPtr config() const override;
    QDateTime configAppliedAt() const override { return m_appliedAt; }
    WeightHistory::Reading weightHistory(qint64 fromMs, qint64 toMs) const override
    {
        return m_host.weightHistory().read(fromMs, toMs);
    }
    void acknowledgeAlerts(const std::vector<std::string> &ids) override;
    void cancelRequests(const std::vector<std::string> &ids) override;

private:
    GatewayHost &m_host;
    ConfigStore &m_store;
    QDateTime m_appliedAt = QDateTime::currentDateTime();
};

} // namespace signalbox
