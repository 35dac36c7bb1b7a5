// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/dialect/openai_responses/codec.h"
#include "core/dialect/openai_responses/errors.h"
#include "core/net/sse_reader.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <random>

using namespace signalbox;
using namespace signalbox::openai_responses;

namespace json = boost::json;

namespace {

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

// One line for each event; neighbouring deltas of a part are joined unless they are wanted apart.
class Listing final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        std::visit([this](const auto &one) { note(one); }, event);
    }
    std::string text;

private:
    void note(const MessageStart &e) { line("start " + std::string(e.id) + " " + std::string(e.model)); }
    void note(const PartStart &e)
    {
        static constexpr std::array names = {"text",    "thinking", "redacted", "call",
                                             "refusal", "image",    "audio",    "native"};
        std::string what = "+" + std::to_string(e.part) + " " + names[static_cast<size_t>(e.kind)];
        for (const std::string_view word : {e.id, e.name, e.nameSpace, e.mimeType, e.nativeType}) {
            if (!word.empty())
                what.append(" ").append(word);
        }
        line(what + (e.custom ? " custom" : ""));
    }
    void note(const PartDelta &e)
    {
        std::string what = std::to_string(e.part) + " " + std::string(e.text);
        if (!e.signature.empty())
            what.append(" sig=").append(e.signature);
        if (e.citation)
            what.append(" cite=").append(e.citation->url);
        if (e.logprobs)
            what += " logprobs";
        line(what);
    }
    void note(const PartEnd &e) { line("-" + std::to_string(e.part)); }
    void note(const UsageReport &e)
    {
        const TokenUsage &u = e.usage;
        line("usage " + std::to_string(u.input.value_or(0)) + "/" + std::to_string(u.cachedInput.value_or(0)) + "/" +
             std::to_string(u.cacheWrite.value_or(0)) + "/" + std::to_string(u.output.value_or(0)) + "/" +
             std::to_string(u.reasoning.value_or(0)));
    }
    void note(const Finish &e)
    {
        line("finish " + std::to_string(static_cast<int>(e.reason)) + " " + std::string(e.native));
    }
    void note(const Failure &e)
    {
        line("failure " + std::to_string(e.error.httpStatus) + " " + e.error.code + " " + e.error.message);
    }
    void line(const std::string &one) { text += one + "\n"; }
};

class Both final : public ReplySink
{
public:
    explicit Both(const ReplyOptions &options) : m_encoder(codec().replyEncoder(options)) {}
    void take(const ReplyEvent &event) override
    {
        listing.take(event);
        folder.take(event);
        failed = failed || std::holds_alternative<Failure>(event);
        m_encoder->take(event, out);
    }
    void end()
    {
        if (!failed)
            m_encoder->end(out);
    }
    Listing listing;
    ReplyFolder folder;
    std::string out;
    bool failed = false;

private:
    std::unique_ptr<ReplyEncoder> m_encoder;
};

ReplyOptions plainOptions(const Conversation *conversation = nullptr)
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "0190-1";
    options.nowSeconds = 1700000000;
    options.conversation = conversation;
    return options;
}

std::string frame(const std::string &data)
{
    return "data: " + data + "\n\n";
}

const std::string created = frame(
    R"({"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","model":"gpt-5.4","status":"in_progress","created_at":1.7e9,"output":[]}})");
const std::string completed = frame(
    R"({"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],"usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":17}}})");

