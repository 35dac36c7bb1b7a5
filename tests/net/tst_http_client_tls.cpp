// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_client.h"

#include "recording_handler.h"
#include "scripted_server.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QSslCertificate>
#include <QtTest/QTest>

#include <ctime>

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

QString certPath(const QString &name)
{
    return QStringLiteral(SIGNALBOX_TEST_DATA "/certs/") + name;
}

QSslConfiguration serverTls(const QString &certificate)
{
    QFile keyFile(certPath(QStringLiteral("server.key")));
    if (!keyFile.open(QIODevice::ReadOnly))
        qFatal("no key");
    QSslConfiguration tls;
    tls.setPrivateKey(QSslKey(&keyFile, QSsl::Ec));
    tls.setLocalCertificateChain(QSslCertificate::fromPath(certPath(certificate)));
    tls.setAllowedNextProtocols({"h2", "http/1.1"});
    return tls;
}

HttpClientRequest requestFor(quint16 port, const char *host = "localhost", const char *ca = "ca.pem")
{
    HttpClientRequest request;
    request.origin.tls = true;
    request.origin.host = host;
    request.origin.port = port;
    request.origin.proxy = "none";
    if (*ca)
        request.origin.caFile = certPath(QString::fromLatin1(ca)).toStdString();
    request.method = "GET";
    request.target = "/";
    return request;
}

void answerLocally(HttpClientPool &pool)
{
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer({QHostAddress(QHostAddress::LocalHost)}, {});
    });
}

} // namespace

class TestHttpClientTls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trustsTheCaFile_data();
    void trustsTheCaFile();
    void refuses_data();
    void refuses();
    void reportsABadCaFile();
    void reusesConnections();
    void boundsMemoryWhilePaused();
    void readsToTheEndAfterAClose();
    void reportsPlainServers();
    void connectDeadlineCoversTheHandshake();
    void survivesDeletionInCallbacks_data();
    void survivesDeletionInCallbacks();
    void resumesSessions_data();
    void resumesSessions();
};

void TestHttpClientTls::trustsTheCaFile_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::newRow("name") << QByteArray("server.test");
    QTest::newRow("localhost") << QByteArray("localhost");
    QTest::newRow("address") << QByteArray("127.0.0.1");
}

void TestHttpClientTls::trustsTheCaFile()
{
    QFETCH(QByteArray, host);
    ScriptedServer server;
    server.tls = serverTls(QStringLiteral("server.pem"));
    QByteArray protocol;
    server.onRequest = [&](SeenRequest &seen) {
        protocol = qobject_cast<QSslSocket *>(seen.socket)->sslConfiguration().nextNegotiatedProtocol();
        ScriptedServer::reply(seen.socket, "secret");
    };
    HttpClientPool pool;
    answerLocally(pool);
    RecordingHandler handler;
    handler.call = pool.start(requestFor(server.serverPort(), host.constData()), handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QCOMPARE(handler.body, std::string("secret"));
    QCOMPARE(protocol, QByteArray("http/1.1"));
    QVERIFY(handler.call->timings().connectMs > 0);
}

void TestHttpClientTls::refuses_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QByteArray>("ca");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("unknown authority") << QStringLiteral("server.pem") << QByteArray() << QByteArray("not trusted");
    QTest::newRow("other authority") << QStringLiteral("server.pem") << QByteArray("other_ca.pem")
                                     << QByteArray("not trusted");
    QTest::newRow("wrong name") << QStringLiteral("wrong_name.pem") << QByteArray("ca.pem")
                                << QByteArray("name does not match localhost");
    QTest::newRow("expired") << QStringLiteral("expired.pem") << QByteArray("ca.pem") << QByteArray("expired on 2021");
    QTest::newRow("not yet") << QStringLiteral("not_yet.pem") << QByteArray("ca.pem") << QByteArray("not valid yet");
}

void TestHttpClientTls::refuses()
{
    QFETCH(QString, certificate);
    QFETCH(QByteArray, ca);
    QFETCH(QByteArray, says);
    ScriptedServer server;
    server.tls = serverTls(certificate);
    HttpClientPool pool;
    answerLocally(pool);
    RecordingHandler handler;
    handler.call = pool.start(requestFor(server.serverPort(), "localhost", ca.constData()), handler);
    QTRY_VERIFY(handler.over());
    QCOMPARE(handler.failures, 1);
    QCOMPARE(handler.failure, TransportFailure::Tls);
    QVERIFY2(QByteArray::fromStdString(handler.message).contains(says), handler.message.c_str());
    QVERIFY(server.requests.isEmpty()); // nothing was sent to whoever that is
}

