// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/anthropic_request.h"
#endif

// Declared before the raw strings below, among which moc loses its way.
class TestAnthropicRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownRequestsComeBack_data();
    void ownRequestsComeBack();
    void instructionsInTheMiddle();
    void unknownFieldsAreLost();
    void mistakes_data();
    void mistakes();
    void tokenCountsNeedNoLimit();
    void toolRounds();
    void callsWithoutIds();
    void unansweredAndLooseResults();
    void partsWithoutAPlace_data();
    void partsWithoutAPlace();
};

using namespace signalbox;
using namespace signalbox::anthropic_test;

void TestAnthropicRequest::ownRequestsComeBack_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::newRow("plain") << QByteArray(R"("messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("system text") << QByteArray(
        R"("system":"be brief","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}])");
    QTest::newRow("system blocks") << QByteArray(
        R"("system":[{"type":"text","text":"x-anthropic-billing-header: a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("sampling") << QByteArray(
        R"("temperature":0.5,"top_k":4,"stop_sequences":["A","B"],"metadata":{"user_id":"{\"a\":1}"},"service_tier":"standard_only","stream":true,"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("top_p") << QByteArray(R"("top_p":0.9,"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("media") << QByteArray(
        R"("messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"image","source":{"type":"url","url":"https://x/y.png"}},{"type":"image","source":{"type":"file","file_id":"file_1"}},{"type":"document","title":"T","context":"c","citations":{"enabled":true},"source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"body"}},{"type":"document","title":"B","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"cache_control":{"type":"ephemeral"}},{"type":"search_result","source":"https://s","title":"S","content":[{"type":"text","text":"r"}],"citations":{"enabled":true}},{"type":"container_upload","file_id":"f"}]}])");
    QTest::newRow("tools") << QByteArray(
        R"("tools":[{"name":"get","description":"d","input_schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"b":{"type":"string","minLength":2},"a":{"type":"integer"}}},"defer_loading":true,"input_examples":[{"b":"xx"}],"cache_control":{"type":"ephemeral"}},{"name":"s","input_schema":{"type":"object","properties":{},"additionalProperties":false},"strict":true},{"type":"web_search_20250305","name":"web_search","max_uses":3}],"tool_choice":{"type":"tool","name":"get","disable_parallel_tool_use":true},"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"sig=="},{"type":"redacted_thinking","data":"zz"},{"type":"text","text":"ok","citations":[{"type":"web_search_result_location","url":"u","title":"t","cited_text":"c","encrypted_index":"e"}]},{"type":"tool_use","id":"toolu_1","name":"get","input":{"b":"x","a":1},"caller":{"type":"direct"}},{"type":"tool_use","id":"toolu_2","name":"get","input":{}},{"type":"server_tool_use","id":"srv","name":"web_search","input":{"q":1}},{"type":"web_search_tool_result","tool_use_id":"srv","content":[]}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"done"},{"type":"tool_result","tool_use_id":"toolu_2","is_error":true,"content":[{"type":"text","text":"no"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}},{"type":"tool_reference","tool_name":"get"}]},{"type":"text","text":"go on","cache_control":{"type":"ephemeral","ttl":"5m"}}]}])");
    QTest::newRow("adaptive") << QByteArray(
        R"("thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"high","task_budget":{"type":"tokens","total":9}},"context_management":{"edits":[]},"container":"c","mcp_servers":[{"type":"url","url":"u","name":"n"}],"cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("effort alone") << QByteArray(
        R"("output_config":{"effort":"low"},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("budget") << QByteArray(
        R"("thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("disabled") << QByteArray(
        R"("thinking":{"type":"disabled"},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("between tools") << QByteArray(
        R"("thinking":{"type":"between_tools"},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("format") << QByteArray(
        R"("output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"array","items":{"type":"number"}}},"required":["z"],"additionalProperties":false}}},"messages":[{"role":"user","content":"hi"}])");
    QTest::newRow("prefill") << QByteArray(
        R"("messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"{"}])");
}

void TestAnthropicRequest::ownRequestsComeBack()
{
    QFETCH(QByteArray, members);
    const std::string text = R"({"model":"claude-sonnet-4-5","max_tokens":4096,)" + members.toStdString() + "}";
    const Encoded encoded = translate(text);
    QVERIFY2(encoded.conversation, encoded.conversation ? "" : encoded.conversation.error().message.c_str());
    QCOMPARE(encoded.lossLines(), std::string());
    const json::value wanted = json::parse(text);
    if (encoded.body != wanted)
        QCOMPARE(encoded.request.body, jsonText(wanted));
    QCOMPARE(encoded.request.path, std::string("/messages"));
    QCOMPARE(encoded.header("anthropic-version"), std::string("2023-06-01"));
}

