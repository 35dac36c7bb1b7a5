// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/dialect/openai_chat/stream_relay.h"
#include "core/gateway/attempt.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

const char *const roleChunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
const char *const contentChunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
const char *const streamed = R"({"model":"m1","stream":true,"messages":[]})";

// Remembers how an attempt ended.
struct Watcher final : AttemptListener {
    void attemptWhole(Attempt &, const HttpResponseHead &, std::string) override {}
    void attemptBegins(Attempt &, const HttpResponseHead &, bool) override { begun = true; }
    void attemptBytes(Attempt &, std::string_view, bool) override { ++pieces; }
    void attemptEnds(Attempt &) override {}
    void attemptFails(Attempt &, AttemptFailure failed) override { failure = std::move(failed); }
    void attemptWritable(Attempt &) override {}

    bool begun = false;
    int pieces = 0;
    std::optional<AttemptFailure> failure;
};

} // namespace

class TestDeadlines final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstTokenTimeoutLeadsOn();
    void patienceEndsTheWait_data();
    void patienceEndsTheWait();
    void patienceOfTheSdkEndsWithTheFirstContent();
    void whoeverIsPatientWaitsForTheCoolDown_data();
    void whoeverIsPatientWaitsForTheCoolDown();
    void onlyTheProvidersOwnDeadlinesAreItsIllness_data();
    void onlyTheProvidersOwnDeadlinesAreItsIllness();
    void firstTokenIsWithinTheDuration();
    void contentRulesOutAnotherTry();
    void slowStreamIsCutByItsFloor();
};

void TestDeadlines::firstTokenTimeoutLeadsOn()
{
    ScriptedProvider mute([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, roleChunk, false);
    });
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("mute", mute), GatewayFixture::provider("well", well)};
    config.providers[0].timeouts.firstToken = Millis(200);
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("mute"), GatewayFixture::target("well")}))};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.body, GatewayFixture::goodEvents);
    QTRY_VERIFY(mute.seen().at(0)->gone); // its socket was closed
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).attempts.at(0).errorClass, std::string("first_token_timeout"));
    QCOMPARE(records[0].provider, std::string("well"));
}

void TestDeadlines::patienceEndsTheWait_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("exchangeMs");
    QTest::newRow("SDK") << QByteArray("x-stainless-timeout") << QByteArray("0.4") << 0;
    QTest::newRow("own header") << QByteArray("x-signalbox-timeout") << QByteArray("400ms") << 0;
    QTest::newRow("config") << QByteArray("x-nothing") << QByteArray("1") << 400;
    QTest::newRow("the stricter") << QByteArray("x-signalbox-timeout") << QByteArray("1h") << 400;
}

void TestDeadlines::patienceEndsTheWait()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, exchangeMs);
    ScriptedProvider mute([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("mute", mute)};
    config.timeouts.exchange = Millis(exchangeMs);
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add(name.constData(), value.constData());
    RecordingHandler reply;
    QElapsedTimer timer;
    timer.start();
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})", headers);
    QTRY_VERIFY_WITH_TIMEOUT(reply.over(), 20'000);
    QCOMPARE(reply.head->status, 504);
    QVERIFY(timer.elapsed() >= 350);
    QVERIFY(timer.elapsed() < 15'000); // the provider's own limit is a minute
    QTRY_VERIFY(mute.seen().at(0)->gone);
}

// An SDK that has seen something waits on; our limit of all attempts together does not.
void TestDeadlines::patienceOfTheSdkEndsWithTheFirstContent()
{
    HttpExchange *held = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, contentChunk, false);
        held = &exchange;
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("x-stainless-timeout", "1");
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed, headers);
    QTRY_COMPARE(reply.body, std::string(contentChunk));
    QTest::qWait(1'500); // longer than the patience
    QVERIFY(!reply.over());
    held->write(GatewayFixture::goodEvents);
    held->finish();
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.body, contentChunk + GatewayFixture::goodEvents);
}

void TestDeadlines::whoeverIsPatientWaitsForTheCoolDown_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::newRow("says nothing") << QByteArray() << QByteArray() << 429;
    QTest::newRow("SDK") << QByteArray("x-stainless-timeout") << QByteArray("60") << 200;
    QTest::newRow("own header") << QByteArray("x-signalbox-timeout") << QByteArray("1m") << 200;
    QTest::newRow("not so long") << QByteArray("x-signalbox-timeout") << QByteArray("500ms") << 429;
}

void TestDeadlines::whoeverIsPatientWaitsForTheCoolDown()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    int asked = 0;
    ScriptedProvider box([&asked](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers = GatewayFixture::jsonHeaders();
        if (asked++ > 0)
            return exchange.reply(200, headers, GatewayFixture::goodReply);
        headers.add("retry-after", "1");
        exchange.reply(429, headers, R"({"error":{"message":"slow down"}})");
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.retry.maxBackoff = Millis(200);
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    if (!header.isEmpty())
        headers.add(header.constData(), value.constData());
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})", headers);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, status);
    QCOMPARE(asked, status == 200 ? 2 : 1);
    QCOMPARE(reply.head->headers.has("retry-after"), status == 429);
}

