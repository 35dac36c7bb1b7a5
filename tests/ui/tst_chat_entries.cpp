// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/chat_entries.h"
#include "ui/inspector/chat_view.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;
using Kind = ChatEntry::Kind;
using Role = ChatEntry::Role;

namespace {

StoredBody body(const std::string &bytes, const char *type = "application/json", bool cut = false)
{
    return {StoredBody::Kind::ClientRequest, type, bytes, cut};
}

QString quoted(const char *text)
{
    return QString::fromUtf8(text).replace(u'\'', u'"');
}

} // namespace

class TestChatEntries final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChatRequestIsAConversation();
    void everyDialectIsRead_data();
    void everyDialectIsRead();
    void streamsAreFolded();
    void aStreamThatBreaksOffShowsWhatCame();
    void errorsAreWords();
    void whatIsCutSaysSo();
    void soundsTellTheirLength();
};

void TestChatEntries::aChatRequestIsAConversation()
{
    const QString text = quoted(
        "{'model':'m','tools':[{'type':'function','function':{'name':'weather','parameters':{'type':'object'}}}],"
        "'messages':[{'role':'system','content':'Be kind.'},"
        "{'role':'user','content':[{'type':'text','text':'Look:'},"
        "{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}]},"
        "{'role':'assistant','tool_calls':[{'id':'c1','type':'function','function':{'name':'weather',"
        "'arguments':'{\\u0022city\\u0022:\\u0022Bonn\\u0022}'}}]},"
        "{'role':'tool','tool_call_id':'c1','content':'rain'}]}");
    const Chat chat = chatOfRequest(body(text.toStdString()), Dialect::OpenAiChat, "m");
    QVERIFY2(chat.problem.isEmpty(), qPrintable(chat.problem));
    QCOMPARE(chat.tools, 1);
    QCOMPARE(chat.entries.size(), size_t(5));
    QCOMPARE(chat.entries[0].role, Role::System);
    QCOMPARE(chat.entries[1].text, u"Look:"_s);
    QCOMPARE(chat.entries[2].kind, Kind::Image);
    QCOMPARE(chat.entries[2].mimeType, u"image/png"_s);
    QVERIFY(chat.entries[2].media.startsWith("\x89PNG"));
    QCOMPARE(chat.entries[3].kind, Kind::ToolCall);
    QCOMPARE(chat.entries[3].title, u"weather"_s);
    QVERIFY(chat.entries[3].text.contains(u"\"city\": \"Bonn\""_s));
    QCOMPARE(chat.entries[4].kind, Kind::ToolResult);
    QCOMPARE(chat.entries[4].title, u"weather"_s); // found by the id of its call
    QCOMPARE(chat.entries[4].text, u"rain"_s);
}

void TestChatEntries::everyDialectIsRead_data()
{
    QTest::addColumn<int>("dialect");
    QTest::addColumn<QString>("request");
    QTest::addColumn<QString>("reply");
    QTest::newRow("openai-responses") << int(Dialect::OpenAiResponses) << quoted("{'model':'m','input':'hi'}")
                                      << quoted("{'id':'r','object':'response','status':'completed','model':'m',"
                                                "'output':[{'type':'message','id':'i','role':'assistant','status':"
                                                "'completed','content':[{'type':'output_text','text':'yo',"
                                                "'annotations':[]}]}]}");
    QTest::newRow("anthropic")
        << int(Dialect::Anthropic) << quoted("{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]}")
        << quoted("{'id':'x','type':'message','role':'assistant','model':'m','content':[{'type':'text','text':'yo'}],"
                  "'stop_reason':'end_turn','usage':{'input_tokens':1,'output_tokens':1}}");
    QTest::newRow("gemini") << int(Dialect::Gemini) << quoted("{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}")
                            << quoted("{'candidates':[{'content':{'role':'model','parts':[{'text':'yo'}]},"
                                      "'finishReason':'STOP'}]}");
    QTest::newRow("ollama") << int(Dialect::Ollama)
                            << quoted("{'model':'m','messages':[{'role':'user','content':'hi'}]}")
                            << quoted("{'model':'m','message':{'role':'assistant','content':'yo'},'done':true,"
                                      "'done_reason':'stop'}");
    QTest::newRow("ollama generate") << int(Dialect::Ollama) << quoted("{'model':'m','prompt':'hi'}")
                                     << quoted("{'model':'m','response':'yo','done':true,'done_reason':'stop'}");
}

