// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/dialect/openai_responses/errors.h"

#include <QtTest/QTest>

#include <random>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/openai_responses_reply.h"
#endif

using namespace signalbox;
using namespace signalbox::openai_responses;

class TestOpenAiResponsesStream final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamBecomesEvents()
    {
        Both sink(codec(), plainOptions());
        const auto done = run(rich, sink, {});
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QCOMPARE(bytes(sink.log.text), QByteArray(richEvents));
    }

    void anyChunkingIsTheSame()
    {
        Both whole(codec(), plainOptions());
        QVERIFY(run(rich, whole, {}));
        whole.end();
        std::vector<std::vector<size_t>> splits(1);
        for (size_t i = 1; i < rich.size(); ++i)
            splits[0].push_back(i);
        std::mt19937 random(7);
        for (int i = 0; i < 60; ++i) {
            std::vector<size_t> cuts;
            for (int n = 0; n < 40; ++n)
                cuts.push_back(random() % rich.size());
            std::sort(cuts.begin(), cuts.end());
            splits.push_back(cuts);
        }
        for (const auto &cuts : splits) {
            Both pieces(codec(), plainOptions());
            QVERIFY(run(rich, pieces, cuts));
            pieces.end();
            QCOMPARE(bytes(pieces.log.text), bytes(whole.log.text));
            QCOMPARE(bytes(pieces.sent), bytes(whole.sent));
        }
    }

    void reencodedStreamIsWhatSdksTake()
    {
        Both sink(codec(), plainOptions());
        QVERIFY(run(rich, sink, {}));
        sink.end();
        const Wire wire = readWire(sink.sent);
        QCOMPARE(bytes(wire.mistake), QByteArray());
        QCOMPARE(bytes(wire.types.front()), QByteArray("response.created"));
        QCOMPARE(bytes(wire.types.at(1)), QByteArray("response.in_progress"));
        QCOMPARE(bytes(wire.types.back()), QByteArray("response.completed"));
        QCOMPARE(wire.last.at("output").as_array().size(), size_t(6));
        for (size_t i = 0; i < 6; ++i)
            QCOMPARE(bytes(jsonText(wire.last.at("output").at(i))), bytes(jsonText(wire.output.at(i))));
        for (const char *key : {"id",
                                "object",
                                "created_at",
                                "status",
                                "error",
                                "incomplete_details",
                                "instructions",
                                "metadata",
                                "model",
                                "output",
                                "parallel_tool_calls",
                                "temperature",
                                "tool_choice",
                                "tools",
                                "top_p",
                                "usage",
                                "text",
                                "reasoning",
                                "truncation",
                                "store"})
            QVERIFY2(wire.last.as_object().contains(key), key);
        QCOMPARE(bytes(jsonText(wire.last.at("usage"))),
                 QByteArray(R"({"input_tokens":12,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":0},)"
                            R"("output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":17})"));
        // The whole reply is the same response.
        const json::value folded = json::parse(codec().encodeReply(sink.folder.reply(), plainOptions()));
        QCOMPARE(bytes(jsonText(folded.at("output"))), bytes(jsonText(wire.last.at("output"))));
    }

    void nothingIsLostOrDoubled_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArray>("events");
        const auto row = [](const char *name, const std::string &stream, const char *events) {
            QTest::newRow(name) << bytes(stream) << QByteArray(events);
        };
        const std::string callDone = frame(
            R"({"type":"response.output_item.done","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":"{\u0022a\u0022:1}"}})");
        row("arguments only when done",
            created +
                frame(
                    R"({"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":""}})") +
                frame(
                    R"({"type":"response.function_call_arguments.done","item_id":"fc_1","output_index":0,"arguments":"{\u0022a\u0022:1}"})") +
                callDone + completed,
            "start resp_1 gpt-5.4\n+0 call c f\n0 {\"a\":1}\n-0\nusage 8/4/0/5/2\nfinish 3 \n");
        row("item only when done", created + callDone + completed,
            "start resp_1 gpt-5.4\n+0 call c f\n0 {\"a\":1}\n-0\nusage 8/4/0/5/2\nfinish 3 \n");
        row("deltas without added",
            created +
                frame(
                    R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"\u007b\u0022a\u0022"})") +
                callDone + completed,
            "start resp_1 gpt-5.4\n+0 call c f\n0 {\"a\"\n0 :1}\n-0\nusage 8/4/0/5/2\nfinish 3 \n");
        row("arguments already when added",
            created +
                frame(
                    R"({"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":"{\u0022a\u0022:1}"}})") +
                frame(
                    R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"{\u0022a\u0022:1}"})") +
                callDone + completed,
            "start resp_1 gpt-5.4\n+0 call c f\n0 {\"a\":1}\n-0\nusage 8/4/0/5/2\nfinish 3 \n");
        row("everything only at the end",
            frame(
                R"({"type":"response.completed","response":{"id":"resp_1","model":"m","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]},{"type":"refusal","refusal":"no"}]}]}})"),
            "start resp_1 m\n+0 text\n0 hi\n-0\n+1 refusal\n1 no\n-1\nfinish 0 \n");
        row("other ids in each event",
            created +
                frame(
                    R"({"type":"response.output_item.added","output_index":0,"item":{"id":"A","type":"message","content":[]}})") +
                frame(
                    R"({"type":"response.output_text.delta","item_id":"B","output_index":0,"content_index":0,"delta":"hi"})") +
                frame(
                    R"({"type":"response.output_item.done","output_index":0,"item":{"id":"C","type":"message","content":[{"type":"output_text","text":"hi"}]}})") +
                frame(
                    R"({"type":"response.completed","response":{"status":"completed","output":[{"id":"D","type":"message","content":[{"type":"output_text","text":"hi"}]}]}})"),
            "start resp_1 gpt-5.4\n+0 text\n0 hi\n-0\nfinish 0 \n");
        row("no events named, no numbers",
            frame(R"({"type":"response.output_text.delta","delta":"a"})") +
                frame(R"({"type":"response.output_text.delta","delta":"b"})") + completed,
            "start  \n+0 text\n0 a\n0 b\n-0\nusage 8/4/0/5/2\nfinish 0 \n");
        row("reasoning in the open",
            created +
                frame(
                    R"({"type":"response.reasoning_text.delta","item_id":"rs_1","output_index":0,"content_index":0,"delta":"h"})") +
                frame(
                    R"({"type":"response.reasoning_text.done","item_id":"rs_1","output_index":0,"content_index":0,"text":"hm"})") +
                completed,
            "start resp_1 gpt-5.4\n+0 thinking\n0 h\n0 m\n-0\nusage 8/4/0/5/2\nfinish 0 \n");
        row("image",
            created +
                frame(
                    R"({"type":"response.output_item.done","output_index":0,"item":{"id":"ig_1","type":"image_generation_call","status":"completed","output_format":"webp","result":"UklG"}})") +
                completed,
            "start resp_1 gpt-5.4\n+0 image image/webp\n0 UklG\n-0\nusage 8/4/0/5/2\nfinish 0 \n");
        row("cut by the limit",
            created + frame(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"})") +
                frame(
                    R"({"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}})"),
            "start resp_1 gpt-5.4\n+0 text\n0 a\n-0\nfinish 2 max_output_tokens\n");
        row("refusal alone",
            created + frame(R"({"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"no"})") +
                completed,
            "start resp_1 gpt-5.4\n+0 refusal\n0 no\n-0\nusage 8/4/0/5/2\nfinish 5 \n");
        row("failed",
            created +
                frame(
                    R"({"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}})") +
                completed,
            "start resp_1 gpt-5.4\nfailure 429 rate_limit_exceeded slow\n");
        row("error event",
            created +
                frame(R"({"type":"error","code":"server_error","message":"oh","param":null,"sequence_number":3})"),
            "start resp_1 gpt-5.4\nfailure 500 server_error oh\n");
        row("error event, wrapped",
            frame(R"({"type":"error","error":{"type":"invalid_request_error","code":null,"message":"oh"}})"),
            "failure 400 invalid_request_error oh\n");
    }

    void nothingIsLostOrDoubled()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArray, events);
        Listing sink;
        const auto done = run(stream.toStdString(), sink, {});
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QCOMPARE(bytes(sink.text), events);
    }

    void deathIsNotAnEnd()
    {
        const size_t cut = rich.find("response.completed") - 10;
        Both sink(codec(), plainOptions());
        const auto done = run(rich.substr(0, cut), sink, {});
        QVERIFY(!done);
        QCOMPARE(bytes(done.error().code), QByteArray("stream_incomplete"));
        sink.take(Failure{done.error()});
        sink.take(PartDelta{0, "late"});
        const Wire wire = readWire(sink.sent);
        QCOMPARE(bytes(wire.mistake), QByteArray());
        QCOMPARE(bytes(wire.types.back()), QByteArray("response.failed"));
        QVERIFY(std::find(wire.types.begin(), wire.types.end(), "response.completed") == wire.types.end());
        QCOMPARE(wire.last.at("status"), json::value("failed"));
        QCOMPARE(wire.last.at("error").at("code"), json::value("server_error"));
        Listing broken;
        QCOMPARE(bytes(run("data: {broken\n\n", broken, {}).error().code), QByteArray("reply_invalid"));
        // Failing before anything came: SDKs want response.created first.
        std::string early;
        codec().replyEncoder(plainOptions())->take(Failure{{"overloaded_error", "busy", 529}}, early);
        const Wire first = readWire(early);
        QCOMPARE(bytes(first.types.front()), QByteArray("response.created"));
        QCOMPARE(first.last.at("error").at("code"), json::value("server_is_overloaded"));
    }
};

QTEST_APPLESS_MAIN(TestOpenAiResponsesStream)
#include "tst_openai_responses_stream.moc"