const std::string rich =
    created +
    frame(
        R"({"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"early"}})") +
    frame(
        R"({"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"I th\u00efnk"})") +
    frame(
        R"({"type":"response.reasoning_summary_text.done","item_id":"rs_1","output_index":0,"summary_index":0,"text":"I th\u00efnk so"})") +
    frame(
        R"({"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":1,"delta":"more"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"I th\u00efnk so"},{"type":"summary_text","text":"more"}],"encrypted_content":"gAAA"}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","status":"in_progress","content":[]}})") +
    frame(
        R"({"type":"response.content_part.added","item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":""}})") +
    frame("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,"
          "\"delta\":\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\",\"logprobs\":[]}") +
    frame(
        R"({"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":1,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https:\/\/a.test","title":"A","start_index":0,"end_index":3}})") +
    frame(
        R"({"type":"response.output_text.done","item_id":"msg_1","output_index":1,"content_index":0,"text":"gr\u00fc\u00df \ud83d\ude00"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"gr\u00fc\u00df \ud83d\ude00","annotations":[{"type":"url_citation","url":"https:\/\/a.test","title":"A","start_index":0,"end_index":3},{"type":"url_citation","url":"https:\/\/b.test","title":"B","start_index":0,"end_index":3}]}]}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"g","namespace":"ns","arguments":""}})") +
    frame(
        R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":2,"delta":"{\u0022a\u0022:"})") +
    frame(
        R"({"type":"response.function_call_arguments.delta","item_id":"fc_2","output_index":3,"delta":"{\u0022b\u0022"})") +
    frame(R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":2,"delta":"1}"})") +
    frame(
        R"({"type":"response.function_call_arguments.done","item_id":"fc_2","output_index":3,"arguments":"{\u0022b\u0022:2}"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{\u0022a\u0022:1}"}})") +
    frame(
        R"({"type":"response.output_item.done","output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"g","namespace":"ns","arguments":"{\u0022b\u0022:2}"}})") +
    frame(R"({"type":"response.custom_tool_call_input.delta","item_id":"ctc_1","output_index":4,"delta":"*** "})") +
    frame(
        R"({"type":"response.output_item.done","output_index":4,"item":{"id":"ctc_1","type":"custom_tool_call","call_id":"call_3","name":"patch","input":"*** Begin"}})") +
    frame(R"({"type":"response.web_search_call.searching","item_id":"ws_1","output_index":5})") +
    frame(
        R"({"type":"response.output_item.done","output_index":5,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search"}}})") +
    completed;

const char *richEvents =
    "start resp_1 gpt-5.4\n"
    "+0 thinking rs_1\n0 I thïnk\n0  so\n0 \n\n\n0 more\n0  sig=gAAA\n-0\n"
    "+1 text\n1 grüß 😀\n1  cite=https://a.test\n1  cite=https://b.test\n-1\n"
    "+2 call call_1 f\n+3 call call_2 g ns\n2 {\"a\":\n3 {\"b\"\n2 1}\n3 :2}\n-2\n-3\n"
    "+4 call call_3 patch custom\n4 *** \n4 Begin\n-4\n"
    "+5 native web_search_call\n"
    "5 {\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\",\"action\":{\"type\":"
    "\"search\"}}\n-5\nusage 8/4/0/5/2\nfinish 3 \n";

Result<void> run(std::string_view stream, ReplySink &sink, const std::vector<size_t> &cuts)
{
    const auto decoder = codec().replyDecoder();
    size_t at = 0;
    for (const size_t cut : cuts) {
        if (const auto fed = decoder->feed(stream.substr(at, cut - at), sink); !fed)
            return fed;
        at = cut;
    }
    if (const auto fed = decoder->feed(stream.substr(at), sink); !fed)
        return fed;
    return decoder->finish(sink);
}

// Reads a stream as the accumulating SDKs do and complains about what they would refuse.
struct Wire {
    std::vector<std::string> types;
    json::value last;
    std::string mistake;
    std::vector<json::value> output;
};

