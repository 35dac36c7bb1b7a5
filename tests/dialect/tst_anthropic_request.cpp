// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"
#include "core/dialect/json_writer.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

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
    void mediaBecomesBlocks();
    void atMostFourBreakpoints();
    void namesAreMadeToFit();
    void reasoning_data();
    void reasoning();
    void conflictsWithThinking();
    void toolLoopWithoutItsThinking();
    void settingsOfOthers();
    void structuredOutput();
    void aLongerConversationKeepsItsBeginning();
    void agentRequestSpeed();
};

using namespace signalbox;
namespace json = boost::json;

namespace {

struct Encoded {
    Result<Conversation> conversation = Error{};
    std::vector<LossEntry> losses;
    EncodedRequest request;
    json::value body;

    std::string lossLines() const
    {
        std::string lines;
        for (const LossEntry &loss : losses)
            lines += std::string(lossKindName(loss.kind)) + " " + loss.pointer + "\n";
        return lines;
    }
    std::string header(std::string_view name) const
    {
        for (const auto &[key, value] : request.headers) {
            if (key == name)
                return value;
        }
        return {};
    }
};

Encoded translate(std::string_view text, const Quirks &quirks = {}, std::string_view model = "claude-sonnet-4-5")
{
    Encoded encoded;
    LossReport losses;
    encoded.conversation = anthropic::codec().decodeRequest(text, {"/v1/messages", {}}, losses);
    if (!encoded.conversation)
        return encoded;
    const EncodeRequestOptions options{model, quirks};
    encoded.request = *anthropic::codec().encodeRequest(*encoded.conversation, options, losses);
    encoded.losses = losses.resolve(encoded.conversation->source->root, false);
    encoded.body = json::parse(encoded.request.body);
    return encoded;
}

// A conversation as another dialect makes it: `places` elements of an array stand for the client's request.
class Foreign
{
public:
    explicit Foreign(int places = 40)
    {
        conversation.source = std::make_shared<ConversationSource>();
        json::array list;
        for (int i = 0; i < places; ++i)
            list.push_back(json::object{{"n", i}});
        conversation.source->root = std::move(list);
        conversation.model = "x";
    }
    Node place() { return &conversation.source->root.as_array()[m_next++]; }
    Message &message(Role role)
    {
        Message &message = conversation.messages.emplace_back();
        message.role = role;
        message.origin = place();
        return message;
    }
    template<class T>
    Part &part(Role role, T value)
    {
        Part part;
        part.value = std::move(value);
        part.origin = place();
        return message(role).parts.emplace_back(std::move(part));
    }
    void text(Role role, std::string_view text) { part(role, TextPart{text}); }
    void call(std::string_view id, std::string_view name, std::string_view arguments = "{}")
    {
        ToolCallPart call;
        call.id = id;
        call.name = name;
        call.arguments = arguments;
        part(Role::Assistant, call);
    }
    void result(std::string_view id, std::string_view text)
    {
        ToolResultPart result;
        result.callId = id;
        result.content.push_back({TextPart{text}, place()});
        part(Role::User, std::move(result));
    }
    void tool(std::string_view name)
    {
        Tool &tool = conversation.tools.emplace_back();
        tool.name = name;
        tool.origin = place();
    }
    Encoded encode(const Quirks &quirks = {}, std::string_view model = "claude-sonnet-4-5")
    {
        Encoded encoded;
        LossReport losses;
        const EncodeRequestOptions options{model, quirks};
        encoded.request = *anthropic::codec().encodeRequest(conversation, options, losses);
        encoded.losses = losses.resolve(conversation.source->root, false);
        encoded.body = json::parse(encoded.request.body);
        return encoded;
    }

    Conversation conversation;

private:
    size_t m_next = 0;
};

std::string messagesOf(const Encoded &encoded)
{
    return json::serialize(encoded.body.at("messages"));
}

std::string memberOf(const Encoded &encoded, std::string_view key)
{
    const json::value *value = encoded.body.as_object().if_contains(key);
    return value ? json::serialize(*value) : std::string();
}

} // namespace

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

void TestAnthropicRequest::mediaBecomesBlocks()
{
    Foreign foreign;
    MediaPart image;
    image.source.data = "iVBORw0KGgo=";
    MediaPart pdf;
    pdf.kind = MediaPart::Kind::Document;
    pdf.source.data = "JVBERi0=";
    pdf.source.name = "a.pdf";
    foreign.part(Role::User, image);
    foreign.part(Role::User, pdf);
    QCOMPARE(messagesOf(foreign.encode()),
             std::string(R"([{"role":"user","content":[{"type":"image","source":{"type":"base64",)"
                         R"("media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"document","source":)"
                         R"({"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"a.pdf"}]}])"));
}