void TestHttpClientTls::reportsABadCaFile()
{
    ScriptedServer server;
    HttpClientPool pool;
    for (const char *file : {"missing.pem", "server.key"}) {
        RecordingHandler handler;
        handler.call = pool.start(requestFor(server.serverPort(), "localhost", file), handler);
        QCOMPARE(handler.failures, 0);
        QTRY_COMPARE(handler.failures, 1);
        QCOMPARE(handler.failure, TransportFailure::Tls);
        QVERIFY(handler.message.find(file) != std::string::npos);
    }
    QCOMPARE(server.accepted, 0);
}

void TestHttpClientTls::reusesConnections()
{
    ScriptedServer server;
    server.tls = serverTls(QStringLiteral("server.pem"));
    server.onRequest = [](SeenRequest &seen) {
        ScriptedServer::drip(seen.socket, "HTTP/1.1 200 x\r\ncontent-length: 2\r\n\r\nok");
    };
    HttpClientPool pool;
    answerLocally(pool);
    for (int i = 0; i < 3; ++i) {
        RecordingHandler handler;
        handler.call = pool.start(requestFor(server.serverPort()), handler);
        QTRY_COMPARE(handler.ends, 1);
        QCOMPARE(handler.body, std::string("ok"));
    }
    QCOMPARE(server.accepted, 1);
    QCOMPARE(pool.idleCount(), 1);
    server.sockets.last()->disconnectFromHost();
    QTRY_COMPARE(pool.idleCount(), 0);
}