void TestAnthropicRequest::instructionsInTheMiddle()
{
    const char *text =
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"system","content":[],"output_config":{"effort":"low"}},{"role":"assistant","content":"b"},{"role":"system","content":"c"}]})";
    Quirks quirks;
    quirks.midSystem = true;
    const Encoded kept = translate(text, quirks);
    QCOMPARE(kept.lossLines(), std::string());
    QCOMPARE(jsonText(kept.body.at("messages")), jsonText(json::parse(text).at("messages")));
    QVERIFY(kept.header("anthropic-beta").find("mid-conversation-system") != std::string::npos);
    const Encoded moved = translate(text);
    QCOMPARE(moved.lossLines(), std::string("dropped /messages/1/output_config\napproximated /messages/3\n"));
    QCOMPARE(messagesOf(moved),
             std::string(
                 R"([{"role":"user","content":"a"},{"role":"assistant","content":"b"},)"
                 R"({"role":"user","content":[{"type":"text","text":"<system-reminder>\nc\n</system-reminder>"}]}])"));
}

void TestAnthropicRequest::unknownFieldsAreLost()
{
    const Encoded encoded = translate(
        R"({"model":"m","max_tokens":9,"novel":1,"metadata":{"team":"x"},"tools":[{"name":"t","input_schema":{"type":"object"},"extra":{}}],"messages":[{"role":"user","id":"q","content":[{"type":"text","text":"a","mood":"b"}]}]})");
    QCOMPARE(encoded.lossLines(), std::string("dropped /novel\ndropped /metadata/team\ndropped /tools/0/extra\n"
                                              "dropped /messages/0/id\ndropped /messages/0/content/0/mood\n"));
}

void TestAnthropicRequest::mistakes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const char *body, const char *message) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(message);
    };
    row("syntax", R"({"model":)", "The body is not valid JSON: line 1");
    row("no object", "[]", "The body must be a JSON object.");
    row("model", R"({"max_tokens":1,"messages":[]})", "/model: is required");
    row("max_tokens", R"({"model":"m","messages":[]})", "/max_tokens: is required");
    row("messages", R"({"model":"m","max_tokens":1})", "/messages: is required");
    row("role", R"({"model":"m","max_tokens":1,"messages":[{"role":"bot","content":"x"}]})", "/messages/0/role: ");
    row("content", R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":7}]})",
        "/messages/0/content: must be a text or a list");
    row("block", R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]})",
        "/messages/0/content/0: needs a field \"text\"");
    row("input",
        R"({"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"n","input":"x"}]}]})",
        "/messages/0/content/0/input: must be an object");
    row("temperature", R"({"model":"m","max_tokens":1,"temperature":"hot","messages":[]})",
        "/temperature: must be a number");
    row("tool", R"({"model":"m","max_tokens":1,"tools":[{"name":"t"}],"messages":[]})", "/tools/0: ");
}

void TestAnthropicRequest::mistakes()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, message);
    const Encoded encoded = translate(body.toStdString());
    QVERIFY(!encoded.conversation);
    QCOMPARE(encoded.conversation.error().httpStatus, 400);
    const QByteArray told = QByteArray::fromStdString(encoded.conversation.error().message);
    QVERIFY2(told.startsWith(message), told.constData());
}

void TestAnthropicRequest::tokenCountsNeedNoLimit()
{
    LossReport losses;
    QVERIFY(
        anthropic::codec().decodeRequest(R"({"model":"m","messages":[]})", {"/v1/messages/count_tokens", {}}, losses));
}

void TestAnthropicRequest::toolRounds()
{
    Foreign foreign;
    foreign.tool("f");
    foreign.text(Role::System, "sys");
    foreign.text(Role::User, "hi");
    foreign.call("call_1", "f", R"({"b":1,"a":2})");
    foreign.call("call|2", "f", "");
    foreign.text(Role::User, "by the way");
    foreign.result("call|2", "two");
    foreign.result("call_1", "one");
    foreign.call("call_1", "f", "[1]"); // the same id again
    foreign.result("call_1", "three");
    const Encoded encoded = foreign.encode();
    const json::array &messages = encoded.body.at("messages").as_array();
    QCOMPARE(messages.size(), size_t{5});
    const json::array &calls = messages[1].at("content").as_array();
    const json::array &answers = messages[2].at("content").as_array();
    QCOMPARE(answers.size(), size_t{3});
    QVERIFY(answers[0].at("tool_use_id") == calls[1].at("id"));
    QVERIFY(answers[1].at("tool_use_id") == "call_1");
    QVERIFY(answers[2].at("text") == "by the way");
    QCOMPARE(jsonText(calls[0].at("input")), std::string(R"({"b":1,"a":2})"));
    QCOMPARE(jsonText(calls[1].at("input")), std::string("{}"));
    const json::value &again = messages[3].at("content").at(0);
    QVERIFY(again.at("id") != "call_1");
    QCOMPARE(jsonText(again.at("input")), std::string(R"({"input":[1]})").substr(0, 9) + "\"[1]\"}");
    QVERIFY(messages[4].at("content").at(0).at("tool_use_id") == again.at("id"));
}

