// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_made.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

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
};

QTEST_APPLESS_MAIN(TestGeminiEncoding)
#include "tst_gemini_encoding.moc"
