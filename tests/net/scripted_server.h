// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslKey>
#include <QtNetwork/QSslSocket>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <memory>

namespace signalbox::test {

// One request as it came over the wire.
struct SeenRequest {
    int connection = 0; // from 1, in the order they were accepted
    int number = 0;     // of the request on its connection, from 1
    QByteArray head;
    QByteArray body;
    QPointer<QTcpSocket> socket;
};

// An upstream that does what the test says, byte by byte. `onRequest` runs once per complete request.
class ScriptedServer final : public QTcpServer
{
    Q_OBJECT

public:
    explicit ScriptedServer(const QHostAddress &address = QHostAddress::LocalHost, quint16 port = 0)
    {
        listen(address, port);
    }

    std::function<void(SeenRequest &)> onRequest;
    std::function<void(QTcpSocket *)> onAccept; // may read nothing, close, write …
    bool readRequests = true;
    QSslConfiguration tls; // with a private key: every connection speaks TLS
    int accepted = 0;
    int disconnected = 0;
    QList<SeenRequest> requests;
    QList<QPointer<QTcpSocket>> sockets;

    static void reply(QTcpSocket *socket, const QByteArray &body, const QByteArray &extra = {})
    {
        socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(body.size()) + "\r\n" + extra +
                      "\r\n" + body);
    }

    // Each byte in a segment of its own, as far as the event loop lets them apart.
    static void drip(QTcpSocket *socket, const QByteArray &bytes, std::function<void()> done = {})
    {
        auto at = std::make_shared<qsizetype>(0);
        auto *timer = new QTimer(socket);
        timer->setInterval(0);
        QObject::connect(timer, &QTimer::timeout, socket, [=] {
            if (*at < bytes.size()) {
                socket->write(bytes.constData() + (*at)++, 1);
                socket->flush();
                return;
            }
            timer->deleteLater();
            timer->stop();
            if (done)
                done();
        });
        timer->start();
    }

    static void reset(QTcpSocket *socket); // closes with RST

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Inbox {
        int connection = 0;
        int number = 0;
        QByteArray bytes;
    };
    void take(QTcpSocket *socket, const std::shared_ptr<Inbox> &inbox);
};

} // namespace signalbox::test