void TestAnthropicRequest::atMostFourBreakpoints()
{
    std::string text =
        R"({"model":"m","max_tokens":9,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[)";
    for (int i = 0; i < 6; ++i)
        text += std::string(i ? "," : "") + R"({"type":"text","text":"t","cache_control":{"type":"ephemeral"}})";
    const Encoded encoded = translate(text + "]}]}");
    QCOMPARE(encoded.lossLines(), std::string("dropped /messages/0/content/0/cache_control\n"
                                              "dropped /messages/0/content/1/cache_control\n"
                                              "dropped /messages/0/content/2/cache_control\n"));
    size_t count = 0;
    for (size_t at = encoded.request.body.find("cache_control"); at != std::string::npos;
         at = encoded.request.body.find("cache_control", at + 1))
        ++count;
    QCOMPARE(count, size_t{4});
}

void TestAnthropicRequest::namesAreMadeToFit()
{
    Foreign foreign;
    foreign.tool("get.weather");
    foreign.tool("get_weather");
    foreign.conversation.tools.emplace_back().name = "read";
    foreign.conversation.tools.back().nameSpace = "files";
    foreign.text(Role::User, "hi");
    foreign.call("1", "get.weather");
    foreign.result("1", "x");
    const Encoded encoded = foreign.encode();
    const json::value &tools = encoded.body.at("tools");
    const std::string first(tools.at(0).at("name").as_string());
    QVERIFY(first.starts_with("get_weather_"));
    QVERIFY(tools.at(1).at("name") == "get_weather");
    QVERIFY(tools.at(2).at("name") == "files__read");
    QVERIFY(encoded.body.at("messages").at(1).at("content").at(0).at("name").as_string() == std::string_view(first));
    QCOMPARE(encoded.losses.front().kind, LossKind::Renamed);
}

void TestAnthropicRequest::reasoning_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QByteArray>("effort");
    QTest::addColumn<int>("maxTokens");
    QTest::addColumn<QByteArray>("thinking");
    QTest::addColumn<int>("sentMax");
    const auto row = [](const char *model, const char *effort, int maxTokens, const char *thinking, int sent) {
        QTest::addRow("%s %s %d", model, effort, maxTokens)
            << QByteArray(model) << QByteArray(effort) << maxTokens << QByteArray(thinking) << sent;
    };
    row("claude-sonnet-4-5-20250929", "high", 0, R"({"type":"enabled","budget_tokens":24576})", 8192 + 24576);
    row("claude-3-7-sonnet-latest", "low", 6000, R"({"type":"enabled","budget_tokens":3000})", 6000);
    row("claude-haiku-4-5", "low", 500, R"({"type":"enabled","budget_tokens":1024})", 1524);
    row("claude-opus-4-6", "high", 4000, R"({"type":"adaptive"})", 4000);
    row("anthropic/claude-opus-4.7", "minimal", 4000, R"({"type":"adaptive"})", 4000);
    row("claude-sonnet-5", "max", 4000, R"({"type":"adaptive"})", 4000);
    row("deepseek-chat", "medium", 64000, R"({"type":"enabled","budget_tokens":10240})", 64000);
    row("claude-sonnet-4-5", "none", 4000, R"({"type":"disabled"})", 4000);
}

void TestAnthropicRequest::reasoning()
{
    QFETCH(QByteArray, model);
    QFETCH(QByteArray, effort);
    QFETCH(int, maxTokens);
    QFETCH(QByteArray, thinking);
    QFETCH(int, sentMax);
    Foreign foreign;
    foreign.text(Role::User, "hi");
    Settings &settings = foreign.conversation.settings;
    Reasoning asked;
    const std::string word = effort.toStdString();
    asked.effort = word;
    settings.reasoning = {asked, foreign.place()};
    if (maxTokens)
        settings.maxTokens = {maxTokens, foreign.place()};
    settings.temperature = {0.2, foreign.place()};
    const Encoded encoded = foreign.encode({}, model.toStdString());
    QCOMPARE(memberOf(encoded, "thinking"), thinking.toStdString());
    QCOMPARE(encoded.body.at("max_tokens").as_int64(), int64_t{sentMax});
    QCOMPARE(memberOf(encoded, "temperature").empty(), !thinking.contains("disabled"));
    if (thinking.contains("adaptive"))
        QCOMPARE(memberOf(encoded, "output_config"),
                 "{\"effort\":\"" + (word == "minimal" ? std::string("low") : word) + "\"}");
}

void TestAnthropicRequest::conflictsWithThinking()
{
    const Encoded encoded = translate(
        R"({"model":"m","max_tokens":1000,"thinking":{"type":"enabled","budget_tokens":3000},"temperature":0.3,"top_k":3,"top_p":0.5,"tool_choice":{"type":"any"},"tools":[{"name":"t","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"half"}]})");
    QCOMPARE(encoded.body.at("max_tokens").as_int64(), int64_t{4000});
    QCOMPARE(memberOf(encoded, "temperature") + memberOf(encoded, "top_k") + memberOf(encoded, "top_p"), std::string());
    QCOMPARE(memberOf(encoded, "tool_choice"), std::string(R"({"type":"auto"})"));
    QVERIFY(encoded.body.at("messages").as_array().back().at("role") == "user");
    QCOMPARE(encoded.losses.size(), size_t{6});
}

