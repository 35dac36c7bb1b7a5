// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/history.h"
#include "core/dialect/openai_responses/tool_names.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#ifndef Q_MOC_RUN // moc loses its way among the raw strings there
#include "tests/dialect/openai_responses_request.h"
#endif

using namespace signalbox;
using namespace signalbox::openai_responses;

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
};

QTEST_APPLESS_MAIN(TestOpenAiResponsesRequest)
#include "tst_openai_responses_request.moc"
