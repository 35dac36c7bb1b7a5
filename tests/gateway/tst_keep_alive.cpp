// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/keep_alive.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

struct Case {
    const char *dialect;
    const char *path;
    const char *body;
    std::string begin; // up to the first content
    std::string end;
    std::string ping;
};

Case caseOf(const QByteArray &name)
{
    if (name == "anthropic")
        return {"anthropic",
                "/v1/messages",
                R"({"model":"m1","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"x"}]})",
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":"
                "\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                "{\"type\":\"text\",\"text\":\"\"}}\n\n"
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                "{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n",
                "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                "\"usage\":{\"output_tokens\":2}}\n\n"
                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
                "event: ping\ndata: {\"type\": \"ping\"}\n\n"};
    if (name == "gemini")
        return {"gemini",
                "/v1beta/models/m1:streamGenerateContent?alt=sse",
                R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})",
                "data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hi\"}]}}]}"
                "\r\n\r\n",
                "data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"!\"}]},"
                "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2,"
                "\"totalTokenCount\":3}}\r\n\r\n",
                ": keep-alive\n\n"};
    return {"openai-chat",
            "/v1/chat/completions",
            R"({"model":"m1","stream":true,"messages":[]})",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n",
            GatewayFixture::goodEvents,
            ": keep-alive\n\n"};
}

} // namespace

class TestKeepAlive final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void silenceIsMeasuredFromTheLastWrite();
    void everyDialectHasItsOwn();
    void silentStreamIsKeptAlive_data();
    void silentStreamIsKeptAlive();
    void nothingGoesOutBeforeTheHead();
};

void TestKeepAlive::silenceIsMeasuredFromTheLastWrite()
{
    SilenceWatch watch;
    QVERIFY(!watch.due(1'000, 100)); // the head went out
    QVERIFY(!watch.due(1'099, 100));
    QVERIFY(watch.due(1'100, 100));
    QVERIFY(!watch.due(1'150, 100));
    QVERIFY(watch.due(1'200, 100));
    watch.sent();
    QVERIFY(!watch.due(1'300, 100));
    QVERIFY(!watch.due(1'399, 100));
    QVERIFY(watch.due(1'400, 100));
}

void TestKeepAlive::everyDialectHasItsOwn()
{
    for (const Dialect dialect : {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Gemini})
        QCOMPARE(keepAliveEvent(dialect, StreamFraming::Sse), std::string_view(": keep-alive\n\n"));
    QVERIFY(keepAliveEvent(Dialect::Anthropic, StreamFraming::Sse).starts_with("event: ping\ndata: {"));
    QVERIFY(keepAliveEvent(Dialect::Ollama, StreamFraming::Ndjson).empty());
    QVERIFY(keepAliveEvent(Dialect::Gemini, StreamFraming::JsonArray).empty());
}

void TestKeepAlive::silentStreamIsKeptAlive_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"openai-chat", "anthropic", "gemini"})
        QTest::newRow(name) << QByteArray(name);
}

void TestKeepAlive::silentStreamIsKeptAlive()
{
    QFETCH(QByteArray, name);
    const Case c = caseOf(name);
    HttpExchange *held = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        // Half an event stands at the end: what follows must not be torn by a ping.
        GatewayFixture::replyEvents(exchange, c.begin + c.end.substr(0, 9), false);
        held = &exchange;
    });
    GatewayFixture gateway(Millis(300));
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.providers[0].dialect = c.dialect;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, c.path, c.body);
    QTRY_VERIFY(reply.body.ends_with(c.ping + c.ping) || reply.over());
    QVERIFY2(!reply.over(), reply.body.c_str());
    held->write(c.end.substr(9));
    held->finish();
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.body.starts_with(c.begin + c.ping));
    QVERIFY(reply.body.ends_with(c.ping + c.end));
    const size_t pings = reply.body.size() - c.begin.size() - c.end.size();
    QCOMPARE(pings % c.ping.size(), size_t{0}); // nothing else came in between
}

// A stream that has shown no content may still move to another target, so its head is not sent.
void TestKeepAlive::nothingGoesOutBeforeTheHead()
{
    HttpExchange *held = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n", false);
        held = &exchange;
    });
    GatewayFixture gateway(Millis(100));
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1","stream":true,"messages":[]})");
    QTRY_VERIFY(held);
    QTest::qWait(900); // several of the gateway's looks at the clock
    QCOMPARE(reply.heads, 0);
    held->write(GatewayFixture::goodEvents);
    held->finish();
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.body.ends_with(GatewayFixture::goodEvents));
}

QTEST_GUILESS_MAIN(TestKeepAlive)
#include "tst_keep_alive.moc"
