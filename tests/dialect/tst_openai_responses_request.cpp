// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/codec.h"
#include "core/dialect/openai_responses/history.h"
#include "core/dialect/openai_responses/tool_names.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using namespace signalbox::openai_responses;

namespace json = boost::json;

namespace {

const std::string whole = R"({"model":"gpt-5.4","instructions":"Be brief.","input":[
 {"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules"}]},
 {"type":"message","role":"user","content":[{"type":"input_text","text":"Look \u00fc"},
   {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"},
   {"type":"input_image","image_url":"https:\/\/x.test/a.png","detail":"auto"},
   {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="},
   {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]},
 {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"First"},{"type":"summary_text","text":"Second"}],"encrypted_content":"gAAA="},
 {"type":"message","id":"msg_1","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"On it","annotations":[{"type":"url_citation","url":"https:\/\/c.test","title":"C","start_index":0,"end_index":2}]}]},
 {"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"{\u0022city\u0022:\u0022Oslo\u0022}"},
 {"type":"function_call","call_id":"call_2","name":"read","namespace":"mcp__files","arguments":"{}"},
 {"type":"custom_tool_call","call_id":"call_3","name":"patch","input":"*** Begin"},
 {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}},
 {"type":"function_call_output","call_id":"call_1","output":"Sunny"},
 {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"auto"}]},
 {"type":"custom_tool_call_output","call_id":"call_3","output":"Done"},
 {"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"No."}]}],
 "tools":[{"type":"function","name":"get_weather","description":"W","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true},
  {"type":"namespace","name":"mcp__files","description":"Files","tools":[{"type":"function","name":"read","parameters":{"type":"object","properties":{}},"strict":false},{"type":"custom","name":"edit"}]},
  {"type":"custom","name":"patch","description":"P","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},
  {"type":"web_search","search_context_size":"low"}],
 "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"get_weather"},{"type":"custom","name":"patch"}]},
 "parallel_tool_calls":false,"reasoning":{"effort":"high","summary":"auto"},
 "text":{"format":{"type":"json_schema","name":"out","schema":{"type":"object","properties":{},"additionalProperties":false},"strict":true},"verbosity":"low"},
 "max_output_tokens":1000,"temperature":0.5,"top_p":0.9,"top_logprobs":2,"service_tier":"flex","safety_identifier":"u1",
 "prompt_cache_key":"k","prompt_cache_retention":"24h","metadata":{"a":"b"},"store":false,
 "include":["reasoning.encrypted_content","message.output_text.logprobs"],"stream":true})";

struct Decoded {
    LossReport report;
    Result<Conversation> conversation;
    std::vector<LossEntry> losses() const { return report.resolve(conversation->source->root, false); }
};

Decoded decode(const std::string &body)
{
    Decoded decoded;
    decoded.conversation = codec().decodeRequest(body, {}, decoded.report);
    return decoded;
}

Quirks openAi()
{
    Quirks quirks;
    quirks.developerRole = true;
    return quirks;
}

std::string encode(const Conversation &conversation, LossReport &losses, const Quirks &quirks = openAi())
{
    const auto request = codec().encodeRequest(conversation, {conversation.model, quirks}, losses);
    return request ? request->body : request.error().message;
}

std::string sorted(const json::value &value)
{
    if (const json::array *array = value.if_array()) {
        std::string text = "[";
        for (const json::value &one : *array)
            text += sorted(one) + ",\n";
        return text + "]";
    }
    const json::object *object = value.if_object();
    if (!object)
        return json::serialize(value);
    std::map<std::string, std::string> members;
    for (const auto &member : *object)
        members[std::string(member.key())] = sorted(member.value());
    std::string text = "{";
    for (const auto &[key, inner] : members)
        text += key + ":" + inner + ",\n";
    return text + "}";
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QByteArrayList pointers(const std::vector<LossEntry> &losses)
{
    QByteArrayList list;
    for (const LossEntry &loss : losses)
        list << bytes(std::string(lossKindName(loss.kind)) + " " + loss.pointer);
    return list;
}

// A conversation as another dialect would decode it: `parts` of one user message and what goes with it.
Conversation made(std::vector<Message> messages)
{
    static const auto source = *parseSource("{}");
    Conversation conversation;
    conversation.source = source;
    conversation.model = "m";
    conversation.messages = std::move(messages);
    return conversation;
}

Message message(Role role, std::vector<Part> parts)
{
    Message message;
    message.role = role;
    message.parts = std::move(parts);
    return message;
}

} // namespace

class TestOpenAiResponsesRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownDialectComesBackWhole()
    {
        const Decoded decoded = decode(whole);
        QVERIFY2(decoded.conversation, decoded.conversation ? "" : decoded.conversation.error().message.c_str());
        QCOMPARE(pointers(decoded.losses()), QByteArrayList());
        LossReport losses;
        const std::string body = encode(*decoded.conversation, losses);
        QCOMPARE(pointers(losses.resolve(decoded.conversation->source->root, false)), QByteArrayList());
        QCOMPARE(bytes(sorted(json::parse(body))), bytes(sorted(json::parse(whole))));
        LossReport again;
        QCOMPARE(bytes(encode(*decoded.conversation, again)), bytes(body));
    }

    void itemsBecomeMessages()
    {
        const Decoded decoded = decode(whole);
        QVERIFY(decoded.conversation);
        const std::vector<Message> &messages = decoded.conversation->messages;
        QCOMPARE(messages.size(), size_t(6));
        QVERIFY(messages[0].role == Role::System && messages[1].role == Role::Developer);
        QCOMPARE(messages[2].parts.size(), size_t(5));
        const auto *image = messages[2].parts[1].as<MediaPart>();
        QVERIFY(image && image->source.mimeType == "image/png" && image->source.data == "iVBORw0KGgo=");
        QCOMPARE(messages[3].parts.size(), size_t(6));
        const auto *thinking = messages[3].parts[0].as<ThinkingPart>();
        QVERIFY(thinking && thinking->encrypted && thinking->signer == Dialect::OpenAiResponses);
        QCOMPARE(bytes(thinking->text), QByteArray("First\n\nSecond"));
        const auto *call = messages[3].parts[3].as<ToolCallPart>();
        QVERIFY(call);
        QCOMPARE(bytes(call->name), QByteArray("mcp__files__read"));
        QCOMPARE(bytes(decoded.conversation->toolNameOf("call_2")), QByteArray("mcp__files__read"));
        QVERIFY(messages[4].role == Role::User && messages[4].parts.size() == 3);
        QVERIFY(messages[5].parts[0].as<RefusalPart>());
        const auto &tools = decoded.conversation->tools;
        QCOMPARE(tools.size(), size_t(5));
        QCOMPARE(bytes(tools[1].name), QByteArray("mcp__files__read"));
        QVERIFY(tools[3].kind == Tool::Kind::Custom && tools[3].format);
        QVERIFY(tools[4].kind == Tool::Kind::Native && tools[4].type == "web_search");
    }

    void inputMayBeAText()
    {
        const Decoded decoded = decode(R"({"model":"m","input":"hi"})");
        QVERIFY(decoded.conversation);
        LossReport losses;
        QCOMPARE(bytes(encode(*decoded.conversation, losses)),
                 QByteArray(R"({"model":"m","input":[{"type":"message","role":"user","content":[)"
                            R"({"type":"input_text","text":"hi"}]}],"store":false})"));
    }

    void toolsOfCodexStandInTheInput()
    {
        const Decoded decoded = decode(
            R"({"model":"m","input":[{"type":"additional_tools","role":"developer","tools":[{"type":"function","name":"shell","parameters":{}}]},{"role":"user","content":"x"}]})");
        QVERIFY(decoded.conversation);
        QCOMPARE(pointers(decoded.losses()), QByteArrayList());
        QCOMPARE(decoded.conversation->tools.size(), size_t(1));
    }

    void losses_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArrayList>("lost");
        const auto row = [](const char *name, const char *body, const QByteArrayList &lost) {
            QTest::newRow(name) << QByteArray(body) << lost;
        };
        row("unknown fields",
            R"({"model":"m","new":1,"input":[{"role":"user","x":{"y":1},"content":[{"type":"input_text","text":"a","z":[1]}]}]})",
            {"dropped /new", "dropped /input/0/x", "dropped /input/0/content/0/z"});
        row("OpenAI's own",
            R"({"model":"m","input":"a","background":true,"truncation":"auto","conversation":"conv_1","client_metadata":{"k":"v"},"max_tool_calls":3,"prompt":{"id":"p"}})",
            {"dropped /background", "dropped /truncation", "dropped /conversation", "dropped /client_metadata",
             "dropped /max_tool_calls", "dropped /prompt"});
        row("says nothing",
            R"({"model":"m","input":"a","background":false,"truncation":"disabled","stream_options":{"include_obfuscation":false},"user":null,"text":{"format":{"type":"text"}}})",
            {});
        row("reference",
            R"({"model":"m","input":[{"type":"item_reference","id":"msg_9"},{"role":"user","content":"a"}]})",
            {"dropped /input/0"});
        row("include",
            R"({"model":"m","input":"a","include":["reasoning.encrypted_content","web_search_call.results"]})",
            {"dropped /include/1"});
        row("unknown content", R"({"model":"m","input":[{"role":"user","content":[{"type":"input_smell","x":1}]}]})",
            {"dropped /input/0/content/0"});
        row("tool fields",
            R"({"model":"m","input":"a","tools":[{"type":"function","name":"f","parameters":{},"output_schema":{}}]})",
            {"dropped /tools/0/output_schema"});
        row("same tool twice",
            R"({"model":"m","input":"a","tools":[{"type":"custom","name":"f"},{"type":"custom","name":"f"}]})",
            {"dropped /tools/1"});
        row("user twice", R"({"model":"m","input":"a","user":"a","safety_identifier":"b"})", {"dropped /user"});
    }

    void losses()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArrayList, lost);
        const Decoded decoded = decode(body.toStdString());
        QVERIFY2(decoded.conversation, decoded.conversation ? "" : decoded.conversation.error().message.c_str());
        QCOMPARE(pointers(decoded.losses()), lost);
    }

    void mistakes_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("begin");
        const auto row = [](const char *body, const char *code, const char *begin) {
            QTest::newRow(body) << QByteArray(body) << QByteArray(code) << QByteArray(begin);
        };
        row("{", "json_invalid", "");
        row("[]", "json_invalid", "");
        row(R"({"input":"a"})", "model_missing", "");
        row(R"({"model":1})", "field_invalid", "/model: ");
        row(R"({"model":"m","input":5})", "field_invalid", "/input: ");
        row(R"({"model":"m","input":[5]})", "field_invalid", "/input/0: ");
        row(R"({"model":"m","input":[{"role":"robot","content":"a"}]})", "field_invalid", "/input/0/role: ");
        row(R"({"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]})", "field_invalid",
            "/input/0: ");
        row(R"({"model":"m","input":[{"type":"function_call_output","call_id":"c"}]})", "field_invalid", "/input/0: ");
        row(R"({"model":"m","input":"a","temperature":"hot"})", "field_invalid", "/temperature: ");
        row(R"({"model":"m","input":"a","tools":[{"name":"f"}]})", "field_invalid", "/tools/0: ");
        row(R"({"model":"m","input":"a","tool_choice":"maybe"})", "field_invalid", "/tool_choice: ");
        row(R"({"model":"m","input":"a","text":{"format":{"type":"json_schema","name":"x"}}})", "field_invalid",
            "/text/format: ");
    }

    void mistakes()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, begin);
        const Decoded decoded = decode(body.toStdString());
        QVERIFY(!decoded.conversation);
        QCOMPARE(bytes(decoded.conversation.error().code), code);
        QCOMPARE(decoded.conversation.error().httpStatus, 400);
        QVERIFY2(bytes(decoded.conversation.error().message).startsWith(begin),
                 decoded.conversation.error().message.c_str());
    }

    void otherDialectsAreMadeLegal()
    {
        ToolResultPart failed{"toolu_1", "", {{TextPart{"broken"}}}, true};
        ToolResultPart orphan{"gone", "", {{TextPart{"late"}}}};
        const Conversation conversation = made({
            message(Role::System, {{TextPart{"x-anthropic-billing-header: 1"}}, {TextPart{"One"}}, {TextPart{"Two"}}}),
            message(Role::User, {{TextPart{"go"}}, {TextPart{""}}}),
            message(Role::Assistant, {{ThinkingPart{"hm", "sig", false, false, Dialect::Anthropic}},
                                      {ToolCallPart{"toolu_1", "f", ""}},
                                      {ToolCallPart{std::string_view(), "g", "{}"}},
                                      {ToolCallPart{"toolu_3", "h", "{}"}}}),
            message(Role::User, {{failed}, {ToolResultPart{"", "g", {}}}, {orphan}}),
        });
        LossReport losses;
        const json::value body = json::parse(encode(conversation, losses));
        QCOMPARE(bytes(body.at("instructions").as_string()), QByteArray("One\n\nTwo"));
        const json::array &input = body.at("input").as_array();
        QStringList types;
        for (const json::value &item : input)
            types << QString::fromUtf8(bytes(item.at("type").as_string()));
        QCOMPARE(types.join(u' '), QStringLiteral("message function_call function_call function_call "
                                                  "function_call_output function_call_output function_call_output "
                                                  "message"));
        QCOMPARE(bytes(input[1].at("arguments").as_string()), QByteArray("{}"));
        QCOMPARE(input[4].at("call_id"), json::value("toolu_3")); // answered for the client
        QCOMPARE(input[5].at("output"), json::value("Error: broken"));
        QVERIFY(input[6].at("call_id") == input[2].at("call_id"));
        QCOMPARE(input[7].at("role"), json::value("user"));
    }

    void reasoningIsAskedForEncrypted_data()
    {
        QTest::addColumn<QByteArray>("effort");
        QTest::addColumn<qint64>("budget");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("budget") << QByteArray() << qint64(5000)
                                << QByteArray(R"({"effort":"medium","summary":"auto"})");
        QTest::newRow("effort") << QByteArray("low") << qint64(0) << QByteArray(R"({"effort":"low","summary":"auto"})");
    }

    void reasoningIsAskedForEncrypted()
    {
        QFETCH(QByteArray, effort);
        QFETCH(qint64, budget);
        QFETCH(QByteArray, expected);
        Conversation conversation = made({message(Role::User, {{TextPart{"a"}}})});
        Reasoning reasoning;
        reasoning.enabled = true;
        reasoning.effort = std::string_view(effort.constData(), static_cast<size_t>(effort.size()));
        if (budget)
            reasoning.budgetTokens = budget;
        conversation.settings.reasoning = {reasoning, &conversation.source->root};
        LossReport losses;
        const json::value body = json::parse(encode(conversation, losses));
        QCOMPARE(bytes(json::serialize(body.at("reasoning"))), expected);
        QCOMPARE(bytes(json::serialize(body.at("include"))), QByteArray(R"(["reasoning.encrypted_content"])"));
        QCOMPARE(body.at("store"), json::value(false));
        QCOMPARE(losses.empty(), budget == 0);
    }

    void settingsWithoutAPlaceAreReported()
    {
        const auto source = *parseSource(
            R"({"stop":["x"],"n":2,"seed":1,"k":5,"bias":{},"p":0.5,"max":3,"user":"0123456789012345678901234567890123456789012345678901234567890123456789","tier":"standard_only"})");
        const json::object &root = source->root.get_object();
        Conversation conversation = made({message(Role::User, {{TextPart{"a"}}})});
        conversation.source = source;
        Settings &settings = conversation.settings;
        settings.stop = {{{"x"}}, &root.at("stop")};
        settings.n = {2, &root.at("n")};
        settings.seed = {1, &root.at("seed")};
        settings.topK = {5, &root.at("k")};
        settings.logitBias = {&root.at("bias"), &root.at("bias")};
        settings.presencePenalty = {0.5, &root.at("p")};
        settings.maxTokens = {3, &root.at("max")};
        settings.user = {std::string_view(root.at("user").get_string()), &root.at("user")};
        settings.serviceTier = {"standard_only", &root.at("tier")};
        LossReport losses;
        const json::value body = json::parse(encode(conversation, losses));
        QCOMPARE(body.at("max_output_tokens"), json::value(16));
        QVERIFY(body.at("safety_identifier").as_string().size() <= 64);
        QCOMPARE(body.at("service_tier"), json::value("default"));
        QCOMPARE(pointers(losses.resolve(source->root, false)),
                 QByteArrayList({"dropped /stop", "dropped /n", "dropped /seed", "dropped /k", "dropped /bias",
                                 "dropped /p", "approximated /max", "approximated /user", "approximated /tier"}));
    }

    void schemasAreMadeToFit()
    {
        const auto source = *parseSource(
            R"({"loose":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false},"union":{"anyOf":[{"type":"object"}]},"strict":true})");
        const json::object &root = source->root.get_object();
        Conversation conversation = made({message(Role::User, {{TextPart{"a"}}})});
        conversation.source = source;
        Tool loose;
        loose.name = "loose";
        loose.schema = &root.at("loose");
        loose.strict = {true, &root.at("strict")};
        Tool any;
        any.name = "any";
        any.schema = &root.at("union");
        Tool bare;
        bare.name = "bare";
        conversation.tools = {loose, any, bare};
        LossReport losses;
        const json::value body = json::parse(encode(conversation, losses));
        const json::array &tools = body.at("tools").as_array();
        QCOMPARE(tools[0].at("strict"), json::value(false));
        QCOMPARE(bytes(json::serialize(tools[1].at("parameters"))), QByteArray(R"({"type":"object","properties":{}})"));
        QCOMPARE(bytes(json::serialize(tools[2].at("parameters"))), QByteArray(R"({"type":"object","properties":{}})"));
        QCOMPARE(pointers(losses.resolve(source->root, false)),
                 QByteArrayList({"dropped /union/anyOf", "approximated /strict"}));
    }

    void namespacesFlattenAndBack()
    {
        const std::string longSpace(60, 'n');
        for (const std::string &space : {std::string("mcp__files"), std::string("a.b c"), longSpace}) {
            const std::string flat = flatToolName(space, "read_file");
            QVERIFY2(flat.size() <= 64, flat.c_str());
            QVERIFY(flat.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                    std::string::npos);
            QCOMPARE(bytes(bareToolName(flat, space)), QByteArray("read_file"));
        }
        QCOMPARE(bytes(flatToolName("", "x")), QByteArray("x"));
    }

    void historyComesBeforeTheInput()
    {
        const auto body = withHistory(R"({"model":"m","previous_response_id":"resp_1","input":"next","store":true})",
                                      R"([{"role":"user","content":"a"},{"type":"item_reference","id":"x"}])");
        QVERIFY(body);
        const json::value value = json::parse(*body);
        QVERIFY(!value.as_object().contains("previous_response_id"));
        QCOMPARE(value.at("input").as_array().size(), size_t(3));
        QCOMPARE(value.at("input").at(2).at("role"), json::value("user"));
        QCOMPARE(referencedItems(*body), std::vector<std::string>({"x"}));
        const auto resolved = withReferencedItems(*body, [](std::string_view id) {
            return id == "x" ? std::string(R"({"type":"message","role":"assistant","content":"b"})") : std::string();
        });
        QVERIFY(resolved);
        QCOMPARE(json::parse(*resolved).at("input").at(1).at("content"), json::value("b"));
        QVERIFY(!withHistory("{}", "nonsense"));
        QCOMPARE(withHistory("{", "[]").error().httpStatus, 400);
    }

    void whatIsStoredDecodesAgain()
    {
        ReplyFolder folder;
        folder.take(MessageStart{"chatcmpl-1", "x"});
        folder.take(PartStart{0, ReplyPartKind::Thinking, 0, {}, {}, false, {}, {}, {}, Dialect::Anthropic});
        folder.take(PartDelta{0, "hm", "SIG"});
        folder.take(PartEnd{0});
        folder.take(PartStart{1, ReplyPartKind::Text});
        folder.take(PartDelta{1, "answer"});
        folder.take(PartEnd{1});
        folder.take(Finish{});
        ReplyOptions options;
        options.requestId = "r1";
        const std::string items = itemsToStore(R"({"model":"m","input":"ask"})", folder.reply(), options);
        const auto body = withHistory(R"({"model":"m","input":"more"})", items);
        QVERIFY(body);
        const Decoded decoded = decode(*body);
        QVERIFY(decoded.conversation);
        QCOMPARE(pointers(decoded.losses()), QByteArrayList());
        QCOMPARE(decoded.conversation->messages.size(), size_t(3));
        const auto *thinking = decoded.conversation->messages[1].parts.at(0).as<ThinkingPart>();
        QVERIFY(thinking && thinking->signature == "SIG");
        QCOMPARE(outputItemsById(folder.reply(), options).size(), size_t(2));
        QVERIFY(responseId(folder.reply(), options).starts_with("resp_"));
        const std::string shown = codec().encodeReply(folder.reply(), options);
        for (const auto &[id, item] : outputItemsById(folder.reply(), options))
            QVERIFY2(shown.find('"' + id + '"') != std::string::npos, shown.c_str());
    }
};

QTEST_APPLESS_MAIN(TestOpenAiResponsesRequest)
#include "tst_openai_responses_request.moc"
