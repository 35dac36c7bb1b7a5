// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/net/http_server_fixture.h"

#include <QtTest/QtTest>

using namespace signalbox;

class TestHttpServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repliesAndKeepsTheConnection()
    {
        ServerFixture fixture;
        RawClient client(fixture);
        for (int i = 0; i < 3; ++i) {
            client.send(post("/v1/echo?x=1", "hello"));
            const auto reply = client.takeReply();
            QCOMPARE(reply.status, 200);
            QCOMPARE(reply.body, QByteArray("POST /v1/echo?x=1 hello"));
            QVERIFY(reply.head.contains("date: "));
            QVERIFY(!reply.head.contains("connection:"));
        }
        QCOMPARE(fixture.server->connectionCount(), 1);
        QCOMPARE(fixture.server->busyCount(), 0);
    }

    void headFacts()
    {
        ServerFixture fixture;
        std::string fields;
        QHostAddress peer;
        fixture.onRequest = [&](RecordedRequest &request) {
            fields = std::string(request.exchange->head().headers.get("x-test"));
            peer = request.exchange->peerAddress();
            QVERIFY(request.exchange->receivedAtNs() > 0);
            QVERIFY(request.exchange->peerPort() != 0);
        };
        RawClient client(fixture);
        client.send(get("http://LocalHost/a", "X-Test:  spaced \t\r\n"));
        QCOMPARE(client.takeReply().body, QByteArray("GET /a "));
        QCOMPARE(fields, std::string("spaced"));
        QCOMPARE(peer, QHostAddress(QHostAddress::LocalHost));
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onEnd = [](RecordedRequest &) {}; // answered below, late
        };
        RawClient client(fixture);
        client.send(get("/1") + post("/2", "two") + get("/3"));
        for (size_t i = 0; i < 3; ++i) {
            QTRY_COMPARE(fixture.requests.size(), i + 1);
            QTRY_VERIFY(fixture.requests[i]->ended);
            QCOMPARE(fixture.server->busyCount(), 1);
            RecordedRequest &request = *fixture.requests[i];
            request.reply(200, request.target + request.body);
            QCOMPARE(fixture.requests.size(), i + 1); // never from inside a call to the exchange
        }
        QCOMPARE(client.takeReply().body, QByteArray("/1"));
        QCOMPARE(client.takeReply().body, QByteArray("/2two"));
        QCOMPARE(client.takeReply().body, QByteArray("/3"));
    }

    void pipelinedFloodIsBounded()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.send(get("/first"));
        QTRY_COMPARE(fixture.requests.size(), size_t(1));
        fixture.onRequest = nullptr;
        const std::string one = get("/next");
        std::string flood;
        const int count = 1'500'000; // more than both ends' socket buffers take
        for (int i = 0; i < count; ++i)
            flood += one;
        client.send(flood);
        QTest::qWait(300);
        QVERIFY2(client.socket.bytesToWrite() > 0, "the server took all input while it was busy");
        fixture.requests[0]->reply(200, "x");
        client.socket.abort(); // the rest is not of interest
        QTRY_COMPARE(fixture.server->connectionCount(), 0);
        QVERIFY(fixture.requests.size() > 1);
    }

    void everyByteAlone_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("body");
        QTest::newRow("length") << post("/a", "0123456789") << std::string("0123456789");
        QTest::newRow("chunked")
            << std::string("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                           "3\r\nabc\r\nA;ext=\"v\"\r\n0123456789\r\n1 ; x\r\nz\r\n0\r\nx-trailer: y\r\n\r\n")
            << std::string("abc0123456789z");
        QTest::newRow("empty chunked")
            << std::string("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            << std::string();
        QTest::newRow("empty lines first") << "\r\n\r\n" + get("/a") << std::string();
    }
    void everyByteAlone()
    {
        QFETCH(std::string, bytes);
        QFETCH(std::string, body);
        ServerFixture fixture;
        RawClient client(fixture);
        client.socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        for (int round = 0; round < 2; ++round) { // the second over the same connection
            for (const char c : bytes) {
                client.send({&c, 1});
                QCoreApplication::processEvents();
            }
            const auto reply = client.takeReply();
            QCOMPARE(reply.status, 200);
            QVERIFY(reply.body.endsWith(QByteArray::fromStdString(" " + body)));
            QCOMPARE(fixture.requests.back()->body, body);
        }
    }

    void expectContinue()
    {
        ServerFixture fixture;
        RawClient client(fixture);
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        const auto first = client.takeReply();
        QCOMPARE(first.status, 100);
        QVERIFY(client.received.isEmpty());
        client.send("ok");
        QCOMPARE(client.takeReply().body, QByteArray("POST /a ok"));
    }

    void expectContinueRefusedWithoutBody()
    {
        ServerFixture fixture;
        fixture.server->setOnRequest([](HttpExchange &exchange) { exchange.reply(401, {}, "no"); });
        RawClient client(fixture);
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        const auto reply = client.takeReply();
        QCOMPARE(reply.status, 401);
        QVERIFY(reply.head.contains("connection: close"));
        QVERIFY(client.waitForClose());
    }

    void headKeepsTheLength()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onEnd = [](RecordedRequest &r) { r.reply(200, "twelve bytes"); };
        };
        RawClient client(fixture);
        client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto reply = client.takeReply(true);
        QVERIFY(reply.head.contains("content-length: 12\r\n"));
        client.send(get("/")); // and the connection goes on at the right place
        QCOMPARE(client.takeReply().body, QByteArray("twelve bytes"));
    }

    void noContentHasNoBody()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onEnd = [](RecordedRequest &r) { r.reply(204, "dropped"); };
        };
        RawClient client(fixture);
        client.send(get("/"));
        const auto reply = client.takeReply();
        QCOMPARE(reply.status, 204);
        QVERIFY(!reply.head.contains("content-length"));
        client.send(get("/"));
        QCOMPARE(client.takeReply().status, 204);
    }

    void http10_data()
    {
        QTest::addColumn<std::string>("fields");
        QTest::addColumn<bool>("streamed");
        QTest::addColumn<bool>("stays");
        QTest::newRow("closes") << std::string() << false << false;
        QTest::newRow("keep-alive") << std::string("Connection: keep-alive\r\n") << false << true;
        QTest::newRow("streamed till close") << std::string("Connection: keep-alive\r\n") << true << false;
    }
    void http10()
    {
        QFETCH(std::string, fields);
        QFETCH(bool, streamed);
        QFETCH(bool, stays);
        ServerFixture fixture;
        fixture.onRequest = [streamed](RecordedRequest &request) {
            if (!streamed)
                return;
            request.onEnd = [](RecordedRequest &r) {
                r.exchange->startReply(200, {});
                r.exchange->write("part one,");
                r.exchange->write("part two");
                std::exchange(r.exchange, nullptr)->finish();
            };
        };
        RawClient client(fixture);
        client.send("GET /old HTTP/1.0\r\n" + fields + "\r\n");
        if (stays) {
            const auto reply = client.takeReply();
            QCOMPARE(reply.body, QByteArray("GET /old "));
            QVERIFY(reply.head.contains("connection: keep-alive"));
            QVERIFY(!client.closed);
        } else {
            QVERIFY(client.waitForClose());
            QVERIFY(client.received.endsWith(streamed ? "\r\n\r\npart one,part two" : "\r\n\r\nGET /old "));
            QVERIFY(!client.received.contains("chunked"));
        }
    }

    void closesWhenAsked()
    {
        ServerFixture fixture;
        RawClient client(fixture);
        client.send(get("/", "Connection: close\r\n"));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received.contains("connection: close"));
        QTRY_COMPARE(fixture.server->connectionCount(), 0);
    }

    void streamedWritesOfOneTurnAreOneChunk()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onEnd = [](RecordedRequest &r) {
                r.exchange->startReply(200, {});
                r.exchange->write("abc");
                r.exchange->write("def");
            };
        };
        RawClient client(fixture);
        client.send(get("/"));
        QVERIFY(client.waitFor("\r\n\r\n6\r\nabcdef\r\n"));
        RecordedRequest &request = *fixture.requests[0];
        QVERIFY(request.exchange->replyStarted());
        request.exchange->write("x");
        QVERIFY(client.waitFor("1\r\nx\r\n"));
        std::exchange(request.exchange, nullptr)->finish();
        QVERIFY(client.waitFor("0\r\n\r\n"));
        client.received.clear();
        client.send(get("/again"));
        QTRY_COMPARE(fixture.requests.size(), size_t(2));
    }

    void declaredLengthIsKept_data()
    {
        QTest::addColumn<std::string>("body");
        QTest::addColumn<bool>("whole");
        QTest::newRow("exact") << std::string("12345") << true;
        QTest::newRow("long") << std::string("1234567") << true;
        QTest::newRow("short") << std::string("123") << false;
    }
    void declaredLengthIsKept()
    {
        QFETCH(std::string, body);
        QFETCH(bool, whole);
        ServerFixture fixture;
        fixture.onRequest = [&body](RecordedRequest &request) {
            request.onEnd = [&body](RecordedRequest &r) {
                r.exchange->startReply(200, {}, 5);
                r.exchange->write(body);
                std::exchange(r.exchange, nullptr)->finish();
            };
        };
        RawClient client(fixture);
        client.send(get("/"));
        if (whole) {
            QCOMPARE(client.takeReply().body, QByteArray("12345"));
            QVERIFY(client.received.isEmpty());
        } else {
            QVERIFY(client.waitForClose());
            QVERIFY(client.received.endsWith("123"));
        }
    }

    void pausedBodyWaits()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onBody = [](RecordedRequest &r, std::string_view) { r.exchange->pauseBody(); };
        };
        RawClient client(fixture);
        const std::string body(60'000'000, 'b'); // more than both ends' socket buffers take
        client.send(post("/", body));
        QTRY_VERIFY(!fixture.requests.empty() && !fixture.requests[0]->body.empty());
        RecordedRequest &request = *fixture.requests[0];
        const size_t before = request.body.size();
        QTest::qWait(100);
        QCOMPARE(request.body.size(), before);
        QVERIFY(client.socket.bytesToWrite() > 0);
        request.exchange->resumeBody();
        QCOMPARE(request.body.size(), before); // not from inside the call
        QTRY_VERIFY(request.body.size() > before);
        request.onBody = nullptr;
        request.exchange->resumeBody();
        QTRY_VERIFY(request.ended);
        QCOMPARE(request.body.size(), body.size());
    }

    void slowReaderPushesBack()
    {
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        client.reads = false;
        client.socket.setReadBufferSize(1024);
        client.send(get("/"));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
        RecordedRequest &request = *fixture.requests[0];
        request.exchange->startReply(200, {});
        const std::string block(64 * 1024, 'x');
        int64_t sent = 0;
        for (int quiet = 0; quiet < 3; ++quiet) { // the socket buffers grow for a while
            while (request.exchange->bufferedBytes() <= HttpExchange::highWater) {
                request.exchange->write(block);
                request.exchange->flush();
                sent += static_cast<int64_t>(block.size());
                QVERIFY(sent < 200'000'000);
                quiet = 0;
            }
            QTest::qWait(50);
        }
        request.writable = 0;
        QTest::qWait(50);
        QCOMPARE(request.writable, 0);
        client.reads = true;
        client.socket.setReadBufferSize(0);
        client.received += client.socket.readAll();
        QTRY_COMPARE_WITH_TIMEOUT(request.writable, 1, 10'000);
        QVERIFY(request.exchange->bufferedBytes() < HttpExchange::lowWater);
        std::exchange(request.exchange, nullptr)->finish();
        QVERIFY(client.waitFor("\r\n0\r\n\r\n"));
    }

    void clientGone_data()
    {
        QTest::addColumn<int>("when"); // 0: in the body, 1: before the reply, 2: in the reply
        QTest::newRow("in the body") << 0;
        QTest::newRow("before the reply") << 1;
        QTest::newRow("in the reply") << 2;
    }
    void clientGone()
    {
        QFETCH(int, when);
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) { request.onEnd = [](RecordedRequest &) {}; };
        RawClient client(fixture);
        const std::string bytes = post("/", "0123456789");
        client.send(std::string_view(bytes).substr(0, bytes.size() - (when == 0 ? 5 : 0)));
        QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->body.size() >= 5);
        RecordedRequest &request = *fixture.requests[0];
        if (when == 2) {
            request.exchange->startReply(200, {});
            request.exchange->write("first");
            QVERIFY(client.waitFor("first"));
        }
        client.socket.abort();
        QTRY_COMPARE(request.gone, 1);
        QCOMPARE(fixture.server->busyCount(), 0);
        QCOMPARE(fixture.server->connectionCount(), 0);
    }

    void abortLeavesTheReplyIncomplete_data()
    {
        QTest::addColumn<std::string>("version");
        QTest::newRow("1.1") << std::string("1.1");
        QTest::newRow("1.0") << std::string("1.0");
    }
    void abortLeavesTheReplyIncomplete()
    {
        QFETCH(std::string, version);
        ServerFixture fixture;
        fixture.onRequest = [](RecordedRequest &request) {
            request.onEnd = [](RecordedRequest &r) {
                r.exchange->startReply(200, {});
                r.exchange->write("part");
            };
        };
        RawClient client(fixture);
        client.send("GET / HTTP/" + version + "\r\nHost: h\r\n\r\n");
        QVERIFY(client.waitFor("part"));
        RecordedRequest &request = *fixture.requests[0];
        std::exchange(request.exchange, nullptr)->abort();
        QVERIFY(client.waitForClose());
        QVERIFY(!client.received.contains("\r\n0\r\n"));
        if (version == "1.0")
            QCOMPARE(client.socket.error(), QAbstractSocket::RemoteHostClosedError);
        QCOMPARE(request.gone, 0);
        QCOMPARE(fixture.server->connectionCount(), 0);
    }

    void earlyReplyToALargeBody()
    {
        ServerFixture fixture;
        fixture.server->setOnRequest([](HttpExchange &exchange) { exchange.reply(401, {}, "no"); });
        RawClient client(fixture);
        client.send(post("/", std::string(4'000'000, 'x')));
        const auto reply = client.takeReply();
        QCOMPARE(reply.status, 401);
        QCOMPARE(reply.body, QByteArray("no"));
        QVERIFY(client.waitForClose());
    }

    void earlyReplyToASmallBodyKeepsTheConnection()
    {
        ServerFixture fixture;
        fixture.server->setOnRequest([](HttpExchange &exchange) { exchange.reply(401, {}, exchange.head().target); });
        RawClient client(fixture);
        const std::string bytes = post("/1", "small");
        client.send(std::string_view(bytes).substr(0, bytes.size() - 2));
        QCOMPARE(client.takeReply().body, QByteArray("/1"));
        client.send(bytes.substr(bytes.size() - 2) + get("/2"));
        QCOMPARE(client.takeReply().body, QByteArray("/2"));
    }

    void deletedFromItsOwnCallbacks_data()
    {
        QTest::addColumn<int>("where");
        QTest::newRow("head") << 0;
        QTest::newRow("body") << 1;
        QTest::newRow("end") << 2;
        QTest::newRow("gone") << 3;
        QTest::newRow("after abort") << 4;
    }
    void deletedFromItsOwnCallbacks()
    {
        QFETCH(int, where);
        ServerFixture fixture;
        const auto kill = [&fixture](RecordedRequest &) { fixture.server.reset(); };
        fixture.onRequest = [&](RecordedRequest &request) {
            if (where == 1)
                request.onBody = [kill](RecordedRequest &r, std::string_view) { kill(r); };
            request.onEnd = [](RecordedRequest &) {};
            if (where == 2)
                request.onEnd = kill;
            if (where == 3)
                request.onGone = kill;
            if (where == 4) {
                request.onEnd = [kill](RecordedRequest &r) {
                    std::exchange(r.exchange, nullptr)->abort();
                    kill(r);
                };
            }
            if (where == 0)
                kill(request);
        };
        RawClient client(fixture);
        RawClient other(fixture);
        other.send(get("/other").substr(0, 20));
        client.send(post("/", "body"));
        if (where == 3) {
            QTRY_VERIFY(!fixture.requests.empty() && fixture.requests[0]->ended);
            client.socket.abort();
        } else {
            QVERIFY(client.waitForClose());
        }
        QTRY_VERIFY(!fixture.server);
        QVERIFY(other.waitForClose());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (where != 4)
            QCOMPARE(fixture.requests[0]->gone, 1);
    }
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_http_server.moc"
