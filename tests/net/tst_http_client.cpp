// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_client.h"

#include "recording_handler.h"
#include "scripted_server.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <ctime>

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

HttpClientRequest requestFor(const QTcpServer &server, std::string body = "{}")
{
    HttpClientRequest request;
    request.origin.host = "127.0.0.1";
    request.origin.port = server.serverPort();
    request.origin.proxy = "none";
    request.target = "/v1/chat";
    request.headers.add("content-type", "application/json");
    request.body = std::move(body);
    return request;
}

double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

} // namespace

class TestHttpClient final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsHeadAndBody();
    void framesReplies_data();
    void framesReplies();
    void reusesConnections();
    void doesNotReuse_data();
    void doesNotReuse();
    void dropsIdleConnections();
    void retriesADeadPooledConnectionOnce();
    void doesNotRetryAFreshConnection();
    void doesNotRetryAStreamedBody();
    void doesNotRetryAfterAReplyByte();
    void keepsDeadlines_data();
    void keepsDeadlines();
    void idleDeadlineStandsStillWhilePaused();
    void reportsDeadReplies_data();
    void reportsDeadReplies();
    void boundsMemoryWhilePaused();
    void pausedConnectionCostsNoCpu();
    void survivesDeletionInCallbacks_data();
    void survivesDeletionInCallbacks();
    void closesAtOnceWhenDeleted();
    void poolMayGoFirst();
    void streamsTheBody_data();
    void streamsTheBody();
    void reportsWritable();
    void deliversAnEarlyRefusal();
    void refusesBrokenRequests_data();
    void refusesBrokenRequests();
    void reportsConnectFailures();

private:
    static std::unique_ptr<RecordingHandler> start(HttpClientPool &pool, HttpClientRequest request)
    {
        auto handler = std::make_unique<RecordingHandler>();
        handler->call = pool.start(std::move(request), *handler);
        return handler;
    }
};

void TestHttpClient::sendsHeadAndBody()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "pong", "x-a: 1\r\nX-A: 2\r\n"); };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server, "ping"));
    QCOMPARE(handler->heads, 0); // never from inside start()
    QCOMPARE(pool.activeCount(), 1);
    QTRY_COMPARE(handler->ends, 1);
    QCOMPARE(server.requests.size(), 1);
    QCOMPARE(server.requests[0].body, QByteArray("ping"));
    QCOMPARE(server.requests[0].head,
             QByteArray("POST /v1/chat HTTP/1.1\r\nhost: 127.0.0.1:" + QByteArray::number(server.serverPort()) +
                        "\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n"));
    QCOMPARE(handler->head->status, 200);
    QCOMPARE(handler->head->contentLength, 4);
    QCOMPARE(handler->head->headers.count("x-a"), size_t(2));
    QCOMPARE(handler->body, std::string("pong"));
    QCOMPARE(handler->failures, 0);
    QCOMPARE(pool.activeCount(), 0);
    QCOMPARE(pool.idleCount(), 1);
    const HttpTimings timings = handler->call->timings();
    QVERIFY(!timings.reused);
    QVERIFY(timings.connectMs > 0 && timings.firstByteMs >= timings.connectMs);
}

void TestHttpClient::framesReplies_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("idle");
    const QByteArray length = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    QTest::newRow("content-length") << QByteArray("POST") << length << false << 200 << QByteArray("hello") << 1;
    QTest::newRow("empty") << QByteArray("POST") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") << false
                           << 200 << QByteArray() << 1;
    QTest::newRow("chunked with extension and trailer")
        << QByteArray("POST")
        << QByteArray(
               "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nt: 1\r\n\r\n")
        << false << 200 << QByteArray("hello") << 1;
    QTest::newRow("until close") << QByteArray("POST") << QByteArray("HTTP/1.1 200 OK\r\n\r\nhello") << true << 200
                                 << QByteArray("hello") << 0;
    QTest::newRow("1.0 until close") << QByteArray("POST") << QByteArray("HTTP/1.0 200 OK\r\n\r\nhello") << true << 200
                                     << QByteArray("hello") << 0;
    QTest::newRow("HEAD") << QByteArray("HEAD") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n") << false
                          << 200 << QByteArray() << 1;
    QTest::newRow("204") << QByteArray("POST") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << false << 204
                         << QByteArray() << 1;
    QTest::newRow("304") << QByteArray("GET") << QByteArray("HTTP/1.1 304 x\r\ncontent-length: 9\r\n\r\n") << false
                         << 304 << QByteArray() << 1;
    QTest::newRow("100 and 103 first") << QByteArray("POST")
                                       << QByteArray("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                                                     "link: </a>\r\n\r\n" +
                                                     length)
                                       << false << 200 << QByteArray("hello") << 1;
}

