// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <random>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/anthropic_reply.h"
#endif

// Declared before the raw strings below, among which moc loses its way.
class TestAnthropicReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyChunkingGivesTheSame();
    void streamIsFoldedWhole();
    void ownStreamIsEncodedAgain();
    void wholeReplyGoesThere_andBack();
    void deathInMidStream();
    void errorEventIsTheLast();
    void errorInsideA200();
    void malformed();
    void argumentsInTheStartAreKept();
    void unknownFieldsAreReportedOnce();
    void stopReasons_data();
    void stopReasons();
};

using namespace signalbox;
using namespace signalbox::anthropic_test;
namespace json = boost::json;

void TestAnthropicReply::anyChunkingGivesTheSame()
{
    const std::string bytes = fullStream();
    Run whole;
    decode(whole, bytes, [&] { return bytes.size(); });
    QVERIFY(whole.fed && whole.finished);
    Run single;
    decode(single, bytes, [] { return size_t{1}; });
    QCOMPARE(single.recorder.log.text, whole.recorder.log.text);
    QCOMPARE(single.recorder.sent, whole.recorder.sent);
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 random(seed);
        Run pieces;
        decode(pieces, bytes, [&] { return size_t{random() % 37 + 1}; });
        QCOMPARE(pieces.recorder.log.text, whole.recorder.log.text);
        QCOMPARE(pieces.recorder.sent, whole.recorder.sent);
    }
}

void TestAnthropicReply::streamIsFoldedWhole()
{
    const std::string bytes = fullStream();
    Run run;
    decode(run, bytes, [] { return size_t{11}; });
    const FoldedReply &reply = run.recorder.folder.reply();
    QCOMPARE(reply.id, std::string("msg_1"));
    const std::vector<FoldedPart> &parts = reply.choices.front().parts;
    QCOMPARE(parts.size(), size_t{5});
    QCOMPARE(parts[0].text, std::string("Let me \"see\" … 🙂"));
    QCOMPARE(parts[0].signature, std::string("EqQB+/=="));
    QCOMPARE(parts[1].signature, std::string("abc=="));
    QCOMPARE(parts[2].text, std::string("grüß\n€"));
    QCOMPARE(parts[2].citations.size(), size_t{1});
    QCOMPARE(parts[3].text,
             std::string(R"({"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}})"));
    QCOMPARE(parts[4].text, std::string(R"({"city": "Oslo"})"));
    QCOMPARE(reply.choices.front().finish, FinishReason::ToolCalls);
    QCOMPARE(reply.usage.input, std::optional<int64_t>(8));
    QCOMPARE(reply.usage.output, std::optional<int64_t>(5));
    QCOMPARE(reply.usage.reasoning, std::optional<int64_t>(2));
    QVERIFY(run.losses.empty());
}

void TestAnthropicReply::ownStreamIsEncodedAgain()
{
    Run first;
    decode(first, fullStream(), [] { return size_t{4096}; });
    Run second;
    decode(second, first.recorder.sent, [] { return size_t{7}; });
    QVERIFY(second.fed && second.finished);
    QCOMPARE(second.recorder.sent, first.recorder.sent);
    QVERIFY(contains(first.recorder.sent, R"("signature":"EqQB+/==")"));
    QVERIFY(contains(first.recorder.sent, R"("type":"redacted_thinking","data":"abc==")"));
    QVERIFY(contains(first.recorder.sent, R"("type":"char_location")"));
}

void TestAnthropicReply::wholeReplyGoesThere_andBack()
{
    const std::string body =
        R"({"id":"msg_2","type":"message","role":"assistant","model":"m","content":[)"
        R"({"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},)"
        R"({"type":"text","text":"hi"},{"type":"tool_use","id":"toolu_9","name":"f","input":{"b":1,"a":[2.5]}},)"
        R"({"type":"web_search_tool_result","tool_use_id":"x","content":[]}],"stop_reason":"stop_sequence",)"
        R"("stop_sequence":"END","usage":{"input_tokens":1,"cache_creation_input_tokens":2,)"
        R"("cache_read_input_tokens":3,"output_tokens":4,"service_tier":"standard"}})";
    Run run;
    decodeWhole(run, body);
    QVERIFY(run.finished);
    QVERIFY(run.losses.empty());
    const std::string again = anthropic::codec().encodeReply(run.recorder.folder.reply(), usualOptions);
    QCOMPARE(again, body);
}

