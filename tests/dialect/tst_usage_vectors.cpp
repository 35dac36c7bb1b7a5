// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/embeddings.h"
#include "core/dialect/openai_chat/stream_relay.h"
#include "tests/dialect/event_recorder.h"

#include <boost/json.hpp>

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <map>

using namespace signalbox;
namespace json = boost::json;

// What providers say they used, in every form that is known, must come out as the same disjoint classes: from whole
// replies and from streams, translated or passed on.
class TestUsageVectors final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void classes_data();
    void classes();
    void everyVectorIsRead();
    void soundWhateverComes_data();
    void soundWhateverComes();

private:
    json::value m_file;
};

namespace {

using Texts = std::vector<std::string>; // usage objects in the order of the stream; "null": none

std::string sse(std::string_view data, std::string_view type = {})
{
    std::string event;
    if (!type.empty())
        event.append("event: ").append(type).append("\n");
    return event.append("data: ").append(data).append("\n\n");
}

std::string chatBody(const std::string &usage, const std::string &tier, bool whole)
{
    const std::string choice = R"([{"index":0,"finish_reason":"stop",")" + std::string(whole ? "message" : "delta") +
                               R"(":{"role":"assistant","content":"hi"}}])";
    return R"({"id":"c","model":"m",)" + (tier.empty() ? std::string() : R"("service_tier":")" + tier + "\",") +
           R"("choices":)" + (whole || usage == "null" ? choice : "[]") + R"(,"usage":)" + usage + "}";
}

std::string responsesBody(const std::string &usage)
{
    return R"({"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","id":"i",)"
           R"("role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],)"
           R"("usage":)" +
           usage + "}";
}

std::string anthropicStream(const Texts &usages, bool dies)
{
    std::string stream = sse(
        R"({"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":)" +
        usages.front() + "}}");
    for (size_t i = 1; i < usages.size(); ++i)
        stream += sse(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":)" + usages[i] + "}");
    return dies ? stream : stream + sse(R"({"type":"message_stop"})");
}

std::string geminiChunk(const std::string &usage, bool last)
{
    return R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"hi"}]})" +
           std::string(last ? R"(,"finishReason":"STOP")" : "") + R"(}],"usageMetadata":)" + usage + "}";
}

// The body of a reply that is not streamed, from one usage object.
std::string wholeBody(Dialect dialect, const std::string &usage, const std::string &tier)
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return chatBody(usage, tier, true);
    case Dialect::OpenAiResponses:
        return responsesBody(usage);
    case Dialect::Anthropic:
        return R"({"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],)"
               R"("stop_reason":"end_turn","usage":)" +
               usage + "}";
    case Dialect::Gemini:
        return geminiChunk(usage, true);
    case Dialect::Ollama:
        break;
    }
    return R"({"model":"m","message":{"role":"assistant","content":"hi"},)" + usage.substr(1);
}

std::string streamBody(Dialect dialect, const Texts &usages, const std::string &tier, bool dies)
{
    std::string stream;
    switch (dialect) {
    case Dialect::OpenAiChat:
        stream = sse(chatBody("null", tier, false));
        for (const std::string &usage : usages)
            stream += sse(chatBody(usage, tier, false));
        return stream + sse("[DONE]");
    case Dialect::OpenAiResponses:
        return sse(R"({"type":"response.completed","response":)" + responsesBody(usages.back()) + "}");
    case Dialect::Anthropic:
        return anthropicStream(usages, dies);
    case Dialect::Gemini:
        for (size_t i = 0; i < usages.size(); ++i)
            stream += sse(geminiChunk(usages[i], i + 1 == usages.size()));
        return stream;
    case Dialect::Ollama:
        break;
    }
    return R"({"model":"m","message":{"role":"assistant","content":"hi"},"done":false})"
           "\n" +
           wholeBody(dialect, usages.back(), tier) + "\n";
}

TokenUsage decoded(Dialect dialect, const std::string &bytes, bool whole)
{
    EventRecorder events;
    const auto decoder = codecFor(dialect).replyDecoder();
    if (whole) {
        const auto read = decoder->whole(bytes, events);
        if (!read)
            qWarning("%s", read.error().message.c_str());
    } else {
        for (const char byte : bytes)
            decoder->feed(std::string_view(&byte, 1), events);
        decoder->finish(events);
    }
    return events.usage();
}

