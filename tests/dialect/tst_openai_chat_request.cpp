// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/openai_chat_request.h"

#include <QtTest/QTest>

class TestOpenAiChatRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void unknownFieldsAreReported();
    void mistakes_data();
    void mistakes();
    void reasoningFormats_data();
    void reasoningFormats();
    void noSwitchForThinking();
    void quirksOfMistral();
    void settingsThatAreRefused();
    void allowedToolsAreFiltered();
    void schemaInWords();
    void toolSettingsNeedTools();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;
using namespace signalbox::chat_test;
namespace json = boost::json;

// Everything of the own dialect comes out as it went in.
void TestOpenAiChatRequest::roundTrip_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::newRow("sampling") << QByteArray(
        R"("max_completion_tokens":5,"temperature":0.5,"top_p":0.9,"frequency_penalty":0.1,"presence_penalty":-0.1,
           "seed":7,"stop":["a","b"],"n":2,"logprobs":true,"top_logprobs":3,"logit_bias":{"5":-100},"top_k":4,"min_p":0.1,
           "repetition_penalty":1.1)");
    QTest::newRow("the rest") << QByteArray(
        R"("reasoning_effort":"high","verbosity":"low","modalities":["text","audio"],"audio":{"voice":"a","format":"wav"},
           "prediction":{"type":"content","content":"x"},"service_tier":"flex","user":"u","metadata":{"a":"b"},
           "store":true,"prompt_cache_key":"k","prompt_cache_retention":"24h","stream":true,
           "stream_options":{"include_usage":true},"web_search_options":{"search_context_size":"low"})");
    QTest::newRow("safety identifier") << QByteArray(R"("safety_identifier":"u")");
    QTest::newRow("tools") << QByteArray(
        R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","z":1,"a":2},
           "strict":true}},{"type":"custom","custom":{"name":"c","description":"d","format":{"type":"grammar",
           "grammar":{"definition":"x","syntax":"lark"}}}},{"type":"odd","x":1}],
           "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function",
           "function":{"name":"f"}}]}},"parallel_tool_calls":false)");
    QTest::newRow("named custom tool") << QByteArray(
        R"("tools":[{"type":"custom","custom":{"name":"c"}}],"tool_choice":{"type":"custom","custom":{"name":"c"}})");
    QTest::newRow("json object") << QByteArray(R"("response_format":{"type":"json_object"})");
    QTest::newRow("json schema") << QByteArray(
        R"("response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"type":"object"},
           "strict":true}})");
}

void TestOpenAiChatRequest::roundTrip()
{
    QFETCH(QByteArray, members);
    const std::string body =
        R"({"model":"up","messages":[{"role":"user","content":"hi"}],)" + members.toStdString() + "}";
    const Translated result = translate(body);
    QCOMPARE(json::serialize(result.body), json::serialize(json::parse(json::serialize(result.body))));
    if (result.body != json::parse(body))
        QCOMPARE(QByteArray::fromStdString(result.text), QByteArray::fromStdString(body));
    QVERIFY2(result.losses.empty(), result.losses.empty() ? "" : result.losses.front().c_str());
}

void TestOpenAiChatRequest::unknownFieldsAreReported()
{
    const Translated result = translate(
        R"({"model":"m","a":1,"messages":[{"role":"user","content":[{"type":"text","text":"t","b":2}],"c":3}],
            "tools":[{"type":"function","function":{"name":"f","d":4}}],"response_format":{"type":"text","e":5},
            "stream_options":{"include_usage":true,"f":6}})");
    for (const char *pointer : {"/a", "/messages/0/content/0/b", "/messages/0/c", "/tools/0/function/d",
                                "/response_format/e", "/stream_options/f"})
        QVERIFY2(result.lost(std::string("dropped ") + pointer), pointer);
    QCOMPARE(result.losses.size(), size_t{6});
}

void TestOpenAiChatRequest::mistakes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *body, const char *message) {
        QTest::newRow(name) << QByteArray(body) << QString::fromUtf8(message);
    };
    row("content", R"({"model":"m","messages":[{"role":"user","content":1}]})",
        "/messages/0/content: must be a text or a list");
    row("no content", R"({"model":"m","messages":[{"role":"user"}]})", "/messages/0: content is missing");
    row("role", R"({"model":"m","messages":[{"role":"king","content":""}]})",
        "/messages/0/role: must be system, developer, user, assistant, tool or function");
    row("no messages", R"({"model":"m"})", "messages is missing");
    row("temperature", R"({"model":"m","messages":[],"temperature":"hot"})", "/temperature: must be a number");
    row("tool", R"({"model":"m","messages":[],"tools":[{"type":"function"}]})", "/tools/0: function is missing");
    row("choice", R"({"model":"m","messages":[],"tool_choice":"perhaps"})",
        "/tool_choice: must be auto, none or required");
    row("call id", R"({"model":"m","messages":[{"role":"tool","content":"x"}]})",
        "/messages/0: tool_call_id is missing");
    row("model", R"({"messages":[]})", "The request names no model.");
}

