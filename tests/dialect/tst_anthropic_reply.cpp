// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"
#include "core/dialect/json_writer.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <boost/json.hpp>

#include <random>

// Declared before the raw strings below, among which moc loses its way.
class TestAnthropicReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyChunkingGivesTheSame();
    void streamIsFoldedWhole();
    void ownStreamIsEncodedAgain();
    void wholeReplyGoesThere_andBack();
    void usage_data();
    void usage();
    void deathInMidStream();
    void errorEventIsTheLast();
    void errorInsideA200();
    void malformed();
    void argumentsInTheStartAreKept();
    void unknownFieldsAreReportedOnce();
    void stopReasons_data();
    void stopReasons();
    void encodesParallelCallsOneAfterAnother();
    void encodesForeignParts();
    void failureEndsTheStream();
    void errors_data();
    void errors();
    void readsOtherErrors();
    void lists();
    void speedOfAnEvent();
};

using namespace signalbox;
namespace json = boost::json;

namespace {

struct Event {
    const char *type;
    const char *data;
};

std::string stream(std::initializer_list<Event> events)
{
    std::string text;
    for (const Event &event : events)
        text.append("event: ").append(event.type).append("\ndata: ").append(event.data).append("\n\n");
    return text;
}

const Event startEvent = {
    "message_start",
    R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":1,"service_tier":"standard"}}})"};
const Event stopEvent = {"message_stop", R"({"type":"message_stop"})"};

std::string fullStream()
{
    return stream(
        {startEvent,
         {"content_block_start",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me \"see\" … \ud83d\ude42"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB+/=="}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":0})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"abc=="}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":1})"},
         {"ping", R"({"type":"ping"})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"grüß\n€"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"c","document_index":0,"document_title":"D","start_char_index":1,"end_char_index":2,"file_id":null}}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":2})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"\"x\"}"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":3})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Os"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"lo\"}"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":4})"},
         {"message_delta",
          R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":5,"output_tokens_details":{"thinking_tokens":2}}})"},
         stopEvent});
}

// Each event as a line, so that two runs can be compared.
class Recorder final : public ReplySink
{
public:
    explicit Recorder(const ReplyOptions &options) : m_encoder(anthropic::codec().replyEncoder(options)) {}

    void take(const ReplyEvent &event) override
    {
        folder.take(event);
        m_encoder->take(event, encoded);
        if (const auto *start = std::get_if<PartStart>(&event))
            add("start", start->part, std::to_string(static_cast<int>(start->kind)), start->id, start->name);
        else if (const auto *delta = std::get_if<PartDelta>(&event))
            add("delta", delta->part, delta->text, delta->signature, delta->citation ? delta->citation->citedText : "");
        else if (const auto *partEnd = std::get_if<PartEnd>(&event))
            add("end", partEnd->part);
        else if (const auto *finish = std::get_if<Finish>(&event))
            add("finish", static_cast<int>(finish->reason), finish->native, finish->stopSequence);
        else if (const auto *failure = std::get_if<Failure>(&event))
            add("failure", failure->error.httpStatus, failure->error.code, failure->error.message);
        else if (const auto *message = std::get_if<MessageStart>(&event))
            add("message", 0, message->id, message->model, message->serviceTier);
        else if (const auto *usage = std::get_if<UsageReport>(&event))
            add("usage", static_cast<int>(usage->usage.output.value_or(-1)));
    }
    void end() { m_encoder->end(encoded); }

    std::string log;
    std::string encoded;
    ReplyFolder folder;

private:
    void add(std::string_view what, int number, std::string_view a = {}, std::string_view b = {},
             std::string_view c = {})
    {
        log.append(what).append(" ").append(std::to_string(number));
        for (const std::string_view text : {a, b, c})
            log.append("|").append(text);
        log += '\n';
    }
    std::unique_ptr<ReplyEncoder> m_encoder;
};

const ReplyOptions usualOptions{"asked-model", "01890000-0000-7000-8000-000000000000"};

struct Run {
    Recorder recorder{usualOptions};
    Result<void> fed;
    Result<void> finished;
    std::vector<LossEntry> losses;
};

void decode(Run &run, const std::string &bytes, const std::function<size_t()> &step)
{
    const std::unique_ptr<ReplyDecoder> decoder = anthropic::codec().replyDecoder();
    for (size_t at = 0; at < bytes.size() && run.fed;) {
        const size_t size = std::max<size_t>(1, step());
        run.fed = decoder->feed(std::string_view(bytes).substr(at, size), run.recorder);
        at += size;
    }
    if (run.fed)
        run.finished = decoder->finish(run.recorder);
    if (run.fed && run.finished)
        run.recorder.end();
    run.losses = decoder->losses();
}

void decodeWhole(Run &run, std::string_view body)
{
    const std::unique_ptr<ReplyDecoder> decoder = anthropic::codec().replyDecoder();
    run.finished = decoder->whole(body, run.recorder);
    run.losses = decoder->losses();
}

