// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_support.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

namespace {

// A conversation of another dialect: parts made by hand, each with its place in `root`.
class Made
{
public:
    Made()
    {
        conversation.source = std::make_shared<ConversationSource>();
        boost::json::object places;
        for (int i = 0; i < 40; ++i)
            places.emplace("n" + std::to_string(i), nullptr);
        conversation.source->root = places;
    }

    Node place() { return &conversation.source->root.get_object().at("n" + std::to_string(m_next++)); }
    Message &message(Role role)
    {
        Message message;
        message.role = role;
        message.origin = place();
        return conversation.messages.emplace_back(std::move(message));
    }
    template<class T>
    Made &add(Role role, T part)
    {
        if (conversation.messages.empty() || conversation.messages.back().role != role)
            message(role);
        conversation.messages.back().parts.push_back({std::move(part), place()});
        return *this;
    }
    Made &text(Role role, std::string_view text) { return add(role, TextPart{text}); }
    Made &call(std::string_view id, std::string_view name, std::string_view arguments = "{}")
    {
        return add(Role::Assistant, ToolCallPart{id, name, arguments});
    }
    Made &result(std::string_view id, std::string_view text)
    {
        ToolResultPart result;
        result.callId = id;
        result.content.push_back({TextPart{text}, nullptr});
        return add(Role::User, std::move(result));
    }

    std::string encode(std::string_view model = "gemini-2.5-flash", const Quirks &quirks = {})
    {
        losses.clear();
        const Result<EncodedRequest> encoded =
            gemini::codec().encodeRequest(conversation, EncodeRequestOptions{model, quirks}, losses);
        return encoded ? encoded->body : "ERROR " + encoded.error().message;
    }
    std::string contents(std::string_view model = "gemini-2.5-flash")
    {
        const boost::json::value body = boost::json::parse(encode(model));
        return jsonText(body.at("contents"));
    }
    std::string member(std::string_view name, std::string_view model = "gemini-2.5-flash")
    {
        const boost::json::value body = boost::json::parse(encode(model));
        const boost::json::value *value = body.get_object().if_contains(name);
        return value ? jsonText(*value) : std::string();
    }
    std::string noted() { return lossText(losses, conversation.source->root); }

    Conversation conversation;
    LossReport losses;

private:
    int m_next = 0;
};

} // namespace

