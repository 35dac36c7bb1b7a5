// SPDX-License-Identifier: GPL-3.0-or-later
#include "scripted_server.h"

#include <sys/socket.h>

namespace signalbox::test {

namespace {

// Size of the whole request at the front of `bytes`, or 0 when some of it is missing.
qsizetype requestSize(const QByteArray &bytes, qsizetype &headSize)
{
    headSize = bytes.indexOf("\r\n\r\n");
    if (headSize < 0)
        return 0;
    headSize += 4;
    const QByteArray head = bytes.left(headSize).toLower();
    if (head.contains("transfer-encoding: chunked")) {
        const qsizetype end = bytes.indexOf("0\r\n\r\n", headSize);
        return end < 0 ? 0 : end + 5;
    }
    const qsizetype at = head.indexOf("content-length: ");
    const qsizetype length = at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
    return bytes.size() >= headSize + length ? headSize + length : 0;
}

} // namespace

void ScriptedServer::incomingConnection(qintptr descriptor)
{
    QTcpSocket *socket = nullptr;
    if (!tls.privateKey().isNull()) {
        auto *secure = new QSslSocket(this);
        secure->setSslConfiguration(tls);
        socket = secure;
    } else {
        socket = new QTcpSocket(this);
    }
    socket->setSocketDescriptor(descriptor);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    ++accepted;
    sockets.append(socket);
    const auto inbox = std::make_shared<Inbox>();
    inbox->connection = accepted;
    connect(socket, &QTcpSocket::disconnected, this, [this] { ++disconnected; });
    if (readRequests)
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, inbox] { take(socket, inbox); });
    else
        socket->setReadBufferSize(1);
    if (auto *secure = qobject_cast<QSslSocket *>(socket))
        secure->startServerEncryption();
    if (onAccept)
        onAccept(socket);
}

void ScriptedServer::take(QTcpSocket *socket, const std::shared_ptr<Inbox> &inbox)
{
    inbox->bytes += socket->readAll();
    qsizetype headSize = 0;
    while (const qsizetype size = requestSize(inbox->bytes, headSize)) {
        SeenRequest request{inbox->connection, ++inbox->number, inbox->bytes.left(headSize),
                            inbox->bytes.mid(headSize, size - headSize), socket};
        inbox->bytes.remove(0, size);
        requests.append(request);
        if (onRequest)
            onRequest(request);
    }
}

void ScriptedServer::reset(QTcpSocket *socket)
{
    const linger hard{1, 0};
    ::setsockopt(static_cast<int>(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    socket->abort();
}

} // namespace signalbox::test
