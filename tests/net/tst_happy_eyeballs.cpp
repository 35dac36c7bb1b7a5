// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/connection_race.h"
#include "core/net/http_client.h"

#include "recording_handler.h"
#include "scripted_server.h"

#include <QtCore/QElapsedTimer>
#include <QtNetwork/QNetworkProxy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

QList<QHostAddress> addresses(std::initializer_list<const char *> texts)
{
    QList<QHostAddress> list;
    for (const char *text : texts)
        list.append(QHostAddress(QString::fromLatin1(text)));
    return list;
}

// A listener whose queue is full lets further attempts hang, as an address behind a silent firewall does.
class SilentAddress
{
public:
    SilentAddress(const QHostAddress &address, quint16 port)
    {
        m_server.setListenBacklogSize(0);
        m_server.listen(address, port);
        m_server.pauseAccepting();
        for (int i = 0; i < 4; ++i) {
            auto &socket = m_fillers.emplace_back(std::make_unique<QTcpSocket>());
            socket->connectToHost(address, m_server.serverPort());
            socket->waitForConnected(50);
        }
        m_silent = m_fillers.back()->state() != QAbstractSocket::ConnectedState;
    }
    bool silent() const { return m_silent; }
    quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
    std::vector<std::unique_ptr<QTcpSocket>> m_fillers;
    bool m_silent = false;
};

} // namespace

class TestHappyEyeballs final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void interleavesFamilies();
    void goesOnAtOnceAfterARefusal();
    void goesOnAfterADelayWhenSilent();
    void failsWhenAllFail();
    void asksOnceForABurst();
    void resolvesLocalhost();
    void deletesLosers();

private:
    static HttpClientRequest requestFor(const QString &host, quint16 port)
    {
        HttpClientRequest request;
        request.origin.host = host.toStdString();
        request.origin.port = port;
        request.origin.proxy = "none";
        request.target = "/";
        return request;
    }
};

void TestHappyEyeballs::interleavesFamilies()
{
    QCOMPARE(interleaveFamilies(addresses({"::1", "::2", "::3", "1.1.1.1", "2.2.2.2"})),
             addresses({"::1", "1.1.1.1", "::2", "2.2.2.2", "::3"}));
    QCOMPARE(interleaveFamilies(addresses({"1.1.1.1", "::1", "::2"})), addresses({"1.1.1.1", "::1", "::2"}));
    QCOMPARE(interleaveFamilies(addresses({"1.1.1.1"})), addresses({"1.1.1.1"}));
    QCOMPARE(interleaveFamilies({}), QList<QHostAddress>());
}

void TestHappyEyeballs::goesOnAtOnceAfterARefusal()
{
    ScriptedServer server(QHostAddress(QStringLiteral("127.0.0.1")));
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer(addresses({"::1", "127.0.0.9", "127.0.0.8", "127.0.0.1"}), {});
    });
    RecordingHandler handler;
    QElapsedTimer timer;
    timer.start();
    handler.call = pool.start(requestFor(QStringLiteral("many.test"), server.serverPort()), handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    // Three refusals; waiting for each would take 750 ms.
    QVERIFY2(timer.elapsed() < 700, QByteArray::number(timer.elapsed()).constData());
    QVERIFY(server.requests[0].head.contains("host: many.test:"));
}

