// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_client.h"

#include "recording_handler.h"
#include "scripted_server.h"
#include "tiny_proxy.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::test;

class TestHttpClientProxy final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesThroughTheProxy_data();
    void goesThroughTheProxy();
    void sendsCredentials_data();
    void sendsCredentials();
    void reportsProxyFailures_data();
    void reportsProxyFailures();
    void resumesAfterAPause();
    void noneGoesDirect();
    void systemReadsTheEnvironment();
    void rulesHoldForAllThatNamesNone();

private:
    static HttpClientRequest requestFor(const TinyProxy &proxy, const QByteArray &scheme, const QByteArray &user = {})
    {
        HttpClientRequest request;
        request.origin.host = "upstream.invalid"; // only the proxy knows it
        request.origin.port = 8123;
        request.origin.proxy =
            QByteArray(scheme + "://" + user + "127.0.0.1:" + QByteArray::number(proxy.serverPort())).toStdString();
        request.target = "/x";
        request.body = "ping";
        return request;
    }
    static void addSchemes()
    {
        QTest::addColumn<QByteArray>("scheme");
        QTest::newRow("http") << QByteArray("http");
        QTest::newRow("socks5") << QByteArray("socks5");
    }
};

void TestHttpClientProxy::goesThroughTheProxy_data()
{
    QTest::addColumn<QByteArray>("scheme");
    QTest::addColumn<bool>("tls");
    for (const char *scheme : {"http", "socks5"}) {
        for (const bool tls : {false, true})
            QTest::addRow("%s%s", scheme, tls ? ", TLS" : "") << QByteArray(scheme) << tls;
    }
}

void TestHttpClientProxy::goesThroughTheProxy()
{
    QFETCH(QByteArray, scheme);
    QFETCH(bool, tls);
    ScriptedServer server;
    if (tls) {
        QFile keyFile(QStringLiteral(SIGNALBOX_TEST_DATA "/certs/server.key"));
        QVERIFY(keyFile.open(QIODevice::ReadOnly));
        server.tls.setPrivateKey(QSslKey(&keyFile, QSsl::Ec));
        server.tls.setLocalCertificateChain(
            QSslCertificate::fromPath(QStringLiteral(SIGNALBOX_TEST_DATA "/certs/server.pem")));
    }
    server.onRequest = [](SeenRequest &seen) {
        ScriptedServer::drip(seen.socket, "HTTP/1.1 200 x\r\ncontent-length: 4\r\n\r\npong");
    };
    TinyProxy proxy(server.serverPort());
    HttpClientPool pool;
    pool.setHostLookup(
        [](const QString &, QObject *, const HttpClientPool::HostAnswer &) { qFatal("the proxy resolves names"); });
    for (int i = 0; i < 3; ++i) {
        HttpClientRequest request = requestFor(proxy, scheme);
        if (tls) {
            request.origin.tls = true;
            request.origin.host = "server.test";
            request.origin.caFile = SIGNALBOX_TEST_DATA "/certs/ca.pem";
        }
        RecordingHandler handler;
        handler.call = pool.start(std::move(request), handler);
        QTRY_VERIFY(handler.over());
        QVERIFY2(handler.ends == 1, handler.message.c_str());
        QCOMPARE(handler.body, std::string("pong"));
        QCOMPARE(handler.call->timings().reused, i > 0);
    }
    QCOMPARE(proxy.asked, QList<QByteArray>{tls ? "server.test:8123" : "upstream.invalid:8123"});
    QCOMPARE(server.requests.size(), 3);
    QCOMPARE(server.requests[0].body, QByteArray("ping"));
    QVERIFY(server.requests[0].head.startsWith("POST /x HTTP/1.1\r\nhost: "));
    QVERIFY(!server.requests[0].head.contains("proxy"));
    server.sockets.last()->disconnectFromHost();
    QTRY_COMPARE(pool.idleCount(), 0);
}

void TestHttpClientProxy::sendsCredentials_data()
{
    addSchemes();
}

void TestHttpClientProxy::sendsCredentials()
{
    QFETCH(QByteArray, scheme);
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "pong"); };
    TinyProxy proxy(server.serverPort());
    proxy.demandPassword = true;
    HttpClientPool pool;
    RecordingHandler handler;
    handler.call = pool.start(requestFor(proxy, scheme, "me:p%40ss@"), handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QCOMPARE(proxy.credentials, QByteArray("me:p@ss"));
    QVERIFY(!server.requests[0].head.contains("uthorization"));
}

void TestHttpClientProxy::reportsProxyFailures_data()
{
    addSchemes();
}