void TestOpenAiChatRequest::mistakes()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    LossReport losses;
    const auto decoded = openai_chat::codec().decodeRequest(body.toStdString(), {}, losses);
    QVERIFY(!decoded);
    QCOMPARE(QString::fromStdString(decoded.error().message), message);
    QCOMPARE(decoded.error().httpStatus, 400);
}

void TestOpenAiChatRequest::reasoningFormats_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("sent");
    const auto row = [](const char *format, const char *asked, const char *sent) {
        QTest::newRow(qPrintable(QString::fromUtf8(format) + QLatin1Char(' ') + QString::fromUtf8(asked)))
            << QString::fromUtf8(format) << QString::fromUtf8(asked) << QString::fromUtf8(sent);
    };
    row("openai", R"("reasoning_effort":"low")", R"("reasoning_effort":"low")");
    row("openai", R"("reasoning":{"max_tokens":5000})", R"("reasoning_effort":"medium")");
    row("openai", R"("enable_thinking":false)", R"("reasoning_effort":"none")");
    row("openrouter", R"("reasoning":{"effort":"high","exclude":true})",
        R"("reasoning":{"effort":"high","exclude":true})");
    row("openrouter", R"("thinking_budget":2000)", R"("reasoning":{"max_tokens":2000})");
    row("openrouter", R"("enable_thinking":true)", R"("reasoning":{"enabled":true})");
    row("deepseek", R"("reasoning_effort":"max")", R"("thinking":{"type":"enabled"},"reasoning_effort":"max")");
    row("deepseek", R"("thinking":{"type":"disabled"})", R"("thinking":{"type":"disabled"})");
    row("zai", R"("thinking":{"type":"enabled"})", R"("thinking":{"type":"enabled","clear_thinking":false})");
    row("qwen", R"("enable_thinking":true,"thinking_budget":100)", R"("enable_thinking":true,"thinking_budget":100)");
    row("qwen", R"("reasoning_effort":"low")", R"("enable_thinking":true,"thinking_budget":4096)");
    row("qwen-chat-template", R"("reasoning_effort":"none")",
        R"("chat_template_kwargs":{"enable_thinking":false,"preserve_thinking":true})");
    row("together", R"("reasoning_effort":"low")", R"("reasoning":{"enabled":true},"reasoning_effort":"low")");
    row("anthropic", R"("thinking":{"type":"enabled","budget_tokens":2048})",
        R"("thinking":{"type":"enabled","budget_tokens":2048})");
    row("anthropic", R"("reasoning_effort":"minimal")",
        R"("thinking":{"type":"adaptive"},"output_config":{"effort":"low"})");
    row("gemini", R"("reasoning_effort":"xhigh")", R"("reasoning_effort":"high")");
    row("gemini", R"("thinking_budget":512,"include_reasoning":true)",
        R"("extra_body":{"google":{"thinking_config":{"thinking_budget":512,"include_thoughts":true}}})");
    row("baseten", R"("reasoning_effort":"high")",
        R"("chat_template_args":{"enable_thinking":true},"reasoning_effort":"high")");
    row("mistral", R"("reasoning_effort":"none")", R"("reasoning_effort":"none")");
    row("ollama", R"("reasoning_effort":"high")", R"("reasoning_effort":"high")");
}

void TestOpenAiChatRequest::reasoningFormats()
{
    QFETCH(QString, format);
    QFETCH(QString, asked);
    QFETCH(QString, sent);
    Quirks quirks;
    quirks.thinking = format.toStdString();
    const Translated result =
        translate(R"({"model":"m","messages":[{"role":"user","content":"u"}],)" + asked.toStdString() + "}", quirks);
    const std::string expected =
        R"({"model":"up","messages":[{"role":"user","content":"u"}],)" + sent.toStdString() + "}";
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray::fromStdString(expected));
}

void TestOpenAiChatRequest::noSwitchForThinking()
{
    Quirks quirks;
    quirks.thinking = "none";
    const Translated result =
        translate(R"({"model":"m","messages":[{"role":"user","content":"u"}],"reasoning_effort":"low"})", quirks);
    QVERIFY(result.lost("dropped /reasoning_effort"));
}

