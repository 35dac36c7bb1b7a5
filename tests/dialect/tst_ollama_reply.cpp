// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"
#include "tests/dialect/encoding_sink.h"
#include "tests/dialect/ollama_event_log.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

#include <random>

using namespace signalbox;
namespace json = boost::json;

namespace {

// What a stream becomes when it comes in these pieces, and what an Ollama client would then be sent.
struct Seen {
    QByteArray events;
    QByteArray again;
};

Seen seenIn(const QByteArray &stream, const std::vector<size_t> &cuts)
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "request";
    EncodingSink<EventLog> sink(ollama::codec(), options);
    const auto decoder = ollama::codec().replyDecoder();
    Result<void> result;
    size_t at = 0;
    const std::string_view all(stream.constData(), static_cast<size_t>(stream.size()));
    const auto feed = [&](size_t end) {
        if (result && end > at)
            result = decoder->feed(all.substr(at, end - at), sink);
        at = std::max(at, end);
    };
    for (const size_t cut : cuts)
        feed(cut);
    feed(all.size());
    if (result)
        result = decoder->finish(sink);
    if (!result)
        sink.log.add("error " + result.error().code);
    sink.end();
    for (const LossEntry &entry : decoder->losses())
        sink.log.add("loss " + entry.pointer);
    return {sink.log.text, QByteArray::fromStdString(sink.sent)};
}

QByteArray eventsOf(const QByteArray &stream)
{
    return seenIn(stream, {}).events;
}

QByteArray eventsOfWhole(const QByteArray &body)
{
    EventLog log;
    const auto decoder = ollama::codec().replyDecoder();
    const auto result = decoder->whole(std::string_view(body.constData(), static_cast<size_t>(body.size())), log);
    if (!result)
        log.add("error " + result.error().code);
    for (const LossEntry &entry : decoder->losses())
        log.add("loss " + entry.pointer);
    return log.text;
}

const QByteArray doneLine =
    R"({"model":"m","created_at":"2025-11-22T16:00:01.5Z","message":{"role":"assistant","content":""},"done":true,)"
    R"("done_reason":"stop","total_duration":9,"load_duration":1,"prompt_eval_count":12,"prompt_eval_duration":2,)"
    R"("eval_count":5,"eval_duration":6})"
    "\n";

QByteArray line(const QByteArray &message)
{
    return R"({"model":"m","created_at":"2025-11-22T18:00:00.123456789+02:00","message":{"role":"assistant",)" +
           message + R"(},"done":false})" + "\n";
}

const QByteArray begin = "message m 1763827200\n";
const QByteArray end = "usage 12 5\nfinish stop stop\n";
const QByteArray endCalls = "usage 12 5\nfinish calls stop\n";

// Everything a stream of Ollama can hold.
QByteArray fullStream()
{
    return line(R"("content":"","thinking":"I 😀 think")") + line(R"("content":"","thinking":" more\n")") +
           line("\"content\":\"Grüße, \\\"you\\\" \\ud83d\\ude00 \\\\\"") + "\r\n" + line(R"("content":" über 𝄞")") +
           line(R"("content":"","tool_calls":[{"function":{"index":0,"name":"f","arguments":{"z":"é\n","a":1}}},)"
                R"({"id":"given","function":{"index":1,"name":"g","arguments":{}}}])") +
           line(R"("content":"","tool_calls":[{"function":{"index":0,"name":"f","arguments":{"z":"2"}}}])") + doneLine;
}

} // namespace

class TestOllamaReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data();
    void streams();
    void failures_data();
    void failures();
    void wholeReplies_data();
    void wholeReplies();
    void anyChunking_data();
    void anyChunking();
    void deathAtEveryByte();
    void usageVectors_data();
    void usageVectors();
    void unknownFields();
    void nothingAfterTheEnd();
    void tooLargeLine();
};