TokenUsage passed(const std::string &bytes, bool whole)
{
    openai_chat::StreamRelay relay(false);
    std::string out;
    if (whole) {
        relay.whole(bytes);
    } else {
        relay.feed(bytes, out);
        relay.finish(out);
    }
    return relay.usage();
}

std::string shown(const TokenUsage &usage, bool inputUnknown)
{
    std::string text;
    const auto add = [&text](const char *name, const std::optional<int64_t> &value, int64_t otherwise = 0) {
        text += std::string(name) + '=' + std::to_string(value.value_or(otherwise)) + ' ';
    };
    add("input", inputUnknown ? std::optional<int64_t>(-1) : usage.input, inputUnknown ? -1 : 0);
    add("cached", usage.cachedInput);
    add("write", usage.cacheWrite);
    add("write1h", usage.cacheWrite1h);
    add("output", usage.output);
    add("reasoning", usage.reasoning);
    add("inputAudio", usage.inputAudio);
    add("outputAudio", usage.outputAudio);
    add("searches", usage.webSearches);
    add("bill", usage.reportedNanoUsd, -1);
    return text + "tier=" + usage.serviceTier;
}

TokenUsage expectedOf(const json::object &vector)
{
    const json::object &expected = vector.at("expected").as_object();
    const auto count = [&expected](std::string_view key) -> std::optional<int64_t> {
        const json::value *value = expected.if_contains(key);
        return value && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
    };
    TokenUsage usage{count("input"), count("cachedInput"), count("cacheWrite"), count("output"), count("reasoning")};
    usage.cacheWrite1h = count("cacheWrite1h");
    usage.inputAudio = count("inputAudio");
    usage.outputAudio = count("outputAudio");
    usage.webSearches = count("webSearches");
    if (expected.at("costState") == "reported")
        usage.reportedNanoUsd = count("costNanoUsd");
    if (const json::value *tier = vector.if_contains("serviceTier"))
        usage.serviceTier = tier->get_string();
    return usage;
}

std::optional<Dialect> dialectOf(const json::object &vector)
{
    const std::string_view name = vector.at("dialect").as_string();
    for (const Dialect dialect :
         {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic, Dialect::Gemini, Dialect::Ollama}) {
        if (name == dialectName(dialect))
            return dialect;
    }
    return std::nullopt;
}

} // namespace

void TestUsageVectors::initTestCase()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../support/usage_vectors.json"));
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
    m_file = json::parse(file.readAll().toStdString());
}

void TestUsageVectors::classes_data()
{
    QTest::addColumn<int>("number");
    const json::array &vectors = m_file.at("vectors").as_array();
    for (size_t i = 0; i < vectors.size(); ++i) {
        const json::object &vector = vectors[i].as_object();
        if (dialectOf(vector))
            QTest::newRow(vector.at("id").as_string().c_str()) << static_cast<int>(i);
    }
}

void TestUsageVectors::classes()
{
    QFETCH(int, number);
    const json::object &vector = m_file.at("vectors").as_array()[static_cast<size_t>(number)].as_object();
    const Dialect dialect = *dialectOf(vector);
    TokenUsage expected = expectedOf(vector);
    // Where the wire names none, the gateway's own count steps in later; the reader must not invent one.
    const json::value *own = vector.if_contains("ownCount");
    const bool inputUnknown = own && own->as_object().contains("input");
    if (own && own->as_object().contains("output"))
        expected.output.reset();
    const std::string wanted = shown(expected, inputUnknown);
    const std::string tier(expected.serviceTier);
    const auto readAs = [&](const TokenUsage &usage) {
        return inputUnknown && usage.input ? "input should be unknown" : shown(usage, inputUnknown);
    };

    Texts usages;
    if (const json::value *events = vector.if_contains("usageEvents")) {
        for (const json::value &event : events->as_array())
            usages.push_back(json::serialize(event));
    } else {
        usages.push_back(json::serialize(vector.at("usage")));
        if (vector.at("usage").is_object() && vector.at("usage").as_object().contains("embeddings")) {
            const auto reply = embeddingCodecFor(dialect)->decodeReply(usages.front());
            QVERIFY(reply);
            QCOMPARE(readAs(reply->usage), wanted);
            return;
        }
        const std::string body = wholeBody(dialect, usages.front(), tier);
        QCOMPARE(readAs(decoded(dialect, body, true)), wanted);
        if (dialect == Dialect::OpenAiChat)
            QCOMPARE(readAs(passed(body, true)), wanted);
    }
    const std::string stream = streamBody(dialect, usages, tier, vector.at("expected").at("costState") == "at-least");
    QCOMPARE(readAs(decoded(dialect, stream, false)), wanted);
    if (dialect == Dialect::OpenAiChat)
        QCOMPARE(readAs(passed(stream, false)), wanted);
}

