// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/connection_race.h"

#include <QtNetwork/QTcpSocket>

#include <utility>

namespace signalbox {

namespace {

constexpr std::chrono::milliseconds attemptDelay{250};

} // namespace

QList<QHostAddress> interleaveFamilies(const QList<QHostAddress> &addresses)
{
    if (addresses.isEmpty())
        return {};
    const auto firstFamily = addresses.first().protocol();
    QList<QHostAddress> first;
    QList<QHostAddress> second;
    for (const QHostAddress &address : addresses)
        (address.protocol() == firstFamily ? first : second).append(address);
    QList<QHostAddress> mixed;
    mixed.reserve(addresses.size());
    for (qsizetype i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size())
            mixed.append(first[i]);
        if (i < second.size())
            mixed.append(second[i]);
    }
    return mixed;
}

ConnectionRace::ConnectionRace(const QList<QHostAddress> &addresses, MakeSocket makeSocket, Connect connectSocket,
                               Done done, QObject *parent)
    : QObject(parent),
      m_waiting(interleaveFamilies(addresses)),
      m_makeSocket(std::move(makeSocket)),
      m_connect(std::move(connectSocket)),
      m_done(std::move(done))
{
    m_stagger.setSingleShot(true);
    m_stagger.setInterval(attemptDelay);
    connect(&m_stagger, &QTimer::timeout, this, &ConnectionRace::startNext);
}

void ConnectionRace::start()
{
    startNext();
}

void ConnectionRace::startNext()
{
    if (!m_done || m_waiting.isEmpty())
        return;
    const QHostAddress address = m_waiting.takeFirst();
    if (!m_waiting.isEmpty())
        m_stagger.start();
    QTcpSocket *socket = m_makeSocket(this);
    m_running.append(socket);
    connect(socket, &QTcpSocket::connected, this, [this, socket] { won(socket); });
    connect(socket, &QTcpSocket::errorOccurred, this, [this, socket] { lost(socket, socket->errorString()); });
    m_connect(socket, address);
}

void ConnectionRace::won(QTcpSocket *socket)
{
    if (!m_done || !m_running.removeOne(socket))
        return;
    socket->disconnect(this);
    const Done done = std::exchange(m_done, {});
    stop();
    done(socket, QString());
}

void ConnectionRace::lost(QTcpSocket *socket, const QString &error)
{
    if (!m_done || !m_running.removeOne(socket))
        return;
    m_error = error;
    drop(socket);
    if (!m_waiting.isEmpty()) {
        m_stagger.stop();
        startNext();
    } else if (m_running.isEmpty()) {
        const Done done = std::exchange(m_done, {});
        done(nullptr, m_error);
    }
}

void ConnectionRace::stop()
{
    m_done = {};
    m_stagger.stop();
    m_waiting.clear();
    for (QTcpSocket *socket : std::exchange(m_running, {}))
        drop(socket);
}

void ConnectionRace::drop(QTcpSocket *socket)
{
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

} // namespace signalbox
