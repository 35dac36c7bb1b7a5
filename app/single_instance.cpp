// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/single_instance.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

namespace signalbox {

namespace {

constexpr auto answerWithin = std::chrono::milliseconds(1'000);

} // namespace

SingleInstance::SingleInstance(const QString &dataFolder, QObject *parent) : QObject(parent)
{
    const QByteArray where = (QDir::homePath() + u'\n' + QDir(dataFolder).absolutePath()).toUtf8();
    const QByteArray digest = QCryptographicHash::hash(where, QCryptographicHash::Sha256).toHex().left(16);
    m_name = QStringLiteral("signalbox-") + QString::fromLatin1(digest);
}

void SingleInstance::claim(std::function<void()> first, std::function<void()> second)
{
    auto *socket = new QLocalSocket(this);
    auto *limit = new QTimer(socket);
    limit->setSingleShot(true);
    const auto takePlace = [this, socket, first = std::move(first)] {
        socket->disconnect(this);
        socket->deleteLater();
        listen();
        first();
    };
    connect(socket, &QLocalSocket::connected, this, [socket] { socket->write("raise\n"); });
    connect(socket, &QLocalSocket::readyRead, this, [socket, second = std::move(second)] {
        socket->deleteLater();
        second();
    });
    // Nobody there, or a stale socket that nobody answers.
    connect(socket, &QLocalSocket::errorOccurred, this, [takePlace] { takePlace(); });
    connect(limit, &QTimer::timeout, this, takePlace);
    limit->start(answerWithin);
    socket->connectToServer(m_name);
}

void SingleInstance::listen()
{
    m_server = new QLocalServer(this);
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *peer = m_server->nextPendingConnection()) {
            connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
            connect(peer, &QLocalSocket::readyRead, this, [this, peer] {
                peer->readAll();
                peer->write("ok\n");
                Q_EMIT raiseRequested();
            });
        }
    });
    if (!m_server->listen(m_name)) {
        QLocalServer::removeServer(m_name);
        m_server->listen(m_name);
    }
}

} // namespace signalbox