void TestAnthropicReply::deathInMidStream()
{
    const std::string bytes = fullStream();
    for (const size_t cut : {size_t{0}, size_t{10}, bytes.size() / 2, bytes.size() - stream({stopEvent}).size()}) {
        Run run;
        decode(run, bytes.substr(0, cut), [] { return size_t{100}; });
        QVERIFY(run.fed && !run.finished);
        QCOMPARE(run.finished.error().code, std::string("stream_incomplete"));
    }
}

void TestAnthropicReply::errorEventIsTheLast()
{
    const std::string bytes = stream(
        {startEvent, {"error", R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})"}, stopEvent});
    Run run;
    decode(run, bytes, [] { return size_t{5}; });
    QVERIFY(run.finished);
    QVERIFY(run.recorder.folder.reply().failure);
    QCOMPARE(run.recorder.folder.reply().failure->httpStatus, 529);
    QCOMPARE(run.recorder.folder.reply().failure->message, std::string("busy"));
    QVERIFY(run.recorder.sent.ends_with(
        "event: error\ndata: "
        R"({"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":null})"
        "\n\n"));
}

void TestAnthropicReply::errorInsideA200()
{
    Run run;
    decodeWhole(run, R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})");
    QVERIFY(run.finished);
    QCOMPARE(run.recorder.folder.reply().failure->httpStatus, 429);
}

void TestAnthropicReply::malformed()
{
    Run run;
    decode(run, stream({startEvent, {"content_block_delta", "{\"type\": "}}), [] { return size_t{9}; });
    QVERIFY(!run.fed);
    QCOMPARE(run.fed.error().code, std::string("reply_invalid"));
    QVERIFY(contains(run.recorder.log.text, "message 0|msg_1"));
    Run body;
    decodeWhole(body, "<html>");
    QVERIFY(!body.finished);
    Run noContent;
    decodeWhole(noContent, R"({"id":"x"})");
    QVERIFY(!noContent.finished);
}

void TestAnthropicReply::argumentsInTheStartAreKept()
{
    const std::string bytes = stream(
        {startEvent,
         {"content_block_start",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{"x":1}}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":0})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"b","name":"g","input":{}}})"},
         {"message_delta", R"({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{}})"},
         stopEvent});
    Run run;
    decode(run, bytes, [] { return size_t{50}; });
    QVERIFY(run.finished);
    QCOMPARE(run.recorder.folder.reply().choices[0].parts[0].text, std::string(R"({"x":1})"));
    QCOMPARE(run.recorder.folder.reply().choices[0].parts[1].text, std::string("{}"));
}

void TestAnthropicReply::unknownFieldsAreReportedOnce()
{
    const Event delta = {
        "content_block_delta",
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a","new_thing":1}})"};
    const std::string bytes =
        stream({startEvent,
                {"content_block_start",
                 R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"},
                delta,
                delta,
                stopEvent});
    Run run;
    decode(run, bytes, [] { return size_t{4096}; });
    QCOMPARE(run.losses.size(), size_t{1});
    QCOMPARE(run.losses[0].pointer, std::string("/delta/new_thing"));
    QVERIFY(run.losses[0].reply);
}

void TestAnthropicReply::stopReasons_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<int>("reason");
    QTest::newRow("end_turn") << QByteArray("end_turn") << static_cast<int>(FinishReason::Stop);
    QTest::newRow("max_tokens") << QByteArray("max_tokens") << static_cast<int>(FinishReason::Length);
    QTest::newRow("refusal") << QByteArray("refusal") << static_cast<int>(FinishReason::Refusal);
    QTest::newRow("pause_turn") << QByteArray("pause_turn") << static_cast<int>(FinishReason::Pause);
    QTest::newRow("context") << QByteArray("model_context_window_exceeded") << static_cast<int>(FinishReason::Length);
}

void TestAnthropicReply::stopReasons()
{
    QFETCH(QByteArray, wire);
    QFETCH(int, reason);
    Run run;
    decodeWhole(run,
                R"({"id":"m","content":[{"type":"text","text":"x"}],"stop_reason":")" + wire.toStdString() + "\"}");
    const FoldedReply &reply = run.recorder.folder.reply();
    QCOMPARE(static_cast<int>(*reply.choices[0].finish), reason);
    const std::string again = anthropic::codec().encodeReply(reply, usualOptions);
    QVERIFY(contains(again, "\"stop_reason\":\"" + wire.toStdString() + "\""));
}

QTEST_APPLESS_MAIN(TestAnthropicReply)
#include "tst_anthropic_reply.moc"
