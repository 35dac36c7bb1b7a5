// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"
#include "tests/dialect/event_recorder.h"

#include <boost/json.hpp>

#include <QtCore/QFile>
#include <QtTest/QTest>

class TestOpenAiChatReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wholeReply();
    void wholeFaults();
    void encodedWhole();
    void encodedStream();
    void pingBeforeTheReply();
    void failureEndsTheStream();
    void clientsWithFunctions();
    void usageVectors();
    void errors_data();
    void errors();
    void models();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;
namespace json = boost::json;

namespace {

std::string wholeEvents(std::string_view body)
{
    EventRecorder recorder;
    const auto decoder = openai_chat::codec().replyDecoder();
    const auto result = decoder->whole(body, recorder);
    return recorder.text() + (result ? "" : "error " + result.error().code + "\n");
}

} // namespace

void TestOpenAiChatReply::wholeReply()
{
    const char *body =
        R"({"id":"c1","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":{"role":"assistant",
            "content":"hi","refusal":null,"reasoning_content":"hm","annotations":[],"tool_calls":[
            {"id":"","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"","type":"function","function":{"name":"f","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],
            "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7},"odd":1})";
    QCOMPARE(QByteArray::fromStdString(wholeEvents(body)),
             QByteArray("message id=c1 model=m\nusage 3 4\npart 0 thinking\n0: hm\nend 0\npart 1 text\n1: hi\nend 1\n"
                        "part 2 call name=f\n2: {}\nend 2\npart 3 call name=f\n3: {}\nend 3\nfinish tool-calls\n"));
    EventRecorder recorder;
    const auto decoder = openai_chat::codec().replyDecoder();
    QVERIFY(decoder->whole(body, recorder).has_value());
    QCOMPARE(decoder->losses().size(), size_t{1});
    QCOMPARE(decoder->losses().front().pointer, std::string("/odd"));
}

void TestOpenAiChatReply::wholeFaults()
{
    QCOMPARE(wholeEvents(""), std::string("error reply_invalid\n"));
    QCOMPARE(wholeEvents("{\"id\":"), std::string("error reply_invalid\n"));
    QCOMPARE(wholeEvents("{\"id\":\"x\"}"), std::string("error reply_invalid\n"));
    QCOMPARE(wholeEvents(R"({"error":{"message":"no","code":"model_not_found"}})"),
             std::string("failure model_not_found 404 no\n"));
    QCOMPARE(wholeEvents(R"([{"error":{"message":"no","code":400,"status":"INVALID_ARGUMENT"}}])"),
             std::string("failure 400 400 no\n"));
}

void TestOpenAiChatReply::encodedWhole()
{
    FoldedReply reply;
    reply.choices.resize(1);
    FoldedPart call;
    call.kind = ReplyPartKind::ToolCall;
    call.name = "f";
    reply.choices[0].parts = {call};
    reply.choices[0].finish = FinishReason::ToolCalls;
    reply.usage.input = 8;
    reply.usage.cachedInput = 4;
    reply.usage.output = 5;
    const json::value sent = json::parse(openai_chat::codec().encodeReply(reply, {"asked", "req", 1700000000}));
    QVERIFY(sent.at("id").as_string().starts_with("chatcmpl-"));
    QCOMPARE(json::serialize(sent.at("object")), std::string("\"chat.completion\""));
    QCOMPARE(json::serialize(sent.at("model")), std::string("\"asked\""));
    const json::value &choice = sent.at("choices").at(0);
    QVERIFY(choice.at("message").at("content").is_null());
    QCOMPARE(choice.at("message").at("tool_calls").as_array().size(), size_t{1});
    QCOMPARE(json::serialize(choice.at("message").at("tool_calls").at(0).at("function").at("arguments")),
             std::string("\"{}\""));
    QCOMPARE(json::serialize(choice.at("finish_reason")), std::string("\"tool_calls\""));
    QCOMPARE(json::serialize(sent.at("usage").at("prompt_tokens")), std::string("12"));
    QCOMPARE(json::serialize(sent.at("usage").at("total_tokens")), std::string("17"));
    QVERIFY(!sent.as_object().contains("service_tier"));
    FoldedReply text;
    text.choices.resize(1);
    FoldedPart part;
    part.text = "hi";
    text.choices[0].parts = {part};
    const json::value plain = json::parse(openai_chat::codec().encodeReply(text, {"asked", "req", 1}));
    QVERIFY(!plain.at("choices").at(0).at("message").as_object().contains("tool_calls"));
    QCOMPARE(json::serialize(plain.at("usage").at("total_tokens")), std::string("0"));
}

void TestOpenAiChatReply::encodedStream()
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "req";
    options.nowSeconds = 7;
    options.includeUsage = true;
    const auto encoder = openai_chat::codec().replyEncoder(options);
    std::string out;
    encoder->take(MessageStart{"msg_1", "claude"}, out);
    encoder->ping(out);
    encoder->take(PartStart{0, ReplyPartKind::Thinking}, out);
    encoder->take(PartDelta{0, "t", "sig"}, out);
    encoder->take(PartEnd{0}, out);
    encoder->take(PartStart{1, ReplyPartKind::ToolCall, 0, "toolu_1", "f"}, out);
    encoder->take(PartDelta{1, "{\"a\":1}"}, out);
    encoder->take(PartEnd{1}, out);
    TokenUsage usage;
    usage.input = 3;
    usage.output = 2;
    encoder->take(UsageReport{usage}, out);
    encoder->take(Finish{FinishReason::ToolCalls}, out);
    encoder->end(out);
    const std::string head =
        R"(data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"claude","choices":[)";
    const std::string expected =
        head +
        R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
        "\n\n" +
        head +
        R"({"index":0,"delta":{},"finish_reason":null}]})"
        "\n\n" +
        head +
        R"({"index":0,"delta":{"reasoning_content":"t"},"finish_reason":null}]})"
        "\n\n" +
        head +
        R"({"index":0,"delta":{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null}]})"
        "\n\n" +
        head +
        R"({"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]},"finish_reason":null}]})"
        "\n\n" +
        head +
        R"({"index":0,"delta":{},"finish_reason":"tool_calls"}]})"
        "\n\n" +
        head +
        R"(],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"
        "\n\ndata: [DONE]\n\n";
    QCOMPARE(QByteArray::fromStdString(out), QByteArray::fromStdString(expected));
}