void TestUsageVectors::everyVectorIsRead()
{
    std::map<std::string, int> others;
    const json::array &vectors = m_file.at("vectors").as_array();
    for (const json::value &vector : vectors) {
        if (!dialectOf(vector.as_object()))
            ++others[std::string(vector.at("dialect").as_string())];
    }
    QCOMPARE(vectors.size(), size_t(127));
    const std::map<std::string, int> notOurs = {{"bedrock-converse", 1}, {"cohere-v2", 1}};
    QCOMPARE(others, notOurs);
}

void TestUsageVectors::soundWhateverComes_data()
{
    QTest::addColumn<int>("dialect");
    QTest::addColumn<QString>("usage");
    QTest::addColumn<QString>("shownAs");
    QTest::newRow("anthropic: negative and text")
        << int(Dialect::Anthropic) << R"({"input_tokens":-5,"output_tokens":"7","cache_read_input_tokens":[1]})"
        << "input=0 cached=0 write=0 write1h=0 output=7 reasoning=0";
    QTest::newRow("anthropic: an hour's part above its whole")
        << int(Dialect::Anthropic)
        << R"({"input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":9}})"
        << "input=1 cached=0 write=5 write1h=5 output=1 reasoning=0";
    QTest::newRow("gemini: cached above the prompt")
        << int(Dialect::Gemini) << R"({"promptTokenCount":5,"cachedContentTokenCount":9,"candidatesTokenCount":1.0})"
        << "input=0 cached=5 write=0 write1h=0 output=1 reasoning=0";
    QTest::newRow("responses: parts above the whole")
        << int(Dialect::OpenAiResponses)
        << R"({"input_tokens":10,"input_tokens_details":{"cached_tokens":8,"cache_write_tokens":8},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":4}})"
        << "input=0 cached=8 write=2 write1h=0 output=3 reasoning=3";
    QTest::newRow("ollama: negative") << int(Dialect::Ollama)
                                      << R"({"done":true,"prompt_eval_count":-1,"eval_count":"4"})"
                                      << "input=0 cached=0 write=0 write1h=0 output=4 reasoning=0";
    QTest::newRow("chat: a bill that is none")
        << int(Dialect::OpenAiChat) << R"({"prompt_tokens":1,"completion_tokens":1,"cost":-3})"
        << "input=1 cached=0 write=0 write1h=0 output=1 reasoning=0 inputAudio=0 outputAudio=0 searches=0 bill=-1";
    QTest::newRow("chat: a bill as text")
        << int(Dialect::OpenAiChat) << R"({"prompt_tokens":1,"completion_tokens":1,"cost":"0.25"})"
        << "input=1 cached=0 write=0 write1h=0 output=1 reasoning=0 inputAudio=0 "
           "outputAudio=0 searches=0 bill=250000000";
}

void TestUsageVectors::soundWhateverComes()
{
    QFETCH(int, dialect);
    QFETCH(QString, usage);
    QFETCH(QString, shownAs);
    const auto which = static_cast<Dialect>(dialect);
    const std::string body = wholeBody(which, usage.toStdString(), {});
    const std::string read = shown(decoded(which, body, true), false);
    QVERIFY2(read.starts_with(shownAs.toStdString()), read.c_str());
    if (which == Dialect::OpenAiChat)
        QCOMPARE(shown(passed(body, true), false), read);
}

QTEST_APPLESS_MAIN(TestUsageVectors)
#include "tst_usage_vectors.moc"
