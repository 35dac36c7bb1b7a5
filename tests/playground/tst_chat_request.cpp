// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/chat_request.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <algorithm>

using namespace signalbox;
namespace json = boost::json;

Q_DECLARE_METATYPE(signalbox::Dialect)

namespace {

constexpr const char *path(Dialect dialect)
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return "/v1/chat/completions";
    case Dialect::OpenAiResponses:
        return "/v1/responses";
    case Dialect::Anthropic:
        return "/v1/messages";
    case Dialect::Gemini:
        return "/v1beta/models/";
    case Dialect::Ollama:
        return "/api/chat";
    }
    return "";
}

ChatDraft wholeDraft(Dialect dialect)
{
    ChatDraft draft;
    ChatSettings &settings = draft.settings;
    settings.dialect = dialect;
    settings.system = "Be short.";
    settings.temperature = 0.5;
    settings.maxTokens = 100;
    settings.stop = {"END"};
    settings.tools = "[{\"name\":\"look_up\",\"parameters\":{\"type\":\"object\"}}]";
    ChatTurn asked;
    asked.text = "What is this?";
    asked.images.push_back({"image/png", "aGk="});
    ChatTurn answered;
    answered.assistant = true;
    FoldedPart call;
    call.kind = ReplyPartKind::ToolCall;
    call.id = "call_1";
    call.name = "look_up";
    call.text = "{\"q\":1}";
    answered.parts.push_back(call);
    ChatTurn result;
    result.results.push_back({"call_1", "look_up", "forty-two"});
    draft.turns = {asked, answered, result};
    return draft;
}

} // namespace

class TestChatRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyDialect_data();
    void everyDialect();
    void pins();
    void lossesAreNamed();
    void mistakes_data();
    void mistakes();
    void thinkingGoesBackVerbatim();
};

void TestChatRequest::everyDialect_data()
{
    QTest::addColumn<signalbox::Dialect>("dialect");
    for (const Dialect dialect : allDialects)
        QTest::newRow(dialectName(dialect)) << dialect;
}

// Encoded and read back by the same dialect it is the same conversation.
void TestChatRequest::everyDialect()
{
    QFETCH(signalbox::Dialect, dialect);
    const ChatDraft draft = wholeDraft(dialect);
    const auto made = makeChatRequest(draft, {ChatTarget::Kind::Model, "some-model"}, "lab");
    QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
    QVERIFY2(made->request.path.starts_with(path(dialect)), made->request.path.c_str());
    QCOMPARE(made->request.project, std::string("lab"));
    QVERIFY(made->request.target.empty() && made->request.route.empty());
    const auto back = readChat(made->request.body, dialect);
    QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
    QCOMPARE(back->settings.system, draft.settings.system);
    QCOMPARE(back->settings.maxTokens, draft.settings.maxTokens);
    QCOMPARE(back->turns.size(), size_t{3});
    QCOMPARE(back->turns[0].text, draft.turns[0].text);
    QCOMPARE(back->turns[0].images.at(0).base64, std::string("aGk="));
    QCOMPARE(back->turns[1].calls().at(0)->name, std::string("look_up"));
    QVERIFY(json::parse(back->turns[1].calls().at(0)->text) == json::parse("{\"q\":1}"));
    QVERIFY(back->turns[2].results.at(0).text.find("forty-two") != std::string::npos);
    QVERIFY(back->settings.tools.find("look_up") != std::string::npos);
}

void TestChatRequest::pins()
{
    const ChatDraft draft = wholeDraft(Dialect::OpenAiChat);
    QCOMPARE(makeChatRequest(draft, chatTargetFromText("target:box/m"))->request.target, std::string("box/m"));
    QCOMPARE(makeChatRequest(draft, chatTargetFromText("route:r"))->request.route, std::string("r"));
    for (const char *text : {"fast", "route:r", "target:box/m"})
        QCOMPARE(chatTargetText(chatTargetFromText(text)), std::string(text));
}

// What a dialect has no place for is told by the name of the field.
void TestChatRequest::lossesAreNamed()
{
    ChatDraft draft = wholeDraft(Dialect::OpenAiResponses);
    const auto made = makeChatRequest(draft, {ChatTarget::Kind::Model, "m"});
    QVERIFY(made.has_value());
    QVERIFY(std::any_of(made->losses.begin(), made->losses.end(),
                        [](const LossEntry &loss) { return loss.pointer == "/stop"; }));
}

void TestChatRequest::mistakes_data()
{
    QTest::addColumn<QString>("tools");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("says");
    QTest::newRow("tools are no JSON") << "[\n{"
                                       << ""
                                       << "Line 2";
    QTest::newRow("tools are no list") << "{}"
                                       << ""
                                       << "must be a list";
    QTest::newRow("tool without a name") << "[{}]"
                                         << ""
                                         << "/0/name";
    QTest::newRow("tool twice") << "[{\"name\":\"a\"},{\"name\":\"a\"}]"
                                << ""
                                << "/1/name: 'a' is used twice";
    QTest::newRow("parameters") << "[{\"name\":\"a\",\"parameters\":[]}]"
                                << ""
                                << "/0/parameters";
    QTest::newRow("schema") << ""
                            << "[]"
                            << "is an object";
    QTest::newRow("more behind it") << "[] x"
                                    << ""
                                    << "column 4";
}

void TestChatRequest::mistakes()
{
    QFETCH(QString, tools);
    QFETCH(QString, schema);
    QFETCH(QString, says);
    ChatDraft draft = wholeDraft(Dialect::OpenAiChat);
    draft.settings.tools = tools.toStdString();
    draft.settings.schema = schema.toStdString();
    const auto made = makeChatRequest(draft, {ChatTarget::Kind::Model, "m"});
    QVERIFY(!made);
    QVERIFY2(QString::fromStdString(made.error().message).contains(says), made.error().message.c_str());
}

void TestChatRequest::thinkingGoesBackVerbatim()
{
    ChatDraft draft = wholeDraft(Dialect::Anthropic);
    FoldedPart thinking;
    thinking.kind = ReplyPartKind::Thinking;
    thinking.dialect = Dialect::Anthropic;
    thinking.text = "hm";
    thinking.signature = "c2lnbmVk";
    draft.turns[1].parts.insert(draft.turns[1].parts.begin(), thinking);
    const auto made = makeChatRequest(draft, {ChatTarget::Kind::Model, "m"});
    QVERIFY(made.has_value());
    QVERIFY2(made->request.body.find("c2lnbmVk") != std::string::npos, made->request.body.c_str());
}

QTEST_GUILESS_MAIN(TestChatRequest)
#include "tst_chat_request.moc"
