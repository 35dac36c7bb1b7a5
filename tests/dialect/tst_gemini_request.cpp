// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_support.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

namespace {

Result<Conversation> decode(std::string_view body, LossReport &losses, std::string_view model = "gemini-2.5-flash")
{
    DecodeRequestOptions options;
    options.model = model;
    options.stream = true;
    return gemini::codec().decodeRequest(body, options, losses);
}

Quirks narrow()
{
    Quirks quirks;
    quirks.jsonSchemaTools = false;
    return quirks;
}

std::string encode(const Conversation &conversation, LossReport &losses, std::string_view model = "gemini-2.5-flash",
                   const Quirks &quirks = {})
{
    const Result<EncodedRequest> encoded =
        gemini::codec().encodeRequest(conversation, EncodeRequestOptions{model, quirks}, losses);
    return encoded ? encoded->body : "ERROR " + encoded.error().message;
}

const char *const rich =
    "{"
    " \"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"},{\"text\":\"Be kind.\"}]},"
    " \"contents\":["
    "  {\"role\":\"user\",\"parts\":[{\"text\":\"Look: "
    "grüße\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw0KGgo=\"}},"
    "    "
    "{\"fileData\":{\"mimeType\":\"video/mp4\",\"fileUri\":\"https://generativelanguage.googleapis.com/v1beta/files/"
    "abc\"},"
    "     \"videoMetadata\":{\"startOffset\":\"2s\",\"fps\":2}},"
    "    {\"fileData\":{\"fileUri\":\"https://www.youtube.com/watch?v=x\"}},"
    "    {\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"JVBERi0=\"}},"
    "    {\"inlineData\":{\"mimeType\":\"audio/wav\",\"data\":\"UklGRg==\"}}]},"
    "  {\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":\"I "
    "look.\",\"thoughtSignature\":\"c2lnMQ==\"},"
    "    "
    "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print(1)\"}},{\"codeExecutionResult\":{\"outcome\":"
    "\"OUTCOME_OK\",\"output\":\"1\"}},"
    "    "
    "{\"functionCall\":{\"id\":\"a1\",\"name\":\"weather\",\"args\":{\"city\":\"Oslo\",\"deep\":{\"z\":1,\"a\":[1.5,"
    "null,true]}}},\"thoughtSignature\":\"c2lnMg==\"},"
    "    {\"functionCall\":{\"id\":\"a2\",\"name\":\"time\",\"args\":{}}}]},"
    "  "
    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"a1\",\"name\":\"weather\",\"response\":{\"t\":7,"
    "\"sky\":\"grey\"}}},"
    "    {\"functionResponse\":{\"id\":\"a2\",\"name\":\"time\",\"response\":{\"error\":\"no "
    "clock\"}}},{\"text\":\"And?\"}]}],"
    " \"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\",\"description\":\"d\",\"parametersJsonSchema\":{"
    "\"type\":\"object\",\"properties\":{\"z\":{\"type\":\"string\"},\"a\":{\"type\":\"integer\"}},"
    "\"additionalProperties\":false}},{\"name\":\"time\"}]},"
    "   {\"googleSearch\":{}},{\"urlContext\":{}}],"
    " \"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"weather\",\"time\"]},"
    "\"retrievalConfig\":{\"languageCode\":\"nb\"}},"
    " \"safetySettings\":[{\"category\":\"HARM_CATEGORY_HARASSMENT\",\"threshold\":\"BLOCK_NONE\"}],"
    " \"cachedContent\":\"cachedContents/x\",\"labels\":{\"team\":\"a\"},"
    " \"generationConfig\":{\"temperature\":0.5,\"topP\":0.9,\"topK\":20,\"maxOutputTokens\":100,\"stopSequences\":["
    "\"A\",\"B\"],\"candidateCount\":2,"
    "   \"seed\":7,\"presencePenalty\":0.1,\"frequencyPenalty\":0.2,\"responseLogprobs\":true,\"logprobs\":3,"
    "   "
    "\"responseModalities\":[\"TEXT\",\"IMAGE\"],\"thinkingConfig\":{\"thinkingBudget\":2048,\"includeThoughts\":true},"
    "   \"speechConfig\":{\"voiceConfig\":{}},\"mediaResolution\":\"MEDIA_RESOLUTION_LOW\"}}";

} // namespace

class TestGeminiRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTripKeepsEverything()
    {
        LossReport losses;
        const Result<Conversation> conversation = decode(rich, losses);
        QVERIFY2(conversation.has_value(), conversation ? "" : conversation.error().message.c_str());
        const std::string body = encode(*conversation, losses);
        QCOMPARE(sortedText(body), sortedText(rich));
        QCOMPARE(lossText(losses, conversation->source->root), std::string());
    }

    void conversationIsFilled()
    {
        LossReport losses;
        const Result<Conversation> conversation = decode(rich, losses);
        QVERIFY(conversation.has_value());
        QCOMPARE(conversation->model, std::string_view("gemini-2.5-flash"));
        QVERIFY(conversation->stream);
        QCOMPARE(conversation->messages.size(), size_t{4});
        QCOMPARE(conversation->messages[0].role, Role::System);
        const std::vector<Part> &user = conversation->messages[1].parts;
        QCOMPARE(user[1].as<MediaPart>()->kind, MediaPart::Kind::Image);
        QVERIFY(!user[2].as<MediaPart>()->source.fileId.empty());
        QCOMPARE(user[3].as<MediaPart>()->kind, MediaPart::Kind::Video);
        QCOMPARE(user[4].as<MediaPart>()->kind, MediaPart::Kind::Document);
        const std::vector<Part> &model = conversation->messages[2].parts;
        QCOMPARE(model[0].as<ThinkingPart>()->text, std::string_view("hm"));
        QCOMPARE(model[2].as<ThinkingPart>()->signature, std::string_view("c2lnMQ=="));
        QCOMPARE(model[3].as<NativePart>()->type, std::string_view("executableCode"));
        QCOMPARE(model[5].as<ToolCallPart>()->arguments,
                 std::string_view(R"({"city":"Oslo","deep":{"z":1,"a":[1.5,null,true]}})"));
        QCOMPARE(model[5].as<ToolCallPart>()->signature, std::string_view("c2lnMg=="));
        const ToolResultPart *failed = conversation->messages[3].parts[1].as<ToolResultPart>();
        QVERIFY(failed->isError);
        QCOMPARE(failed->content[0].as<TextPart>()->text, std::string_view("no clock"));
    }

    void bothSpellings()
    {
        LossReport losses;
        const Result<Conversation> conversation = decode(R"({"system_instruction":"Be brief.",
            "contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"iVBORw0KGgo="}}]},
              {"role":"model","parts":[{"function_call":{"name":"f"},"thought_signature":"cw=="}]},
              {"role":"function","parts":[{"function_response":{"name":"f","response":{"result":"ok"}}}]}],
            "tools":[{"function_declarations":[{"name":"f","parameters_json_schema":{"type":"object"}}]},{"google_search":{}}],
            "tool_config":{"function_calling_config":{"mode":"any","allowed_function_names":["f"]}},
            "generation_config":{"top_p":0.5,"max_output_tokens":5,"stop_sequences":["x"],"response_mime_type":"application/json",
              "response_schema":{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}},"propertyOrdering":["a"]},
              "thinking_config":{"thinking_level":"LOW"}}})",
                                                         losses, "gemini-3-pro-preview");
        QVERIFY2(conversation.has_value(), conversation ? "" : conversation.error().message.c_str());
        QCOMPARE(lossText(losses, conversation->source->root),
                 std::string("dropped /generation_config/response_schema/propertyOrdering\n"));
        QCOMPARE(conversation->settings.toolChoice->name, std::string_view("f"));
        QCOMPARE(bytes(jsonText(*conversation->settings.output->schema)),
                 bytes(R"({"type":"object","properties":{"a":{"type":["string","null"]}}})"));
        const ToolCallPart *call = conversation->messages[2].parts[0].as<ToolCallPart>();
        const ToolResultPart *result = conversation->messages[3].parts[0].as<ToolResultPart>();
        QVERIFY(call->id.starts_with("call_"));
        QCOMPARE(result->callId, call->id);
        QCOMPARE(encode(*conversation, losses, "gemini-3-pro-preview").starts_with("{\"systemInstruction\""), true);
    }

    void idsStayWhenTheConversationGrows()
    {
        LossReport losses;
        const std::string call =
            R"({"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}]})";
        const std::string answers =
            R"({"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"2"}}},{"functionResponse":{"name":"f","response":{"output":"1"}}}]})";
        const std::string user = R"({"role":"user","parts":[{"text":"q"}]})";
        const auto shorter = decode("{\"contents\":[" + user + ',' + call + ',' + answers + "]}", losses);
        const auto longer =
            decode("{\"contents\":[" + user + ',' + call + ',' + answers + ',' + call + ',' + answers + "]}", losses);
        QVERIFY(shorter.has_value() && longer.has_value());
        const std::string one = encode(*shorter, losses);
        const std::string two = encode(*longer, losses);
        const std::string prefix = one.substr(0, one.rfind("]}"));
        QCOMPARE(bytes(two.substr(0, prefix.size())), bytes(prefix));
        // Answers stand in the order of the calls.
        QVERIFY(one.find(R"("response":{"output":"1"})") < one.find(R"("response":{"output":"2"})"));
    }

    void lossesOfUnknownFields()
    {
        LossReport losses;
        const Result<Conversation> conversation = decode(R"({"contents":[{"role":"user","parts":[{"text":"a","weird":1},
            {"inlineData":{"mimeType":"image/png","data":"AA==","x":2}}],"extra":true}],"new":{"deep":1},
            "generationConfig":{"temperature":1,"fancy":[1]},"tools":[{"functionDeclarations":[{"name":"f","response":{"type":"STRING"},"behavior":"BLOCKING"}]}],
            "toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"},"y":1}})",
                                                         losses);
        QVERIFY(conversation.has_value());
        QCOMPARE(bytes(lossText(losses, conversation->source->root)),
                 bytes("dropped /contents/0/parts/0/weird\ndropped /contents/0/parts/1/inlineData/x\n"
                       "dropped /contents/0/extra\ndropped /new\ndropped /generationConfig/fancy\n"
                       "dropped /tools/0/functionDeclarations/0/response\n"
                       "dropped /tools/0/functionDeclarations/0/behavior\n"
                       "approximated /toolConfig/functionCallingConfig/mode\ndropped /toolConfig/y\n"));
    }

    void mistakes_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("no contents") << QByteArray("{}") << QByteArray("contents is required");
        QTest::newRow("contents") << QByteArray(R"({"contents":{}})") << QByteArray("/contents: must be a list");
        QTest::newRow("part") << QByteArray(R"({"contents":[{"parts":[1]}]})")
                              << QByteArray("/contents/0/parts/0: must be an object");
        QTest::newRow("text") << QByteArray(R"({"contents":[{"parts":[{"text":1}]}]})")
                              << QByteArray("/contents/0/parts/0/text: must be a text");
        QTest::newRow("role") << QByteArray(R"({"contents":[{"role":"boss","parts":[]}]})")
                              << QByteArray("/contents/0/role: must be user or model");
        QTest::newRow("call") << QByteArray(R"({"contents":[{"parts":[{"functionCall":{"args":{}}}]}]})")
                              << QByteArray("/contents/0/parts/0: functionCall needs a name");
        QTest::newRow("args") << QByteArray(R"({"contents":[{"parts":[{"functionCall":{"name":"f","args":[]}}]}]})")
                              << QByteArray("/contents/0/parts/0/functionCall/args: must be an object");
        QTest::newRow("topK") << QByteArray(R"({"contents":[],"generationConfig":{"topK":1.5}})")
                              << QByteArray("/generationConfig/topK: must be a whole number");
        QTest::newRow("mode") << QByteArray(R"({"contents":[],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}})")
                              << QByteArray("/toolConfig/functionCallingConfig/mode: must be AUTO, ANY, NONE or "
                                            "VALIDATED");
        QTest::newRow("stop") << QByteArray(R"({"contents":[],"generationConfig":{"stopSequences":["a",2]}})")
                              << QByteArray("/generationConfig/stopSequences/1: must be a text");
    }
    void mistakes()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, message);
        LossReport losses;
        const Result<Conversation> conversation = decode(body.toStdString(), losses);
        QVERIFY(!conversation.has_value());
        QCOMPARE(bytes(conversation.error().message), message);
        QCOMPARE(conversation.error().httpStatus, 400);
    }

    void modelIsNeeded()
    {
        LossReport losses;
        QCOMPARE(decode(R"({"contents":[]})", losses, {}).error().code, std::string("model_missing"));
        QCOMPARE(decode("{", losses).error().code, std::string("json_invalid"));
    }

    void countTokensMayWrapTheRequest()
    {
        LossReport losses;
        const auto conversation =
            decode(R"({"generateContentRequest":{"model":"models/m","contents":[{"parts":[{"text":"hi"}]}]}})", losses);
        QVERIFY(conversation.has_value());
        QCOMPARE(conversation->messages.size(), size_t{1});
        QVERIFY(losses.empty());
        QCOMPARE(gemini::codec().tokenCount(12), std::string(R"({"totalTokens":12})"));
    }

    void schemas_data()
    {
        QTest::addColumn<QByteArray>("schema");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<QByteArray>("losses");
        const auto row = [](const char *name, const char *schema, const char *expected, const char *losses) {
            QTest::newRow(name) << QByteArray(schema) << QByteArray(expected) << QByteArray(losses);
        };
        row("plain",
            R"({"type":"object","properties":{"b":{"type":"string","description":"d","format":"date-time"},"a":{"type":"integer","minimum":1}},"required":["a","x"]})",
            R"({"type":"OBJECT","properties":{"b":{"type":"STRING","description":"d","format":"date-time"},"a":{"type":"INTEGER","minimum":1}},"required":["a"]})",
            "dropped /required/1\n");
        row("dropped keywords",
            R"({"$schema":"s","type":"object","additionalProperties":false,"properties":{"a":{"type":"number","exclusiveMinimum":0,"multipleOf":2},"b":{"type":"string","format":"uri"}}})",
            R"({"type":"OBJECT","properties":{"a":{"type":"NUMBER"},"b":{"type":"STRING"}}})",
            "dropped /$schema\ndropped /additionalProperties\ndropped /properties/a/exclusiveMinimum\n"
            "dropped /properties/a/multipleOf\ndropped /properties/b/format\n");
        row("references",
            R"({"type":"object","properties":{"p":{"$ref":"#/$defs/P","description":"mine"}},"$defs":{"P":{"type":"object","description":"its","properties":{"n":{"type":"string"}}}}})",
            R"({"type":"OBJECT","properties":{"p":{"type":"OBJECT","description":"mine","properties":{"n":{"type":"STRING"}}}}})",
            "");
        row("cycle",
            R"({"type":"object","properties":{"n":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}})",
            R"({"type":"OBJECT","properties":{"n":{"type":"OBJECT","properties":{"next":{}}}}})",
            "dropped /$defs/N/properties/next/$ref\n");
        row("cycle to the root", R"({"type":"object","properties":{"n":{"$ref":"#"}}})",
            R"({"type":"OBJECT","properties":{"n":{}}})", "dropped /properties/n/$ref\n");
        row("foreign reference", R"({"type":"object","properties":{"n":{"$ref":"https://x/y"}}})",
            R"({"type":"OBJECT","properties":{"n":{}}})", "dropped /properties/n/$ref\n");
        row("const and enum",
            R"({"type":"object","properties":{"c":{"const":"x"},"n":{"const":4},"e":{"enum":["a",null,""]},"i":{"type":"integer","enum":[1,2]}}})",
            R"({"type":"OBJECT","properties":{"c":{"type":"STRING","enum":["x"]},"n":{},"e":{"type":"STRING","enum":["a"]},"i":{"type":"INTEGER"}}})",
            "dropped /properties/n/const\ndropped /properties/e/enum/2\ndropped /properties/i/enum\n");
        row("nullable",
            R"({"type":"object","properties":{"a":{"type":["string","null"]},"b":{"anyOf":[{"type":"integer"},{"type":"null"}],"description":"d"}}})",
            R"({"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true},"b":{"type":"INTEGER","nullable":true,"description":"d"}}})",
            "");
        row("alternatives",
            R"({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"integer"}],"description":"d"},"b":{"type":["string","integer","null"]}}})",
            R"({"type":"OBJECT","properties":{"a":{"anyOf":[{"type":"STRING"},{"type":"INTEGER"}]},"b":{"anyOf":[{"type":"STRING","nullable":true},{"type":"INTEGER","nullable":true}]}}})",
            "approximated /properties/a/oneOf\ndropped /properties/a/description\napproximated /properties/b/type\n");
        row("allOf",
            R"({"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"string"}},"required":["b"]}]})",
            R"({"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"}},"required":["a","b"]})", "");
        row("lists",
            R"({"type":"object","properties":{"a":{"type":"array"},"b":{"type":"array","items":{"type":"string"},"maxItems":3},"c":{"type":"array","items":[{"type":"string"}]}}})",
            R"({"type":"OBJECT","properties":{"a":{"type":"ARRAY","items":{"type":"STRING"}},"b":{"type":"ARRAY","items":{"type":"STRING"},"maxItems":3},"c":{"type":"ARRAY","items":{"type":"STRING"}}}})",
            "dropped /properties/c/items\n");
    }
    void schemas()
    {
        QFETCH(QByteArray, schema);
        QFETCH(QByteArray, expected);
        QFETCH(QByteArray, losses);
        LossReport report;
        const std::string body =
            R"({"contents":[{"parts":[{"text":"q"}]}],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":)" +
            schema.toStdString() + "}]}]}";
        const auto conversation = decode(body, report);
        QVERIFY(conversation.has_value());
        const std::string narrowed = encode(*conversation, report, "gemini-2.0-flash", narrow());
        const std::string head = R"({"tools":[{"functionDeclarations":[{"name":"f","parameters":)";
        QVERIFY2(narrowed.starts_with(head), narrowed.c_str());
        const std::string found = narrowed.substr(head.size(), narrowed.find("}]}],\"contents\"") - head.size());
        QCOMPARE(bytes(found), expected);
        QByteArray wanted = losses;
        wanted.replace(" /", " /tools/0/functionDeclarations/0/parametersJsonSchema/");
        QCOMPARE(bytes(lossText(report, conversation->source->root)), wanted);
        // Untouched where the provider knows JSON Schema.
        LossReport none;
        QVERIFY(encode(*conversation, none).find(normal(schema.toStdString())) != std::string::npos);
        QVERIFY(none.empty());
    }

    void referencesDoNotMultiplyWithoutBound()
    {
        std::string definitions = R"("d0":{"type":"string"})";
        for (int i = 1; i < 24; ++i) {
            const std::string below = "{\"$ref\":\"#/$defs/d" + std::to_string(i - 1) + "\"}";
            definitions += ",\"d" + std::to_string(i) + "\":{\"type\":\"object\",\"properties\":{\"a\":" + below +
                           ",\"b\":" + below + "}}";
        }
        LossReport report;
        const auto conversation = decode(
            R"({"contents":[{"parts":[{"text":"q"}]}],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"x":{"$ref":"#/$defs/d23"}},"$defs":{)" +
                definitions + "}}}]}]}",
            report);
        QVERIFY(conversation.has_value());
        QVERIFY(encode(*conversation, report, "gemini-2.0-flash", narrow()).size() < 1000000);
        QVERIFY(!report.empty());
    }

    void paths()
    {
        LossReport losses;
        auto conversation = decode(R"({"contents":[{"parts":[{"text":"q"}]}]})", losses);
        QVERIFY(conversation.has_value());
        const Quirks quirks;
        const auto path = [&](std::string_view model) {
            return gemini::codec().encodeRequest(*conversation, EncodeRequestOptions{model, quirks}, losses)->path;
        };
        QCOMPARE(path("gemini-2.5-pro"), std::string("/models/gemini-2.5-pro:streamGenerateContent?alt=sse"));
        QCOMPARE(path("models/a b"), std::string("/models/a%20b:streamGenerateContent?alt=sse"));
        conversation->stream = false;
        QCOMPARE(path("tunedModels/x"), std::string("/tunedModels/x:generateContent"));
        QCOMPARE(path("a/b:c?d"), std::string("/models/a%2Fb%3Ac%3Fd:generateContent"));
    }
};

QTEST_APPLESS_MAIN(TestGeminiRequest)
#include "tst_gemini_request.moc"
