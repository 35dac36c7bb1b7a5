// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/gateway_control.h"

namespace signalbox {

// A gateway that is only a state: counts what it was told and shows what the test wants.
class FakeControl final : public GatewayControl
{
public:
    void start() override
    {
        ++starts;
        become(GatewayState::Running);
    }
    void stop() override
    {
        ++stops;
        become(GatewayState::Stopped);
    }
    GatewayState state() const override { return current->state; }
    SnapshotPtr snapshot() const override { return current; }
    ConfigPtr config() const override { return configuration; }
    QDateTime configAppliedAt() const override { return appliedAt; }
    WeightHistory history;
    WeightHistory::Reading weightHistory(qint64 fromMs, qint64 toMs) const override
    {
        return history.read(fromMs, toMs);
    }
    std::vector<std::string> cancelled; // ids of requests
    void cancelRequests(const std::vector<std::string> &ids) override
    {
        cancelled.insert(cancelled.end(), ids.begin(), ids.end());
    }
    std::vector<std::string> acknowledged; // ids of alerts
    void acknowledgeAlerts(const std::vector<std::string> &ids) override
    {
        acknowledged.insert(acknowledged.end(), ids.begin(), ids.end());
    }

    void become(GatewayState state)
    {
        GatewaySnapshot next = *current;
        next.state = state;
        next.url = state == GatewayState::Running ? "http://127.0.0.1:8484" : "";
        show(next);
        Q_EMIT stateChanged(state);
    }
    void show(const GatewaySnapshot &next)
    {
        current = std::make_shared<GatewaySnapshot>(next);
        Q_EMIT snapshotChanged(current);
    }

    int starts = 0;
    int stops = 0;
    SnapshotPtr current = std::make_shared<GatewaySnapshot>();
    ConfigPtr configuration = std::make_shared<Config>();
    QDateTime appliedAt = QDateTime(QDate(2026, 8, 7), QTime(9, 12));
};

} // namespace signalbox