void TestHttpClient::framesReplies()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, reply);
    QFETCH(bool, close);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, idle);
    for (const bool byteByByte : {false, true}) {
        ScriptedServer server;
        server.onRequest = [&](SeenRequest &seen) {
            const QPointer<QTcpSocket> socket = seen.socket;
            const auto finish = [socket, close] {
                if (close)
                    socket->disconnectFromHost();
            };
            if (byteByByte) {
                ScriptedServer::drip(socket, reply, finish);
            } else {
                socket->write(reply);
                finish();
            }
        };
        HttpClientPool pool;
        HttpClientRequest request = requestFor(server, method == "POST" ? "x" : "");
        request.method = method.toStdString();
        auto handler = start(pool, std::move(request));
        QTRY_VERIFY(handler->over());
        QVERIFY2(handler->ends == 1, handler->message.c_str());
        QCOMPARE(handler->heads, 1);
        QCOMPARE(handler->head->status, status);
        QCOMPARE(QByteArray::fromStdString(handler->body), body);
        QCOMPARE(pool.idleCount(), idle);
    }
}

void TestHttpClient::reusesConnections()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    for (int i = 1; i <= 5; ++i) {
        auto handler = start(pool, requestFor(server));
        QTRY_COMPARE(handler->ends, 1);
        QCOMPARE(handler->call->timings().reused, i > 1);
    }
    QCOMPARE(server.accepted, 1);
    auto first = start(pool, requestFor(server));
    auto second = start(pool, requestFor(server));
    QTRY_VERIFY(first->over() && second->over());
    QCOMPARE(server.accepted, 2);
    QCOMPARE(pool.idleCount(), 2);

    // From inside the end of one call the next may already use its connection.
    RecordingHandler next;
    auto last = start(pool, requestFor(server));
    last->onEnd = [&] { next.call = pool.start(requestFor(server), next); };
    QTRY_COMPARE(next.ends, 1);
    QCOMPARE(server.accepted, 2);
}

void TestHttpClient::doesNotReuse_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::newRow("close") << QByteArray("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
    QTest::newRow("1.0") << QByteArray("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok");
    QTest::newRow("stray bytes") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok!");
}

void TestHttpClient::doesNotReuse()
{
    QFETCH(QByteArray, reply);
    ScriptedServer server;
    server.onRequest = [&](SeenRequest &seen) { seen.socket->write(reply); };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server));
    QTRY_COMPARE(handler->ends, 1);
    QCOMPARE(handler->body, std::string("ok"));
    QCOMPARE(pool.idleCount(), 0);
    QTRY_COMPARE(server.disconnected, 1);
}

void TestHttpClient::dropsIdleConnections()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    const auto park = [&] {
        auto handler = start(pool, requestFor(server));
        QTRY_COMPARE(handler->ends, 1);
        QCOMPARE(pool.idleCount(), 1);
    };
    park();
    server.sockets.last()->write("stray");
    QTRY_COMPARE(pool.idleCount(), 0);
    park();
    server.sockets.last()->disconnectFromHost();
    QTRY_COMPARE(pool.idleCount(), 0);
    park();
    pool.closeIdle();
    QCOMPARE(pool.idleCount(), 0);
    QTRY_COMPARE(server.disconnected, 3);

    HttpClientPool::Options options;
    options.idleTimeout = 80ms;
    options.maxIdlePerOrigin = 2;
    pool.setOptions(options);
    std::vector<std::unique_ptr<RecordingHandler>> calls;
    for (int i = 0; i < 3; ++i)
        calls.push_back(start(pool, requestFor(server)));
    for (const auto &call : calls)
        QTRY_COMPARE(call->ends, 1);
    QVERIFY(pool.idleCount() <= 2);
    QTRY_COMPARE(pool.idleCount(), 0);
    QTRY_COMPARE(server.disconnected, 6);
}