// The types of the events, in their order.
std::string typesOf(const std::string &encoded)
{
    std::string types;
    for (size_t at = encoded.find("event: "); at != std::string::npos; at = encoded.find("event: ", at + 1))
        types.append(encoded, at + 7, encoded.find('\n', at) - at - 7).append(" ");
    return types;
}

std::string encodeAll(std::initializer_list<ReplyEvent> events)
{
    std::string out;
    const std::unique_ptr<ReplyEncoder> encoder = anthropic::codec().replyEncoder(usualOptions);
    for (const ReplyEvent &event : events)
        encoder->take(event, out);
    encoder->end(out);
    return out;
}

PartStart partStart(int part, ReplyPartKind kind, std::string_view id = {}, std::string_view name = {})
{
    PartStart start;
    start.part = part;
    start.kind = kind;
    start.id = id;
    start.name = name;
    return start;
}

PartDelta partDelta(int part, std::string_view text)
{
    PartDelta delta;
    delta.part = part;
    delta.text = text;
    return delta;
}

bool contains(const std::string &text, std::string_view piece)
{
    return text.find(piece) != std::string::npos;
}

} // namespace

namespace {

json::array usageRows()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/usage/anthropic.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray bytes = file.readAll();
    return json::parse(std::string_view(bytes.constData(), static_cast<size_t>(bytes.size()))).as_array();
}

} // namespace

void TestAnthropicReply::anyChunkingGivesTheSame()
{
    const std::string bytes = fullStream();
    Run whole;
    decode(whole, bytes, [&] { return bytes.size(); });
    QVERIFY(whole.fed && whole.finished);
    Run single;
    decode(single, bytes, [] { return size_t{1}; });
    QCOMPARE(single.recorder.log, whole.recorder.log);
    QCOMPARE(single.recorder.encoded, whole.recorder.encoded);
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 random(seed);
        Run pieces;
        decode(pieces, bytes, [&] { return size_t{random() % 37 + 1}; });
        QCOMPARE(pieces.recorder.log, whole.recorder.log);
        QCOMPARE(pieces.recorder.encoded, whole.recorder.encoded);
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
    decode(second, first.recorder.encoded, [] { return size_t{7}; });
    QVERIFY(second.fed && second.finished);
    QCOMPARE(second.recorder.encoded, first.recorder.encoded);
    QVERIFY(contains(first.recorder.encoded, R"("signature":"EqQB+/==")"));
    QVERIFY(contains(first.recorder.encoded, R"("type":"redacted_thinking","data":"abc==")"));
    QVERIFY(contains(first.recorder.encoded, R"("type":"char_location")"));
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

void TestAnthropicReply::usage_data()
{
    QTest::addColumn<int>("row");
    const json::array rows = usageRows();
    for (size_t i = 0; i < rows.size(); ++i)
        QTest::newRow(rows[i].at("id").as_string().c_str()) << static_cast<int>(i);
}

void TestAnthropicReply::usage()
{
    QFETCH(int, row);
    const json::array rows = usageRows();
    const json::value &vector = rows[static_cast<size_t>(row)];
    Run run;
    if (const json::value *events = vector.as_object().if_contains("usageEvents")) {
        std::string bytes;
        for (size_t i = 0; i < events->as_array().size(); ++i) {
            const std::string counts = jsonText(events->as_array()[i]);
            bytes += i == 0 ? R"(data: {"type":"message_start","message":{"id":"m","usage":)" + counts + "}}\n\n"
                            : R"(data: {"type":"message_delta","delta":{},"usage":)" + counts + "}\n\n";
        }
        decode(run, bytes, [] { return size_t{64}; });
        QVERIFY(!run.finished);
    } else {
        decodeWhole(run, R"({"id":"m","content":[],"usage":)" + jsonText(vector.at("usage")) + "}");
        QVERIFY(run.finished);
    }
    const TokenUsage &usage = run.recorder.folder.reply().usage;
    const auto expected = [&](const char *name) { return vector.at("expected").at(name).as_int64(); };
    QCOMPARE(usage.input.value_or(0), expected("input"));
    QCOMPARE(usage.cachedInput.value_or(0), expected("cachedInput"));
    QCOMPARE(usage.cacheWrite.value_or(0), expected("cacheWrite"));
    QCOMPARE(usage.output.value_or(0), expected("output"));
    QCOMPARE(usage.reasoning.value_or(0), expected("reasoning"));
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
    QVERIFY(run.recorder.encoded.ends_with(
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
    QVERIFY(contains(run.recorder.log, "message 0|msg_1"));
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

void TestAnthropicReply::encodesParallelCallsOneAfterAnother()
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

void TestAnthropicReply::encodesForeignParts()
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

void TestAnthropicReply::failureEndsTheStream()
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

void TestAnthropicReply::errors_data()
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

void TestAnthropicReply::errors()
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

void TestAnthropicReply::readsOtherErrors()
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

void TestAnthropicReply::lists()
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

void TestAnthropicReply::speedOfAnEvent()
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

QTEST_APPLESS_MAIN(TestAnthropicReply)
#include "tst_anthropic_reply.moc"
