// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

const char *const body = R"({"model":"m1","messages":[]})";

HeaderList with(const char *name, const char *value)
{
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add(name, value);
    return headers;
}

const char *const throttled = R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})";

} // namespace

class TestRetry final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passingTroubleOfTheOnlyTargetIsMended();
    void shortAnnouncedWaitIsWaitedFor();
    void longAnnouncedWaitIsTold();
    void coolingTargetIsNotAsked();
    void impatientClientHearsAtOnce();
    void mistakesAreNotRepeated();
    void leavingWhileWaitingEndsIt();
    void failedAttemptsAreBooked();
};

void TestRetry::passingTroubleOfTheOnlyTargetIsMended()
{
    int asked = 0;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        const bool well = ++asked > 1;
        exchange.reply(well ? 200 : 500, GatewayFixture::jsonHeaders(),
                       well ? GatewayFixture::goodReply : R"({"error":{"message":"oops"}})");
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.retry.backoff = Millis(50);
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(reply.head->headers.get("x-signalbox-attempts"), std::string_view("2"));
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).attempts.size(), size_t{2});
    QCOMPARE(records[0].attempts[0].errorClass, std::string("http_500"));
    QVERIFY(records[0].error.empty());
}

void TestRetry::shortAnnouncedWaitIsWaitedFor()
{
    std::vector<qint64> at;
    QElapsedTimer timer;
    timer.start();
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        at.push_back(timer.elapsed());
        if (at.size() > 1)
            return exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
        exchange.reply(429, with("retry-after-ms", "400"), throttled);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(at.size(), size_t{2});
    QVERIFY(at[1] - at[0] >= 398); // never earlier than announced
}

void TestRetry::longAnnouncedWaitIsTold()
{
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(429, with("retry-after", "60"), throttled);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 429);
    QCOMPARE(reply.head->headers.get("retry-after"), std::string_view("60"));
    QVERIFY(reply.body.find("slow down") != std::string::npos);
    QCOMPARE(box.seen().size(), size_t{1});
}

void TestRetry::coolingTargetIsNotAsked()
{
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(429, with("retry-after", "60"), throttled);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    for (const char *path : {"/v1/chat/completions", "/v1/messages"}) {
        RecordingHandler reply;
        gateway.post(reply, path, R"({"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"x"}]})");
        QTRY_VERIFY(reply.over());
        QCOMPARE(reply.head->status, 429);
        const int wait = QByteArray::fromStdString(std::string(reply.head->headers.get("retry-after"))).toInt();
        QVERIFY2(wait > 30 && wait <= 61, reply.body.c_str());
    }
    QCOMPARE(box.seen().size(), size_t{1}); // the second request found it cooling down
    const auto records = gateway.records(2);
    const auto blocked = std::find_if(records.begin(), records.end(), [](const auto &r) { return r.attempts.empty(); });
    QVERIFY(blocked != records.end());
    QVERIFY(blocked->error.starts_with("all_targets_throttled"));
    QVERIFY(!blocked->plan.empty());
}

void TestRetry::impatientClientHearsAtOnce()
{
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(429, with("retry-after", "5"), throttled);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    QElapsedTimer timer;
    timer.start();
    gateway.post(reply, "/v1/chat/completions", body, with("x-signalbox-timeout", "3s"));
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 429);
    QCOMPARE(reply.head->headers.get("retry-after"), std::string_view("5"));
    QVERIFY(timer.elapsed() < 2'900);
}

void TestRetry::mistakesAreNotRepeated()
{
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(422, GatewayFixture::jsonHeaders(), R"({"error":{"message":"no such field"}})");
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 422);
    QCOMPARE(box.seen().size(), size_t{1});
}

void TestRetry::leavingWhileWaitingEndsIt()
{
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(429, with("retry-after-ms", "700"), throttled);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_COMPARE(box.seen().size(), size_t{1});
    QTest::qWait(200); // the 429 is in the gateway, which waits now
    reply.call.reset();
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).status, 499);
    QCOMPARE(records[0].attempts.size(), size_t{1});
    QTest::qWait(900);
    QCOMPARE(box.seen().size(), size_t{1});
}

// What failed attempts cost is on the exchange's bill.
void TestRetry::failedAttemptsAreBooked()
{
    // Money without an end mark: the provider says what it used and breaks off before any content.
    ScriptedProvider dying([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(
            exchange, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":0}}\n\n");
    });
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("dying", dying), GatewayFixture::provider("well", well)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("dying"), GatewayFixture::target("well")}))};
    PriceConfig price;
    price.model = "*";
    price.inputUsdPerMTok = 1;
    price.outputUsdPerMTok = 2;
    config.prices = {price};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1","stream":true,"messages":[]})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).attempts.size(), size_t{2});
    QCOMPARE(records[0].provider, std::string("well"));
    QCOMPARE(records[0].usage.input.value_or(0), 10);                        // the winner's
    QCOMPARE(records[0].cost.nanoUsd.value_or(0), 100'000 + 10'000 + 4'000); // both
    QCOMPARE(records[0].cost.state, CostState::AtLeast);
}

QTEST_GUILESS_MAIN(TestRetry)
#include "tst_retry.moc"