void TestOllamaReply::streams_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("events");
    QTest::newRow("text") << line(R"("content":"Hel")") + line(R"("content":"lo")") + doneLine
                          << begin + "start 0 text ||\ndelta 0 Hel\ndelta 0 lo\nend 0\n" + end;
    QTest::newRow("thinking, then text")
        << line(R"("content":"","thinking":"hm")") + line(R"("content":"","thinking":"m")") +
               line(R"("content":"42")") + doneLine
        << begin + "start 0 thinking ||\ndelta 0 hm\ndelta 0 m\nend 0\nstart 1 text ||\ndelta 1 42\nend 1\n" + end;
    QTest::newRow("both in one line") << line(R"("content":"b","thinking":"a")") + doneLine
                                      << begin +
                                             "start 0 thinking ||\ndelta 0 a\nend 0\nstart 1 text ||\ndelta 1 b\n"
                                             "end 1\n" +
                                             end;
    QTest::newRow("nothing") << doneLine << "message m 1763827201\n" + end;
    const QByteArray two = "start 0 call |f|\ndelta 0 {\"city\":\"Oslo\"}\nend 0\n"
                           "start 1 call |f|\ndelta 1 {\"city\":\"Paris\"}\nend 1\n";
    const QByteArray oslo = R"({"function":{"index":0,"name":"f","arguments":{"city":"Oslo"}}})";
    const QByteArray paris = R"({"function":{"index":0,"name":"f","arguments":{"city":"Paris"}}})";
    const QByteArray both = R"("content":"","tool_calls":[)" + oslo + "," + paris + "]";
    QTest::newRow("two calls, one line, index 0 for both") << line(both) + doneLine << begin + two + endCalls;
    QTest::newRow("two calls, two lines, index 0 for both")
        << line(R"("content":"","tool_calls":[)" + oslo + "]") + line(R"("content":"","tool_calls":[)" + paris + "]") +
               doneLine
        << begin + two + endCalls;
    QTest::newRow("the same call twice is two calls")
        << line(R"("content":"","tool_calls":[)" + oslo + "]") + line(R"("content":"","tool_calls":[)" + oslo + "]") +
               doneLine
        << begin +
               "start 0 call |f|\ndelta 0 {\"city\":\"Oslo\"}\nend 0\n"
               "start 1 call |f|\ndelta 1 {\"city\":\"Oslo\"}\nend 1\n" +
               endCalls;
    QTest::newRow("calls that come with the last line only")
        << QByteArray(doneLine).replace(R"("content":"")", both) << "message m 1763827201\n" + two + endCalls;
    QTest::newRow("calls that the last line repeats")
        << line(both) + QByteArray(doneLine).replace(R"("content":"")", both) << begin + two + endCalls;
    QTest::newRow("repeated ids")
        << line(R"("content":"","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}])") +
               line(R"("content":"","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}},)"
                    R"({"id":"2","function":{"name":"f","arguments":{}}}])") +
               doneLine
        << begin + "start 0 call 1|f|\ndelta 0 {}\nend 0\nstart 1 call 2|f|\ndelta 1 {}\nend 1\n" + endCalls;
    QTest::newRow("arguments as text")
        << line(R"("content":"","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}},)"
                R"({"function":{"name":"f","arguments":"{\"a\":2}"}}])") +
               doneLine
        << begin + "start 0 call |f|\ndelta 0 {\"a\":1}\nend 0\nstart 1 call |f|\ndelta 1 {\"a\":2}\nend 1\n" +
               endCalls;
    QTest::newRow("arguments in pieces")
        << line(R"("content":"","tool_calls":[{"id":"1","function":{"index":0,"name":"f","arguments":"{\"a\""}}])") +
               line(R"("content":"","tool_calls":[{"function":{"index":0,"arguments":":1}"}},)"
                    R"({"function":{"index":1,"name":"g","arguments":""}}])") +
               doneLine
        << begin + "start 0 call 1|f|\ndelta 0 {\"a\"\ndelta 0 :1}\nend 0\nstart 1 call |g|\nend 1\n" + endCalls;
    QTest::newRow("no arguments") << line(R"("content":"","tool_calls":[{"function":{"name":"f"}}])") + doneLine
                                  << begin + "start 0 call |f|\nend 0\n" + endCalls;
    QTest::newRow("text after a call")
        << line(R"("content":"a","tool_calls":[{"function":{"name":"f","arguments":{}}}])") + line(R"("content":"b")") +
               doneLine
        << begin +
               "start 0 text ||\ndelta 0 a\nend 0\nstart 1 call |f|\ndelta 1 {}\nend 1\n"
               "start 2 text ||\ndelta 2 b\nend 2\n" +
               endCalls;
    QTest::newRow("image") << line(R"("content":"","images":["iVBORw0KGgo="])") + doneLine
                           << begin + "start 0 image ||image/png\ndelta 0 iVBORw0KGgo=\nend 0\n" + end;
    QTest::newRow("logprobs") << line(R"("content":"a"},"logprobs":[{"token":"a","logprob":-0.5,)"
                                      R"("top_logprobs":[{"token":"b","logprob":-1}]}],"x":{"y":0)")
                                         .replace(R"(,"x":{"y":0)", "")
                                         .replace("]},\"done\"", "],\"done\"") +
                                     doneLine
                              << begin + R"(start 0 text ||