void TestAnthropicRequest::callsWithoutIds()
{
    Foreign foreign;
    foreign.tool("f");
    foreign.text(Role::User, "hi");
    foreign.call("", "f");
    foreign.call("", "f");
    foreign.result("", "one");
    foreign.result("", "two");
    const Encoded encoded = foreign.encode();
    const json::value &calls = encoded.body.at("messages").at(1).at("content");
    const json::value &answers = encoded.body.at("messages").at(2).at("content");
    QVERIFY(calls.at(0).at("id") != calls.at(1).at("id"));
    QVERIFY(answers.at(0).at("tool_use_id") == calls.at(0).at("id"));
    QVERIFY(answers.at(1).at("tool_use_id") == calls.at(1).at("id"));
    QCOMPARE(encoded.lossLines(), std::string());
}

void TestAnthropicRequest::unansweredAndLooseResults()
{
    Foreign foreign;
    foreign.text(Role::Assistant, "first");
    foreign.call("a", "f");
    foreign.text(Role::User, "never mind");
    foreign.text(Role::Assistant, "ok");
    foreign.result("a", "late");
    const Encoded encoded = foreign.encode();
    const std::string text = messagesOf(encoded);
    QCOMPARE(encoded.body.at("messages").as_array().size(), size_t{5});
    QVERIFY(text.starts_with(R"([{"role":"user","content":[{"type":"text","text":"Continue."}]})"));
    QVERIFY(text.find(R"({"type":"tool_result","tool_use_id":"a","content":"No result.","is_error":true})") !=
            std::string::npos);
    QVERIFY(text.find("Result of the tool call f:") != std::string::npos);
    QVERIFY(memberOf(encoded, "tools").find(R"("name":"f")") != std::string::npos);
    QCOMPARE(memberOf(encoded, "tool_choice"), std::string(R"({"type":"none"})"));
}

void TestAnthropicRequest::partsWithoutAPlace_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QByteArray>("loss");
    QTest::newRow("audio") << 0 << QByteArray("dropped");
    QTest::newRow("video") << 1 << QByteArray("dropped");
    QTest::newRow("foreign file") << 2 << QByteArray("dropped");
    QTest::newRow("bitmap") << 3 << QByteArray("dropped");
    QTest::newRow("word document") << 4 << QByteArray("dropped");
    QTest::newRow("foreign thinking") << 5 << QByteArray("dropped");
    QTest::newRow("unsigned thinking") << 6 << QByteArray("dropped");
    QTest::newRow("foreign native") << 7 << QByteArray("dropped");
    QTest::newRow("refusal") << 8 << QByteArray("approximated");
    QTest::newRow("blank text") << 9 << QByteArray("dropped");
    QTest::newRow("assistant's image") << 10 << QByteArray("dropped");
    QTest::newRow("custom call") << 11 << QByteArray("approximated");
}

void TestAnthropicRequest::partsWithoutAPlace()
{
    QFETCH(int, which);
    QFETCH(QByteArray, loss);
    Foreign foreign;
    foreign.text(Role::User, "hi");
    const auto media = [](MediaPart::Kind kind, const MediaSource &source) {
        MediaPart part;
        part.kind = kind;
        part.source = source;
        return part;
    };
    ThinkingPart thought;
    thought.text = "t";
    thought.signature = which == 5 ? "sig" : "";
    thought.signer = which == 5 ? Dialect::Gemini : Dialect::Anthropic;
    ToolCallPart custom;
    custom.id = "c";
    custom.name = "patch";
    custom.arguments = "free \"text\"";
    custom.custom = true;
    const auto audio = MediaPart::Kind::Audio;
    const auto image = MediaPart::Kind::Image;
    const auto document = MediaPart::Kind::Document;
    const std::vector<std::pair<Role, Part>> parts = {
        {Role::User, {media(audio, {"audio/wav", "UklGR", {}, {}, {}})}},
        {Role::User, {media(MediaPart::Kind::Video, {{}, {}, "https://v", {}, {}})}},
        {Role::User, {media(image, {{}, {}, {}, "file-abc", {}})}},
        {Role::User, {media(image, {"image/bmp", "Qk", {}, {}, {}})}},
        {Role::User, {media(document, {"application/msword", "AAAA", {}, {}, {}})}},
        {Role::Assistant, {thought}},
        {Role::Assistant, {thought}},
        {Role::User, {NativePart{Dialect::Gemini, "executableCode", nullptr}}},
        {Role::Assistant, {RefusalPart{"no"}}},
        {Role::User, {TextPart{" \n"}}},
        {Role::Assistant, {media(image, {"image/png", "iVBOR", {}, {}, {}})}},
        {Role::Assistant, {custom}}};
    const auto &[role, part] = parts[static_cast<size_t>(which)];
    Part &added = foreign.part(role, TextPart{});
    added.value = part.value;
    const std::string pointer = pointerOf(foreign.conversation.source->root, added.origin);
    const Encoded encoded = foreign.encode();
    QVERIFY2(encoded.lossLines().find(loss.toStdString() + " " + pointer + "\n") != std::string::npos,
             encoded.lossLines().c_str());
}

QTEST_APPLESS_MAIN(TestAnthropicRequest)
#include "tst_anthropic_request.moc"
