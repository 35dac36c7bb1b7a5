// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>
#include <QtNetwork/QHostAddress>

#include <functional>

QT_FORWARD_DECLARE_CLASS(QTcpSocket)

namespace signalbox {

// Alternates address families, beginning with that of the first address (RFC 8305 section 4).
QList<QHostAddress> interleaveFamilies(const QList<QHostAddress> &addresses);

// Happy eyeballs (RFC 8305): tries the addresses 250 ms apart, at once when one fails; the first to connect wins and
// the others are closed. Owned by its parent, on that thread; retire it by deleteLater().
class ConnectionRace final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectionRace)

public:
    using MakeSocket = std::function<QTcpSocket *(QObject *parent)>;
    using Connect = std::function<void(QTcpSocket *socket, const QHostAddress &address)>;
    // Either the winner (still a child of the race: take it over) or null and the last error.
    using Done = std::function<void(QTcpSocket *winner, const QString &error)>;

    ConnectionRace(const QList<QHostAddress> &addresses, MakeSocket makeSocket, Connect connectSocket, Done done,
                   QObject *parent);

    void start(); // may finish at once
    void stop();  // closes everything; no answer comes any more

private:
    void startNext();
    void won(QTcpSocket *socket);
    void lost(QTcpSocket *socket, const QString &error);
    void drop(QTcpSocket *socket);

    QList<QHostAddress> m_waiting;
    QList<QTcpSocket *> m_running;
    MakeSocket m_makeSocket;
    Connect m_connect;
    Done m_done;
    QTimer m_stagger;
    QString m_error;
};

} // namespace signalbox