void TestHttpClient::retriesADeadPooledConnectionOnce()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        if (seen.number == 2) // dies when it is used again, without a byte
            ScriptedServer::reset(seen.socket);
        else
            ScriptedServer::reply(seen.socket, "ok");
    };
    HttpClientPool pool;
    auto first = start(pool, requestFor(server));
    QTRY_COMPARE(first->ends, 1);
    auto second = start(pool, requestFor(server, "again"));
    QTRY_VERIFY(second->over());
    QVERIFY2(second->ends == 1, second->message.c_str());
    QVERIFY(!second->call->timings().reused);
    QCOMPARE(server.accepted, 2);
    QCOMPARE(server.requests.size(), 3);
    QCOMPARE(server.requests[1].body, QByteArray("again"));
    QCOMPARE(server.requests[2].body, QByteArray("again"));

    server.onRequest = [](SeenRequest &seen) { seen.socket->disconnectFromHost(); };
    auto third = start(pool, requestFor(server));
    QTRY_COMPARE(third->failures, 1);
    QCOMPARE(third->failure, TransportFailure::Closed);
    QCOMPARE(server.requests.size(), 5); // one on the pooled, one on the fresh connection, no third
}

void TestHttpClient::doesNotRetryAFreshConnection()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { seen.socket->disconnectFromHost(); };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server));
    QTRY_COMPARE(handler->failures, 1);
    QCOMPARE(handler->failure, TransportFailure::Closed);
    QCOMPARE(server.requests.size(), 1);
}

void TestHttpClient::doesNotRetryAStreamedBody()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        if (seen.number == 2)
            seen.socket->disconnectFromHost();
        else
            ScriptedServer::reply(seen.socket, "ok");
    };
    HttpClientPool pool;
    auto first = start(pool, requestFor(server));
    QTRY_COMPARE(first->ends, 1);
    HttpClientRequest request = requestFor(server, "");
    request.streamBody = true;
    auto second = start(pool, std::move(request));
    second->call->writeBody("once");
    second->call->finishBody();
    QTRY_COMPARE(second->failures, 1);
    QCOMPARE(second->failure, TransportFailure::Closed);
    QCOMPARE(server.accepted, 1);
}

void TestHttpClient::doesNotRetryAfterAReplyByte()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        if (seen.number == 2) {
            seen.socket->write("HTTP/1.1 100 Continue\r\n\r\nH");
            seen.socket->disconnectFromHost();
        } else {
            ScriptedServer::reply(seen.socket, "ok");
        }
    };
    HttpClientPool pool;
    auto first = start(pool, requestFor(server));
    QTRY_COMPARE(first->ends, 1);
    auto second = start(pool, requestFor(server));
    QTRY_COMPARE(second->failures, 1);
    QCOMPARE(server.accepted, 1);
}

void TestHttpClient::keepsDeadlines_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<HttpDeadlines>("deadlines");
    QTest::addColumn<TransportFailure>("failure");
    QTest::newRow("first byte") << QByteArray() << HttpDeadlines{2s, 100ms, 0ms, 0ms}
                                << TransportFailure::FirstByteTimeout;
    QTest::newRow("first byte after 103") << QByteArray("HTTP/1.1 103 x\r\n\r\n") << HttpDeadlines{2s, 100ms, 10s, 0ms}
                                          << TransportFailure::FirstByteTimeout;
    QTest::newRow("idle in the head") << QByteArray("HTTP/1.1 200 OK\r\n") << HttpDeadlines{2s, 60s, 100ms, 0ms}
                                      << TransportFailure::IdleTimeout;
    QTest::newRow("idle in the body") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab")
                                      << HttpDeadlines{2s, 60s, 100ms, 0ms} << TransportFailure::IdleTimeout;
    QTest::newRow("total") << QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab")
                           << HttpDeadlines{2s, 60s, 60s, 100ms} << TransportFailure::TotalTimeout;
}

