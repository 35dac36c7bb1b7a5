// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtCore/QDateTime>
#include <QtCore/QObject>

namespace signalbox {

// What the console may do with the gateway and its configuration, without knowing who runs it. GUI thread.
class GatewayControl : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GatewayControl)

public:
    using QObject::QObject;

    virtual void start() = 0;
    virtual void stop() = 0;
    virtual GatewayState state() const = 0;
    virtual SnapshotPtr snapshot() const = 0; // never null
    virtual ConfigPtr config() const = 0;     // never null
    virtual QDateTime configAppliedAt() const = 0;
    // What weighted nodes were set to and did, of a day at most.
    virtual WeightHistory::Reading weightHistory(qint64 fromMs, qint64 toMs) const
    {
        Q_UNUSED(fromMs)
        Q_UNUSED(toMs)
        return {};
    }
    virtual void acknowledgeAlerts(const std::vector<std::string> &ids) = 0; // the next snapshot shows it
    virtual void cancelRequests(const std::vector<std::string> &ids) = 0;    // that are in flight

Q_SIGNALS:
    void stateChanged(signalbox::GatewayState state);
    void snapshotChanged(signalbox::SnapshotPtr snapshot);
    void configChanged(signalbox::ConfigPtr config);
    void configRejected(const QString &message); // FILE: /pointer: what
    void startFailed(const QString &code, const QString &message);
};

} // namespace signalbox
