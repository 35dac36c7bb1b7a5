// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"
#include "tests/dialect/encoding_sink.h"
#include "tests/dialect/event_recorder.h"

#include <QtTest/QTest>

#include <random>

class TestOpenAiChatStream final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void events_data();
    void events();
    void anyChunkingIsTheSame_data();
    void anyChunkingIsTheSame();
    void sentStreamsReadBack_data();
    void sentStreamsReadBack();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;

namespace {

using Both = EncodingSink<EventRecorder>;

Both sinkFor(bool usage = false)
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "0190-req";
    options.nowSeconds = 1700000000;
    options.includeUsage = usage;
    return {openai_chat::codec(), options};
}

template<class Split>
void feedAll(std::string_view stream, Both &sink, const Split &nextSize)
{
    const auto decoder = openai_chat::codec().replyDecoder();
    for (size_t at = 0; at < stream.size();) {
        const size_t size = std::min<size_t>(nextSize(), stream.size() - at);
        if (const auto fed = decoder->feed(stream.substr(at, size), sink); !fed) {
            sink.error = fed.error().code;
            return;
        }
        at += size;
    }
    if (const auto ended = decoder->finish(sink); !ended)
        sink.error = ended.error().code;
    else
        sink.end();
}

std::string sse(std::initializer_list<const char *> chunks, bool done = true)
{
    std::string out;
    for (const char *chunk : chunks)
        out += std::string("data: ") + chunk + "\n\n";
    return done ? out + "data: [DONE]\n\n" : out;
}

// {"choices":[{"index":0,"delta":DELTA,"finish_reason":FINISH}]}
std::string chunk(const std::string &delta, const char *finish = "null")
{
    return "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta +
           ",\"finish_reason\":" + finish + "}]}\n\n";
}

std::string calls(std::initializer_list<const char *> deltas)
{
    std::string out;
    for (const char *delta : deltas)
        out += chunk("{\"tool_calls\":[" + std::string(delta) + "]}");
    return out + chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n";
}

std::string eventsOf(const std::string &stream)
{
    Both sink = sinkFor();
    feedAll(stream, sink, [] { return size_t{1} << 20U; });
    return sink.log.text() + (sink.error.empty() ? "" : "error " + sink.error + "\n");
}

} // namespace

