// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <set>

using namespace signalbox;
using signalbox::test::RecordingHandler;

// A conversation stays with the target and the key that know its prompt.
class TestWarm final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conversationsStay_data();
    void conversationsStay();
    void aFailedTurnWarmsNothing();
};

void TestWarm::conversationsStay_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<bool>("sameBeginning");
    QTest::addColumn<bool>("stays");
    const QByteArray none;
    QTest::newRow("Claude Code's session") << QByteArray("x-claude-code-session-id") << none << false << true;
    QTest::newRow("another client's session") << QByteArray("session-id") << none << false << true;
    QTest::newRow("prompt_cache_key") << none << QByteArray("prompt_cache_key") << false << true;
    QTest::newRow("the first words") << none << none << true << true;
    QTest::newRow("nothing in common") << none << none << false << false;
}

void TestWarm::conversationsStay()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, member);
    QFETCH(bool, sameBeginning);
    QFETCH(bool, stays);
    const auto answer = [](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    };
    ScriptedProvider one(answer);
    ScriptedProvider two(answer);
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("one", one, {"k1", "k2"}),
                        GatewayFixture::provider("two", two, {"k1", "k2"})};
    PolicyNode tree = GatewayFixture::node(PolicyNode::Kind::Weighted,
                                           {GatewayFixture::target("one", "m"), GatewayFixture::target("two", "m")});
    tree.weights = {50, 50};
    config.routes = {GatewayFixture::route(std::move(tree))};
    QVERIFY(gateway.start(config));

    constexpr int conversations = 7; // no multiple of the places, or chance would look like affinity
    constexpr int turns = 3;
    std::vector<std::set<std::string>> places(conversations);
    for (int turn = 0; turn < turns; ++turn) {
        for (int i = 0; i < conversations; ++i) {
            const std::string name = "talk" + std::to_string(i);
            const std::string first = sameBeginning ? name : name + "/" + std::to_string(turn);
            std::string body = R"({"model":"m")";
            if (!member.isEmpty())
                body += ",\"" + member.toStdString() + "\":\"" + name + "\"";
            body += R"(,"messages":[{"role":"user","content":")" + first +
                    R"("},{"role":"assistant","content":"a"},)"
                    R"({"role":"user","content":"turn )" +
                    std::to_string(turn) + R"("}]})";
            HeaderList headers = GatewayFixture::jsonHeaders();
            if (!header.isEmpty())
                headers.add(header.constData(), name);
            const size_t before = one.seen().size();
            RecordingHandler reply;
            gateway.post(reply, "/v1/chat/completions", body, headers);
            QTRY_VERIFY(reply.over());
            QCOMPARE(reply.head->status, 200);
            const ScriptedProvider &asked = one.seen().size() > before ? one : two;
            places[size_t(i)].insert(std::string(asked.seen().back()->headers.get("authorization")));
        }
    }
    std::set<std::string> all;
    size_t wandering = 0;
    for (const std::set<std::string> &keys : places) {
        all.insert(keys.begin(), keys.end());
        wandering += keys.size() > 1;
    }
    QCOMPARE(all.size(), size_t(4)); // new ones are spread over both providers and all keys
    QCOMPARE(wandering == 0, stays);
}

void TestWarm::aFailedTurnWarmsNothing()
{
    bool down = true;
    ScriptedProvider one([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(down ? 500 : 200, GatewayFixture::jsonHeaders(), down ? "{}" : GatewayFixture::goodReply);
    });
    ScriptedProvider two([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("one", one), GatewayFixture::provider("two", two)};
    PolicyNode tree = GatewayFixture::node(PolicyNode::Kind::Weighted,
                                           {GatewayFixture::target("one", "m"), GatewayFixture::target("two", "m")});
    tree.weights = {100, 1};
    config.routes = {GatewayFixture::route(std::move(tree))};
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("session-id", "s");
    for (int turn = 0; turn < 4; ++turn) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", R"({"model":"m","messages":[]})", headers);
        QTRY_VERIFY(reply.over());
        QCOMPARE(std::string(reply.head->headers.get("x-signalbox-target")), std::string("two/m"));
        down = false; // well again, but the prompt is warm at the other one
    }
    QCOMPARE(one.seen().size(), size_t(1));
}

QTEST_GUILESS_MAIN(TestWarm)
#include "tst_warm.moc"
