// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/http_server_fixture.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace std::chrono_literals;

class TestHttpServerLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Every shape over which two parsers could disagree, and what else a strict server refuses.
    void refuses_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, std::string bytes, int status = 400) {
            QTest::newRow(name) << bytes << status;
        };
        const auto request = [](std::string fields, std::string body = {}) {
            return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
        };
        const std::string chunked = "Transfer-Encoding: chunked\r\n";
        row("length and chunked", request("Content-Length: 5\r\n" + chunked, "0\r\n\r\n"));
        row("chunked and length", request(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"));
        row("two lengths", request("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"));
        row("same length twice", request("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"));
        row("length list", request("Content-Length: 5, 5\r\n", "hello"));
        row("signed length", request("Content-Length: +5\r\n", "hello"));
        row("negative length", request("Content-Length: -5\r\n", "hello"));
        row("hex length", request("Content-Length: 0x5\r\n", "hello"));
        row("empty length", request("Content-Length:\r\n", "hello"));
        row("huge length", request("Content-Length: 99999999999999999999999\r\n"));
        row("length with space inside", request("Content-Length: 1 0\r\n"));
        row("coding identity", request("Transfer-Encoding: identity\r\n"));
        row("coding gzip, chunked", request("Transfer-Encoding: gzip, chunked\r\n"));
        row("coding chunked twice", request(chunked + chunked, "0\r\n\r\n"));
        row("coding chunked, chunked", request("Transfer-Encoding: chunked, chunked\r\n"));
        row("coding xchunked", request("Transfer-Encoding: xchunked\r\n"));
        row("coding quoted", request("Transfer-Encoding: \"chunked\"\r\n"));
        row("coding with parameter", request("Transfer-Encoding: chunked;q=1\r\n"));
        row("coding on 1.0", "POST / HTTP/1.0\r\nHost: h\r\n" + chunked + "\r\n0\r\n\r\n");
        row("folded line", request("X-A: b\r\n c\r\n"));
        row("folded first line", "GET / HTTP/1.1\r\n Host: h\r\n\r\n");
        row("bare LF", "GET / HTTP/1.1\nHost: h\n\n");
        row("bare LF in fields", request("X-A: b\nX-C: d\r\n"));
        row("bare CR", request("X-A: b\rX-C: d\r\n"));
        row("CR CR LF", request("X-A: b\r\r\n"));
        row("space before colon", request("X-A : b\r\n"));
        row("tab before colon", request("Content-Length\t: 5\r\n", "hello"));
        row("no name", request(": b\r\n"));
        row("no colon", request("X-A\r\n"));
        row("zero in value", request(std::string("X-A: a\0b\r\n", 10)));
        row("control in value", request("X-A: a\x01\r\n"));
        row("no Host", "GET / HTTP/1.1\r\n\r\n");
        row("two Hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n");
        row("two Hosts on 1.0", "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n");
        row("Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n");
        row("Host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n");
        row("control in target", "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n");
        row("tab in target", "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n");
        row("delete in target", "GET /\x7f HTTP/1.1\r\nHost: h\r\n\r\n");
        row("raw UTF-8 in target", "GET /\xC3\xA4 HTTP/1.1\r\nHost: h\r\n\r\n");
        row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n");
        row("space in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 505);
        row("relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n");
        row("authority target", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n");
        row("https target", "GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n");
        row("other host in target", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n");
        row("user in target", "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n");
        row("star", "GET * HTTP/1.1\r\nHost: h\r\n\r\n");
        row("CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 405);
        row("TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
        row("HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505);
        row("HTTP/0.9", "GET /\r\n\r\n");
        row("lower-case protocol", "GET / http/1.1\r\nHost: h\r\n\r\n", 505);
        row("TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7));
        row("expectation", request("Expect: 200-ok\r\nContent-Length: 1\r\n"), 417);
        row("chunk size not hex", request(chunked, "g\r\n\r\n"));
        row("chunk size empty", request(chunked, "\r\nabc\r\n"));
        row("chunk size 0x", request(chunked, "0x3\r\nabc\r\n0\r\n\r\n"));
        row("chunk size negative", request(chunked, "-3\r\nabc\r\n0\r\n\r\n"));
        row("chunk size overflow", request(chunked, "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"));
        row("chunk bare LF", request(chunked, "3\nabc\r\n0\r\n\r\n\r\n"));
        row("chunk bare CR", request(chunked, "3\rabc\r\n0\r\n\r\n"));
        row("chunk too long", request(chunked, "3\r\nabcd\r\n0\r\n\r\n"));
        row("chunk extension bare LF", request(chunked, "3;a\nabc\r\n0\r\n\r\n"));
        row("chunk extension quoted LF", request(chunked, "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"));
        row("trailer length", request(chunked, "0\r\nContent-Length: 5\r\n\r\n"));
        row("trailer coding", request(chunked, "0\r\nTransfer-Encoding: chunked\r\n\r\n"));
        row("trailer bare LF", request(chunked, "0\r\nx: y\nz: a\r\n\r\n"));
        row("too many fields", request([] {
                std::string fields;
                for (int i = 0; i < 300; ++i)
                    fields += "a: b\r\n";
                return fields;
            }()),
            431);
        row("long head", request("X-A: " + std::string(40'000, 'x') + "\r\n"), 431);
        row("long head without end", "GET / HTTP/1.1\r\nX-A: " + std::string(40'000, 'x'), 431);
        row("long target", "GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", 431);
        row("long chunk line", request(chunked, "3;" + std::string(100'000, 'x')));
        row("long trailer", request(chunked, "0\r\nx: " + std::string(100'000, 'x')));
        row("declared body", request("Content-Length: 1001\r\n"), 413);
        row("declared body, Expect", request("Expect: 100-continue\r\nContent-Length: 1001\r\n"), 413);
        row("chunked body", request(chunked, "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"), 413);
        row("chunk size", request(chunked, "3e9\r\n"), 413);
    }
    void refuses()
    {
        QFETCH(std::string, bytes);
        QFETCH(int, status);
        HttpServer::Options options;
        options.maxBodyBytes = 1000;
        ServerFixture fixture(options);
        RawClient client(fixture);
        client.send(bytes);
        QVERIFY(client.waitForClose());
        const auto reply = client.takeReply();
        QCOMPARE(reply.status, status);
        QVERIFY(reply.head.contains("connection: close"));
        QVERIFY(reply.body.contains("\"error\""));
        QVERIFY2(client.received.isEmpty(), "only one reply may leave");
        for (const auto &request : fixture.requests) {
            QVERIFY(!request->ended);
            QCOMPARE(request->gone, 1);
        }
        QTRY_COMPARE(fixture.server->connectionCount(), 0);
        QCOMPARE(fixture.server->busyCount(), 0);
    }

    void takesWhatIsAtTheLimit()
    {
        HttpServer::Options options;
        options.maxBodyBytes = 1000;
        options.maxHeaderBytes = 200;
        ServerFixture fixture(options);
        RawClient client(fixture);
        client.send(post("/", std::string(1000, 'x')));
        QCOMPARE(client.takeReply().status, 200);
        const std::string rest = get("/", "X: \r\n");
        client.send(get("/", "X: " + std::string(200 - rest.size(), 'x') + "\r\n"));
        QCOMPARE(client.takeReply().status, 200);
        client.send(get("/", "X: " + std::string(201 - rest.size(), 'x') + "\r\n"));
        QCOMPARE(client.takeReply().status, 431);
    }

    void optionsStarIsServed()
    {
        ServerFixture fixture;
        RawClient client(fixture);
        client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
        QCOMPARE(client.takeReply().body, QByteArray("OPTIONS * "));
    }

    void stalls_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<int>("status"); // 0: closed without a word
        QTest::newRow("nothing") << std::string() << 0;
        QTest::newRow("head") << std::string("GET / HT") << 408;
        QTest::newRow("length body") << post("/", "12345").substr(0, 57) << 408;
        QTest::newRow("chunked body") << std::string(
                                             "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na")
                                      << 408;
        QTest::newRow("second head") << get("/") + "GET" << 408;
    }
    void stalls()
    {
        QFETCH(std::string, bytes);
        QFETCH(int, status);
        HttpServer::Options options;
        options.headTimeout = options.bodyTimeout = 200ms;
        ServerFixture fixture(options);
        RawClient client(fixture);
        QElapsedTimer timer;
        timer.start();
        client.send(bytes);
        QVERIFY(client.waitForClose());
        QVERIFY(timer.elapsed() >= 190);
        QVERIFY(timer.elapsed() < 5'000); // none of the usual deadlines is that short
        if (bytes.starts_with("GET /") && status == 408 && bytes.size() > 20)
            QCOMPARE(client.takeReply().status, 200);
        QCOMPARE(client.received.isEmpty() ? 0 : client.takeReply().status, status);
        for (const auto &request : fixture.requests)
            QVERIFY(request->ended || request->gone == 1);
    }

    void slowButMovingBodyIsFine()
    {
        HttpServer::Options options;
        options.bodyTimeout = 1'000ms;
        ServerFixture fixture(options);
        RawClient client(fixture);
        const std::string bytes = post("/", "123456");
        client.send(std::string_view(bytes).substr(0, bytes.size() - 6));
        for (size_t i = bytes.size() - 6; i < bytes.size(); ++i) {
            QTest::qWait(220); // six of them last longer than the deadline
            client.send(std::string_view(bytes).substr(i, 1));
        }
        QCOMPARE(client.takeReply().body, QByteArray("POST / 123456"));
    }

    void idleConnectionCloses()
    {
        HttpServer::Options options;
        options.idleTimeout = 200ms;
        ServerFixture fixture(options);
        RawClient client(fixture);
        client.send(get("/"));
        QCOMPARE(client.takeReply().status, 200);
        QVERIFY(client.waitForClose());
        QVERIFY(client.received.isEmpty());
    }

    void pendingReplyHasNoDeadline()
    {
        HttpServer::Options options;
        options.headTimeout = options.bodyTimeout = options.idleTimeout = options.writeTimeout = 400ms;
        ServerFixture fixture(options);
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.send(get("/"));
        QTRY_COMPARE(fixture.requests.size(), size_t(1));
        QTest::qWait(900);
        QVERIFY(!client.closed);
        fixture.requests[0]->reply(200, "late");
        QCOMPARE(client.takeReply().body, QByteArray("late"));
    }

    void unreadReplyIsGivenUp_data()
    {
        QTest::addColumn<bool>("finished"); // nobody is left to tell
        QTest::newRow("while it is written") << false;
        QTest::newRow("after its end") << true;
    }
    void unreadReplyIsGivenUp()
    {
        QFETCH(bool, finished);
        HttpServer::Options options;
        options.writeTimeout = 300ms;
        ServerFixture fixture(options);
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.reads = false;
        client.socket.setReadBufferSize(1024);
        client.send(get("/"));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
        RecordedRequest &request = *fixture.requests[0];
        request.exchange->startReply(200, {});
        request.exchange->write(std::string(60'000'000, 'x')); // more than both ends' socket buffers take
        if (finished)
            std::exchange(request.exchange, nullptr)->finish();
        QTRY_COMPARE(fixture.server->connectionCount(), 0);
        QCOMPARE(request.gone, finished ? 0 : 1);
        QCOMPARE(fixture.server->busyCount(), 0);
    }

    // Many times the deadline in all, but never that long without a byte.
    void slowlyReadReplyIsFine()
    {
        HttpServer::Options options;
        options.writeTimeout = 1'000ms;
        ServerFixture fixture(options);
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.reads = false;
        client.socket.setReadBufferSize(1024 * 1024);
        client.send(get("/"));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
        constexpr qint64 size = 40'000'000;
        fixture.requests[0]->exchange->startReply(200, {}, size);
        fixture.requests[0]->exchange->write(std::string(size, 'x'));
        QElapsedTimer timer;
        timer.start();
        qint64 taken = 0;
        while (taken < size && !client.closed) {
            QTest::qWait(timer.elapsed() < 2'500 ? 50 : 0);
            taken += client.socket.read(timer.elapsed() < 2'500 ? 512 * 1024 : size).size();
            QVERIFY(timer.elapsed() < 60'000);
        }
        QVERIFY(taken >= size);
        QCOMPARE(fixture.requests[0]->gone, 0);
    }

    void overTheCap()
    {
        HttpServer::Options options;
        options.maxConnections = 2;
        ServerFixture fixture(options);
        RawClient first(fixture);
        RawClient second(fixture);
        QTRY_COMPARE(fixture.server->connectionCount(), 2);
        RawClient third(fixture);
        third.send(get("/"));
        QVERIFY(third.waitForClose());
        QCOMPARE(third.takeReply().status, 503);
        QCOMPARE(fixture.server->connectionCount(), 2);
        first.socket.abort();
        QTRY_COMPARE(fixture.server->connectionCount(), 1);
        RawClient fourth(fixture);
        fourth.send(get("/"));
        QCOMPARE(fourth.takeReply().status, 200);
    }

    void errorsCanBeShaped()
    {
        ServerFixture fixture;
        fixture.server->setShapeError([](int status, std::string_view, std::string_view target) {
            return "{\"s\":" + std::to_string(status) + ",\"t\":\"" + std::string(target) + "\"}";
        });
        RawClient client(fixture);
        client.send("GET /v1/x HTTP/1.1\r\n\r\n");
        QCOMPARE(client.takeReply().body, QByteArray("{\"s\":400,\"t\":\"/v1/x\"}"));
    }

    void drains()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        QSignalSpy drained(fixture.server.get(), &HttpServer::drained);
        RawClient idle(fixture);
        RawClient busy(fixture);
        busy.send(get("/"));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
        QTRY_COMPARE(fixture.server->connectionCount(), 2);
        fixture.server->closeListener();
        QVERIFY(!fixture.server->isListening());
        QVERIFY(idle.waitForClose());
        QCOMPARE(fixture.server->connectionCount(), 1);
        QCOMPARE(drained.count(), 0);
        fixture.requests[0]->reply(200, "last");
        QCOMPARE(drained.count(), 0); // not from inside the call
        QVERIFY(busy.waitForClose());
        const auto reply = busy.takeReply();
        QCOMPARE(reply.body, QByteArray("last"));
        QVERIFY(reply.head.contains("connection: close"));
        QTRY_COMPARE(drained.count(), 1);
    }

    void drainsWithoutConnections()
    {
        ServerFixture fixture;
        QSignalSpy drained(fixture.server.get(), &HttpServer::drained);
        fixture.server->closeListener();
        QVERIFY(drained.wait());
    }

    void abortConnectionsTellsHandlers()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.send(get("/"));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
        fixture.server->abortConnections();
        QCOMPARE(fixture.requests[0]->gone, 1);
        QVERIFY(client.waitForClose());
        QCOMPARE(fixture.server->busyCount(), 0);
    }

    void listenErrors()
    {
        ServerFixture fixture;
        HttpServer second;
        HttpServer::Options options;
        options.port = fixture.server->port();
        auto result = second.listen(options);
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("port_in_use"));
        options.port = 0;
        options.address = QHostAddress(QStringLiteral("192.0.2.1"));
        result = second.listen(options);
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("address_not_available"));
    }
};

QTEST_GUILESS_MAIN(TestHttpServerLimits)
#include "tst_http_server_limits.moc"