template<class Row>
static void addCallStreams(const Row &row)
{
    const char *two = "message id=c1 model=m\npart 0 call id=a name=f\n0: {\"x\":1}\nend 0\npart 1 call id=b "
                      "name=g\n1: {\"y\":2}\nend "
                      "1\nfinish tool-calls\n";
    row("calls: pieces by index",
        calls({R"({"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}})",
               R"({"index":0,"function":{"arguments":"{\"x\":"}})", R"({"index":0,"function":{"arguments":"1}"}})",
               R"({"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}})",
               R"({"index":1,"function":{"arguments":"{\"y\":2}"}})"}),
        two);
    row("calls: always index 0",
        calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})",
               R"({"index":0,"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}})"}),
        two);
    row("calls: no index",
        calls({R"({"id":"a","function":{"name":"f","arguments":"{\"x\""}})", R"({"function":{"arguments":":1}"}})",
               R"({"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}})"}),
        two);
    row("calls: id and name repeated",
        calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}})",
               R"({"index":0,"id":"a","function":{"name":"f","arguments":"1}"}})",
               R"({"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}})"}),
        two);
    row("calls: arguments once more at the end",
        calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})",
               R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})",
               R"({"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}})"}),
        two);
    row("calls: placeholder first",
        calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"}})",
               R"({"index":0,"function":{"arguments":"{\"x\":1}"}})",
               R"({"index":1,"id":"b","function":{"name":"g","arguments":{"y":2}}})"}),
        two);
    row("calls: blank ids, index 0",
        calls({R"({"index":0,"id":"","function":{"name":"f","arguments":"{}"}})",
               R"({"index":0,"id":"","function":{"name":"f","arguments":"{}"}})"}),
        "message id=c1 model=m\npart 0 call name=f\n0: {}\nend 0\npart 1 call name=f\n1: {}\nend 1\nfinish "
        "tool-calls\n");
    row("calls: same id, other index",
        calls({R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})",
               R"({"index":1,"id":"a","function":{"name":"f","arguments":"{\"x\":2}"}})"}),
        "message id=c1 model=m\npart 0 call id=a name=f\n0: {\"x\":1}\nend 0\npart 1 call id=a name=f\n1: "
        "{\"x\":2}\nend "
        "1\nfinish tool-calls\n");
    row("calls: interleaved",
        calls(
            {R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}},{"index":1,"id":"b","function":{"name":"g","arguments":"{"}})",
             R"({"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":":1}"}})"}),
        "message id=c1 model=m\npart 0 call id=a name=f\n0: {\"x\"\npart 1 call id=b name=g\n1: {}\n0: :1}\nend "
        "0\nend "
        "1\nfinish tool-calls\n");
    row("calls: no arguments", calls({R"({"index":0,"id":"a","function":{"name":"f"}})"}),
        "message id=c1 model=m\npart 0 call id=a name=f\nend 0\nfinish tool-calls\n");
    row("calls: custom",
        calls({R"({"index":0,"id":"a","type":"custom","custom":{"name":"p","input":"*** {"}})",
               R"({"index":0,"custom":{"input":"x"}})"}),
        "message id=c1 model=m\npart 0 call id=a name=p custom\n0: *** {x\nend 0\nfinish tool-calls\n");
    row("calls: legacy, stop as reason",
        chunk(R"({"content":"say","function_call":{"name":"f","arguments":""}})") +
            chunk(R"({"function_call":{"arguments":"{}"}})") + chunk("{}", "\"stop\""),
        "message id=c1 model=m\npart 0 text\n0: say\nend 0\npart 1 call name=f\n1: {}\nend 1\nfinish tool-calls\n");
    row("calls: text follows",
        chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]})") +
            chunk(R"({"content":"after"})") + chunk("{}", "\"tool_calls\""),
        "message id=c1 model=m\npart 0 call id=a name=f\n0: {\"x\":1}\nend 0\npart 1 text\n1: after\nend 1\nfinish "
        "tool-calls\n");
    row("calls: signature of Google",
        calls(
            {R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}})"}),
        "message id=c1 model=m\npart 0 call id=a name=f\n0 signature s\n0: {}\nend 0\nfinish tool-calls\n");
}