void TestHttpClient::keepsDeadlines()
{
    QFETCH(QByteArray, reply);
    QFETCH(HttpDeadlines, deadlines);
    QFETCH(TransportFailure, failure);
    ScriptedServer server;
    server.onRequest = [&](SeenRequest &seen) { seen.socket->write(reply); };
    HttpClientPool pool;
    HttpClientRequest request = requestFor(server);
    request.deadlines = deadlines;
    QElapsedTimer timer;
    timer.start();
    auto handler = start(pool, std::move(request));
    QTRY_COMPARE(handler->failures, 1);
    QCOMPARE(handler->failure, failure);
    QVERIFY2(timer.elapsed() >= 99, QByteArray::number(timer.elapsed()).constData()); // the kind tells which it was
    QTRY_COMPARE(server.disconnected, 1);
    QCOMPARE(pool.activeCount(), 0);
}

void TestHttpClient::idleDeadlineStandsStillWhilePaused()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { seen.socket->write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab"); };
    HttpClientPool pool;
    HttpClientRequest request = requestFor(server);
    request.deadlines.idle = 500ms;
    auto handler = start(pool, std::move(request));
    handler->onBody = [&] { handler->call->pauseReading(); };
    QTRY_COMPARE(handler->pieces, 1);
    QTest::qWait(800);
    QVERIFY(!handler->over());
    server.sockets.last()->write("cd");
    QTest::qWait(20);
    QCOMPARE(handler->body, std::string("ab"));
    handler->onBody = {};
    handler->call->resumeReading();
    QCOMPARE(handler->body, std::string("ab")); // not from inside resumeReading()
    QTRY_COMPARE(handler->ends, 1);
    QCOMPARE(handler->body, std::string("abcd"));
}

void TestHttpClient::reportsDeadReplies_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<bool>("reset");
    QTest::addColumn<TransportFailure>("failure");
    const auto row = [](const char *name, const QByteArray &reply, bool reset, TransportFailure failure) {
        QTest::newRow(name) << reply << reset << failure;
    };
    row("closed before the reply", {}, false, TransportFailure::Closed);
    row("reset before the reply", {}, true, TransportFailure::Reset);
    row("closed in the head", "HTTP/1.1 200 O", false, TransportFailure::Closed);
    row("closed in the body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", false, TransportFailure::Closed);
    row("reset in the body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", true, TransportFailure::Reset);
    row("closed in a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", false,
        TransportFailure::Closed);
    row("closed without the last chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", false,
        TransportFailure::Closed);
    row("reset until close", "HTTP/1.1 200 OK\r\n\r\nab", true, TransportFailure::Reset);
    row("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", false, TransportFailure::Protocol);
    row("both framings", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n", false,
        TransportFailure::Protocol);
    row("switch of protocols", "HTTP/1.1 101 x\r\nupgrade: websocket\r\n\r\n", false, TransportFailure::Protocol);
    row("head too large", "HTTP/1.1 200 OK\r\nx: " + QByteArray(70'000, 'x') + "\r\n\r\n", false,
        TransportFailure::Protocol);
}