void TestDeadlines::onlyTheProvidersOwnDeadlinesAreItsIllness_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("ownMs");
    QTest::addColumn<bool>("streams"); // has sent a role, but no content
    QTest::addColumn<bool>("spared");
    const QByteArray sdk = "x-stainless-timeout";
    const QByteArray total = "x-signalbox-timeout";
    QTest::newRow("its first byte") << sdk << QByteArray("60") << 100 << false << true;
    QTest::newRow("its first token") << sdk << QByteArray("60") << 100 << true << true;
    QTest::newRow("the SDK's patience, first byte") << sdk << QByteArray("0.1") << 60'000 << false << false;
    QTest::newRow("the SDK's patience, first token") << sdk << QByteArray("0.1") << 60'000 << true << false;
    QTest::newRow("the client's patience") << total << QByteArray("100ms") << 60'000 << false << false;
}

void TestDeadlines::onlyTheProvidersOwnDeadlinesAreItsIllness()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(int, ownMs);
    QFETCH(bool, streams);
    QFETCH(bool, spared);
    ScriptedProvider mute([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        if (streams)
            GatewayFixture::replyEvents(exchange, roleChunk, false);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("mute", mute)};
    config.providers[0].timeouts.firstByte = Millis(ownMs);
    config.providers[0].timeouts.firstToken = Millis(ownMs);
    config.breaker.minRequests = 3;
    config.retry.attempts = 1;
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add(header.constData(), value.constData());
    for (int i = 0; i < 3; ++i) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", streamed, headers);
        QTRY_VERIFY_WITH_TIMEOUT(reply.over(), 20'000);
        QCOMPARE(reply.head->status, 504);
    }
    QCOMPARE(mute.seen().size(), size_t(3));
    RecordingHandler status;
    gateway.get(status, "/signalbox/v1/status");
    QTRY_VERIFY(status.over());
    const bool open = status.body.find(R"("state":"breaker")") != std::string::npos;
    QCOMPARE(open, spared);
}

// Both by the monotonic clock: by the wall's, in whole milliseconds, quick replies had a first token after their end.
void TestDeadlines::firstTokenIsWithinTheDuration()
{
    ScriptedProvider mute([](HttpExchange &, const ScriptedProvider::Seen &) {});
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("mute", mute), GatewayFixture::provider("well", well)};
    config.providers[0].timeouts.firstByte = Millis(100);
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("mute"), GatewayFixture::target("well")}))};
    QVERIFY(gateway.start(config));
    constexpr int count = 60;
    for (int i = 0; i < count; ++i) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", streamed);
        QTRY_VERIFY(reply.over());
    }
    int waited = 0;
    for (const RequestRecord &record : gateway.records(count)) {
        QVERIFY(record.ttftMs);
        QVERIFY2(*record.ttftMs <= record.durationMs,
                 qPrintable(QStringLiteral("%1 > %2").arg(*record.ttftMs).arg(record.durationMs)));
        double before = 0; // of the attempts that came to nothing
        for (size_t i = 0; i + 1 < record.attempts.size(); ++i)
            before += record.attempts[i].durationMs;
        QVERIFY(*record.ttftMs >= before);
        waited += before > 0;
    }
    QVERIFY(waited > 0); // until the breaker knew
}

void TestDeadlines::contentRulesOutAnotherTry()
{
    ScriptedProvider dying([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, contentChunk, false);
        exchange.abort();
    });
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("dying", dying), GatewayFixture::provider("well", well)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("dying"), GatewayFixture::target("well")}))};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_VERIFY(reply.over());
    QVERIFY(well.seen().empty());
    QVERIFY(reply.body.starts_with(contentChunk));
    QVERIFY(reply.body.find("\"error\"") != std::string::npos);
    QVERIFY(reply.body.find("[DONE]") == std::string::npos);
    QCOMPARE(gateway.records(1).at(0).status, 502);
}

void TestDeadlines::slowStreamIsCutByItsFloor()
{
    HttpExchange *held = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, contentChunk, false);
        held = &exchange;
    });
    auto config = std::make_shared<Config>();
    config->providers = {GatewayFixture::provider("box", box, {})};
    config->providers[0].timeouts.minTokensPerSecond = 1;
    const auto running = std::make_shared<RunningConfig>(config, SecretMap(), uint16_t(1));
    Attempt::Setup setup{"box", "m1", running, running->provider("box"), {}, 1};
    setup.relay = std::make_unique<openai_chat::StreamRelay>(false);
    setup.clientStreams = true;
    FakeClock clock;
    Watcher watcher;
    HttpClientPool pool;
    Attempt attempt(std::move(setup), clock, watcher);
    HttpClientRequest request;
    request.origin = running->provider("box")->apis.front().url.origin;
    request.target = "/v1/chat/completions";
    request.body = streamed;
    attempt.start(pool, std::move(request));
    QTRY_VERIFY(watcher.begun);
    const auto pass = [&](int64_t ms) {
        clock.advanceMs(ms);
        attempt.checkDeadlines(clock.monotonicNs());
    };
    pass(250); // from here on
    for (int i = 0; i < 20; ++i)
        held->write(contentChunk);
    QTRY_COMPARE(attempt.usageAtLeast().output.value_or(0), 21);
    pass(10'000); // 2 a second
    QVERIFY(!watcher.failure);
    held->write(contentChunk);
    QTRY_COMPARE(attempt.usageAtLeast().output.value_or(0), 22);
    pass(5'000);
    QVERIFY(!watcher.failure); // not ten seconds yet
    attempt.pause();           // the client is the slow one: the stretch begins anew
    attempt.resume();
    pass(5'000);
    QVERIFY(!watcher.failure);
    pass(10'000);
    QVERIFY(watcher.failure);
    QCOMPARE(watcher.failure->errorClass, std::string("too_slow"));
    QCOMPARE(watcher.failure->failure, FailureClass::Timeout);
}

QTEST_GUILESS_MAIN(TestDeadlines)
#include "tst_deadlines.moc"