static void addStreams()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, const std::string &stream, const char *events) {
        QTest::newRow(name) << QByteArray::fromStdString(stream) << QByteArray(events);
    };
    row("text",
        sse({R"({"id":"c1","object":"chat.completion.chunk","created":5,"model":"m","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]})",
             R"({"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"Gr\u00fc\u00df "},"finish_reason":null}],"obfuscation":"x"})",
             "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xF0\x9F\x98\x80 "
             "\\\"q\\\"\"},\"finish_reason\":null}]}",
             R"({"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})",
             R"({"id":"c1","model":"m","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4}}})"}),
        "message id=c1 model=m tier=default\npart 0 text\n0: Gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80 \"q\"\nend "
        "0\nfinish stop\nusage 8 5\n");
    row("no end mark but a reason",
        sse({R"({"id":"c1","choices":[{"delta":{"content":"x"},"finish_reason":"length"}]})"}, false),
        "message id=c1\npart 0 text\n0: x\nend 0\nfinish length\n");
    row("no reason but an end mark", sse({R"({"id":"c1","choices":[{"delta":{"content":"x"}}]})"}),
        "message id=c1\npart 0 text\n0: x\nend 0\nfinish stop\n");
    row("neither", sse({R"({"id":"c1","choices":[{"delta":{"content":"x"}}]})"}, false),
        "message id=c1\npart 0 text\n0: x\nerror stream_incomplete\n");
    row("nothing", "data: [DONE]\n\n", "error stream_incomplete\n");
    row("broken", sse({R"({"id":"c1","choices":[{"delta":{"content":"x"}}]})", "{\"broken\": "}, false),
        "message id=c1\npart 0 text\n0: x\nerror reply_invalid\n");
    row("two choices",
        sse({R"({"choices":[{"index":1,"delta":{"content":"B"}}]})",
             R"({"choices":[{"index":0,"delta":{"content":"A"}}]})",
             R"({"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"stop"},{"index":0,"delta":{},"finish_reason":"length"}]})"}),
        "message\npart 0 text choice=1\n0: B\npart 1 text\n1: A\n0: b\nend 0\nfinish stop choice=1\nend 1\nfinish "
        "length\n");
    row("thinking",
        chunk(R"({"reasoning_content":"a"})") + chunk(R"({"reasoning_content":"b","content":null})") +
            chunk(R"({"content":"c","reasoning_content":null})") + chunk("{}", "\"stop\"") + "data: [DONE]\n\n",
        "message id=c1 model=m\npart 0 thinking\n0: ab\nend 0\npart 1 text\n1: c\nend 1\nfinish stop\n");
    row("thinking of OpenRouter",
        chunk(
            R"({"content":"","reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","format":"anthropic-claude-v1","index":0}]})") +
            chunk(
                R"({"reasoning_details":[{"type":"reasoning.text","signature":"sig","format":"anthropic-claude-v1","index":0}]})") +
            chunk(
                R"({"reasoning_details":[{"type":"reasoning.encrypted","data":"enc","format":"anthropic-claude-v1"}]})") +
            chunk(R"({"content":"c"})") + chunk(R"({"content":""})", "\"stop\"") + "data: [DONE]\n\n",
        "message id=c1 model=m\npart 0 thinking\n0: a\n0 signature sig\nend 0\npart 1 redacted\n1 signature "
        "enc\nend 1\n"
        "part 2 text\n2: c\nend 2\nfinish stop\n");
    row("thinking of Mistral",
        chunk(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]}]})") +
            chunk(R"({"content":[{"type":"text","text":"c"}]})") + chunk(R"({"content":"d"})", "\"model_length\""),
        "message id=c1 model=m\npart 0 thinking\n0: t\nend 0\npart 1 text\n1: cd\nend 1\nfinish length\n");
    row("refusal and filter", chunk(R"({"refusal":"no"})") + chunk("{}", "\"content_filter\""),
        "message id=c1 model=m\npart 0 refusal\n0: no\nend 0\nfinish content-filter\n");
    row("citations",
        chunk(
            R"({"content":"c","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}]})") +
            sse({R"({"citations":["v"],"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"stop"}]})"}),
        "message id=c1 model=m\npart 0 text\n0: c\n0 cites u title=t\n0: !\n0 cites v\nend 0\nfinish stop\n");
    row("audio and images",
        chunk(R"({"audio":{"id":"a1","transcript":"hi"}})") + chunk(R"({"audio":{"data":"QUJD"}})") +
            chunk(R"({"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]})") +
            chunk("{}", "\"stop\""),
        "message id=c1 model=m\npart 0 audio id=a1\n0 transcript hi\n0: QUJD\nend 0\npart 1 image "
        "mime=image/png\n1: AAAA\n"
        "end 1\nfinish stop\n");
    row("logprobs",
        sse({R"({"choices":[{"index":0,"delta":{"content":"x"},"logprobs":{"content":[{"token":"x","logprob":-1,"bytes":[120],"top_logprobs":[]}]}}]})",
             R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"}),
        "message\npart 0 text\n0: x\n0 logprobs "
        "[{\"token\":\"x\",\"logprob\":-1,\"bytes\":[120],\"top_logprobs\":[]}]\nend 0\n"
        "finish stop\n");
    row("stop text of vLLM",
        sse({R"({"choices":[{"delta":{"content":"x"},"finish_reason":"stop","stop_reason":"END"}]})"}),
        "message\npart 0 text\n0: x\nend 0\nfinish stop-sequence stop=END\n");
    row("error event",
        chunk(R"({"content":"x"})") +
            sse({R"({"error":{"message":"slow down","type":"rate_limit_error","code":null}})"}),
        "message id=c1 model=m\npart 0 text\n0: x\nfailure rate_limit_error 429 slow down\n");
    row("error of OpenRouter",
        chunk(R"({"content":"x"})") +
            sse({R"({"id":"c1","error":{"code":503,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]})"}),
        "message id=c1 model=m\npart 0 text\n0: x\nfailure 503 503 Provider disconnected\n");
    row("named error event", "event: error\ndata: {\"message\":\"gone\",\"code\":\"internal_server_error\"}\n\n",
        "failure internal_server_error 500 gone\n");
    row("first chunk of Azure",
        sse({R"({"id":"","model":"","choices":[],"prompt_filter_results":[]})",
             R"({"id":"c1","choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]})"}),
        "message id=c1\npart 0 text\n0: x\nend 0\nfinish stop\n");
    row("usage of Groq",
        sse({R"({"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":2}},"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]})"}),
        "message\nusage 3 2\npart 0 text\n0: x\nend 0\nfinish stop\n");
    addCallStreams(row);
}