class TestGeminiEncoding final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rolesAlternate()
    {
        Made made;
        made.text(Role::System, "s").text(Role::Developer, "d").text(Role::User, "a").text(Role::User, "b");
        made.message(Role::User).parts.push_back({TextPart{"c"}, nullptr});
        made.text(Role::Assistant, "m").text(Role::System, "mid").text(Role::User, "u");
        QCOMPARE(bytes(made.contents()), bytes(R"([{"role":"user","parts":[{"text":"a"},{"text":"b"},{"text":"c"}]},)"
                                               R"({"role":"model","parts":[{"text":"m"}]},)"
                                               R"({"role":"user","parts":[{"text":"mid"},{"text":"u"}]}])"));
        QCOMPARE(bytes(made.noted()), bytes("approximated /n10\n"));
        QCOMPARE(made.member("systemInstruction"), std::string(R"({"parts":[{"text":"s"},{"text":"d"}]})"));
    }

    void billingTextIsNotSent()
    {
        Made made;
        made.text(Role::System, "x-anthropic-billing-header: cc=1").text(Role::User, "a");
        QCOMPARE(made.member("systemInstruction"), std::string());
        QCOMPARE(made.noted(), std::string("dropped /n1\n"));
    }

    void firstTurnIsTheUsers()
    {
        Made made;
        made.text(Role::Assistant, "hello");
        QCOMPARE(
            bytes(made.contents()),
            bytes(R"([{"role":"user","parts":[{"text":"Continue."}]},{"role":"model","parts":[{"text":"hello"}]}])"));
        Made only;
        only.text(Role::System, "just this");
        QCOMPARE(bytes(only.encode()), bytes(R"({"contents":[{"role":"user","parts":[{"text":"just this"}]}]})"));
        QCOMPARE(only.noted(), std::string("approximated /n0\n"));
        Made nothing;
        nothing.text(Role::User, "");
        QVERIFY(nothing.encode().starts_with("ERROR"));
    }

    void answersFollowTheirCalls()
    {
        Made made;
        made.text(Role::User, "q").call("1", "f", R"({"a":1})").call("2", "g").call("3", "h");
        made.text(Role::User, "meanwhile").result("3", "three").result("1", "one");
        made.text(Role::Assistant, "ok").result("2", "late").result("9", "lost");
        QCOMPARE(
            bytes(made.contents()),
            bytes(
                R"([{"role":"user","parts":[{"text":"q"}]},)"
                R"({"role":"model","parts":[{"functionCall":{"id":"1","name":"f","args":{"a":1}}},)"
                R"({"functionCall":{"id":"2","name":"g","args":{}}},{"functionCall":{"id":"3","name":"h","args":{}}}]},)"
                R"({"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"output":"one"}}},)"
                R"({"functionResponse":{"id":"2","name":"g","response":{"output":"late"}}},)"
                R"({"functionResponse":{"id":"3","name":"h","response":{"output":"three"}}},{"text":"meanwhile"}]},)"
                R"({"role":"model","parts":[{"text":"ok"}]},)"
                R"({"role":"user","parts":[{"text":"Result of 9: lost"}]}])"));
        QCOMPARE(made.noted(), std::string("approximated /n14\n"));
    }

    void unansweredCallsAreAnswered()
    {
        Made made;
        made.text(Role::User, "q").call("1", "f").text(Role::User, "never mind");
        QCOMPARE(
            bytes(made.contents()),
            bytes(
                R"([{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"functionCall":{"id":"1","name":"f","args":{}}}]},)"
                R"({"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"error":"The call was not carried out."}}},{"text":"never mind"}]}])"));
        QCOMPARE(made.noted(), std::string("approximated /n3\n"));
        Made open; // the client will answer
        open.text(Role::User, "q").call("1", "f");
        QVERIFY(open.contents().find("functionResponse") == std::string::npos);
    }

    void signaturesOfGemini3()
    {
        Made made;
        made.text(Role::User, "q").call("1", "f").call("2", "g").result("1", "x").result("2", "y");
        made.add(Role::Assistant, ToolCallPart{"3", "f", "{}", false, {}, "c2ln"}).call("4", "g");
        made.result("3", "x").result("4", "y");
        const std::string body = made.contents("gemini-3-pro-preview");
        const std::string skip = R"("thoughtSignature":"skip_thought_signature_validator")";
        QCOMPARE(body.find(skip), body.rfind(skip)); // one call of the first step, none of the signed one
        QVERIFY(body.find(R"({"functionCall":{"id":"1","name":"f","args":{}},)" + skip) != std::string::npos);
        QVERIFY(body.find(R"({"functionCall":{"id":"3","name":"f","args":{}},"thoughtSignature":"c2ln"})") !=
                std::string::npos);
        QVERIFY(made.contents("gemini-2.5-pro").find(skip) == std::string::npos);
    }

    void thinkingOfOthersStaysOut()
    {
        Made made;
        made.text(Role::User, "q");
        made.add(Role::Assistant, ThinkingPart{"t", "sig", false, false, Dialect::Anthropic});
        made.add(Role::Assistant, ThinkingPart{"", "enc", false, true, Dialect::OpenAiResponses});
        made.add(Role::Assistant, ThinkingPart{"plain", "", false, false, Dialect::OpenAiChat});
        made.add(Role::Assistant, ThinkingPart{"mine", "bXk=", false, false, Dialect::Gemini});
        made.text(Role::Assistant, "a").add(Role::Assistant, ThinkingPart{"", "c2ln", false, false, Dialect::Gemini});
        QCOMPARE(
            bytes(made.contents()),
            bytes(
                R"([{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[)"
                R"({"text":"mine","thought":true,"thoughtSignature":"bXk="},{"text":"a"},{"text":"","thoughtSignature":"c2ln"}]}])"));
        QCOMPARE(made.noted(), std::string("dropped /n3\ndropped /n4\ndropped /n5\n"));
    }

    void partsOfEveryKind()
    {
        Made made;
        made.text(Role::User, "q");
        const auto media = [](MediaPart::Kind kind, MediaSource source) {
            MediaPart part;
            part.kind = kind;
            part.source = source;
            return part;
        };
        using Kind = MediaPart::Kind;
        made.add(Role::User, media(Kind::Image, {{}, "iVBORw0KGgo=", {}, {}, {}}));
        made.add(Role::User, media(Kind::Image, {{}, {}, "https://x.org/a.jpg?b", {}, {}}));
        made.add(Role::User, media(Kind::Image, {{}, {}, "http://x.org/a.jpg", {}, {}}));
        made.add(Role::User, media(Kind::Document, {{}, {}, {}, "file-abc", {}}));
        MediaPart text = media(Kind::Document, {});
        text.plainText = "the text";
        made.add(Role::User, text);
        made.add(Role::Assistant, RefusalPart{"no"});
        made.add(Role::Assistant, NativePart{Dialect::Anthropic, "server_tool_use", nullptr});
        QCOMPARE(
            bytes(made.contents()),
            bytes(
                R"([{"role":"user","parts":[{"text":"q"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},)"
                R"({"fileData":{"mimeType":"image/jpeg","fileUri":"https://x.org/a.jpg?b"}},{"text":"the text"}]},)"
                R"({"role":"model","parts":[{"text":"no"}]}])"));
        QCOMPARE(made.noted(),
                 std::string("dropped /n4\ndropped /n5\napproximated /n6\napproximated /n8\ndropped /n9\n"));
        QVERIFY(made.contents("gemini-2.0-flash").find("fileData") == std::string::npos);
    }

    void mediaInToolResults()
    {
        Made made;
        made.text(Role::User, "q").call("1", "shot").call("2", "f");
        ToolResultPart result;
        result.callId = "1";
        MediaPart image;
        image.source = {"image/png", "iVBORw0KGgo=", {}, {}, {}};
        result.content.push_back({TextPart{"see"}, nullptr});
        result.content.push_back({image, made.place()});
        made.add(Role::User, result).result("2", "x");
        const std::string inside = made.contents("gemini-3-flash-preview");
        QVERIFY(
            inside.find(
                R"("response":{"output":"see"},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]})") !=
            std::string::npos);
        QVERIFY(made.losses.empty());
        const std::string behind = made.contents("gemini-2.5-flash");
        QVERIFY2(behind.find(R"("response":{"output":"x"}}},{"inlineData":{"mimeType":"image/png")") !=
                     std::string::npos,
                 behind.c_str());
        QCOMPARE(made.losses.size(), size_t{1});
    }

    void failedResultsAndFreeText()
    {
        Made made;
        made.text(Role::User, "q");
        made.add(Role::Assistant, ToolCallPart{"1", "patch", "*** Begin", true});
        ToolResultPart result;
        result.callId = "1";
        result.isError = true;
        result.content.push_back({TextPart{"bad"}, nullptr});
        result.content.push_back({TextPart{"worse"}, nullptr});
        made.add(Role::User, result);
        Tool tool;
        tool.kind = Tool::Kind::Custom;
        tool.name = "patch";
        tool.origin = made.place();
        made.conversation.tools.push_back(tool);
        const std::string body = made.encode();
        QVERIFY(body.find(R"("args":{"input":"*** Begin"})") != std::string::npos);
        QVERIFY(body.find(R"("response":{"error":"bad\nworse"})") != std::string::npos);
        QVERIFY(body.find(R"({"name":"patch","parametersJsonSchema":{"type":"object","properties":{"input")") !=
                std::string::npos);
        QCOMPARE(made.noted(), std::string("approximated /n3\napproximated /n6\n"));
    }

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

QTEST_APPLESS_MAIN(TestGeminiEncoding)
#include "tst_gemini_encoding.moc"