void TestOpenAiChatRequest::quirksOfMistral()
{
    Quirks quirks;
    quirks.seedField = "random_seed";
    quirks.requiredToolChoice = "any";
    quirks.shortToolIds = true;
    quirks.usageInStream = false;
    quirks.temperature = {{0, 1.5}};
    quirks.refused = {"logprobs", "user"};
    const Translated result = translate(
        R"({"model":"m","stream":true,"seed":3,"temperature":2,"logprobs":true,"user":"u","tool_choice":"required",
            "tools":[{"type":"function","function":{"name":"f"}}],
            "messages":[{"role":"developer","content":"d"},{"role":"user","content":"u"},{"role":"assistant","content":null,
            "tool_calls":[{"id":"call_long_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_long_1","content":"r"}]})",
        quirks);
    QCOMPARE(memberOf(result, "random_seed"), std::string("3"));
    QCOMPARE(memberOf(result, "tool_choice"), std::string("\"any\""));
    QCOMPARE(memberOf(result, "temperature"), std::string("1.5E0"));
    QVERIFY(memberOf(result, "stream_options").empty() && memberOf(result, "logprobs").empty());
    const json::array &messages = result.body.as_object().at("messages").as_array();
    QCOMPARE(json::serialize(messages[0].at("role")), std::string("\"system\""));
    const json::string &id = messages[2].at("tool_calls").at(0).at("id").as_string();
    QCOMPARE(id.size(), size_t{9});
    QCOMPARE(messages[3].at("tool_call_id").as_string(), id);
    for (const char *entry :
         {"approximated /temperature", "dropped /logprobs", "dropped /user", "renamed /messages/0/role"})
        QVERIFY2(result.lost(entry), entry);
}

void TestOpenAiChatRequest::settingsThatAreRefused()
{
    Quirks quirks;
    quirks.store = false;
    quirks.parallelTools = false;
    quirks.strictTools = false;
    quirks.maxStops = 1;
    quirks.refused = {"n", "messages[].name"};
    const Translated result = translate(
        R"({"model":"m","store":false,"parallel_tool_calls":true,"stop":["a","b"],"n":2,"prompt_cache_key":"k",
            "tools":[{"type":"function","function":{"name":"f","strict":true}}],
            "messages":[{"role":"user","content":"u","name":"bob"}]})",
        quirks);
    QCOMPARE(memberOf(result, "stop"), std::string(R"(["a"])"));
    for (const char *entry :
         {"dropped /store", "dropped /parallel_tool_calls", "approximated /stop", "dropped /n",
          "dropped /prompt_cache_key", "dropped /tools/0/function/strict", "dropped /messages/0/name"})
        QVERIFY2(result.lost(entry), entry);
    QCOMPARE(result.losses.size(), size_t{7});
}

void TestOpenAiChatRequest::allowedToolsAreFiltered()
{
    const Translated result = translate(
        R"({"model":"m","messages":[{"role":"user","content":"u"}],"tools":[{"type":"function","function":{"name":"f"}},
            {"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":
            {"mode":"required","tools":[{"type":"function","function":{"name":"g"}}]}}})",
        Quirks());
    QCOMPARE(result.body.at("tools").as_array().size(), size_t{1});
    QCOMPARE(memberOf(result, "tool_choice"), std::string("\"required\""));
    QVERIFY(result.lost("approximated /tool_choice"));
}

void TestOpenAiChatRequest::schemaInWords()
{
    Quirks quirks;
    quirks.refused = {"json_schema"};
    const Translated result = translate(
        R"({"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],"response_format":
            {"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}})",
        quirks);
    QCOMPARE(memberOf(result, "response_format"), std::string(R"({"type":"json_object"})"));
    QVERIFY(result.body.at("messages").at(1).at("content").as_string().find(R"({"type":"object"})") !=
            json::string::npos);
    QCOMPARE(result.body.at("messages").as_array().size(), size_t{3});
}

void TestOpenAiChatRequest::toolSettingsNeedTools()
{
    const Translated result = translate(
        R"({"model":"m","messages":[{"role":"user","content":"u"}],"tools":[],"tool_choice":"auto","parallel_tool_calls":true})");
    QCOMPARE(result.text, std::string(R"({"model":"up","messages":[{"role":"user","content":"u"}]})"));
    QVERIFY(result.lost("dropped /tool_choice") && result.lost("dropped /parallel_tool_calls"));
}

#endif

QTEST_APPLESS_MAIN(TestOpenAiChatRequest)
#include "tst_openai_chat_request.moc"
