// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/dialect/openai_responses/errors.h"

#include <QtTest/QTest>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/openai_responses_reply.h"
#endif

using namespace signalbox;
using namespace signalbox::openai_responses;

class TestOpenAiResponsesReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wholeReplies()
    {
        Both sink(codec(), plainOptions());
        QVERIFY(run(rich, sink, {}));
        const std::string body = codec().encodeReply(sink.folder.reply(), plainOptions());
        Both again(codec(), plainOptions());
        QVERIFY(codec().replyDecoder()->whole(body, again));
        QCOMPARE(bytes(codec().encodeReply(again.folder.reply(), plainOptions())), bytes(body));
        Listing failed;
        QVERIFY(codec().replyDecoder()->whole(R"({"error":{"message":"no","type":"authentication_error"}})", failed));
        QCOMPARE(bytes(failed.text), QByteArray("failure 401 authentication_error no\n"));
        Listing pending;
        QVERIFY(!codec().replyDecoder()->whole(R"({"id":"resp_1","status":"queued","output":[]})", pending));
        QVERIFY(!codec().replyDecoder()->whole("[]", pending));
        QVERIFY(!codec().replyDecoder()->whole("{}", pending));
    }

    void usageClassesAreDisjoint_data()
    {
        QTest::addColumn<QByteArray>("usage");
        QTest::addColumn<QByteArray>("classes");
        const auto row = [](const char *name, int input, int cached, int written, int output, int reasoning,
                            const char *classes) {
            const QByteArray writes =
                written < 0 ? QByteArray() : ",\"cache_write_tokens\":" + QByteArray::number(written);
            QTest::newRow(name) << QByteArray(
                                       "{\"input_tokens\":" + QByteArray::number(input) +
                                       ",\"input_tokens_details\":{\"cached_tokens\":" + QByteArray::number(cached) +
                                       writes + "},\"output_tokens\":" + QByteArray::number(output) +
                                       ",\"output_tokens_details\":{\"reasoning_tokens\":" +
                                       QByteArray::number(reasoning) + "},\"total_tokens\":1}")
                                << QByteArray(classes);
        };
        row("01", 36, 0, 0, 87, 0, "36/0/0/87/0");
        row("02", 10112, 9600, 0, 1200, 1024, "512/9600/0/1200/1024");
        row("03", 16000, 12000, 0, 64, 0, "4000/12000/0/64/0");
        row("04", 75, 0, 0, 640, 576, "75/0/0/640/576");
        row("05", 43160, 40960, 0, 2, 0, "2200/40960/0/2/0");
        row("06", 129, 128, 0, 3000, 2944, "1/128/0/3000/2944");
        row("07", 15000, 0, 0, 900, 0, "15000/0/0/900/0");
        row("08", 2800, 2000, 700, 50, 0, "100/2000/700/50/0");
        row("09", 100, 0, -1, 50, 0, "100/0/0/50/0");
        row("10", 300000, 40000, 0, 1000, 800, "260000/40000/0/1000/800");
        row("xai-07", 500, 0, 0, 300, 250, "500/0/0/300/250");
    }

    void usageClassesAreDisjoint()
    {
        QFETCH(QByteArray, usage);
        QFETCH(QByteArray, classes);
        Both sink(codec(), plainOptions());
        const std::string body =
            R"({"id":"resp_1","status":"completed","output":[],"usage":)" + usage.toStdString() + "}";
        QVERIFY(codec().replyDecoder()->whole(body, sink));
        QCOMPARE(bytes(sink.log.text), QByteArray("start resp_1 \nusage " + classes + "\nfinish 0 \n"));
        sink.end();
        const json::value back = readWire(sink.sent).last.at("usage");
        const json::value sent = json::parse(usage.toStdString());
        for (const char *key : {"input_tokens", "output_tokens"})
            QCOMPARE(back.at(key), sent.at(key));
    }

    void toolsComeBackAsTheyWereDeclared()
    {
        LossReport losses;
        const auto conversation = codec().decodeRequest(
            R"({"model":"gpt-5.4","instructions":"I","input":"a","include":["reasoning.encrypted_content"],"metadata":{"k":"v"},"tools":[{"type":"custom","name":"apply_patch"},{"type":"namespace","name":"mcp__git","description":"","tools":[{"type":"function","name":"log","parameters":{}}]}]})",
            {}, losses);
        QVERIFY(conversation);
        Both sink(codec(), plainOptions(&*conversation));
        sink.take(MessageStart{"msg_01", "claude"});
        sink.take(PartStart{0, ReplyPartKind::Thinking, 0, {}, {}, false, {}, {}, {}, Dialect::Anthropic});
        sink.take(PartDelta{0, "hm"});
        sink.take(PartDelta{0, {}, "SIG"});
        sink.take(PartEnd{0});
        sink.take(PartStart{1, ReplyPartKind::ToolCall, 0, "toolu_1", "apply_patch"});
        sink.take(PartStart{2, ReplyPartKind::ToolCall, 0, {}, "mcp__git__log"});
        sink.take(PartDelta{1, "{\"input\":\"*** Be"});
        sink.take(PartDelta{2, ""});
        sink.take(PartDelta{1, "gin\\n\"}"});
        sink.take(PartEnd{2});
        sink.take(PartEnd{1});
        sink.take(Finish{FinishReason::ToolCalls});
        sink.take(UsageReport{{1, 2, 3, 4, 0}});
        sink.end();
        const Wire wire = readWire(sink.sent);
        QCOMPARE(bytes(wire.mistake), QByteArray());
        QCOMPARE(wire.output.size(), size_t(3));
        QCOMPARE(wire.output[0].at("encrypted_content"), json::value("SIG"));
        QCOMPARE(wire.output[1].at("type"), json::value("custom_tool_call"));
        QCOMPARE(wire.output[1].at("input"), json::value("*** Begin\n"));
        QCOMPARE(wire.output[1].at("call_id"), json::value("toolu_1"));
        QCOMPARE(wire.output[2].at("name"), json::value("log"));
        QCOMPARE(wire.output[2].at("namespace"), json::value("mcp__git"));
        QCOMPARE(wire.output[2].at("arguments"), json::value("{}"));
        QVERIFY(wire.output[2].at("call_id").as_string().starts_with("call_"));
        QCOMPARE(wire.last.at("instructions"), json::value("I"));
        QCOMPARE(wire.last.at("tools").as_array().size(), size_t(2));
        QCOMPARE(wire.last.at("metadata").at("k"), json::value("v"));
        QCOMPARE(wire.last.at("usage").at("input_tokens"), json::value(6)); // late usage counts
        QVERIFY(wire.last.at("id").as_string().starts_with("resp_"));
        const json::value folded = json::parse(codec().encodeReply(sink.folder.reply(), plainOptions(&*conversation)));
        QCOMPARE(bytes(jsonText(folded.at("output"))), bytes(jsonText(wire.last.at("output"))));
    }

    void finishReasons_data()
    {
        QTest::addColumn<int>("reason");
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<QByteArray>("incomplete");
        const auto row = [](const char *name, FinishReason reason, const char *event, const char *incomplete) {
            QTest::newRow(name) << static_cast<int>(reason) << QByteArray(event) << QByteArray(incomplete);
        };
        row("stop", FinishReason::Stop, "response.completed", "null");
        row("stop sequence", FinishReason::StopSequence, "response.completed", "null");
        row("calls", FinishReason::ToolCalls, "response.completed", "null");
        row("length", FinishReason::Length, "response.incomplete", R"({"reason":"max_output_tokens"})");
        row("filter", FinishReason::ContentFilter, "response.incomplete", R"({"reason":"content_filter"})");
        row("refusal without a word", FinishReason::Refusal, "response.incomplete", R"({"reason":"content_filter"})");
        row("pause", FinishReason::Pause, "response.completed", "null");
        row("other", FinishReason::Other, "response.completed", "null");
    }

    void finishReasons()
    {
        QFETCH(int, reason);
        QFETCH(QByteArray, event);
        QFETCH(QByteArray, incomplete);
        Both sink(codec(), plainOptions());
        sink.take(MessageStart{});
        sink.take(PartStart{0, ReplyPartKind::Text});
        sink.take(PartDelta{0, "a"});
        sink.take(Finish{static_cast<FinishReason>(reason)});
        sink.end();
        const Wire wire = readWire(sink.sent);
        QCOMPARE(bytes(wire.mistake), QByteArray());
        QCOMPARE(bytes(wire.types.back()), event);
        QCOMPARE(bytes(jsonText(wire.last.at("incomplete_details"))), incomplete);
        QCOMPARE(wire.last.at("model"), json::value("asked"));
    }

    void errorShapes_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](int status, const char *type) {
            QTest::addRow("%d", status) << status << QByteArray(type);
        };
        row(400, "invalid_request_error");
        row(401, "authentication_error");
        row(403, "permission_error");
        row(404, "not_found_error");
        row(413, "invalid_request_error");
        row(429, "rate_limit_error");
        row(500, "server_error");
        row(502, "server_error");
        row(503, "server_error");
        row(529, "server_error");
    }

    void errorShapes()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        const json::value body = json::parse(codec().errorBody({"x", "text", status}));
        QCOMPARE(bytes(body.at("error").at("type").as_string()), type);
        const Error read = codec().readError(status, json::serialize(body));
        QCOMPARE(bytes(read.code), QByteArray("x"));
        QCOMPARE(bytes(read.message), QByteArray("text"));
        QCOMPARE(read.httpStatus, status);
        const Wire wire = readWire(codec().errorEvent({"x", "text", status}, StreamFraming::Sse));
        QCOMPARE(bytes(wire.types.back()), QByteArray("response.failed"));
        QCOMPARE(wire.last.at("error").at("message"), json::value("text"));
    }

    void foreignErrorBodiesAreRead()
    {
        QCOMPARE(bytes(codec().readError(502, "<html>Bad gateway</html>").message),
                 QByteArray("<html>Bad gateway</html>"));
        QCOMPARE(codec().readError(500, "").httpStatus, 500);
        QVERIFY(!codec().readError(500, "").message.empty());
        QCOMPARE(bytes(codec().readError(400, R"({"error":"plain"})").message), QByteArray("plain"));
        QCOMPARE(bytes(codec().readError(429, R"({"error":{"code":429,"message":"m"}})").code), QByteArray("429"));
        std::string lengthy = "a";
        for (int i = 0; i < 400; ++i)
            lengthy += "\xC3\xBC";
        const std::string cut = codec().readError(500, lengthy).message;
        QVERIFY(cut.size() <= 500 && cut.size() % 2 == 1);
    }

    void unknownFieldsOfRepliesAreNoted()
    {
        const auto decoder = codec().replyDecoder();
        Listing sink;
        const std::string stream =
            created +
            frame(
                R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a","tone":"warm","obfuscation":"xx"})") +
            frame(
                R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"b","tone":"cold"})") +
            completed;
        QVERIFY(decoder->feed(stream, sink));
        QCOMPARE(decoder->losses().size(), size_t(1));
        QCOMPARE(bytes(decoder->losses().front().pointer), QByteArray("/tone"));
    }
};

QTEST_APPLESS_MAIN(TestOpenAiResponsesReply)
#include "tst_openai_responses_reply.moc"
