// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtCore/QDateTime>
#include <QtWidgets/QWidget>

#include <vector>

namespace signalbox {

// 26 px at the bottom: what the gateway does, how large the ledger is, what the gateway costs in time.
class StatusBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusBar)

public:
    explicit StatusBar(QWidget *parent = nullptr);

    void setSnapshot(const GatewaySnapshot &snapshot, GatewayState state);
    void setConfigApplied(const QDateTime &at);
    QStringList texts() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString listeningText(const GatewaySnapshot &snapshot) const;

    GatewayState m_state = GatewayState::Stopped;
    QString m_listening;
    QString m_inFlight;
    QString m_ledger;
    bool m_ledgerTrouble = false;
    QString m_overhead;
    QString m_config;
};

} // namespace signalbox