void TestOpenAiChatReply::pingBeforeTheReply()
{
    const auto encoder = openai_chat::codec().replyEncoder({"asked", "req", 7});
    std::string out;
    encoder->ping(out);
    QVERIFY(out.find("\"role\":\"assistant\"") != std::string::npos);
    encoder->take(MessageStart{"late", "m"}, out);
    encoder->take(Finish{}, out);
    encoder->end(out);
    QVERIFY(out.find("late") == std::string::npos); // one id for the whole stream
    QCOMPARE(out.find("\"role\""), out.rfind("\"role\""));
    QVERIFY(out.ends_with("data: [DONE]\n\n"));
}

void TestOpenAiChatReply::failureEndsTheStream()
{
    const auto encoder = openai_chat::codec().replyEncoder({"asked", "req", 7});
    std::string out;
    encoder->take(Failure{{"overloaded", "busy", 529}}, out);
    const std::string once = out;
    encoder->take(Finish{}, out);
    encoder->end(out);
    QCOMPARE(out, once);
    QVERIFY(out.find("\"message\":\"busy\"") != std::string::npos);
}

void TestOpenAiChatReply::clientsWithFunctions()
{
    LossReport losses;
    const auto conversation = openai_chat::codec().decodeRequest(
        R"({"model":"m","functions":[{"name":"f"}],"messages":[{"role":"user","content":"u"}]})", {}, losses);
    ReplyOptions options{"asked", "req", 7};
    options.conversation = &*conversation;
    const auto encoder = openai_chat::codec().replyEncoder(options);
    std::string out;
    encoder->take(PartStart{0, ReplyPartKind::ToolCall, 0, "a", "f"}, out);
    encoder->take(PartDelta{0, "{}"}, out);
    encoder->take(Finish{FinishReason::ToolCalls}, out);
    QVERIFY(out.find(R"("function_call":{"name":"f","arguments":""})") != std::string::npos);
    QVERIFY(out.find(R"("function_call":{"arguments":"{}"})") != std::string::npos);
    QVERIFY(out.find(R"("finish_reason":"function_call")") != std::string::npos);
}