delta 0 a [{"token":"a","logprob":-0.5,"top_logprobs":[{"token":"b","logprob":-1,"bytes":null}],"bytes":null}]
end 0
)" + end;
    QTest::newRow("length") << line(R"("content":"x")") + QByteArray(doneLine).replace(R"("stop")", R"("length")")
                            << begin + "start 0 text ||\ndelta 0 x\nend 0\nusage 12 5\nfinish length length\n";
    QTest::newRow("load") << QByteArray(R"({"model":"m","done":true,"done_reason":"load"})")
                          << QByteArray("message m -1\nfinish other load\n");
    QTest::newRow("unload") << QByteArray(R"({"model":"m","done":true,"done_reason":"unload"})")
                            << QByteArray("message m -1\nfinish other unload\n");
    QTest::newRow("no reason") << QByteArray(R"({"model":"m","done":true})")
                               << QByteArray("message m -1\nfinish stop \n");
    QTest::newRow("new reason") << QByteArray(R"({"model":"m","done":true,"done_reason":"tired"})")
                                << QByteArray("message m -1\nfinish other tired\n");
    QTest::newRow("generate") << QByteArray(R"({"model":"m","response":"","thinking":"hm","done":false})"
                                            "\n"
                                            R"({"model":"m","response":"Hi","done":false})"
                                            "\n"
                                            R"({"model":"m","response":"","done":true,"context":[1,2],"eval_count":1})")
                              << QByteArray("message m -1\nstart 0 thinking ||\ndelta 0 hm\nend 0\nstart 1 text ||\n"
                                            "delta 1 Hi\nend 1\nusage -1 1\nfinish stop \n");
}

void TestOllamaReply::streams()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, events);
    QCOMPARE(eventsOf(stream), events);
}

void TestOllamaReply::failures_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("last"); // what follows the text "x"
    QTest::newRow("error line") << QByteArray(R"({"error":"model runner has unexpectedly stopped"})")
                                << QByteArray("failure 500  model runner has unexpectedly stopped\n");
    QTest::newRow("not found") << QByteArray(R"({"error":"model 'x' not found, try pulling it first"})")
                               << QByteArray("failure 404  model 'x' not found, try pulling it first\n");
    QTest::newRow("cannot think") << QByteArray(R"({"error":"\"x\" does not support thinking"})")
                                  << QByteArray("failure 400  \"x\" does not support thinking\n");
    QTest::newRow("busy") << QByteArray(R"({"error":"server busy, please try again"})")
                          << QByteArray("failure 503  server busy, please try again\n");
    QTest::newRow("limit") << QByteArray(R"({"error":"you've reached your hourly usage limit"})")
                           << QByteArray("failure 429  you've reached your hourly usage limit\n");
    QTest::newRow("another API's error")
        << QByteArray(R"({"error":{"message":"Too Many Requests","type":"rate_limit_error"}})")
        << QByteArray("failure 429 rate_limit_error Too Many Requests\n");
    QTest::newRow("end without done") << QByteArray() << QByteArray("error stream_incomplete\n");
    QTest::newRow("done is false") << line(R"("content":"")") << QByteArray("error stream_incomplete\n");
    QTest::newRow("broken JSON") << QByteArray("{\"model\":\n") << QByteArray("error reply_invalid\n");
    QTest::newRow("cut off") << QByteArray(R"({"mod)") << QByteArray("error reply_invalid\n");
    QTest::newRow("no object") << QByteArray("[]\n") << QByteArray("error reply_invalid\n");
    QTest::newRow("two on a line") << QByteArray("{} {}\n") << QByteArray("error reply_invalid\n");
    QTest::newRow("wrong type") << line(R"("content":[])") << QByteArray("error reply_invalid\n");
    QTest::newRow("HTML") << QByteArray("<html>\n") << QByteArray("error reply_invalid\n");
}

