// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

#include <set>

using namespace signalbox;
namespace json = boost::json;

namespace {

struct Decoded {
    explicit Decoded(std::string_view body, std::string_view path = "/api/chat")
        : result(ollama::codec().decodeRequest(body, {path, {}, false}, losses))
    {
    }
    const Conversation &operator*() const { return *result; }
    const Conversation *operator->() const { return &*result; }
    QByteArrayList lost() const
    {
        QByteArrayList list;
        for (const LossEntry &entry : losses.resolve(result->source->root, false))
            list += QByteArray::fromStdString(std::string(lossKindName(entry.kind)) + " " + entry.pointer);
        return list;
    }
    LossReport losses;
    Result<Conversation> result;
};

std::string encoded(const Conversation &conversation, LossReport &losses)
{
    const Quirks quirks;
    const auto request = ollama::codec().encodeRequest(conversation, {"there", quirks}, losses);
    return request ? request->body : "error: " + request.error().message;
}

template<class T>
const T &part(const Conversation &conversation, size_t message, size_t index)
{
    return *conversation.messages.at(message).parts.at(index).as<T>();
}

} // namespace

class TestOllamaRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chat();
    void generate();
    void settings();
    void streamIsOnByDefault();
    void roundTripKeepsEveryField();
    void images();
    void toolCallsWithoutIds();
    void idsAreStable();
    void resultsFindTheirCalls_data();
    void resultsFindTheirCalls();
    void unknownFieldsAreLosses();
    void generateLosesWhatOnlyOllamaHas();
    void mistakes_data();
    void mistakes();
    void loadRequests();
    void keepAlive_data();
    void keepAlive();
    void largeBody();
};

void TestOllamaRequest::chat()
{
    const Decoded chat(R"({"model":"llama3:8b","messages":[
        {"role":"system","content":"Be brief."},
        {"role":"user","content":"Weather?"},
        {"role":"assistant","content":"Looking.","thinking":"hm","tool_calls":[
            {"id":"c1","type":"function","function":{"index":0,"name":"weather","arguments":{"z":"Oslo","a":[1,2.5]}}}]},
        {"role":"tool","tool_name":"weather","tool_call_id":"c1","content":"Sunny"}]})");
    QVERIFY2(chat.result, chat.result ? "" : chat.result.error().message.c_str());
    QCOMPARE(chat.lost(), QByteArrayList());
    QCOMPARE(chat->model, std::string_view("llama3:8b"));
    QCOMPARE(chat->messages.size(), size_t(4));
    QCOMPARE(chat->messages[0].role, Role::System);
    QCOMPARE(part<TextPart>(*chat, 0, 0).text, std::string_view("Be brief."));
    QCOMPARE(chat->messages[1].role, Role::User);
    QCOMPARE(chat->messages[2].role, Role::Assistant);
    QCOMPARE(part<ThinkingPart>(*chat, 2, 0).text, std::string_view("hm"));
    QCOMPARE(part<ThinkingPart>(*chat, 2, 0).signer, Dialect::Ollama);
    QCOMPARE(part<TextPart>(*chat, 2, 1).text, std::string_view("Looking."));
    const ToolCallPart &call = part<ToolCallPart>(*chat, 2, 2);
    QCOMPARE(call.id, std::string_view("c1"));
    QCOMPARE(call.name, std::string_view("weather"));
    QCOMPARE(call.arguments, std::string_view(R"({"z":"Oslo","a":[1,2.5]})"));
    QCOMPARE(chat->messages[3].role, Role::User);
    const ToolResultPart &result = part<ToolResultPart>(*chat, 3, 0);
    QCOMPARE(result.callId, std::string_view("c1"));
    QCOMPARE(result.name, std::string_view("weather"));
    QCOMPARE(result.content.at(0).as<TextPart>()->text, std::string_view("Sunny"));
    QCOMPARE(pointerOf(chat->source->root, chat->messages[2].parts[2].origin), std::string("/messages/2/tool_calls/0"));
}