void TestHttpClient::reportsDeadReplies()
{
    QFETCH(QByteArray, reply);
    QFETCH(bool, reset);
    QFETCH(TransportFailure, failure);
    ScriptedServer server;
    RecordingHandler handler;
    server.onRequest = [&](SeenRequest &seen) {
        const QPointer<QTcpSocket> socket = seen.socket;
        socket->write(reply);
        if (!reset)
            return socket->disconnectFromHost();
        // A reset may overtake what was written, so it waits until that was seen.
        const auto hit = [socket] { ScriptedServer::reset(socket); };
        if (reply.isEmpty())
            hit();
        else
            handler.onBody = hit;
    };
    HttpClientPool pool;
    handler.call = pool.start(requestFor(server), handler);
    QTRY_VERIFY(handler.over());
    QCOMPARE(handler.ends, 0);
    QCOMPARE(handler.failures, 1);
    QVERIFY2(handler.failure == failure, handler.message.c_str());
    QVERIFY(!handler.message.empty());
    QCOMPARE(pool.idleCount(), 0);
}

void TestHttpClient::boundsMemoryWhilePaused()
{
    constexpr qint64 size = 20 * 1024 * 1024;
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        seen.socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(size) + "\r\n\r\n");
        seen.socket->write(QByteArray(size, 'x'));
    };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server));
    handler->keepBody = false;
    handler->onBody = [&] { handler->call->pauseReading(); };
    QTRY_COMPARE(handler->pieces, 1);
    // The rest stays with the sender and in the kernel.
    QTest::qWait(100);
    const qint64 waiting = server.sockets.last()->bytesToWrite();
    QVERIFY2(waiting > size / 4, QByteArray::number(waiting).constData());
    for (int i = 0; i < 3; ++i) {
        const int pieces = handler->pieces;
        handler->call->resumeReading();
        QTRY_COMPARE(handler->pieces, pieces + 1);
        QTest::qWait(5);
        QCOMPARE(handler->pieces, pieces + 1);
    }
    handler->onBody = {};
    handler->call->resumeReading();
    QTRY_COMPARE_WITH_TIMEOUT(handler->ends, 1, 30'000);
    QCOMPARE(handler->bodyBytes, size);
    QCOMPARE(pool.idleCount(), 1);
}

void TestHttpClient::pausedConnectionCostsNoCpu()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        seen.socket->write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n");
    };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server));
    handler->onBody = [&] { handler->call->pauseReading(); };
    QTRY_COMPARE(handler->pieces, 1);
    server.sockets.last()->write("1\r\nb\r\n"); // lies unread, and the socket stays readable
    server.sockets.last()->flush();
    QTest::qWait(50);
    const double before = threadCpuMs();
    QTest::qWait(300);
    const double used = threadCpuMs() - before;
    QVERIFY2(used < 60, QByteArray::number(used).constData());
    QCOMPARE(handler->pieces, 1);
}

void TestHttpClient::survivesDeletionInCallbacks_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<bool>("thePool");
    for (const bool thePool : {false, true}) {
        for (const char *where : {"head", "body", "end", "failure", "writable", "deadline"})
            QTest::addRow("%s%s", where, thePool ? ", the pool" : "") << QString::fromLatin1(where) << thePool;
    }
}

void TestHttpClient::survivesDeletionInCallbacks()
{
    QFETCH(QString, where);
    QFETCH(bool, thePool);
    ScriptedServer server;
    const bool fails = where == QLatin1String("failure");
    const bool writable = where == QLatin1String("writable");
    const bool deadline = where == QLatin1String("deadline");
    server.onRequest = [&](SeenRequest &seen) {
        if (deadline)
            return;
        seen.socket->write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n");
        if (fails)
            seen.socket->disconnectFromHost();
        else
            seen.socket->write("0\r\n\r\n");
    };
    auto pool = std::make_unique<HttpClientPool>();
    RecordingHandler handler;
    int called = 0;
    const auto kill = [&] {
        ++called;
        if (thePool)
            pool.reset();
        handler.call.reset();
    };
    if (where == QLatin1String("head"))
        handler.onHead = kill;
    else if (where == QLatin1String("body"))
        handler.onBody = kill;
    else if (where == QLatin1String("end"))
        handler.onEnd = kill;
    else if (writable)
        handler.onWritable = kill;
    else
        handler.onFailure = kill;
    HttpClientRequest request = requestFor(server);
    if (deadline)
        request.deadlines.total = 30ms;
    if (writable) {
        request.streamBody = true;
        request.body.clear();
    }
    handler.call = pool->start(std::move(request), handler);
    if (writable)
        handler.call->writeBody(std::string(8 * 1024 * 1024, 'x'));
    QTRY_COMPARE(called, 1);
    QTest::qWait(10);
    QCOMPARE(called, 1);
    QCOMPARE(handler.pieces, where == QLatin1String("body")                                       ? 1
                             : where == QLatin1String("end") || where == QLatin1String("failure") ? 2
                                                                                                  : 0);
    if (pool)
        QCOMPARE(pool->activeCount(), 0);
    pool.reset();
    QTRY_COMPARE(server.disconnected, 1);
}