Wire readWire(const std::string &stream)
{
    Wire wire;
    int64_t sequence = 0;
    SseReader reader;
    const auto check = [&](bool good, const std::string &what) {
        if (!good && wire.mistake.empty())
            wire.mistake = what;
    };
    const auto onEvent = [&](const SseEvent &event) {
        if (!event.hasData)
            return;
        boost::system::error_code failure;
        const json::value value = json::parse(event.data, failure);
        check(!failure && value.is_object(), "not JSON");
        if (failure)
            return;
        const std::string type(value.at("type").as_string());
        check(event.type == type, "event and type differ: " + type);
        check(value.at("sequence_number") == json::value(sequence++), "sequence of " + type);
        wire.types.push_back(type);
        const json::object &object = value.as_object();
        const auto place = [&]() -> json::value & {
            static json::value none;
            const auto index = static_cast<size_t>(object.at("output_index").as_int64());
            check(index < wire.output.size(), "no item for " + type);
            return index < wire.output.size() ? wire.output[index] : none;
        };
        if (type == "response.output_item.added") {
            check(object.at("output_index") == json::value(wire.output.size()), "output_index of " + type);
            wire.output.push_back(object.at("item"));
        } else if (type == "response.output_item.done") {
            const json::value &item = object.at("item");
            json::value &known = place();
            check(known.at("id") == item.at("id") && known.at("type") == item.at("type"), "another item is done");
            for (const char *text : {"arguments", "input"}) {
                if (known.as_object().contains(text))
                    check(known.at(text) == item.at(text), std::string(text) + " differ from their deltas");
            }
            if (item.at("type") == "message")
                check(known.at("content") == item.at("content"), "content differs from its parts");
            known = item;
        } else if (type == "response.content_part.added") {
            json::array &content = place().as_object()["content"].as_array();
            check(object.at("content_index") == json::value(content.size()), "content_index of " + type);
            content.push_back(object.at("part"));
        } else if (type == "response.content_part.done") {
            place().as_object()["content"].as_array().back() = object.at("part");
        } else if (type.ends_with("_call_arguments.delta") || type.ends_with("_call_input.delta")) {
            const char *key = type.ends_with("arguments.delta") ? "arguments" : "input";
            json::string &text = place().as_object()[key].as_string();
            text += object.at("delta").as_string();
        }
        if (object.contains("response"))
            wire.last = object.at("response");
    };
    if (!reader.feed(stream, onEvent) || !reader.finish(onEvent))
        wire.mistake = "not a stream of events";
    return wire;
}

} // namespace

class TestOpenAiResponsesReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamBecomesEvents()
    {
        Both sink(plainOptions());
        const auto done = run(rich, sink, {});
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QCOMPARE(bytes(sink.listing.text), QByteArray(richEvents));
    }

    void anyChunkingIsTheSame()
    {
        Both whole(plainOptions());
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
            Both pieces(plainOptions());
            QVERIFY(run(rich, pieces, cuts));
            pieces.end();
            QCOMPARE(bytes(pieces.listing.text), bytes(whole.listing.text));
            QCOMPARE(bytes(pieces.out), bytes(whole.out));
        }
    }

    void reencodedStreamIsWhatSdksTake()
    {
        Both sink(plainOptions());
        QVERIFY(run(rich, sink, {}));
        sink.end();
        const Wire wire = readWire(sink.out);
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
        Both sink(plainOptions());
        const auto done = run(rich.substr(0, cut), sink, {});
        QVERIFY(!done);
        QCOMPARE(bytes(done.error().code), QByteArray("stream_incomplete"));
        sink.take(Failure{done.error()});
        sink.take(PartDelta{0, "late"});
        const Wire wire = readWire(sink.out);
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

    void wholeReplies()
    {
        Both sink(plainOptions());
        QVERIFY(run(rich, sink, {}));
        const std::string body = codec().encodeReply(sink.folder.reply(), plainOptions());
        Both again(plainOptions());
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
        Both sink(plainOptions());
        const std::string body =
            R"({"id":"resp_1","status":"completed","output":[],"usage":)" + usage.toStdString() + "}";
        QVERIFY(codec().replyDecoder()->whole(body, sink));
        QCOMPARE(bytes(sink.listing.text), QByteArray("start resp_1 \nusage " + classes + "\nfinish 0 \n"));
        sink.end();
        const json::value back = readWire(sink.out).last.at("usage");
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
        Both sink(plainOptions(&*conversation));
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
        const Wire wire = readWire(sink.out);
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
        Both sink(plainOptions());
        sink.take(MessageStart{});
        sink.take(PartStart{0, ReplyPartKind::Text});
        sink.take(PartDelta{0, "a"});
        sink.take(Finish{static_cast<FinishReason>(reason)});
        sink.end();
        const Wire wire = readWire(sink.out);
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