void TestOpenAiChatReply::usageVectors()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/data/usage_openai_chat.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const json::value vectors = json::parse(file.readAll().toStdString());
    QVERIFY(vectors.as_array().size() > 60);
    for (const json::value &vector : vectors.as_array()) {
        const std::string id(vector.at("id").as_string());
        const std::string body = R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":)" +
                                 json::serialize(vector.at("usage")) + "}";
        EventRecorder recorder;
        QVERIFY2(openai_chat::codec().replyDecoder()->whole(body, recorder).has_value(), id.c_str());
        const TokenUsage &usage = recorder.usage();
        const bool ownCount = id == "other-10"; // the provider's input count is of no use
        const auto compare = [&](const char *field, const std::optional<int64_t> &value) {
            if (ownCount && std::string_view(field) == "input")
                return !value.has_value();
            return value.value_or(0) == vector.at("expected").at(field).to_number<int64_t>();
        };
        QVERIFY2(compare("input", usage.input), id.c_str());
        QVERIFY2(compare("cachedInput", usage.cachedInput), id.c_str());
        QVERIFY2(compare("cacheWrite", usage.cacheWrite), id.c_str());
        QVERIFY2(compare("output", usage.output), id.c_str());
        QVERIFY2(compare("reasoning", usage.reasoning), id.c_str());
    }
}

void TestOpenAiChatReply::errors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("openai") << QByteArray(R"({"error":{"message":"m","type":"t","param":null,"code":"c"}})")
                            << QByteArray("c") << QByteArray("m");
    QTest::newRow("type only") << QByteArray(R"({"error":{"message":"m","type":"t","code":null}})") << QByteArray("t")
                               << QByteArray("m");
    QTest::newRow("openrouter")
        << QByteArray(R"({"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"too fast"}}})")
        << QByteArray("429") << QByteArray("Provider returned error: too fast");
    QTest::newRow("google") << QByteArray(R"([{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}])")
                            << QByteArray("400") << QByteArray("m");
    QTest::newRow("fastapi")
        << QByteArray(R"({"detail":[{"type":"extra_forbidden","loc":["body","x",0],"msg":"Extra inputs"}]})")
        << QByteArray("") << QByteArray("body.x.0: Extra inputs");
    QTest::newRow("vllm") << QByteArray(R"({"object":"error","message":"m","type":"BadRequestError","code":400})")
                          << QByteArray("400") << QByteArray("m");
    QTest::newRow("html") << QByteArray("<html>Bad gateway</html>") << QByteArray("")
                          << QByteArray("<html>Bad gateway</html>");
    QTest::newRow("empty") << QByteArray("") << QByteArray("")
                           << QByteArray("The provider answered with status 400 and no text.");
}

void TestOpenAiChatReply::errors()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, message);
    const Error error = openai_chat::codec().readError(400, body.toStdString());
    QCOMPARE(QByteArray::fromStdString(error.code), code);
    QCOMPARE(QByteArray::fromStdString(error.message), message);
    QCOMPARE(error.httpStatus, 400);
}

void TestOpenAiChatReply::models()
{
    const std::vector<ListedModel> models = {{"a", "x"}, {"b", "y", 1000, 50, {"text", "image"}}};
    QCOMPARE(
        QByteArray::fromStdString(openai_chat::codec().modelList(models)),
        QByteArray(
            R"({"object":"list","data":[{"id":"a","object":"model","created":0,"owned_by":"x"},)"
            R"({"id":"b","object":"model","created":0,"owned_by":"y","context_length":1000,"max_completion_tokens":50,)"
            R"("architecture":{"input_modalities":["text","image"]}}]})"));
    QVERIFY(openai_chat::codec().tokenCount(5).empty());
}

#endif

QTEST_APPLESS_MAIN(TestOpenAiChatReply)
#include "tst_openai_chat_reply.moc"