void TestOllamaReply::failures()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, last);
    QCOMPARE(eventsOf(line(R"("content":"x")") + stream), begin + "start 0 text ||\ndelta 0 x\n" + last);
}

void TestOllamaReply::wholeReplies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("events");
    QTest::newRow("chat")
        << QByteArray(doneLine).replace(
               R"("content":"")",
               R"("content":"Hi","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{}}}])")
        << "message m 1763827201\nstart 0 thinking ||\ndelta 0 hm\nend 0\nstart 1 text ||\n"
           "delta 1 Hi\nend 1\nstart 2 call |f|\ndelta 2 {}\nend 2\n" +
               endCalls;
    QTest::newRow("several lines of one value")
        << QByteArray("{\n \"model\": \"m\",\n \"message\": {\"content\": \"x\"},\n \"done\": true }\n")
        << QByteArray("message m -1\nstart 0 text ||\ndelta 0 x\nend 0\nfinish stop \n");
    QTest::newRow("a stream") << line(R"("content":"x")") + doneLine
                              << begin + "start 0 text ||\ndelta 0 x\nend 0\n" + end;
    QTest::newRow("an error behind 200") << QByteArray(R"({"error":"out of memory"})")
                                         << QByteArray("failure 500  out of memory\n");
    QTest::newRow("empty") << QByteArray() << QByteArray("error reply_invalid\n");
    QTest::newRow("broken") << QByteArray("{") << QByteArray("error reply_invalid\n");
    QTest::newRow("not done") << line(R"("content":"x")")
                              << begin + "start 0 text ||\ndelta 0 x\nerror reply_invalid\n";
    QTest::newRow("list") << QByteArray("[]") << QByteArray("error reply_invalid\n");
}

void TestOllamaReply::wholeReplies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, events);
    QCOMPARE(eventsOfWhole(body), events);
}

