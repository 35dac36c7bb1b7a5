// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

namespace signalbox::test {

// Speaks CONNECT (RFC 9110 section 9.3.6) or SOCKS5 (RFC 1928, 1929), whatever comes; every name leads to `behind`.
class TinyProxy final : public QTcpServer
{
    Q_OBJECT

public:
    explicit TinyProxy(quint16 behind);

    QList<QByteArray> asked; // host:port
    QByteArray credentials;  // as they came
    bool refuse = false;
    bool demandPassword = false;
    QByteArray wanted; // credentials that are let in; empty: any

private:
    void talk(QTcpSocket *client);
    void talkSocks(QTcpSocket *client, QByteArray &in);
    void open(QTcpSocket *client, const QByteArray &welcome);

    quint16 m_behind;
    QHash<QTcpSocket *, QByteArray> m_in;
    QHash<QTcpSocket *, int> m_phase;
};

} // namespace signalbox::test