void TestAnthropicRequest::toolLoopWithoutItsThinking()
{
    Foreign foreign;
    foreign.tool("f");
    foreign.text(Role::User, "hi");
    foreign.call("a", "f");
    foreign.result("a", "x");
    Reasoning asked;
    asked.effort = "high";
    foreign.conversation.settings.reasoning = {asked, foreign.place()};
    QCOMPARE(memberOf(foreign.encode(), "thinking"), std::string(R"({"type":"disabled"})"));
}

void TestAnthropicRequest::settingsOfOthers()
{
    Foreign foreign;
    foreign.text(Role::User, "hi");
    Settings &settings = foreign.conversation.settings;
    settings.temperature = {1.7, foreign.place()};
    settings.topP = {0.5, foreign.place()};
    settings.seed = {7, foreign.place()};
    settings.n = {1, foreign.place()};
    settings.store = {false, foreign.place()};
    settings.stop = {std::vector<std::string_view>{" ", "X"}, foreign.place()};
    settings.serviceTier = {"flex", foreign.place()};
    const Encoded encoded = foreign.encode();
    QCOMPARE(memberOf(encoded, "temperature"), std::string("1"));
    QCOMPARE(memberOf(encoded, "stop_sequences"), std::string(R"(["X"])"));
    QCOMPARE(encoded.body.at("max_tokens").as_int64(), int64_t{8192});
    QCOMPARE(encoded.lossLines(),
             std::string("approximated /2\ndropped /3\ndropped /4\napproximated /7\ndropped /8\n"));
}

void TestAnthropicRequest::structuredOutput()
{
    const Encoded encoded = translate(
        R"({"model":"m","max_tokens":9,"output_format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string","minLength":1,"format":"uri"},"b":{"oneOf":[{"type":"null"},{"type":"object","properties":{}}]}}}},"messages":[{"role":"user","content":"a"}]})");
    QCOMPARE(jsonText(encoded.body.at("output_config").at("format").at("schema")),
             std::string(R"({"type":"object","properties":{"a":{"type":"string","format":"uri"},)"
                         R"("b":{"anyOf":[{"type":"null"},{"type":"object","properties":{},)"
                         R"("additionalProperties":false}]}},"additionalProperties":false})"));
    QCOMPARE(encoded.losses.size(), size_t{4});
    Quirks quirks;
    quirks.refused = {"output_config"};
    const Encoded told = translate(
        R"({"model":"m","max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"messages":[{"role":"user","content":"a"}]})",
        quirks);
    QVERIFY(memberOf(told, "output_config").empty());
    QVERIFY(memberOf(told, "system").find("JSON schema") != std::string::npos);
}

void TestAnthropicRequest::aLongerConversationKeepsItsBeginning()
{
    Foreign foreign;
    foreign.tool("f");
    foreign.text(Role::System, "sys");
    foreign.text(Role::User, "hi");
    foreign.call("a.b", "f");
    foreign.result("a.b", "x");
    const std::string first = foreign.encode().request.body;
    foreign.text(Role::Assistant, "done");
    foreign.text(Role::User, "more");
    const std::string second = foreign.encode().request.body;
    QVERIFY(second.starts_with(std::string_view(first).substr(0, first.size() - 2)));
}

void TestAnthropicRequest::agentRequestSpeed()
{
    std::string text = R"({"model":"claude-x","max_tokens":64000,"stream":true,"tools":[)";
    for (int i = 0; i < 50; ++i)
        text +=
            std::string(i ? "," : "") + R"({"name":"tool_)" + std::to_string(i) + R"(","description":")" +
            std::string(500, 'd') +
            R"(","input_schema":{"type":"object","properties":{"path":{"type":"string","description":"a path"},"limit":{"type":"integer"}},"required":["path"]}})";
    text += R"(],"messages":[{"role":"user","content":"start"})";
    for (int i = 0; i < 60; ++i) {
        const std::string id = "toolu_" + std::to_string(i);
        text +=
            R"(,{"role":"assistant","content":[{"type":"text","text":"next"},{"type":"tool_use","id":")" + id +
            R"(","name":"tool_1","input":{"path":"/tmp/x","limit":5}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":")" +
            id + R"(","content":")" + std::string(700, 'r') + R"("}]})";
    }
    text += "]}";
    QVERIFY(text.size() > 90000);
    QBENCHMARK
    {
        LossReport losses;
        const auto conversation = anthropic::codec().decodeRequest(text, {"/v1/messages", {}}, losses);
        const Quirks quirks;
        const EncodeRequestOptions options{"claude-x", quirks};
        QVERIFY(anthropic::codec().encodeRequest(*conversation, options, losses));
    }
}

QTEST_APPLESS_MAIN(TestAnthropicRequest)
#include "tst_anthropic_request.moc"
