// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/tiny_proxy.h"

namespace signalbox::test {

namespace {

// Carries bytes both ways between a client that has been let in and the real server.
void splice(QTcpSocket *client, QTcpSocket *server)
{
    QObject::connect(client, &QTcpSocket::readyRead, server, [=] { server->write(client->readAll()); });
    QObject::connect(server, &QTcpSocket::readyRead, client, [=] { client->write(server->readAll()); });
    QObject::connect(client, &QTcpSocket::disconnected, server, [=] { server->disconnectFromHost(); });
    QObject::connect(server, &QTcpSocket::disconnected, client, [=] { client->disconnectFromHost(); });
}

} // namespace

TinyProxy::TinyProxy(quint16 behind) : m_behind(behind)
{
    listen(QHostAddress::LocalHost);
    connect(this, &QTcpServer::newConnection, this, [this] {
        QTcpSocket *client = nextPendingConnection();
        connect(client, &QTcpSocket::readyRead, this, [this, client] { talk(client); });
    });
}

void TinyProxy::talk(QTcpSocket *client)
{
    QByteArray &in = m_in[client];
    in += client->readAll();
    if (in.startsWith('\x05') || m_phase.contains(client))
        return talkSocks(client, in);
    if (!in.contains("\r\n\r\n"))
        return;
    const QByteArray line = in.left(in.indexOf("\r\n"));
    const qsizetype auth = in.toLower().indexOf("proxy-authorization: basic ");
    if (auth >= 0)
        credentials = QByteArray::fromBase64(in.mid(auth + 27, in.indexOf('\r', auth) - auth - 27));
    in.clear();
    if (demandPassword && (credentials.isEmpty() || (!wanted.isEmpty() && credentials != wanted))) {
        client->write("HTTP/1.1 407 x\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n");
        return;
    }
    asked.append(line.split(' ').value(1));
    if (refuse || !line.startsWith("CONNECT ")) {
        client->write("HTTP/1.1 403 no\r\ncontent-length: 0\r\n\r\n");
        return;
    }
    open(client, "HTTP/1.1 200 go\r\n\r\n");
}

void TinyProxy::talkSocks(QTcpSocket *client, QByteArray &in)
{
    int &phase = m_phase[client];
    if (phase == 0 && in.size() >= 2 && in.size() >= 2 + in[1]) {
        in.clear();
        phase = demandPassword ? 1 : 2;
        client->write(demandPassword ? QByteArray("\x05\x02") : QByteArray("\x05\x00", 2));
    } else if (phase == 1 && in.size() >= 2) {
        const int user = in[1];
        credentials = in.mid(2, user) + ':' + in.mid(3 + user);
        in.clear();
        phase = 2;
        client->write(QByteArray("\x01\x00", 2));
    } else if (phase == 2 && in.size() > 5 && in.size() >= 7 + in[4]) {
        const int size = in[4];
        const auto port =
            static_cast<quint16>((static_cast<uchar>(in[5 + size]) << 8) | static_cast<uchar>(in[6 + size]));
        asked.append((in[3] == 3 ? in.mid(5, size) : QByteArray("address")) + ':' + QByteArray::number(port));
        in.clear();
        if (refuse)
            client->write(QByteArray("\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", 10));
        else
            open(client, QByteArray("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10));
    }
}

void TinyProxy::open(QTcpSocket *client, const QByteArray &welcome)
{
    client->disconnect(this);
    auto *server = new QTcpSocket(client);
    connect(server, &QTcpSocket::connected, client, [=] { client->write(welcome); });
    splice(client, server);
    server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_behind);
}

} // namespace signalbox::test
