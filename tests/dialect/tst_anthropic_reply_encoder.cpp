// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/anthropic_reply.h"
#endif

// Declared before the raw strings below, among which moc loses its way.
class TestAnthropicReplyEncoder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodesParallelCallsOneAfterAnother();
    void encodesForeignParts();
    void failureEndsTheStream();
    void errors_data();
    void errors();
    void readsOtherErrors();
    void lists();
    void speedOfAnEvent();
    void tiersAreNotInvented_data();
    void tiersAreNotInvented();
    void cacheWritesKeepTheirTimes();
};

using namespace signalbox;
using namespace signalbox::anthropic_test;
namespace json = boost::json;

void TestAnthropicReplyEncoder::encodesParallelCallsOneAfterAnother()
{
    TokenUsage counts;
    counts.input = 7;
    counts.output = 3;
    const std::string out =
        encodeAll({MessageStart{"", "gpt"}, partStart(0, ReplyPartKind::ToolCall, "call.1", "f"),
                   partStart(1, ReplyPartKind::ToolCall, "", "g"), partDelta(0, "{\"a\""), partDelta(1, "{\"b\":"),
                   partDelta(0, ":1}"), partDelta(1, "2}"), Finish{FinishReason::Stop}, UsageReport{counts}});
    QCOMPARE(typesOf(out), std::string("message_start content_block_start content_block_delta content_block_delta "
                                       "content_block_stop content_block_start content_block_delta content_block_stop "
                                       "message_delta message_stop "));
    QVERIFY(contains(out, R"("index":1,"delta":{"type":"input_json_delta","partial_json":"{\"b\":2}"})"));
    QVERIFY(contains(out, R"("stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":7)"));
    QVERIFY(!contains(out, "call.1"));
    QVERIFY(contains(out, R"("id":"msg_)"));
}

void TestAnthropicReplyEncoder::encodesForeignParts()
{
    PartStart thought = partStart(0, ReplyPartKind::Thinking);
    thought.dialect = Dialect::Gemini;
    PartDelta signedDelta = partDelta(0, "hm");
    signedDelta.signature = "gemini-signature";
    PartStart native = partStart(1, ReplyPartKind::Native);
    native.dialect = Dialect::Gemini;
    native.nativeType = "executableCode";
    PartStart custom = partStart(2, ReplyPartKind::ToolCall, "c", "apply_patch");
    custom.custom = true;
    PartStart image = partStart(3, ReplyPartKind::Image);
    image.mimeType = "image/png";
    const std::string out =
        encodeAll({MessageStart{"r", "m"}, thought, signedDelta, PartEnd{0}, native, partDelta(1, "{\"code\":1}"),
                   PartEnd{1}, custom, partDelta(2, "*** \"x\""), PartEnd{2}, image, partDelta(3, "iVBOR"), PartEnd{3},
                   partStart(4, ReplyPartKind::Text), PartEnd{4}, Finish{FinishReason::ToolCalls}});
    QVERIFY(contains(out, R"("thinking":"hm")"));
    QVERIFY(!contains(out, "gemini-signature"));
    QVERIFY(contains(out, "[executableCode]"));
    QVERIFY(contains(out, R"("partial_json":"{\"input\":\"*** \\\"x\\\"\"}")"));
    QVERIFY(contains(out, "[image image/png"));
    QVERIFY(!contains(out, R"("index":4)")); // the empty text
}

void TestAnthropicReplyEncoder::failureEndsTheStream()
{
    std::string out;
    const auto encoder = anthropic::codec().replyEncoder(usualOptions);
    encoder->take(MessageStart{"a", "b"}, out);
    encoder->take(Failure{Error("x", "gone", 502)}, out);
    const size_t size = out.size();
    encoder->take(partStart(0, ReplyPartKind::Text), out);
    encoder->ping(out);
    encoder->end(out);
    QCOMPARE(out.size(), size);
    QCOMPARE(typesOf(out), std::string("error "));
}

void TestAnthropicReplyEncoder::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    const std::initializer_list<std::pair<int, const char *>> rows = {{400, "invalid_request_error"},
                                                                      {401, "authentication_error"},
                                                                      {403, "permission_error"},
                                                                      {404, "not_found_error"},
                                                                      {413, "request_too_large"},
                                                                      {422, "invalid_request_error"},
                                                                      {429, "rate_limit_error"},
                                                                      {500, "api_error"},
                                                                      {502, "api_error"},
                                                                      {503, "overloaded_error"},
                                                                      {504, "timeout_error"},
                                                                      {529, "overloaded_error"}};
    for (const auto &[status, type] : rows)
        QTest::newRow(type) << status << QByteArray(type);
}

void TestAnthropicReplyEncoder::errors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    const Codec &codec = anthropic::codec();
    const std::string body = codec.errorBody({"any", "why \"so\"", status});
    QCOMPARE(body, R"({"type":"error","error":{"type":")" + type.toStdString() +
                       R"(","message":"why \"so\""},"request_id":null})");
    const Error read = codec.readError(status, body);
    QCOMPARE(read.code, type.toStdString());
    QCOMPARE(read.message, std::string("why \"so\""));
    QCOMPARE(codec.errorEvent({"any", "why \"so\"", status}, StreamFraming::Sse),
             "event: error\ndata: " + body + "\n\n");
}