void TestOllamaRequest::generate()
{
    const Decoded request(R"({"model":"m","system":"Be brief.","prompt":"Hi","images":["iVBORw0KGgo="],
        "format":"json","think":true,"options":{"num_predict":5},"stream":false})",
                          "/api/generate");
    QVERIFY(request.result);
    QCOMPARE(request.lost(), QByteArrayList());
    QCOMPARE(request->messages.size(), size_t(2));
    QCOMPARE(request->messages[0].role, Role::System);
    QCOMPARE(part<MediaPart>(*request, 1, 0).source.mimeType, std::string_view("image/png"));
    QCOMPARE(part<TextPart>(*request, 1, 1).text, std::string_view("Hi"));
    QCOMPARE(*request->settings.maxTokens, int64_t(5));
    QCOMPARE(request->settings.output->kind, StructuredOutput::Kind::JsonObject);
    QVERIFY(!request->stream);
}

void TestOllamaRequest::settings()
{
    const Decoded chat(R"({"model":"m","messages":[{"role":"user","content":"x"}],
        "format":{"type":"object","properties":{"b":{},"a":{}}},"think":"high","keep_alive":"5m",
        "logprobs":true,"top_logprobs":3,
        "options":{"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":-1,"num_predict":100,"num_ctx":8192,
            "stop":["a","b"],"repeat_penalty":1.1,"presence_penalty":0.1,"frequency_penalty":0.2}})");
    QVERIFY(chat.result);
    QCOMPARE(chat.lost(), QByteArrayList());
    const Settings &settings = chat->settings;
    QCOMPARE(settings.output->kind, StructuredOutput::Kind::JsonSchema);
    QCOMPARE(jsonText(*settings.output->schema), std::string(R"({"type":"object","properties":{"b":{},"a":{}}})"));
    QCOMPARE(settings.reasoning->effort, std::string_view("high"));
    QVERIFY(settings.reasoning->showThoughts == true);
    QCOMPARE(*settings.keepAlive, std::string_view("5m"));
    QCOMPARE(*settings.logprobs, true);
    QCOMPARE(*settings.topLogprobs, int64_t(3));
    QCOMPARE(*settings.temperature, 0.5);
    QCOMPARE(*settings.topP, 0.9);
    QCOMPARE(*settings.topK, int64_t(40));
    QCOMPARE(*settings.minP, 0.05);
    QCOMPARE(*settings.seed, int64_t(-1));
    QCOMPARE(*settings.maxTokens, int64_t(100));
    QCOMPARE(*settings.contextTokens, int64_t(8192));
    QCOMPARE(*settings.stop, (std::vector<std::string_view>{"a", "b"}));
    QCOMPARE(*settings.repeatPenalty, 1.1);
    QCOMPARE(*settings.presencePenalty, 0.1);
    QCOMPARE(*settings.frequencyPenalty, 0.2);
    QCOMPARE(pointerOf(chat->source->root, settings.topK.origin), std::string("/options/top_k"));
}

void TestOllamaRequest::streamIsOnByDefault()
{
    QVERIFY(Decoded(R"({"model":"m","messages":[]})")->stream);
    QVERIFY(Decoded(R"({"model":"m","messages":[],"stream":null})")->stream);
    QVERIFY(!Decoded(R"({"model":"m","messages":[],"stream":false})")->stream);
}

void TestOllamaRequest::roundTripKeepsEveryField()
{
    const std::string body =
        R"({"model":"there","messages":[)"
        R"({"role":"system","content":"Be brief."},)"
        R"({"role":"user","content":"é \"quoted\" 😀","images":["iVBORw0KGgo="]},)"
        R"({"role":"assistant","content":"Looking.","thinking":"hm","tool_calls":[)"
        R"({"id":"c1","function":{"index":0,"name":"weather","arguments":{"z":"Oslo","a":[1,2.5,null]}}},)"
        R"({"id":"c2","function":{"index":1,"name":"weather","arguments":{}}}]},)"
        R"({"role":"tool","content":"Sunny","tool_name":"weather","tool_call_id":"c1"},)"
        R"({"role":"tool","content":"","tool_name":"weather","tool_call_id":"c2"},)"
        R"({"role":"assistant","content":"","tool_calls":[)"
        R"({"id":"c3","function":{"index":0,"name":"other","arguments":{}}}]}],)"
        R"("tools":[{"type":"function","function":{"name":"weather","description":"d",)"
        R"("parameters":{"type":"object","required":["z"],"properties":{"z":{"type":"string"},"a":{"type":"array"}}}}}],)"
        R"("stream":true,"format":{"type":"object"},"think":"low","keep_alive":-1,"logprobs":true,"top_logprobs":2,)"
        R"("options":{"num_ctx":65536,"num_predict":9,"temperature":0.1,"top_p":0.2,"top_k":3,"min_p":0.4,"seed":5,)"
        R"("repeat_penalty":1.5,"presence_penalty":0.6,"frequency_penalty":0.7,"stop":["x"]}})";
    const Decoded chat(body);
    QVERIFY(chat.result);
    LossReport losses;
    QCOMPARE(QByteArray::fromStdString(encoded(*chat, losses)), QByteArray::fromStdString(body));
    QVERIFY(losses.empty());
    QCOMPARE(chat.lost(), QByteArrayList());
}

