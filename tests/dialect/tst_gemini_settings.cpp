// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_made.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

class TestGeminiSettings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toolNames()
    {
        Made made;
        made.text(Role::User, "q").call("1", "my tool/é");
        for (const std::string_view name : {"my tool/é", "9lives", "ok_1.a:b-c", "ok_1.a:b-c"}) {
            Tool tool;
            tool.name = name;
            tool.origin = made.place();
            made.conversation.tools.push_back(tool);
        }
        ToolChoice choice;
        choice.mode = ToolChoice::Mode::Named;
        choice.name = "9lives";
        made.conversation.settings.toolChoice = {choice, made.place()};
        const std::string body = made.encode();
        QVERIFY(body.find(R"([{"name":"my_tool___"},{"name":"_9lives"},{"name":"ok_1.a:b-c"}])") != std::string::npos);
        QVERIFY(body.find(R"("functionCall":{"id":"1","name":"my_tool___")") != std::string::npos);
        QVERIFY(body.find(R"({"mode":"ANY","allowedFunctionNames":["_9lives"]})") != std::string::npos);
        QCOMPARE(made.noted(), std::string("renamed /n4\nrenamed /n5\ndropped /n7\n"));
    }

    void toolChoiceModes_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("auto") << int(ToolChoice::Mode::Auto) << false << QByteArray(R"({"mode":"AUTO"})");
        QTest::newRow("some") << int(ToolChoice::Mode::Auto) << true
                              << QByteArray(R"({"mode":"VALIDATED","allowedFunctionNames":["f"]})");
        QTest::newRow("none") << int(ToolChoice::Mode::None) << true << QByteArray(R"({"mode":"NONE"})");
        QTest::newRow("any") << int(ToolChoice::Mode::Required) << false << QByteArray(R"({"mode":"ANY"})");
        QTest::newRow("any of") << int(ToolChoice::Mode::Required) << true
                                << QByteArray(R"({"mode":"ANY","allowedFunctionNames":["f"]})");
    }
    void toolChoiceModes()
    {
        QFETCH(int, mode);
        QFETCH(bool, allowed);
        QFETCH(QByteArray, expected);
        Made made;
        made.text(Role::User, "q");
        ToolChoice choice;
        choice.mode = static_cast<ToolChoice::Mode>(mode);
        if (allowed)
            choice.allowed = {"f"};
        made.conversation.settings.toolChoice = {choice, made.place()};
        // Nothing may be demanded where there is nothing to call.
        QCOMPARE(made.member("toolConfig"), std::string());
        Tool tool;
        tool.name = "f";
        made.conversation.tools.push_back(tool);
        QCOMPARE(bytes(made.member("toolConfig")), "{\"functionCallingConfig\":" + expected + '}');
    }

    void thinking_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("effort");
        QTest::addColumn<int>("budget");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<bool>("noted");
        const auto row = [](const char *name, const char *model, const char *effort, int budget, const char *expected,
                            bool noted) {
            QTest::newRow(name) << QByteArray(model) << QByteArray(effort) << budget << QByteArray(expected) << noted;
        };
        row("2.5 word", "gemini-2.5-flash", "low", 0, R"({"thinkingBudget":4096,"includeThoughts":true})", true);
        row("2.5 budget", "gemini-2.5-flash", "", 5000, R"({"thinkingBudget":5000,"includeThoughts":true})", false);
        row("2.5 large", "gemini-2.5-flash", "", 60000, R"({"thinkingBudget":24576,"includeThoughts":true})", true);
        row("2.5 dynamic", "gemini-2.5-pro", "", -1, R"({"thinkingBudget":-1,"includeThoughts":true})", false);
        row("2.5 off", "gemini-2.5-flash", "none", 0, R"({"thinkingBudget":0})", false);
        row("2.5 pro off", "gemini-2.5-pro", "none", 0, R"({"thinkingBudget":128})", true);
        row("3 word", "gemini-3-flash-preview", "medium", 0, R"({"thinkingLevel":"medium","includeThoughts":true})",
            false);
        row("3 pro word", "gemini-3-pro-preview", "medium", 0, R"({"thinkingLevel":"high","includeThoughts":true})",
            true);
        row("3.1 pro word", "gemini-3.1-pro", "medium", 0, R"({"thinkingLevel":"medium","includeThoughts":true})",
            false);
        row("3 max", "gemini-3-flash-preview", "max", 0, R"({"thinkingLevel":"high","includeThoughts":true})", true);
        row("3 budget", "gemini-3-flash-preview", "", 2000, R"({"thinkingLevel":"low","includeThoughts":true})", true);
        row("3 off", "gemini-3-pro-preview", "none", 0, R"({"thinkingLevel":"low"})", true);
        row("alias", "gemini-flash-latest", "high", 0, R"({"thinkingLevel":"high","includeThoughts":true})", false);
        row("2.0", "gemini-2.0-flash", "high", 0, "", true);
    }
    void thinking()
    {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, effort);
        QFETCH(int, budget);
        QFETCH(QByteArray, expected);
        QFETCH(bool, noted);
        Made made;
        made.text(Role::User, "q");
        Reasoning reasoning;
        reasoning.effort = std::string_view(effort.constData(), static_cast<size_t>(effort.size()));
        if (budget != 0)
            reasoning.budgetTokens = budget;
        made.conversation.settings.reasoning = {reasoning, made.place()};
        const std::string config = made.member("generationConfig", model.toStdString());
        QCOMPARE(bytes(config), expected.isEmpty() ? QByteArray() : "{\"thinkingConfig\":" + expected + '}');
        QCOMPARE(!made.losses.empty(), noted);
    }

    void settings()
    {
        Made made;
        made.text(Role::User, "q");
        Settings &settings = made.conversation.settings;
        settings.temperature = {3.0, made.place()};
        settings.stop = {std::vector<std::string_view>{"a", "", "b", "c", "d", "e", "f"}, made.place()};
        settings.seed = {int64_t{1} << 40, made.place()};
        settings.n = {12, made.place()};
        settings.minP = {0.1, made.place()};
        settings.user = {"u", made.place()};
        settings.parallelTools = {false, made.place()};
        settings.serviceTier = {"flex", made.place()};
        settings.topLogprobs = {5, made.place()};
        settings.modalities = {std::vector<std::string_view>{"text", "image"}, made.place()};
        const std::string body = made.encode();
        QVERIFY2(
            body.find(
                R"("generationConfig":{"temperature":2,"candidateCount":8,"seed":0,"stopSequences":["a","b","c","d","e"],"responseModalities":["TEXT","IMAGE"]},"serviceTier":"flex")") !=
                std::string::npos,
            body.c_str());
        QCOMPARE(bytes(made.noted()),
                 bytes("approximated /n2\ndropped /n3\ndropped /n3\napproximated /n4\napproximated /n5\n"
                       "dropped /n6\ndropped /n7\ndropped /n8\ndropped /n10\n"));
    }

    void nativesOfOthersAreLost()
    {
        Made made;
        made.text(Role::User, "q");
        made.conversation.settings.native.push_back({Dialect::Anthropic, "context_management", made.place()});
        Tool tool;
        tool.kind = Tool::Kind::Native;
        tool.dialect = Dialect::Anthropic;
        tool.native = tool.origin = made.place();
        made.conversation.tools.push_back(tool);
        QCOMPARE(made.encode(), std::string(R"({"contents":[{"role":"user","parts":[{"text":"q"}]}]})"));
        QCOMPARE(made.noted(), std::string("dropped /n2\ndropped /n3\n"));
    }

    void structuredOutputBesideTools()
    {
        Made made;
        made.text(Role::User, "q");
        StructuredOutput output;
        output.kind = StructuredOutput::Kind::JsonSchema;
        const boost::json::value schema = boost::json::parse(R"({"type":"object","properties":{"a":{"const":"x"}}})");
        output.schema = &schema;
        made.conversation.settings.output = {output, made.place()};
        QCOMPARE(
            bytes(made.member("generationConfig")),
            bytes(
                R"({"responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"a":{"const":"x"}}}})"));
        Quirks narrow;
        narrow.jsonSchemaTools = false;
        QVERIFY(made.encode("gemini-2.0-flash", narrow)
                    .find(R"("responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING","enum":["x"]}}})") !=
                std::string::npos);
        Tool tool;
        tool.name = "f";
        made.conversation.tools.push_back(tool);
        QVERIFY(made.member("generationConfig", "gemini-3-flash").find("responseJsonSchema") != std::string::npos);
        QVERIFY(made.losses.empty());
        QCOMPARE(made.member("generationConfig", "gemini-2.5-flash"), std::string());
        QVERIFY(made.member("systemInstruction", "gemini-2.5-flash").find("JSON Schema") != std::string::npos);
        QCOMPARE(made.noted(), std::string("approximated /n2\n"));
    }

    void cacheBreakpointsAreNoted()
    {
        Made made;
        made.text(Role::User, "q");
        made.conversation.messages[0].parts[0].cache = CacheBreakpoint{"5m", made.place()};
        made.encode();
        QCOMPARE(made.noted(), std::string("dropped /n2\n"));
    }

    void agentRequestIsFast()
    {
        QByteArray turn = R"json({"role":"user","parts":[{"text":"QUESTION"}]},{"role":"model","parts":[{"functionCall":
            {"name":"f","args":{"path":"a","n":1}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":
            {"output":"ANSWER"}}}]},)json";
        turn.replace("QUESTION", QByteArray(700, 'x')).replace("ANSWER", QByteArray(300, 'y'));
        QByteArray tools;
        for (int i = 0; i < 50; ++i) {
            QByteArray tool = R"json({"name":"toolN","description":"WHAT","parametersJsonSchema":{"type":"object",
                "properties":{"a":{"type":"string","description":"what"},"b":{"type":"integer"}},"required":["a"]}},)json";
            tools += tool.replace("toolN", QByteArray("tool").append(QByteArray::number(i)))
                         .replace("WHAT", QByteArray(300, 'd'));
        }
        tools.chop(1);
        std::string body = R"json({"contents":[)json";
        body += turn.repeated(60).toStdString();
        body += R"json({"role":"user","parts":[{"text":"go"}]}],"tools":[{"functionDeclarations":[)json";
        body += tools.toStdString() + "]}]}";
        const Quirks quirks;
        size_t encoded = 0;
        QBENCHMARK
        {
            LossReport losses;
            DecodeRequestOptions options;
            options.model = "gemini-3-flash";
            const auto conversation = gemini::codec().decodeRequest(body, options, losses);
            encoded = gemini::codec()
                          .encodeRequest(*conversation, EncodeRequestOptions{"gemini-3-flash", quirks}, losses)
                          ->body.size();
        }
        QVERIFY(encoded > 90000);
    }
};

QTEST_APPLESS_MAIN(TestGeminiSettings)
#include "tst_gemini_settings.moc"