void TestHappyEyeballs::goesOnAfterADelayWhenSilent()
{
    ScriptedServer server(QHostAddress(QStringLiteral("127.0.0.1")));
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    const SilentAddress silent(QHostAddress(QStringLiteral("127.0.0.7")), server.serverPort());
    if (!silent.silent())
        QSKIP("this system answers although the queue is full");
    HttpClientPool pool;
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer(addresses({"127.0.0.7", "127.0.0.1"}), {});
    });
    RecordingHandler handler;
    QElapsedTimer timer;
    timer.start();
    handler.call = pool.start(requestFor(QStringLiteral("slow.test"), server.serverPort()), handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
    QVERIFY2(timer.elapsed() >= 240 && timer.elapsed() < 1'900, QByteArray::number(timer.elapsed()).constData());

    // With nothing but silence the deadline ends it.
    HttpClientRequest request = requestFor(QStringLiteral("127.0.0.7"), silent.port());
    request.deadlines.connect = 100ms;
    RecordingHandler lonely;
    timer.restart();
    lonely.call = pool.start(std::move(request), lonely);
    QTRY_COMPARE(lonely.failures, 1);
    QCOMPARE(lonely.failure, TransportFailure::ConnectTimeout);
    QVERIFY(timer.elapsed() >= 99 && timer.elapsed() < 1'900);
}

void TestHappyEyeballs::failsWhenAllFail()
{
    quint16 port = 0;
    {
        ScriptedServer server;
        port = server.serverPort();
    }
    HttpClientPool pool;
    pool.setHostLookup([](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        answer(addresses({"127.0.0.1", "127.0.0.2", "::1"}), {});
    });
    RecordingHandler handler;
    handler.call = pool.start(requestFor(QStringLiteral("dead.test"), port), handler);
    QCOMPARE(handler.failures, 0);
    QTRY_COMPARE(handler.failures, 1);
    QCOMPARE(handler.failure, TransportFailure::Connect);
    QVERIFY(handler.message.find("dead.test") != std::string::npos);
}

void TestHappyEyeballs::asksOnceForABurst()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok", "connection: close\r\n"); };
    HttpClientPool pool;
    int lookups = 0;
    pool.setHostLookup([&](const QString &, QObject *, const HttpClientPool::HostAnswer &answer) {
        ++lookups;
        answer(addresses({"127.0.0.1"}), {});
    });
    for (int i = 0; i < 3; ++i) {
        RecordingHandler handler;
        handler.call = pool.start(requestFor(QStringLiteral("one.test"), server.serverPort()), handler);
        QTRY_COMPARE(handler.ends, 1);
    }
    QCOMPARE(server.accepted, 3);
    QCOMPARE(lookups, 1);
}

void TestHappyEyeballs::resolvesLocalhost()
{
    ScriptedServer server;
    server.onRequest = [](SeenRequest &seen) { ScriptedServer::reply(seen.socket, "ok"); };
    HttpClientPool pool;
    HttpClientRequest request = requestFor(QStringLiteral("localhost"), server.serverPort());
    request.origin.proxy = "system"; // never asked for loopback
    RecordingHandler handler;
    handler.call = pool.start(std::move(request), handler);
    QTRY_VERIFY(handler.over());
    QVERIFY2(handler.ends == 1, handler.message.c_str());
}

void TestHappyEyeballs::deletesLosers()
{
    ScriptedServer first;
    QObject owner;
    QList<QTcpSocket *> made;
    QTcpSocket *winner = nullptr;
    int answers = 0;
    auto *race = new ConnectionRace(
        addresses({"127.0.0.9", "127.0.0.1", "127.0.0.1"}),
        [&](QObject *parent) {
            auto *socket = new QTcpSocket(parent);
            socket->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
            made.append(socket);
            return socket;
        },
        [&](QTcpSocket *socket, const QHostAddress &address) { socket->connectToHost(address, first.serverPort()); },
        [&](QTcpSocket *socket, const QString &) {
            winner = socket;
            ++answers;
        },
        &owner);
    race->start();
    QTRY_COMPARE(answers, 1);
    QVERIFY(winner);
    QCOMPARE(made.size(), 2); // the third address was not needed
    QTest::qWait(300);
    QCOMPARE(made.size(), 2);
    QCOMPARE(answers, 1);
    QCOMPARE(race->findChildren<QTcpSocket *>(), QList<QTcpSocket *>{winner});
}

QTEST_GUILESS_MAIN(TestHappyEyeballs)
#include "tst_happy_eyeballs.moc"
