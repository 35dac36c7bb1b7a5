// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

// What a client is told it lost on the way to a provider: "/pointer: reason" in the order of its request.
std::vector<std::string> lossesOf(Dialect client, std::string_view body, Dialect provider, const Quirks &quirks)
{
    LossReport losses;
    const auto conversation = codecFor(client).decodeRequest(body, {"/x", "m", false}, losses);
    if (!conversation)
        return {conversation.error().message};
    const auto sent = codecFor(provider).encodeRequest(*conversation, {"gemini-2.0-flash", quirks}, losses);
    if (!sent)
        return {sent.error().message};
    std::vector<std::string> lines;
    const ConversationSource &source = *conversation->source;
    for (const LossEntry &entry : losses.resolve(source.root, false, source.copies))
        lines.push_back(entry.pointer + ": " + entry.reason);
    return lines;
}

std::string joined(const std::vector<std::string> &lines)
{
    std::string all;
    for (const std::string &line : lines)
        all += line + '\n';
    return all;
}

} // namespace

// A loss names the very place in the client's own request, whatever form a decoder made of it.
class TestLossPlaces final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void speakers_data();
    void speakers();
    void narrowedSchemas_data();
    void narrowedSchemas();
    void toolsThatMayNotBeCalled_data();
    void toolsThatMayNotBeCalled();
};

void TestLossPlaces::speakers_data()
{
    QTest::addColumn<int>("provider");
    QTest::newRow("anthropic") << int(Dialect::Anthropic);
    QTest::newRow("ollama") << int(Dialect::Ollama);
    QTest::newRow("gemini") << int(Dialect::Gemini);
}

void TestLossPlaces::speakers()
{
    QFETCH(int, provider);
    const std::string named = joined(lossesOf(
        Dialect::OpenAiChat,
        R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","name":"Ann","content":"b"}]})",
        static_cast<Dialect>(provider), {}));
    QVERIFY2(named.starts_with("/messages/1/name: ") && named.find('\n') == named.size() - 1, named.c_str());
    const std::string phased = joined(lossesOf(
        Dialect::OpenAiResponses,
        R"({"model":"m","input":[{"role":"user","content":"a"},{"type":"message","role":"assistant","phase":"commentary",)"
        R"("content":[{"type":"output_text","text":"b"}]},{"role":"user","content":"c"}]})",
        static_cast<Dialect>(provider), {}));
    QVERIFY2(phased.starts_with("/input/1/phase: ") && phased.find('\n') == phased.size() - 1, phased.c_str());
}

void TestLossPlaces::narrowedSchemas_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("at");
    const QByteArray schema =
        R"({"type":"object","properties":{"a":{"type":"string","pattern":"x","contentEncoding":"base64"},)"
        R"("b":{"type":"array","items":{"type":"integer","multipleOf":3}}}})";
    QTest::newRow("openai-chat")
        << int(Dialect::OpenAiChat)
        << R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":)" +
               schema + "}}]}"
        << QByteArray("/tools/0/function/parameters/");
    QTest::newRow("openai-responses")
        << int(Dialect::OpenAiResponses)
        << R"({"model":"m","input":"a","tools":[{"type":"function","name":"f","parameters":)" + schema + "}]}"
        << QByteArray("/tools/0/parameters/");
    QTest::newRow("anthropic")
        << int(Dialect::Anthropic)
        << R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","input_schema":)" +
               schema + "}]}"
        << QByteArray("/tools/0/input_schema/");
    QTest::newRow("ollama")
        << int(Dialect::Ollama)
        << R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":)" +
               schema + "}}]}"
        << QByteArray("/tools/0/function/parameters/");
    const auto gemini = [](const QByteArray &key, const QByteArray &parameters) -> QByteArray {
        return R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{"name":"f",")" +
               key + "\":" + parameters + "}]}]}";
    };
    QTest::newRow("gemini, JSON Schema") << int(Dialect::Gemini) << gemini("parametersJsonSchema", schema)
                                         << QByteArray("/tools/0/functionDeclarations/0/parametersJsonSchema/");
    QByteArray old = schema;
    old.replace("object", "OBJECT").replace("string", "STRING").replace("array", "ARRAY").replace("integer", "INTEGER");
    QTest::newRow("gemini, its old form") << int(Dialect::Gemini) << gemini("parameters", old)
                                          << QByteArray("/tools/0/functionDeclarations/0/parameters/");
}

void TestLossPlaces::narrowedSchemas()
{
    QFETCH(int, client);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, at);
    Quirks narrow;
    narrow.jsonSchemaTools = false;
    const std::string told =
        joined(lossesOf(static_cast<Dialect>(client), body.toStdString(), Dialect::Gemini, narrow));
    for (const char *place : {"properties/a/contentEncoding: ", "properties/b/items/multipleOf: "})
        QVERIFY2(told.find(at.toStdString() + place) != std::string::npos, told.c_str());
}

void TestLossPlaces::toolsThatMayNotBeCalled_data()
{
    speakers_data();
    QTest::newRow("openai-chat") << int(Dialect::OpenAiChat);
}

void TestLossPlaces::toolsThatMayNotBeCalled()
{
    QFETCH(int, provider);
    const std::string told = joined(
        lossesOf(Dialect::OpenAiResponses,
                 R"({"model":"m","input":"a","tools":[{"type":"function","name":"f","parameters":{"type":"object"}},)"
                 R"({"type":"function","name":"g","parameters":{"type":"object"}}],)"
                 R"("tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"g"}]}})",
                 static_cast<Dialect>(provider), {}));
    const bool leavesOut = static_cast<Dialect>(provider) != Dialect::Gemini; // it can be told the names
    QCOMPARE(told.find("/tools/0: not among the tools that may be called\n") != std::string::npos, leavesOut);
    QVERIFY2(told.find("/tools/1: ") == std::string::npos, told.c_str());
}

QTEST_APPLESS_MAIN(TestLossPlaces)
#include "tst_loss_places.moc"
