// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/openai_chat_request.h"

#include <QtTest/QTest>

class TestOpenAiChatMessages final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void messagesRoundTrip_data();
    void messagesRoundTrip();
    void legacyFunctions();
    void thinkingGoesBackOnlyWhereItIsWanted();
    void openRouterDetailsComeBackUnchanged();
    void customToolsBecomeFunctions();
    void cacheBreakpoints();
    void foreignConversation();
    void callsWithoutIdsOrResults();
    void samePrefixGivesSameBytes();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;
using namespace signalbox::chat_test;
namespace json = boost::json;

namespace {

// A conversation as another dialect would decode it; the text views live in the literal strings.
Conversation foreign()
{
    Conversation conversation;
    conversation.source = *parseSource(R"({"cache_control": {}, "part": {}})");
    conversation.model = "m";
    return conversation;
}

} // namespace

void TestOpenAiChatMessages::messagesRoundTrip_data()
{
    QTest::addColumn<QByteArray>("messages");
    QTest::newRow("roles") << QByteArray(
        R"([{"role":"system","content":"s"},{"role":"developer","content":"d"},{"role":"user","name":"n","content":"u"},
           {"role":"assistant","content":"a"},{"role":"system","content":"later"},{"role":"user","content":"v"}])");
    QTest::newRow("parts") << QByteArray(
        R"([{"role":"user","content":[{"type":"text","text":"t"},
           {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
           {"type":"image_url","image_url":{"url":"https://x/y.png"}},
           {"type":"input_audio","input_audio":{"data":"QUJD","format":"mp3"}},
           {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBER"}},
           {"type":"file","file":{"file_id":"file-1"}},{"type":"future","x":[1]}]}])");
    QTest::newRow("tools") << QByteArray(
        R"([{"role":"user","content":"u"},{"role":"assistant","content":null,"tool_calls":[
           {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
           {"id":"b","type":"custom","custom":{"name":"c","input":"free \"text\""}}]},
           {"role":"tool","tool_call_id":"a","content":"1"},
           {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]},
           {"role":"assistant","content":[{"type":"text","text":"p"},{"type":"refusal","refusal":"no"}]},
           {"role":"user","content":"v"},{"role":"assistant","content":null,"refusal":"never"}])");
    QTest::newRow("audio") << QByteArray(
        R"([{"role":"user","content":"u"},{"role":"assistant","content":null,"audio":{"id":"audio_1"}}])");
    QTest::newRow("empty texts") << QByteArray(
        R"([{"role":"user","content":""},{"role":"assistant","content":null,"tool_calls":[
           {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
           {"role":"tool","tool_call_id":"a","content":""}])");
}

void TestOpenAiChatMessages::messagesRoundTrip()
{
    QFETCH(QByteArray, messages);
    const Translated result = translate(withMessages(messages.constData()));
    QCOMPARE(QByteArray::fromStdString(messagesOf(result)),
             QByteArray::fromStdString(json::serialize(json::parse(messages.toStdString()))));
    QVERIFY2(result.losses.empty(), result.losses.empty() ? "" : result.losses.front().c_str());
}

void TestOpenAiChatMessages::legacyFunctions()
{
    const Translated result = translate(
        R"({"model":"m","functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"},
            "messages":[{"role":"user","content":"u"},{"role":"assistant","content":null,"function_call":
            {"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"}]})");
    QCOMPARE(memberOf(result, "tool_choice"), std::string(R"({"type":"function","function":{"name":"f"}})"));
    const json::array &messages = result.body.as_object().at("messages").as_array();
    QCOMPARE(messages.size(), size_t{3});
    const json::value &id = messages[1].at("tool_calls").at(0).at("id");
    QVERIFY(id.as_string().starts_with("call_"));
    QCOMPARE(json::serialize(messages[2].at("tool_call_id")), json::serialize(id));
    QVERIFY(result.losses.empty());
}

