// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

class TestHealthChecker final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyConfiguredProvidersAreAsked();
    void deadProviderIsKnownBeforeItIsNeeded();
};

void TestHealthChecker::onlyConfiguredProvidersAreAsked()
{
    const auto list = [](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), R"({"data":[{"id":"m1"}]})");
    };
    ScriptedProvider checked(list);
    ScriptedProvider plain(list);
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("checked", checked), GatewayFixture::provider("plain", plain)};
    config.providers[0].checkEvery = Millis(200);
    QVERIFY(gateway.start(config));
    QTRY_VERIFY(checked.seen().size() >= 2);
    QCOMPARE(checked.seen()[0]->target, std::string("/v1/models"));
    QCOMPARE(checked.seen()[0]->headers.get("authorization"), std::string_view("Bearer sk-checked_main"));
    QVERIFY(plain.seen().empty());
    QVERIFY(gateway.records(0).empty()); // nobody's requests
}

void TestHealthChecker::deadProviderIsKnownBeforeItIsNeeded()
{
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("sick", well), GatewayFixture::provider("well", well)};
    config.providers[0].baseUrl = "http://127.0.0.1:1/v1"; // nobody listens there
    config.providers[0].checkEvery = Millis(200);
    config.breaker.minRequests = 2;
    config.breaker.open = Millis(60'000);
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("sick"), GatewayFixture::target("well")}))};
    QVERIFY(gateway.start(config));
    const auto state = [&] {
        RecordingHandler status;
        gateway.get(status, "/signalbox/v1/status");
        if (!QTest::qWaitFor([&] { return status.over(); }))
            return std::string();
        const boost::json::value told = boost::json::parse(status.body);
        return std::string(told.at("health").at("providers").at(0).at("state").as_string());
    };
    QTRY_COMPARE_WITH_TIMEOUT(state(), std::string("breaker"), 15'000);
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1","messages":[]})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(reply.head->headers.get("x-signalbox-attempts"), std::string_view("1"));
    QCOMPARE(reply.head->headers.get("x-signalbox-target"), std::string_view("well/m1"));
}

QTEST_GUILESS_MAIN(TestHealthChecker)
#include "tst_health_checker.moc"