void TestHttpClient::closesAtOnceWhenDeleted()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { seen.socket->write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"); };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server));
    QTRY_COMPARE(handler->pieces, 1);
    handler->call.reset();
    QCOMPARE(pool.activeCount(), 0);
    QCOMPARE(pool.idleCount(), 0);
    QTRY_COMPARE(server.disconnected, 1);
    QVERIFY(!handler->over());

    // A finished call does not take its connection along.
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    auto whole = start(pool, requestFor(server));
    QTRY_COMPARE(whole->ends, 1);
    whole->call.reset();
    QCOMPARE(pool.idleCount(), 1);

    // Deleted while it still connects.
    auto early = start(pool, requestFor(server));
    pool.closeIdle();
    auto connecting = start(pool, requestFor(server));
    early->call.reset();
    connecting->call.reset();
    QTest::qWait(20);
    QVERIFY(!early->over() && !connecting->over());
    QCOMPARE(pool.activeCount(), 0);
}

void TestHttpClient::poolMayGoFirst()
{
    ScriptedServer server;
    auto pool = std::make_unique<HttpClientPool>();
    auto handler = start(*pool, requestFor(server));
    QTRY_COMPARE(server.requests.size(), 1);
    auto connecting = start(*pool, requestFor(server));
    pool.reset();
    QTRY_VERIFY(server.disconnected >= 1);
    handler->call->pauseReading();
    handler->call->resumeReading();
    handler->call->writeBody("x");
    QTest::qWait(20);
    QVERIFY(!handler->over());
    QVERIFY(!connecting->over());
}

void TestHttpClient::streamsTheBody_data()
{
    QTest::addColumn<qint64>("declared");
    QTest::addColumn<QByteArray>("wire");
    QTest::newRow("chunked") << qint64(-1) << QByteArray("3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n");
    QTest::newRow("with length") << qint64(13) << QByteArray("abc0123456789");
}

void TestHttpClient::streamsTheBody()
{
    QFETCH(qint64, declared);
    QFETCH(QByteArray, wire);
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    HttpClientRequest request = requestFor(server, "");
    request.streamBody = true;
    request.streamLength = declared;
    auto handler = start(pool, std::move(request));
    handler->call->writeBody("abc");
    handler->call->writeBody("");
    QTRY_COMPARE(server.accepted, 1);
    QTest::qWait(10);
    handler->call->writeBody("0123456789");
    handler->call->finishBody();
    handler->call->writeBody("too late");
    QTRY_COMPARE(handler->ends, 1);
    QCOMPARE(server.requests[0].body, wire);
    QCOMPARE(server.requests[0].head.contains("content-length"), declared >= 0);
    QCOMPARE(pool.idleCount(), 1);

    for (const bool tooLong : {true, false}) {
        if (declared < 0)
            break;
        HttpClientRequest wrong = requestFor(server, "");
        wrong.streamBody = true;
        wrong.streamLength = declared;
        auto broken = start(pool, std::move(wrong));
        broken->call->writeBody(tooLong ? "01234567890123" : "0");
        broken->call->finishBody();
        QCOMPARE(broken->failures, 0);
        QTRY_COMPARE(broken->failures, 1);
        QCOMPARE(broken->failure, TransportFailure::Protocol);
    }
}

