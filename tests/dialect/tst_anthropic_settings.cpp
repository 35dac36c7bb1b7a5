// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include <QtTest/QTest>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/anthropic_request.h"
#endif

// Declared before the raw strings below, among which moc loses its way.
class TestAnthropicSettings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reasoning_data();
    void reasoning();
    void conflictsWithThinking();
    void toolLoopWithoutItsThinking();
    void settingsOfOthers();
    void structuredOutput();
    void aLongerConversationKeepsItsBeginning();
    void agentRequestSpeed();
    void atMostFourBreakpoints();
    void namesAreMadeToFit();
    void mediaBecomesBlocks();
};

using namespace signalbox;
using namespace signalbox::anthropic_test;

void TestAnthropicSettings::reasoning_data()
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

void TestAnthropicSettings::reasoning()
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

void TestAnthropicSettings::conflictsWithThinking()
{
    const Encoded encoded = translate(
        R"({"model":"m","max_tokens":1000,"thinking":{"type":"enabled","budget_tokens":3000},"temperature":0.3,"top_k":3,"top_p":0.5,"tool_choice":{"type":"any"},"tools":[{"name":"t","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"half"}]})");
    QCOMPARE(encoded.body.at("max_tokens").as_int64(), int64_t{4000});
    QCOMPARE(memberOf(encoded, "temperature") + memberOf(encoded, "top_k") + memberOf(encoded, "top_p"), std::string());
    QCOMPARE(memberOf(encoded, "tool_choice"), std::string(R"({"type":"auto"})"));
    QVERIFY(encoded.body.at("messages").as_array().back().at("role") == "user");
    QCOMPARE(encoded.losses.size(), size_t{6});
}

void TestAnthropicSettings::toolLoopWithoutItsThinking()
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

void TestAnthropicSettings::settingsOfOthers()
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

void TestAnthropicSettings::structuredOutput()
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

void TestAnthropicSettings::aLongerConversationKeepsItsBeginning()
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

void TestAnthropicSettings::agentRequestSpeed()
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

void TestAnthropicSettings::atMostFourBreakpoints()
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

void TestAnthropicSettings::namesAreMadeToFit()
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

void TestAnthropicSettings::mediaBecomesBlocks()
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

QTEST_APPLESS_MAIN(TestAnthropicSettings)
#include "tst_anthropic_settings.moc"
