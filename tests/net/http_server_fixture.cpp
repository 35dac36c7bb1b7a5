// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/http_server_fixture.h"

#include <QtTest/QtTest>

using namespace signalbox;

void RecordedRequest::reply(int status, std::string_view text)
{
    HeaderList headers;
    headers.add("content-type", "text/plain");
    std::exchange(exchange, nullptr)->reply(status, headers, text);
}

void RecordedRequest::requestBody(std::string_view bytes)
{
    body.append(bytes);
    if (onBody)
        onBody(*this, bytes);
}

void RecordedRequest::requestEnd()
{
    QVERIFY(!ended);
    ended = true;
    if (onEnd)
        onEnd(*this);
    else if (exchange)
        reply(200, method + " " + target + " " + body);
}

void RecordedRequest::clientGone()
{
    ++gone;
    exchange = nullptr;
    if (onGone)
        onGone(*this);
}

void RecordedRequest::clientWritable()
{
    ++writable;
    if (onWritable)
        onWritable(*this);
}

ServerFixture::ServerFixture(HttpServer::Options options)
{
    server->setOnRequest([this](HttpExchange &exchange) {
        auto &request = *requests.emplace_back(std::make_unique<RecordedRequest>());
        request.exchange = &exchange;
        request.method = exchange.head().method;
        request.target = exchange.head().target;
        exchange.setHandler(&request);
        if (onRequest)
            onRequest(request);
    });
    if (!server->listen(options))
        qFatal("the loopback has no free port");
}

RawClient::RawClient(const ServerFixture &fixture)
{
    QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [this] {
        if (reads)
            received += socket.readAll();
    });
    QObject::connect(&socket, &QTcpSocket::disconnected, &socket, [this] { closed = true; });
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), fixture.server->port());
    socket.waitForConnected(5'000);
}

void RawClient::send(std::string_view bytes)
{
    socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
    socket.flush();
}

bool RawClient::waitFor(std::string_view text)
{
    return QTest::qWaitFor([&] { return received.contains(QByteArrayView(text.data(), qsizetype(text.size()))); });
}

bool RawClient::waitForClose()
{
    return QTest::qWaitFor([&] { return closed; });
}

RawClient::Reply RawClient::takeReply(bool headOnly)
{
    Reply reply;
    (void)QTest::qWaitFor([&] { return tryTake(reply, headOnly); });
    return reply;
}

bool RawClient::tryTake(Reply &reply, bool headOnly)
{
    const qsizetype headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return false;
    const QByteArray head = received.left(headEnd + 2);
    const int status = head.mid(9, 3).toInt();
    qsizetype at = headEnd + 4;
    QByteArray body;
    const qsizetype length = head.indexOf("content-length: ");
    if (!headOnly && status >= 200 && length >= 0) {
        const qsizetype size = head.mid(length + 16, head.indexOf('\r', length) - length - 16).toLongLong();
        if (received.size() < at + size)
            return false;
        body = received.mid(at, size);
        at += size;
    } else if (!headOnly && head.contains("transfer-encoding: chunked")) {
        for (qsizetype size = -1; size != 0;) {
            const qsizetype line = received.indexOf("\r\n", at);
            if (line < 0)
                return false;
            size = received.mid(at, line - at).toLongLong(nullptr, 16);
            if (received.size() < line + 2 + size + 2)
                return false;
            body += received.mid(line + 2, size);
            at = line + 2 + size + 2;
        }
    }
    received.remove(0, at);
    reply = {status, head, body};
    return true;
}

std::string get(std::string_view target, std::string_view fields)
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields)
{
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
}