void TestOllamaRequest::images()
{
    const Decoded chat(R"({"model":"m","messages":[{"role":"user","content":"see",
        "images":["/9j/4AAQ","data:image/webp;base64,UklGRg==","AAAA"]}]})");
    QVERIFY(chat.result);
    QCOMPARE(part<MediaPart>(*chat, 0, 0).source.mimeType, std::string_view("image/jpeg"));
    QCOMPARE(part<MediaPart>(*chat, 0, 1).source.mimeType, std::string_view("image/webp"));
    QCOMPARE(part<MediaPart>(*chat, 0, 1).source.data, std::string_view("UklGRg=="));
    QCOMPARE(part<MediaPart>(*chat, 0, 2).source.mimeType, std::string_view("image/jpeg"));
    QCOMPARE(part<TextPart>(*chat, 0, 3).text, std::string_view("see"));
    QCOMPARE(pointerOf(chat->source->root, chat->messages[0].parts[1].origin), std::string("/messages/0/images/1"));
}

void TestOllamaRequest::toolCallsWithoutIds()
{
    const Decoded chat(R"({"model":"m","messages":[
        {"role":"assistant","content":"","tool_calls":[
            {"function":{"name":"f","arguments":{"city":"Oslo"}}},
            {"function":{"name":"f","arguments":{"city":"Paris"}}},
            {"function":{"name":"g","arguments":{"city":"Oslo"}}},
            {"function":{"name":"f","arguments":{"city":"Oslo"}}}]}]})");
    QVERIFY(chat.result);
    std::set<std::string_view> ids;
    for (size_t i = 0; i < 4; ++i) {
        const std::string_view id = part<ToolCallPart>(*chat, 0, i).id;
        QVERIFY(id.starts_with("call_"));
        ids.insert(id);
    }
    QCOMPARE(ids.size(), size_t(4));
}

// The same history in a later, longer request: other providers' prompt caches need the same bytes.
void TestOllamaRequest::idsAreStable()
{
    const std::string history = R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},
        {"role":"tool","tool_name":"f","content":"1"})";
    const Decoded first(R"({"model":"m","messages":[)" + history + "]}");
    const Decoded later(R"({"model":"m","messages":[)" + history +
                        R"(,{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]}]})");
    QVERIFY(first.result && later.result);
    const std::string_view id = part<ToolCallPart>(*first, 0, 0).id;
    QCOMPARE(part<ToolCallPart>(*later, 0, 0).id, id);
    QVERIFY(part<ToolCallPart>(*later, 2, 0).id != id);
    QCOMPARE(part<ToolResultPart>(*first, 1, 0).callId, id);
}

void TestOllamaRequest::resultsFindTheirCalls_data()
{
    QTest::addColumn<QByteArray>("results");
    QTest::addColumn<QList<int>>("calls"); // by place, -1: of no call
    const auto row = [](const char *name, const char *results, const QList<int> &calls) {
        QTest::newRow(name) << QByteArray(results) << calls;
    };
    row("by name, in order", R"({"tool_name":"f"},{"tool_name":"g"},{"tool_name":"f"})", {0, 1, 2});
    row("by name, mixed", R"({"tool_name":"g"},{"tool_name":"f"},{"tool_name":"f"})", {1, 0, 2});
    row("by the old key", R"({"name":"g"},{"name":"f"})", {1, 0});
    row("without names", R"({},{},{})", {0, 1, 2});
    row("by id", R"({"tool_call_id":"given"},{"tool_name":"f"})", {3, 0});
    row("unknown name", R"({"tool_name":"h"})", {-1});
    row("one too many", R"({"tool_name":"g"},{"tool_name":"g"})", {1, -1});
}