void TestAnthropicReplyEncoder::readsOtherErrors()
{
    const Codec &codec = anthropic::codec();
    QCOMPARE(codec.readError(500, "oops").message, std::string("oops"));
    QCOMPARE(codec.readError(502, "<html><head><title>502 Bad Gateway</title></head>").message,
             std::string("502 Bad Gateway"));
    QCOMPARE(codec.readError(400, R"({"detail":"no"})").message, std::string("no"));
    QCOMPARE(codec.readError(400, R"({"error":"no"})").message, std::string("no"));
    QVERIFY(!codec.readError(503, "").message.empty());
    std::string text(499, 'a');
    text += "€€";
    QCOMPARE(codec.readError(500, text).message, std::string(499, 'a'));
}

void TestAnthropicReplyEncoder::lists()
{
    const Codec &codec = anthropic::codec();
    const std::vector<ListedModel> models = {{"a/b", "x", 200000, 64000, {}}, {"c", "y"}};
    QCOMPARE(codec.modelList(models),
             std::string(R"({"data":[{"type":"model","id":"a/b","display_name":"a/b",)"
                         R"("created_at":"1970-01-01T00:00:00Z","max_input_tokens":200000,"max_tokens":64000},)"
                         R"({"type":"model","id":"c","display_name":"c","created_at":"1970-01-01T00:00:00Z",)"
                         R"("max_input_tokens":null,"max_tokens":null}],"has_more":false,"first_id":"a/b",)"
                         R"("last_id":"c"})"));
    QCOMPARE(codec.modelList({}), std::string(R"({"data":[],"has_more":false,"first_id":null,"last_id":null})"));
    QCOMPARE(codec.tokenCount(12), std::string(R"({"input_tokens":12})"));
}

void TestAnthropicReplyEncoder::speedOfAnEvent()
{
    std::string bytes =
        stream({startEvent,
                {"content_block_start",
                 R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"}});
    for (int i = 0; i < 1000; ++i)
        bytes += "event: content_block_delta\ndata: "
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello there"}})"
                 "\n\n";
    bytes += stream({stopEvent});
    QBENCHMARK
    {
        Run run;
        decode(run, bytes, [] { return size_t{120}; });
        QVERIFY(run.finished);
    }
}

void TestAnthropicReplyEncoder::tiersAreNotInvented_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("nothing said") << QByteArray() << QByteArray("null");
    QTest::newRow("OpenAI's word") << QByteArray("default") << QByteArray("\"standard\"");
    QTest::newRow("own word") << QByteArray("priority") << QByteArray("\"priority\"");
    QTest::newRow("a word of others") << QByteArray("flex") << QByteArray("null");
}

void TestAnthropicReplyEncoder::tiersAreNotInvented()
{
    QFETCH(QByteArray, said);
    QFETCH(QByteArray, shown);
    FoldedReply reply;
    reply.choices.resize(1);
    reply.serviceTier = said.toStdString();
    const json::value body = json::parse(anthropic::codec().encodeReply(reply, usualOptions));
    QCOMPARE(QByteArray::fromStdString(json::serialize(body.at("usage").at("service_tier"))), shown);
}

void TestAnthropicReplyEncoder::cacheWritesKeepTheirTimes()
{
    FoldedReply reply;
    reply.choices.resize(1);
    reply.usage.cacheWrite = 1600;
    reply.usage.cacheWrite1h = 1200;
    const json::value body = json::parse(anthropic::codec().encodeReply(reply, usualOptions));
    const json::value &writes = body.at("usage").at("cache_creation");
    QCOMPARE(writes.at("ephemeral_5m_input_tokens").to_number<int>(), 400);
    QCOMPARE(writes.at("ephemeral_1h_input_tokens").to_number<int>(), 1200);
}

QTEST_APPLESS_MAIN(TestAnthropicReplyEncoder)
#include "tst_anthropic_reply_encoder.moc"
