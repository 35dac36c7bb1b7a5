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

class TestOpenAiResponsesSettings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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

QTEST_APPLESS_MAIN(TestOpenAiResponsesSettings)
#include "tst_openai_responses_settings.moc"