void TestOllamaRequest::resultsFindTheirCalls()
{
    QFETCH(QByteArray, results);
    QFETCH(QList<int>, calls);
    const QByteArray messages = QByteArray(results).replace("{", R"({"content":"x","role":"tool",)").replace(",}", "}");
    const Decoded chat(R"({"model":"m","messages":[{"role":"assistant","tool_calls":[
        {"function":{"name":"f","arguments":{}}},{"function":{"name":"g","arguments":{}}},
        {"function":{"name":"f","arguments":{}}},{"id":"given","function":{"name":"g2","arguments":{}}}]},)" +
                       messages.toStdString() + "]}");
    QVERIFY2(chat.result, chat.result ? "" : chat.result.error().message.c_str());
    for (int i = 0; i < calls.size(); ++i) {
        const std::string_view id = part<ToolResultPart>(*chat, static_cast<size_t>(i) + 1, 0).callId;
        QVERIFY(!id.empty());
        int found = -1;
        for (size_t call = 0; call < 4; ++call) {
            if (part<ToolCallPart>(*chat, 0, call).id == id)
                found = static_cast<int>(call);
        }
        QCOMPARE(found, calls[i]);
    }
}

void TestOllamaRequest::unknownFieldsAreLosses()
{
    const Decoded chat(R"({"model":"m","a/b":1,"truncate":true,"messages":[
        {"role":"user","content":"x","mood":"good"},
        {"role":"assistant","content":"y","tool_calls":[
            {"extra":1,"function":{"name":"f","arguments":{"free":1},"why":2}}]}],
        "tools":[{"type":"function","hidden":true,"function":{"name":"f","strict":true,"parameters":{"x-any":1}}},
                 {"type":"web"}],
        "options":{"mirostat":1,"num_gpu":2,"top~k":3,"temperature":1},"nothing":null})");
    QVERIFY(chat.result);
    QCOMPARE(chat.lost(),
             QByteArrayList({"dropped /a~1b", "dropped /truncate", "dropped /messages/0/mood",
                             "dropped /messages/1/tool_calls/0/extra", "dropped /messages/1/tool_calls/0/function/why",
                             "dropped /tools/0/hidden", "dropped /tools/0/function/strict", "dropped /tools/1",
                             "dropped /options/mirostat", "dropped /options/num_gpu", "dropped /options/top~0k"}));
    QCOMPARE(chat->tools.size(), size_t(1));
}

void TestOllamaRequest::generateLosesWhatOnlyOllamaHas()
{
    const Decoded request(R"({"model":"m","prompt":"x","suffix":"y","template":"z","raw":true,"context":[1,2],
        "options":{"num_predict":-2}})",
                          "/api/generate");
    QVERIFY(request.result);
    QCOMPARE(request.lost(), QByteArrayList({"dropped /suffix", "dropped /template", "dropped /raw", "dropped /context",
                                             "approximated /options/num_predict"}));
    QVERIFY(!request->settings.maxTokens);
    const Decoded unlimited(R"({"model":"m","prompt":"x","options":{"num_predict":-1}})", "/api/generate");
    QCOMPARE(unlimited.lost(), QByteArrayList());
}