void TestChatEntries::everyDialectIsRead()
{
    QFETCH(int, dialect);
    QFETCH(QString, request);
    QFETCH(QString, reply);
    const Chat asked = chatOfRequest(body(request.toStdString()), Dialect(dialect), "m");
    QVERIFY2(asked.problem.isEmpty(), qPrintable(asked.problem));
    QCOMPARE(asked.entries.size(), size_t(1));
    QCOMPARE(asked.entries[0].text, u"hi"_s);
    QCOMPARE(asked.entries[0].role, Role::User);
    const Chat answered = chatOfReply(body(reply.toStdString()), Dialect(dialect));
    QVERIFY2(answered.problem.isEmpty(), qPrintable(answered.problem));
    QCOMPARE(answerText(answered), u"yo"_s);
}

void TestChatEntries::streamsAreFolded()
{
    const QString text = quoted("data: {'choices':[{'index':0,'delta':{'role':'assistant','content':'Hel'}}]}\n\n"
                                "data: {'choices':[{'index':0,'delta':{'content':'lo'}}]}\n\n"
                                "data: {'choices':[{'index':0,'delta':{},'finish_reason':'length'}]}\n\n"
                                "data: [DONE]\n\n");
    const Chat chat = chatOfReply(body(text.toStdString(), "text/event-stream"), Dialect::OpenAiChat);
    QCOMPARE(answerText(chat), u"Hello"_s);
    QVERIFY(chat.problem.contains(u"cut off"_s));
}

void TestChatEntries::aStreamThatBreaksOffShowsWhatCame()
{
    const QString text = quoted("data: {'choices':[{'index':0,'delta':{'content':'Hel'}}]}\n\n");
    const Chat chat = chatOfReply(body(text.toStdString(), "text/event-stream"), Dialect::OpenAiChat);
    QCOMPARE(answerText(chat), u"Hel"_s);
    QVERIFY(!chat.problem.isEmpty());
    const Chat kept = chatOfReply(body(text.toStdString(), "text/event-stream", true), Dialect::OpenAiChat);
    QVERIFY(kept.problem.isEmpty()); // that is the recorder's cut, not the provider's
}

void TestChatEntries::errorsAreWords()
{
    const QString text = quoted("{'error':{'message':'slow down','type':'rate_limit_error'}}");
    const Chat chat = chatOfReply(body(text.toStdString()), Dialect::OpenAiChat);
    QVERIFY(chat.entries.empty());
    QCOMPARE(chat.problem, u"slow down"_s);
}

void TestChatEntries::whatIsCutSaysSo()
{
    QVERIFY(chatOfRequest(body("{\"mod", "application/json", true), Dialect::OpenAiChat, "m")
                .problem.contains(u"beginning"_s));
    QVERIFY(!chatOfRequest(body("[]"), Dialect::Anthropic, "m").problem.isEmpty());
}

void TestChatEntries::soundsTellTheirLength()
{
    QByteArray wave("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00", 24);
    wave += QByteArray("\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00", 12); // 8 kHz, 16,000 bytes a second
    wave += QByteArray("data\x00\x7d\x00\x00", 8);                              // 32,000 bytes
    wave += QByteArray(32'000, '\0');
    QCOMPARE(soundSeconds(wave), 2.0);
    QCOMPARE(soundSeconds(wave.left(44 + 8'000)), 0.5);
    QVERIFY(soundSeconds("ID3") < 0);
}

QTEST_GUILESS_MAIN(TestChatEntries)
#include "tst_chat_entries.moc"