void TestHttpClientProxy::reportsProxyFailures()
{
    QFETCH(QByteArray, scheme);
    ScriptedServer server;
    TinyProxy proxy(server.serverPort());
    proxy.refuse = true;
    HttpClientPool pool;
    RecordingHandler refused;
    refused.call = pool.start(requestFor(proxy, scheme), refused);
    QTRY_COMPARE(refused.failures, 1);
    QVERIFY(refused.failure == TransportFailure::Proxy || refused.failure == TransportFailure::Connect);
    const std::string name = "the proxy 127.0.0.1:" + std::to_string(proxy.serverPort());
    QVERIFY2(refused.message.find(name) != std::string::npos, refused.message.c_str());
    QVERIFY2(refused.message.find("upstream.invalid:8123") != std::string::npos, refused.message.c_str());

    proxy.refuse = false;
    proxy.demandPassword = true;
    if (scheme == "http") {
        RecordingHandler nameless;
        nameless.call = pool.start(requestFor(proxy, scheme), nameless);
        QTRY_COMPARE(nameless.failures, 1);
        QVERIFY2(nameless.message.find(name + " asks for a login") == 0, nameless.message.c_str());
        proxy.wanted = "user:right";
        RecordingHandler wrongOne;
        wrongOne.call = pool.start(requestFor(proxy, scheme, "user:topsecret@"), wrongOne);
        QTRY_COMPARE(wrongOne.failures, 1);
        QVERIFY2(wrongOne.message.find(name + " did not take") == 0, wrongOne.message.c_str());
        QVERIFY(wrongOne.message.find("topsecret") == std::string::npos);
    }

    HttpClientRequest request = requestFor(proxy, scheme, "user:topsecret@");
    proxy.close();
    RecordingHandler gone;
    gone.call = pool.start(std::move(request), gone);
    QTRY_COMPARE(gone.failures, 1);
    QCOMPARE(gone.failure, TransportFailure::Proxy);
    QVERIFY2(gone.message.find("cannot reach " + name) == 0, gone.message.c_str());
    QVERIFY(gone.message.find("topsecret") == std::string::npos);

    HttpClientRequest wrong = requestFor(proxy, "ftp", "user:topsecret@");
    RecordingHandler bad;
    bad.call = pool.start(std::move(wrong), bad);
    QCOMPARE(bad.failures, 0);
    QTRY_COMPARE(bad.failures, 1);
    QCOMPARE(bad.failure, TransportFailure::Proxy);
    QVERIFY(bad.message.find("topsecret") == std::string::npos);
    QCOMPARE(server.accepted, 0);
}

void TestHttpClientProxy::resumesAfterAPause()
{
    constexpr qint64 size = 8 * 1024 * 1024;
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) {
        seen.socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(size) + "\r\n\r\n");
        seen.socket->write(QByteArray(size, 'x'));
    };
    TinyProxy proxy(server.serverPort());
    HttpClientPool pool;
    RecordingHandler handler;
    handler.keepBody = false;
    handler.onBody = [&] { handler.call->pauseReading(); };
    handler.call = pool.start(requestFor(proxy, "socks5"), handler);
    QTRY_COMPARE(handler.pieces, 1);
    QTest::qWait(100);
    QCOMPARE(handler.pieces, 1);
    handler.onBody = {};
    handler.call->resumeReading();
    QTRY_COMPARE_WITH_TIMEOUT(handler.ends, 1, 20'000);
    QCOMPARE(handler.bodyBytes, size);
}

void TestHttpClientProxy::noneGoesDirect()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    TinyProxy proxy(server.serverPort());
    qputenv("http_proxy", "http://127.0.0.1:" + QByteArray::number(proxy.serverPort()));
    HttpClientPool pool;
    for (const char *setting : {"none", "system"}) { // loopback never uses the system's proxy
        HttpClientRequest request = requestFor(proxy, "http");
        request.origin.host = "127.0.0.1";
        request.origin.port = server.serverPort();
        request.origin.proxy = setting;
        RecordingHandler handler;
        handler.call = pool.start(std::move(request), handler);
        QTRY_VERIFY(handler.over());
        QVERIFY2(handler.ends == 1, handler.message.c_str());
    }
    qunsetenv("http_proxy");
    QVERIFY(proxy.asked.isEmpty());
    QCOMPARE(server.accepted, 2); // pooled apart: the way there is part of the origin
}

void TestHttpClientProxy::systemReadsTheEnvironment()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    TinyProxy proxy(server.serverPort());
    qputenv("http_proxy", "http://127.0.0.1:" + QByteArray::number(proxy.serverPort()));
    qputenv("no_proxy", "skipped.invalid");
    HttpClientPool pool;
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer({}, QStringLiteral("asked for directly"));
    });
    HttpClientRequest request = requestFor(proxy, "http");
    request.origin.proxy = "system";
    RecordingHandler handler;
    handler.call = pool.start(request, handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QCOMPARE(proxy.asked, QList<QByteArray>{"upstream.invalid:8123"});

    request.origin.host = "skipped.invalid";
    RecordingHandler direct;
    direct.call = pool.start(request, direct);
    QTRY_COMPARE(direct.failures, 1);
    QCOMPARE(direct.failure, TransportFailure::Dns);
    qunsetenv("http_proxy");
    qunsetenv("no_proxy");
}

void TestHttpClientProxy::rulesHoldForAllThatNamesNone()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    TinyProxy proxy(server.serverPort());
    HttpClientPool pool;
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer({}, QStringLiteral("asked for directly"));
    });
    pool.setProxyRules({"http://127.0.0.1:" + std::to_string(proxy.serverPort()), "skipped.invalid,10.0.0.0/8"});
    HttpClientRequest request = requestFor(proxy, "http");
    request.origin.proxy = "system";
    RecordingHandler handler;
    handler.call = pool.start(request, handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QCOMPARE(proxy.asked, QList<QByteArray>{"upstream.invalid:8123"});

    request.origin.host = "www.skipped.invalid";
    RecordingHandler skipped;
    skipped.call = pool.start(request, skipped);
    QTRY_COMPARE(skipped.failures, 1);
    QCOMPARE(skipped.failure, TransportFailure::Dns);

    request.origin.host = "127.0.0.1";
    request.origin.port = server.serverPort();
    RecordingHandler local;
    local.call = pool.start(request, local);
    QTRY_VERIFY(local.over());
    QVERIFY2(local.ends == 1, local.message.c_str());
    QCOMPARE(proxy.asked.size(), 1);
}

QTEST_GUILESS_MAIN(TestHttpClientProxy)
#include "tst_http_client_proxy.moc"
