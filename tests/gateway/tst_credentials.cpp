// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <set>

using namespace signalbox;
using signalbox::test::RecordingHandler;

class TestCredentials final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedKeyGivesWay_data();
    void refusedKeyGivesWay();
    void keyThatCannotBeReadIsNeverUsed();
    void nothingOfOneProviderReachesAnother();
    void allKeysRefusedKeepsTheLastAnswer();
};

void TestCredentials::refusedKeyGivesWay_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {401, 402, 403, 429})
        QTest::addRow("%d", status) << status;
}

void TestCredentials::refusedKeyGivesWay()
{
    QFETCH(int, status);
    std::string refused;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &seen) {
        const std::string key(seen.headers.get("authorization"));
        if (refused.empty())
            refused = key;
        if (key != refused)
            return exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
        exchange.reply(status, GatewayFixture::jsonHeaders(), R"({"error":{"message":"no","code":null}})");
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box, {"a", "b"})};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    const std::string body = R"({"model":"m1","messages":[]})";
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(box.seen().size(), size_t{2});
    QVERIFY(box.seen()[0]->headers.get("authorization") != box.seen()[1]->headers.get("authorization"));
    QCOMPARE(box.seen()[1]->body, body);
    const auto records = gateway.records(1);
    QCOMPARE(records.at(0).attempts.size(), size_t{2});
    QVERIFY(records[0].attempts[0].credential != records[0].attempts[1].credential);
    QCOMPARE(records[0].credential, records[0].attempts[1].credential);
    QCOMPARE(records[0].attempts[0].errorClass, "http_" + std::to_string(status));
}

void TestCredentials::keyThatCannotBeReadIsNeverUsed()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box, {"a", "b"})};
    config.providers[0].credentials[0].secret = "file:/nowhere/at/all";
    QVERIFY(gateway.start(config));
    for (int i = 0; i < 4; ++i) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})");
        QTRY_VERIFY(reply.over());
        QCOMPARE(reply.head->status, 200);
        QCOMPARE(reply.head->headers.get("x-signalbox-attempts"), std::string_view("1"));
    }
    for (const auto &seen : box.seen())
        QCOMPARE(seen->headers.get("authorization"), std::string_view("Bearer sk-box_b"));
}

// Keys, fixed headers and betas made for one provider are not what the next one is sent.
void TestCredentials::nothingOfOneProviderReachesAnother()
{
    ScriptedProvider first([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(529, GatewayFixture::jsonHeaders(), R"({"type":"error","error":{"message":"busy"}})");
    });
    ScriptedProvider second([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("first", first), GatewayFixture::provider("second", second)};
    config.providers[0].dialect = "anthropic";
    config.providers[0].headers["x-first-only"] = "1";
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("first", "claude"), GatewayFixture::target("second")}))};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("anthropic-beta", "something");
    gateway.post(reply, "/v1/messages", R"({"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"x"}]})",
                 headers);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(first.seen().at(0)->headers.get("x-api-key"), std::string_view("sk-first_main"));
    const HeaderList &sent = second.seen().at(0)->headers;
    QVERIFY(!sent.has("x-api-key"));
    QVERIFY(!sent.has("x-first-only"));
    QVERIFY(!sent.has("anthropic-beta"));
    QVERIFY(!sent.has("anthropic-version"));
    QCOMPARE(sent.get("authorization"), std::string_view("Bearer sk-second_main"));
    QVERIFY(second.seen().at(0)->body.find("\"model\":\"m1\"") != std::string::npos);
}

void TestCredentials::allKeysRefusedKeepsTheLastAnswer()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(401, GatewayFixture::jsonHeaders(), R"({"error":{"message":"who are you"}})");
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box, {"a", "b", "c"})};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 401);
    QVERIFY(reply.body.find("who are you") != std::string::npos);
    std::set<std::string> used;
    for (const auto &seen : box.seen())
        used.insert(std::string(seen->headers.get("authorization")));
    QCOMPARE(box.seen().size(), size_t{3}); // none twice
    QCOMPARE(used.size(), size_t{3});
}

QTEST_GUILESS_MAIN(TestCredentials)
#include "tst_credentials.moc"