void TestOllamaRequest::mistakes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const char *body, const char *code, const char *message) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(code) << QByteArray(message);
    };
    row("no JSON", "{", "json_invalid", "line 1, column 2");
    row("no object", "[]", "field_invalid", "must be a JSON object");
    row("no model", R"({"messages":[]})", "model_missing", "model");
    row("model", R"({"model":1})", "field_invalid", "/model: must be a text");
    row("stream", R"({"model":"m","stream":"yes"})", "field_invalid", "/stream: must be true or false");
    row("messages", R"({"model":"m","messages":{}})", "field_invalid", "/messages: must be a list");
    row("message", R"({"model":"m","messages":[1]})", "field_invalid", "/messages/0: must be an object");
    row("no role", R"({"model":"m","messages":[{"content":"x"}]})", "field_invalid", "/messages/0: role is missing");
    row("role", R"({"model":"m","messages":[{"role":"cat"}]})", "field_invalid", "/messages/0/role: must be");
    row("content", R"({"model":"m","messages":[{"role":"user","content":[]}]})", "field_invalid",
        "/messages/0/content: must be a text");
    row("image", R"({"model":"m","messages":[{"role":"user","images":[{}]}]})", "field_invalid",
        "/messages/0/images/0: must be an image");
    row("call without function", R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{}]}]})",
        "field_invalid", "/messages/0/tool_calls/0: function is missing");
    row("call without name", R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{}}]}]})",
        "field_invalid", "/messages/0/tool_calls/0/function: name is missing");
    row("arguments",
        R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":1}}]}]})",
        "field_invalid", "/messages/0/tool_calls/0/function/arguments: must be an object");
    row("tool without name", R"({"model":"m","tools":[{"function":{}}]})", "field_invalid",
        "/tools/0/function: name is missing");
    row("parameters", R"({"model":"m","tools":[{"function":{"name":"f","parameters":[]}}]})", "field_invalid",
        "/tools/0/function/parameters: must be an object");
    row("format", R"({"model":"m","format":"xml"})", "field_invalid", "/format: must be");
    row("think", R"({"model":"m","think":"hard"})", "field_invalid", "/think: must be");
    row("keep_alive", R"({"model":"m","keep_alive":true})", "field_invalid", "/keep_alive: must be");
    row("option", R"({"model":"m","options":{"top_k":1.5}})", "field_invalid",
        "/options/top_k: must be a whole number");
    row("stop", R"({"model":"m","options":{"stop":[1]}})", "field_invalid", "/options/stop/0: must be a text");
}

void TestOllamaRequest::mistakes()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, message);
    const Decoded chat(body.toStdString());
    QVERIFY(!chat.result);
    const Error &error = chat.result.error();
    QCOMPARE(QByteArray::fromStdString(error.code), code);
    QCOMPARE(error.httpStatus, 400);
    QVERIFY2(QByteArray::fromStdString(error.message).contains(message), error.message.c_str());
}

void TestOllamaRequest::loadRequests()
{
    ReplyOptions options;
    options.model = "m";
    options.nowSeconds = 1763827200;
    options.path = "/api/chat";
    const Decoded chat(R"({"model":"m"})");
    QVERIFY(chat.result && chat->messages.empty());
    QCOMPARE(ollama::loadReply(*chat, options),
             std::string(R"({"model":"m","created_at":"2025-11-22T16:00:00.000000000Z",)"
                         R"("message":{"role":"assistant","content":""},"done":true,"done_reason":"load"})"));
    options.path = "/api/generate";
    const Decoded generate(R"({"model":"m","prompt":"","system":"x","keep_alive":0})", "/api/generate");
    QVERIFY(generate.result && generate->messages.empty());
    QCOMPARE(ollama::loadReply(*generate, options),
             std::string(R"({"model":"m","created_at":"2025-11-22T16:00:00.000000000Z",)"
                         R"("response":"","done":true,"done_reason":"unload"})"));
    LossReport losses;
    QVERIFY(encoded(*chat, losses).starts_with("error: "));
}

void TestOllamaRequest::keepAlive_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char *value : {R"("5m")", R"("0")", R"("-1")", "-1", "0", "300", "0.5"})
        QTest::newRow(value) << QByteArray(value);
}

void TestOllamaRequest::keepAlive()
{
    QFETCH(QByteArray, value);
    const Decoded chat(R"({"model":"m","messages":[{"role":"user","content":"x"}],"keep_alive":)" +
                       value.toStdString() + "}");
    QVERIFY(chat.result);
    LossReport losses;
    const json::value body = json::parse(encoded(*chat, losses));
    const QByteArray again = QByteArray::fromStdString(jsonText(body.at("keep_alive")));
    // A text of digits means the same seconds as the number.
    QCOMPARE(QByteArray(again).replace("\"", ""), QByteArray(value).replace("\"", ""));
}

void TestOllamaRequest::largeBody()
{
    const std::string image(8'000'000, 'A');
    const Decoded chat(R"({"model":"m","messages":[{"role":"user","content":"x","images":[")" + image + "\"]}]}");
    QVERIFY(chat.result);
    LossReport losses;
    const std::string body = encoded(*chat, losses);
    QVERIFY(body.size() > image.size());
    QVERIFY(body.capacity() < image.size() + image.size() / 4);
}

QTEST_APPLESS_MAIN(TestOllamaRequest)
#include "tst_ollama_request.moc"