void TestOllamaReply::anyChunking_data()
{
    QTest::addColumn<quint32>("seed"); // 0: byte by byte
    for (quint32 seed = 0; seed < 100; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestOllamaReply::anyChunking()
{
    QFETCH(quint32, seed);
    const QByteArray stream = fullStream();
    std::vector<size_t> cuts;
    std::mt19937 random(seed);
    for (size_t at = 1; at < static_cast<size_t>(stream.size()); at += seed == 0 ? 1 : random() % (seed * 2) + 1)
        cuts.push_back(at);
    const Seen atOnce = seenIn(stream, {});
    const Seen inPieces = seenIn(stream, cuts);
    QCOMPARE(inPieces.events, atOnce.events);
    QCOMPARE(inPieces.again, atOnce.again);
    QVERIFY(atOnce.events.endsWith(endCalls));
    QVERIFY(atOnce.events.contains("delta 0 I 😀 think\n"));
    QVERIFY(atOnce.events.contains("delta 1 Grüße, \"you\" 😀 \\\n"));
    // What was encoded decodes to the same events but the made ids.
    QCOMPARE(eventsOf(atOnce.again).count("start"), atOnce.events.count("start"));
}

// Wherever the stream dies: no made-up end, and all that came whole has been delivered.
void TestOllamaReply::deathAtEveryByte()
{
    const QByteArray stream = fullStream();
    const QByteArray all = eventsOf(stream);
    for (qsizetype size = 0; size < stream.size() - 1; ++size) {
        const QByteArray events = eventsOf(stream.left(size));
        if (events == all)
            continue; // only its last line end is missing
        QVERIFY2(events.endsWith("error stream_incomplete\n") || events.endsWith("error reply_invalid\n"),
                 events.constData());
        QVERIFY(!events.contains("finish"));
        QVERIFY(all.startsWith(events.left(events.lastIndexOf("error "))));
    }
}

void TestOllamaReply::usageVectors_data()
{
    QTest::addColumn<QByteArray>("usage");
    QTest::addColumn<qint64>("input"); // -1: not said
    QTest::addColumn<qint64>("output");
    const QByteArray head = R"({"done":true,"done_reason":"stop","total_duration":4883583458,"load_duration":1334875,)"
                            R"("prompt_eval_duration":342546000,"eval_duration":4535599000)";
    const auto row = [&](const char *name, const char *counts, qint64 input, qint64 output) {
        QTest::newRow(name) << head + counts + "}" << input << output;
    };
    row("ollama-01", R"(,"prompt_eval_count":26,"eval_count":282)", 26, 282);
    row("ollama-02", R"(,"prompt_eval_count":1,"eval_count":1)", 1, 1);
    row("ollama-03", R"(,"prompt_eval_count":4096,"eval_count":64)", 4096, 64);
    row("ollama-04", R"(,"prompt_eval_count":811,"eval_count":1200)", 811, 1200);
    row("ollama-05: no output", R"(,"prompt_eval_count":33,"eval_count":0)", 33, 0);
    row("ollama-06: cached prompt", R"(,"eval_count":90)", -1, 90);
    row("ollama-08", R"(,"prompt_eval_count":150,"eval_count":900)", 150, 900);
    row("no counts", "", -1, -1);
}

void TestOllamaReply::usageVectors()
{
    QFETCH(QByteArray, usage);
    QFETCH(qint64, input);
    QFETCH(qint64, output);
    for (const bool streamed : {false, true}) {
        ReplyFolder folder;
        const auto decoder = ollama::codec().replyDecoder();
        const std::string body = usage.toStdString();
        if (streamed)
            QVERIFY(decoder->feed(body, folder) && decoder->finish(folder));
        else
            QVERIFY(decoder->whole(body, folder));
        const TokenUsage &read = folder.reply().usage;
        QCOMPARE(qint64(read.input.value_or(-1)), input);
        QCOMPARE(qint64(read.output.value_or(-1)), output);
        QVERIFY(!read.cachedInput && !read.cacheWrite && !read.reasoning);
        QVERIFY(decoder->losses().empty());
    }
}

void TestOllamaReply::unknownFields()
{
    const QByteArray events = eventsOf(
        line(R"("content":"a","mood":"good")") + line(R"("content":"b","mood":"bad")") +
        line(R"("content":"","tool_calls":[{"new":1,"function":{"name":"f","arguments":{"any":1},"why":2}}])") +
        R"({"model":"m","done":true,"peak_memory":1,"remote_model":"r","nothing":null})");
    QVERIFY2(events.endsWith("loss /message/mood\n"
                             "loss /message/tool_calls/*/new\n"
                             "loss /message/tool_calls/*/function/why\n"
                             "loss /peak_memory\n"),
             events.constData());
}

void TestOllamaReply::nothingAfterTheEnd()
{
    const QByteArray once = eventsOf(doneLine);
    QCOMPARE(eventsOf(doneLine + line(R"("content":"late")") + doneLine + "{"), once);
    const QByteArray failed = R"({"error":"x"})"
                              "\n";
    QCOMPARE(eventsOf(failed + line(R"("content":"late")") + doneLine), QByteArray("failure 500  x\n"));
}

void TestOllamaReply::tooLargeLine()
{
    EventLog log;
    const auto decoder = ollama::codec().replyDecoder();
    const std::string megabyte(1024 * 1024, 'x');
    Result<void> result;
    for (int i = 0; i < 20 && result; ++i)
        result = decoder->feed(megabyte, log);
    QVERIFY(!result);
    QCOMPARE(result.error().code, std::string("event_too_large"));
    QVERIFY(!decoder->feed(doneLine.toStdString(), log));
    QVERIFY(!decoder->finish(log));
    QCOMPARE(log.text, QByteArray());
}

QTEST_APPLESS_MAIN(TestOllamaReply)
#include "tst_ollama_reply.moc"
