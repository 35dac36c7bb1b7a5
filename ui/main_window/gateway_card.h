// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtWidgets/QFrame>

class QLabel;
class QToolButton;

namespace signalbox {

class SignalMark;

QString gatewayStateText(GatewayState state);

// Running or stopped, the address tools connect to, and the switch. Compact: the mark alone, with all in its tool tip.
class GatewayCard final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GatewayCard)

public:
    explicit GatewayCard(QWidget *parent = nullptr);

    void setState(GatewayState state);
    void setUrl(const QString &url);
    void setCompact(bool compact);

Q_SIGNALS:
    void switchRequested();
    void copyRequested();

private:
    void describe();

    SignalMark *m_mark;
    QLabel *m_stateLabel;
    QLabel *m_urlLabel;
    QToolButton *m_switch;
    QToolButton *m_copy;
    GatewayState m_state = GatewayState::Stopped;
    QString m_url;
};

} // namespace signalbox