void TestHttpClientTls::boundsMemoryWhilePaused()
{
    constexpr qint64 size = 20 * 1024 * 1024;
    ScriptedServer server;
    server.tls = serverTls(QStringLiteral("server.pem"));
    server.onRequest = [](SeenRequest &seen) {
        seen.socket->write("HTTP/1.1 200 OK\r\ncontent-length: " + QByteArray::number(size) + "\r\n\r\n");
        seen.socket->write(QByteArray(size, 'x'));
    };
    HttpClientPool pool;
    answerLocally(pool);
    RecordingHandler handler;
    handler.keepBody = false;
    handler.onBody = [&] { handler.call->pauseReading(); };
    handler.call = pool.start(requestFor(server.serverPort()), handler);
    QTRY_COMPARE(handler.pieces, 1);
    QTest::qWait(300);
    auto *socket = qobject_cast<QSslSocket *>(server.sockets.last());
    const qint64 waiting = socket->bytesToWrite() + socket->encryptedBytesToWrite();
    QVERIFY2(waiting > size / 4, QByteArray::number(waiting).constData());
    QCOMPARE(handler.pieces, 1);
    const std::clock_t before = std::clock();
    QTest::qWait(300);
    QVERIFY((std::clock() - before) * 1000 / CLOCKS_PER_SEC < 80); // does not spin on what it may not read
    handler.onBody = {};
    handler.call->resumeReading();
    QTRY_COMPARE_WITH_TIMEOUT(handler.ends, 1, 20'000);
    QCOMPARE(handler.bodyBytes, size);
}

// Bytes that were decrypted before the close wait in the socket, also while the call is paused.
void TestHttpClientTls::readsToTheEndAfterAClose()
{
    ScriptedServer server;
    server.tls = serverTls(QStringLiteral("server.pem"));
    server.onRequest = [](SeenRequest &seen) {
        seen.socket->write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100000\r\n\r\n" +
                           QByteArray(100'000, 'x'));
        seen.socket->disconnectFromHost();
    };
    HttpClientPool pool;
    answerLocally(pool);
    RecordingHandler handler;
    handler.onHead = [&] { handler.call->pauseReading(); };
    handler.call = pool.start(requestFor(server.serverPort()), handler);
    QTRY_COMPARE(handler.heads, 1);
    QTest::qWait(100);
    QVERIFY(!handler.over());
    handler.call->resumeReading();
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QCOMPARE(handler.bodyBytes, 100'000);
    QCOMPARE(pool.idleCount(), 0);
}

void TestHttpClientTls::reportsPlainServers()
{
    ScriptedServer server;
    server.onAccept = [](QTcpSocket *socket) { socket->write("HTTP/1.1 400 plain only\r\n\r\n"); };
    HttpClientPool pool;
    answerLocally(pool);
    RecordingHandler handler;
    handler.call = pool.start(requestFor(server.serverPort()), handler);
    QTRY_COMPARE(handler.failures, 1);
    QCOMPARE(handler.failure, TransportFailure::Tls);

    ScriptedServer closing;
    closing.onAccept = [](QTcpSocket *socket) { socket->disconnectFromHost(); };
    RecordingHandler closed;
    closed.call = pool.start(requestFor(closing.serverPort()), closed);
    QTRY_COMPARE(closed.failures, 1);
    QCOMPARE(closed.failure, TransportFailure::Tls);
}

void TestHttpClientTls::connectDeadlineCoversTheHandshake()
{
    ScriptedServer server; // takes the hello and says nothing
    HttpClientPool pool;
    answerLocally(pool);
    HttpClientRequest request = requestFor(server.serverPort());
    request.deadlines.connect = 100ms;
    RecordingHandler handler;
    handler.call = pool.start(std::move(request), handler);
    QTRY_COMPARE(handler.failures, 1);
    QCOMPARE(handler.failure, TransportFailure::ConnectTimeout);
    QTRY_COMPARE(server.disconnected, 1);
}

void TestHttpClientTls::survivesDeletionInCallbacks_data()
{
    QTest::addColumn<int>("where");
    QTest::addColumn<bool>("thePool");
    for (const bool thePool : {false, true}) {
        QTest::addRow("head %d", thePool) << 0 << thePool;
        QTest::addRow("body %d", thePool) << 1 << thePool;
        QTest::addRow("end %d", thePool) << 2 << thePool;
        QTest::addRow("failure %d", thePool) << 3 << thePool;
    }
}

void TestHttpClientTls::survivesDeletionInCallbacks()
{
    QFETCH(int, where);
    QFETCH(bool, thePool);
    ScriptedServer server;
    server.tls = serverTls(where == 3 ? QStringLiteral("expired.pem") : QStringLiteral("server.pem"));
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    auto pool = std::make_unique<HttpClientPool>();
    answerLocally(*pool);
    RecordingHandler handler;
    int called = 0;
    const auto kill = [&] {
        ++called;
        if (thePool)
            pool.reset();
        handler.call.reset();
    };
    (where == 0 ? handler.onHead : where == 1 ? handler.onBody : where == 2 ? handler.onEnd : handler.onFailure) = kill;
    handler.call = pool->start(requestFor(server.serverPort()), handler);
    QTRY_COMPARE(called, 1);
    QTest::qWait(20);
    QCOMPARE(called, 1);
    pool.reset();
    QTRY_COMPARE(server.disconnected, server.accepted);
}

void TestHttpClientTls::resumesSessions_data()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("TLS 1.2") << QStringLiteral("-tls1_2");
    QTest::newRow("TLS 1.3") << QStringLiteral("-tls1_3");
}

// Only the other side can tell, and Qt's own server never resumes; openssl's answers with the state of the session.
void TestHttpClientTls::resumesSessions()
{
    QFETCH(QString, version);
    const QString program = QStandardPaths::findExecutable(QStringLiteral("openssl"));
    if (program.isEmpty())
        QSKIP("needs the openssl command");
    QProcess openssl;
    openssl.setProcessChannelMode(QProcess::MergedChannels);
    openssl.start(program,
                  {QStringLiteral("s_server"), QStringLiteral("-www"), version, QStringLiteral("-accept"),
                   QStringLiteral("127.0.0.1:0"), QStringLiteral("-cert"), certPath(QStringLiteral("server.pem")),
                   QStringLiteral("-key"), certPath(QStringLiteral("server.key"))});
    QByteArray said;
    QTRY_VERIFY((said += openssl.readAll()).contains("ACCEPT 127.0.0.1:") && said.endsWith('\n'));
    const quint16 port = said.mid(said.lastIndexOf(':') + 1).trimmed().toUShort();
    QVERIFY2(port > 0, said.constData());

    HttpClientPool pool;
    answerLocally(pool);
    std::string bodies[2];
    for (std::string &body : bodies) {
        RecordingHandler handler;
        handler.call = pool.start(requestFor(port), handler);
        QTRY_VERIFY(handler.over());
        QVERIFY2(handler.ends == 1, handler.message.c_str());
        body = handler.body;
    }
    openssl.kill();
    openssl.waitForFinished();
    QVERIFY(QByteArray::fromStdString(bodies[0]).contains("\nNew, TLSv1."));
    QVERIFY(QByteArray::fromStdString(bodies[1]).contains("\nReused, TLSv1."));
}

QTEST_GUILESS_MAIN(TestHttpClientTls)
#include "tst_http_client_tls.moc"