void TestOpenAiChatStream::events_data()
{
    addStreams();
}

void TestOpenAiChatStream::events()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, events);
    QCOMPARE(QByteArray::fromStdString(eventsOf(stream.toStdString())), events);
}

void TestOpenAiChatStream::anyChunkingIsTheSame_data()
{
    addStreams();
}

void TestOpenAiChatStream::anyChunkingIsTheSame()
{
    QFETCH(QByteArray, stream);
    const std::string text = stream.toStdString();
    Both whole = sinkFor(true);
    feedAll(text, whole, [&] { return text.size(); });
    Both bytes = sinkFor(true);
    feedAll(text, bytes, [] { return size_t{1}; });
    QCOMPARE(QByteArray::fromStdString(bytes.log.text()), QByteArray::fromStdString(whole.log.text()));
    QCOMPARE(QByteArray::fromStdString(bytes.sent), QByteArray::fromStdString(whole.sent));
    QCOMPARE(bytes.error, whole.error);
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        Both pieces = sinkFor(true);
        feedAll(text, pieces, [&] { return size_t{random() % 40 + 1}; });
        QCOMPARE(pieces.sent, whole.sent);
        QCOMPARE(pieces.error, whole.error);
    }
}

// What is sent to a Chat client reads back as the same events.
void TestOpenAiChatStream::sentStreamsReadBack_data()
{
    addStreams();
}

void TestOpenAiChatStream::sentStreamsReadBack()
{
    QFETCH(QByteArray, stream);
    Both first = sinkFor(true);
    feedAll(stream.toStdString(), first, [] { return size_t{1} << 20U; });
    if (!first.error.empty() || first.folder.reply().failure)
        return;
    Both second = sinkFor();
    feedAll(first.sent, second, [] { return size_t{1} << 20U; });
    const FoldedReply &one = first.folder.reply();
    const FoldedReply &two = second.folder.reply();
    QCOMPARE(two.choices.size(), one.choices.size());
    for (size_t c = 0; c < one.choices.size(); ++c) {
        std::string texts[2];
        const FoldedChoice *both[] = {&one.choices[c], &two.choices[c]};
        for (int i = 0; i < 2; ++i) {
            for (const FoldedPart &part : both[i]->parts) {
                if (part.kind != ReplyPartKind::RedactedThinking)
                    texts[i] += std::to_string(static_cast<int>(part.kind)) + part.name + part.text + part.transcript +
                                part.logprobs + '\n';
            }
        }
        QCOMPARE(texts[1], texts[0]);
    }
    QCOMPARE(two.usage.output.value_or(0), one.usage.output.value_or(0));
}

#endif

QTEST_APPLESS_MAIN(TestOpenAiChatStream)
#include "tst_openai_chat_stream.moc"