void TestOpenAiChatMessages::thinkingGoesBackOnlyWhereItIsWanted()
{
    const std::string body = withMessages(
        R"([{"role":"user","content":"u"},
            {"role":"assistant","content":"a","reasoning_content":"T1"},
            {"role":"assistant","content":null,"reasoning_content":"T2","tool_calls":[
            {"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c","content":"r"},
            {"role":"assistant","content":"end","reasoning_content":"T3"}])");
    QVERIFY(translate(body).lost("dropped /messages/1/reasoning_content"));
    QVERIFY(translate(body).text.find("T2") == std::string::npos);
    Quirks deepSeek;
    deepSeek.thinking = "deepseek";
    deepSeek.replayReasoning = true;
    const Translated replayed = translate(body, deepSeek);
    QVERIFY(replayed.text.find("\"reasoning_content\":\"T1T2\"") != std::string::npos);
    QVERIFY(replayed.lost("dropped /messages/4/reasoning_content"));
    Quirks mistral;
    mistral.thinking = "mistral";
    mistral.replayReasoning = true;
    QVERIFY(translate(body, mistral)
                .text.find(
                    R"([{"type":"thinking","thinking":[{"type":"text","text":"T3"}]},{"type":"text","text":"end"}])") !=
            std::string::npos);
}

void TestOpenAiChatMessages::openRouterDetailsComeBackUnchanged()
{
    Quirks quirks;
    quirks.thinking = "openrouter";
    const char *details =
        R"([{"type":"reasoning.text","text":"T","signature":"s","format":"anthropic-claude-v1","index":0},{"type":"reasoning.encrypted","data":"e","id":"i"}])";
    const std::string body = withMessages((std::string(R"([{"role":"assistant","content":"a","reasoning":"T",)") +
                                           R"("reasoning_details":)" + details + "}]")
                                              .c_str());
    QVERIFY(translate(body, quirks).text.find(std::string("\"reasoning_details\":") + details) != std::string::npos);
    QVERIFY(translate(body, quirks).losses.empty());
    LossReport losses;
    const auto conversation = openai_chat::codec().decodeRequest(body, {}, losses);
    const auto *thinking = conversation->messages[0].parts[0].as<ThinkingPart>();
    QVERIFY(thinking && thinking->signer == Dialect::Anthropic);
    QCOMPARE(thinking->signature, std::string_view("s"));
    QVERIFY(conversation->messages[0].parts[1].as<ThinkingPart>()->redacted);
}

void TestOpenAiChatMessages::customToolsBecomeFunctions()
{
    const Translated result = translate(
        R"({"model":"m","tools":[{"type":"custom","custom":{"name":"patch","description":"d","format":{"type":"grammar",
            "grammar":{"definition":"start: x","syntax":"lark"}}}}],
            "messages":[{"role":"user","content":"u"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"a","type":"custom","custom":{"name":"patch","input":"*** \"x\""}}]},
            {"role":"tool","tool_call_id":"a","content":"ok"}]})",
        Quirks());
    const json::value &function = result.body.at("tools").at(0).at("function");
    QCOMPARE(json::serialize(function.at("parameters").at("required")), std::string(R"(["input"])"));
    QVERIFY(function.at("description").as_string().find("start: x") != json::string::npos);
    const json::value &call = result.body.at("messages").at(1).at("tool_calls").at(0).at("function");
    QCOMPARE(json::serialize(json::parse(call.at("arguments").as_string())), std::string(R"({"input":"*** \"x\""})"));
    QVERIFY(result.lost("approximated /tools/0") && result.lost("approximated /messages/1/tool_calls/0"));
}

void TestOpenAiChatMessages::cacheBreakpoints()
{
    const std::string body = withMessages(
        R"([{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
            {"role":"user","content":"u"}])");
    QVERIFY(translate(body).lost("dropped /messages/0/content/0/cache_control"));
    Quirks quirks;
    quirks.cacheControl = true;
    const Translated kept = translate(body, quirks);
    QVERIFY(kept.losses.empty());
    QCOMPARE(messagesOf(kept), json::serialize(json::parse(body).at("messages")));
}