void TestHttpClient::reportsWritable()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    HttpClientRequest request = requestFor(server, "");
    request.streamBody = true;
    request.streamLength = 24 * 1024 * 1024;
    auto handler = start(pool, std::move(request));
    const std::string piece(8 * 1024 * 1024, 'x');
    handler->call->writeBody(piece);
    QVERIFY(handler->call->bufferedBytes() > 0);
    handler->onWritable = [&] {
        if (handler->writables < 3)
            handler->call->writeBody(piece);
        else
            handler->call->finishBody();
    };
    QTRY_COMPARE_WITH_TIMEOUT(handler->ends, 1, 30'000);
    QCOMPARE(handler->writables, 3);
    QCOMPARE(server.requests[0].body.size(), 24 * 1024 * 1024);
}

void TestHttpClient::deliversAnEarlyRefusal()
{
    ScriptedServer server;
    server.readRequests = false;
    server.onAccept = [](QTcpSocket *socket) {
        socket->write("HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\n\r\nlarge");
    };
    HttpClientPool pool;
    auto handler = start(pool, requestFor(server, std::string(32 * 1024 * 1024, 'x')));
    QTRY_VERIFY(handler->over());
    QVERIFY2(handler->ends == 1, handler->message.c_str());
    QCOMPARE(handler->head->status, 413);
    QCOMPARE(handler->body, std::string("large"));
    QCOMPARE(pool.idleCount(), 0);
}

void TestHttpClient::refusesBrokenRequests_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("line break in a value")
        << QByteArray("GET") << QByteArray("/") << QByteArray("x") << QByteArray("1\r\nhost: evil");
    QTest::newRow("bare LF") << QByteArray("GET") << QByteArray("/") << QByteArray("x") << QByteArray("1\n2");
    QTest::newRow("colon in a name") << QByteArray("GET") << QByteArray("/") << QByteArray("x:") << QByteArray("1");
    QTest::newRow("target with a space") << QByteArray("GET") << QByteArray("/ HTTP/1.1") << QByteArray("x")
                                         << QByteArray("1");
    QTest::newRow("method") << QByteArray("GE T") << QByteArray("/") << QByteArray("x") << QByteArray("1");
}

void TestHttpClient::refusesBrokenRequests()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    ScriptedServer server;
    HttpClientPool pool;
    HttpClientRequest request = requestFor(server);
    request.method = method.toStdString();
    request.target = target.toStdString();
    request.headers.add(name.toStdString(), value.toStdString());
    auto handler = start(pool, std::move(request));
    QCOMPARE(handler->failures, 0);
    QTRY_COMPARE(handler->failures, 1);
    QCOMPARE(handler->failure, TransportFailure::Protocol);
    QCOMPARE(server.accepted, 0);
    QCOMPARE(pool.activeCount(), 0);
}

void TestHttpClient::reportsConnectFailures()
{
    HttpClientPool pool;
    ScriptedServer server;
    HttpClientRequest request = requestFor(server);
    server.close();
    auto refused = start(pool, request);
    QCOMPARE(refused->failures, 0); // never from inside start(), though loopback refuses at once
    QTRY_COMPARE(refused->failures, 1);
    QCOMPARE(refused->failure, TransportFailure::Connect);

    pool.setHostLookup([](const QString &name, QObject *, const HttpClientPool::HostAnswer &answer) {
        if (name == QLatin1String("missing.test"))
            answer({}, QStringLiteral("not found"));
    });
    request.origin.host = "missing.test";
    auto missing = start(pool, request);
    QTRY_COMPARE(missing->failures, 1);
    QCOMPARE(missing->failure, TransportFailure::Dns);

    request.origin.host = "silent.test"; // the answer never comes
    request.deadlines.connect = 100ms;
    QElapsedTimer timer;
    timer.start();
    auto slow = start(pool, request);
    QTRY_COMPARE(slow->failures, 1);
    QCOMPARE(slow->failure, TransportFailure::ConnectTimeout);
    QVERIFY(timer.elapsed() >= 99);
}

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_http_client.moc"
