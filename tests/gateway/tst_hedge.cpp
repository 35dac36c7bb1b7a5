// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

const char *const streamed = R"({"model":"m1","stream":true,"messages":[]})";

PolicyNode hedgeAfter(Millis after, std::vector<PolicyNode> children)
{
    PolicyNode node = GatewayFixture::node(PolicyNode::Kind::Hedge, std::move(children));
    node.hedgeAfter = after;
    node.hedgeMax = 1;
    return node;
}

Config configOf(const ScriptedProvider &slow, const ScriptedProvider &quick, Millis after)
{
    Config config;
    config.providers = {GatewayFixture::provider("slow", slow), GatewayFixture::provider("quick", quick)};
    config.routes = {
        GatewayFixture::route(hedgeAfter(after, {GatewayFixture::target("slow"), GatewayFixture::target("quick")}))};
    PriceConfig price;
    price.model = "*";
    price.inputUsdPerMTok = 1;
    price.outputUsdPerMTok = 2;
    config.prices = {price};
    return config;
}

} // namespace

class TestHedge final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowTargetIsOvertaken();
    void firstContentWins();
    void quickTargetIsNotHedged();
    void bothFailing();
    void failureBeforeTheHedgeIsFailover();
    void clientThatLeavesStopsBoth();
};

void TestHedge::slowTargetIsOvertaken()
{
    ScriptedProvider slow([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(
            exchange, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":50,\"completion_tokens\":0}}\n\n", false);
    });
    ScriptedProvider quick([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(
            exchange,
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n"
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}\n\n"
            "data: [DONE]\n\n");
    });
    GatewayFixture gateway;
    QVERIFY(gateway.start(configOf(slow, quick, Millis(150))));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->headers.get("x-signalbox-target"), std::string_view("quick/m1"));
    QVERIFY(reply.body.find("hi") != std::string::npos);
    QTRY_VERIFY(slow.seen().at(0)->gone);
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).attempts.size(), size_t{2});
    QCOMPARE(records[0].attempts[0].provider, std::string("slow"));
    QCOMPARE(records[0].attempts[0].errorClass, std::string("hedge_lost"));
    QCOMPARE(records[0].attempts[1].errorClass, std::string());
    QCOMPARE(records[0].provider, std::string("quick"));
    QCOMPARE(records[0].usage.input.value_or(0), 10);
    QCOMPARE(records[0].cost.nanoUsd.value_or(0), 50'000 + 10'000 + 4'000); // the loser is paid for
    QCOMPARE(records[0].status, 200);
}

// The second one runs, and the first one answers after all.
void TestHedge::firstContentWins()
{
    HttpExchange *first = nullptr;
    ScriptedProvider slow([&](HttpExchange &exchange, const ScriptedProvider::Seen &) { first = &exchange; });
    ScriptedProvider quick([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    QVERIFY(gateway.start(configOf(slow, quick, Millis(100))));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_COMPARE(quick.seen().size(), size_t{1});
    GatewayFixture::replyEvents(*first, GatewayFixture::goodEvents);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.body, GatewayFixture::goodEvents);
    QCOMPARE(reply.head->headers.get("x-signalbox-target"), std::string_view("slow/m1"));
    QTRY_VERIFY(quick.seen().at(0)->gone);
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).provider, std::string("slow"));
    QCOMPARE(records[0].attempts.at(1).errorClass, std::string("hedge_lost"));
}

void TestHedge::quickTargetIsNotHedged()
{
    HttpExchange *first = nullptr;
    ScriptedProvider slow([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n",
                                    false);
        first = &exchange;
    });
    ScriptedProvider quick([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    QVERIFY(gateway.start(configOf(slow, quick, Millis(300))));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_VERIFY(!reply.body.empty());
    QTest::qWait(600); // past the hedge's time
    first->write(GatewayFixture::goodEvents);
    first->finish();
    QTRY_VERIFY(reply.over());
    QVERIFY(quick.seen().empty());
    QCOMPARE(gateway.records(1).at(0).attempts.size(), size_t{1});
}

void TestHedge::bothFailing()
{
    std::vector<HttpExchange *> held;
    const auto hold = [&](HttpExchange &exchange, const ScriptedProvider::Seen &) { held.push_back(&exchange); };
    ScriptedProvider slow(hold);
    ScriptedProvider quick(hold);
    GatewayFixture gateway;
    Config config = configOf(slow, quick, Millis(100));
    config.retry.attempts = 2;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_COMPARE(held.size(), size_t{2});
    held[0]->reply(500, GatewayFixture::jsonHeaders(), R"({"error":{"message":"one"}})");
    QTest::qWait(200);
    QVERIFY(!reply.over()); // the other one still runs
    held[1]->reply(503, GatewayFixture::jsonHeaders(), R"({"error":{"message":"two"}})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 503);
    QVERIFY(reply.body.find("two") != std::string::npos);
    QCOMPARE(gateway.records(1).at(0).attempts.size(), size_t{2});
}

void TestHedge::failureBeforeTheHedgeIsFailover()
{
    ScriptedProvider slow([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(500, GatewayFixture::jsonHeaders(), R"({"error":{"message":"one"}})");
    });
    ScriptedProvider quick([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
    });
    GatewayFixture gateway;
    QVERIFY(gateway.start(configOf(slow, quick, Millis(30'000))));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_VERIFY(reply.over()); // at once, not after the hedge's time
    QCOMPARE(reply.body, GatewayFixture::goodEvents);
    QCOMPARE(gateway.records(1).at(0).attempts.at(0).errorClass, std::string("http_500"));
}

void TestHedge::clientThatLeavesStopsBoth()
{
    ScriptedProvider slow([](HttpExchange &, const ScriptedProvider::Seen &) {});
    ScriptedProvider quick([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    QVERIFY(gateway.start(configOf(slow, quick, Millis(100))));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", streamed);
    QTRY_COMPARE(quick.seen().size(), size_t{1});
    reply.call.reset();
    QTRY_VERIFY(slow.seen().at(0)->gone);
    QTRY_VERIFY(quick.seen().at(0)->gone);
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).status, 499);
    QCOMPARE(records[0].attempts.size(), size_t{2});
    QCOMPARE(records[0].attempts[0].errorClass, std::string("client_closed"));
}

QTEST_GUILESS_MAIN(TestHedge)
#include "tst_hedge.moc"