void TestOpenAiChatMessages::foreignConversation()
{
    Conversation conversation = foreign();
    const Node origin = conversation.source->root.as_object().if_contains("part");
    Message system{Role::System, {}};
    system.parts.push_back({TextPart{"x-anthropic-billing-header: cc"}, origin});
    Message user{Role::User, {}};
    user.parts.push_back({TextPart{"look"}});
    MediaPart document{MediaPart::Kind::Document};
    document.plainText = "the text";
    user.parts.push_back({document});
    Message assistant{Role::Assistant, {}};
    assistant.parts.push_back({ThinkingPart{"hm", "sig", false, false, Dialect::Anthropic}});
    assistant.parts.push_back({ToolCallPart{"t1", "shot", "{}"}});
    Message calls{Role::Assistant, {}}; // Responses has an item for each call
    ToolCallPart grouped{"t2", "read", ""};
    grouped.nameSpace = "mcp";
    calls.parts.push_back({grouped});
    Message results{Role::User, {}};
    ToolResultPart second{"t2", {}, {{TextPart{"bad"}}}, true};
    ToolResultPart first{"t1", {}, {}};
    MediaPart image{MediaPart::Kind::Image};
    image.source.data = "iVBORw0KGgo";
    first.content.push_back({TextPart{"see"}});
    first.content.push_back({image});
    ToolResultPart stray{"nobody", {}, {{TextPart{"s"}}}};
    results.parts.push_back({second});
    results.parts.push_back({first});
    results.parts.push_back({stray});
    results.parts.push_back({TextPart{"go on"}});
    results.parts.push_back({NativePart{Dialect::Anthropic, "server_tool_use", origin}, origin});
    conversation.messages = {system, Message{Role::System, {}}, user, assistant, calls, results};
    LossReport losses;
    const Translated result = encode(conversation, Quirks(), losses);
    QCOMPARE(
        QByteArray::fromStdString(messagesOf(result)),
        QByteArray(
            R"([{"role":"user","content":[{"type":"text","text":"look"},{"type":"text","text":"the text"}]},)"
            R"({"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"shot","arguments":"{}"}},)"
            R"({"id":"t2","type":"function","function":{"name":"mcp__read","arguments":"{}"}}]},)"
            R"({"role":"tool","tool_call_id":"t1","content":"see"},{"role":"tool","tool_call_id":"t2","content":"Error: bad"},)"
            R"({"role":"user","content":[{"type":"text","text":"From the result of shot (t1):"},)"
            R"({"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo"}},)"
            R"({"type":"text","text":"Result of the tool call nobody:"},{"type":"text","text":"s"},{"type":"text","text":"go on"}]}])"));
    QVERIFY(result.lost("dropped /part"));
}

void TestOpenAiChatMessages::callsWithoutIdsOrResults()
{
    Conversation conversation = foreign();
    Message assistant{Role::Assistant, {}};
    assistant.parts.push_back({ToolCallPart{"", "f", "{}"}});
    assistant.parts.push_back({ToolCallPart{"", "g", "{\"cut\":"}});
    assistant.parts.push_back({ToolCallPart{"lonely", "h", "{}"}});
    Message results{Role::User, {}};
    results.parts.push_back({ToolResultPart{"", "g", {{TextPart{"of g"}}}}});
    results.parts.push_back({ToolResultPart{"", "f", {{TextPart{"of f"}}}}});
    conversation.messages = {assistant, results};
    LossReport losses;
    const Translated result = encode(conversation, Quirks(), losses);
    const json::array &messages = result.body.at("messages").as_array();
    QCOMPARE(messages.size(), size_t{4});
    const json::array &calls = messages[0].at("tool_calls").as_array();
    QVERIFY(calls[0].at("id") != calls[1].at("id"));
    QCOMPARE(json::serialize(messages[1].at("content")), std::string("\"of f\""));
    QCOMPARE(json::serialize(messages[2].at("content")), std::string("\"of g\""));
    QCOMPARE(json::serialize(messages[3].at("tool_call_id")), std::string("\"lonely\""));
    QCOMPARE(json::serialize(json::parse(calls[1].at("function").at("arguments").as_string())),
             std::string(R"({"input":"{\"cut\":"})"));
}

void TestOpenAiChatMessages::samePrefixGivesSameBytes()
{
    const std::string first =
        translate(withMessages(R"([{"role":"user","content":"u"},{"role":"assistant","content":null,
        "tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","name":"f","content":"r"}])"))
            .text;
    const std::string longer =
        translate(withMessages(R"([{"role":"user","content":"u"},{"role":"assistant","content":null,
        "tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","name":"f","content":"r"},
        {"role":"user","content":"more"}])"))
            .text;
    QVERIFY(longer.starts_with(first.substr(0, first.size() - 2)));
}

#endif

QTEST_APPLESS_MAIN(TestOpenAiChatMessages)
#include "tst_openai_chat_messages.moc"
