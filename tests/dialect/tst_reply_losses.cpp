// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/translating_relay.h"

#include <QtTest/QTest>

using namespace signalbox;

// What of a provider's reply the client's dialect cannot show is said, whole and streamed, each kind once.
class TestReplyLosses final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void losses_data();
    void losses();
    void streamed();
    void decodersComeFirst();
    void ordinaryRepliesLoseNothing_data();
    void ordinaryRepliesLoseNothing();
};

namespace {

const QByteArray claude =
    R"({"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"It rains.","citations":)"
    R"([{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"rain","encrypted_index":"x"},)"
    R"({"type":"web_search_result_location","url":"https://b.example","title":"B","cited_text":"rain","encrypted_index":"y"}]},)"
    R"({"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"rain"}},)"
    R"({"type":"redacted_thinking","data":"seal"}],)"
    R"("stop_reason":"stop_sequence","stop_sequence":"END","usage":{"input_tokens":1,"output_tokens":2}})";
const QByteArray paper =
    R"({"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"So it says.","citations":)"
    R"([{"type":"char_location","cited_text":"so","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":2}]}],)"
    R"("stop_reason":"pause_turn","usage":{"input_tokens":1,"output_tokens":2}})";
const QByteArray chat =
    R"({"id":"c","model":"g","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a"},)"
    R"("logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}],"refusal":null}},)"
    R"({"index":1,"finish_reason":"stop","message":{"role":"assistant","content":"b"}}]})";
const QByteArray spoken =
    R"({"id":"c","model":"g","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":null,)"
    R"("audio":{"id":"x","data":"AAAA","transcript":"hello","expires_at":1}}}]})";
const QByteArray drawn =
    R"({"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[{"text":"here"},)"
    R"({"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},{"executableCode":{"language":"PYTHON","code":"1"}}]}}]})";

TranslatingRelay relayFor(Dialect client, Dialect provider, bool stream)
{
    return {codecFor(provider).replyDecoder(),
            {.codec = codecFor(client), .stream = stream, .model = "m", .account = "p/c", .provider = provider}};
}

QByteArrayList told(const ReplyRelay &relay)
{
    QByteArrayList lines;
    for (const LossEntry &entry : relay.losses()) {
        const std::string line = entry.pointer + ' ' + lossKindName(entry.kind) + (entry.reply ? "" : " request?");
        lines.append(QByteArray::fromStdString(line));
    }
    return lines;
}

} // namespace

void TestReplyLosses::losses_data()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<int>("provider");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("expected");
    const auto row = [](const char *name, Dialect client, Dialect provider, const QByteArray &body,
                        const QByteArrayList &expected) {
        QTest::newRow(name) << int(client) << int(provider) << body << expected;
    };
    using D = Dialect;
    row("claude, ollama", D::Ollama, D::Anthropic, claude,
        {"/content dropped", "/content dropped", "/stop_reason approximated"});
    row("claude, chat", D::OpenAiChat, D::Anthropic, claude, {"/content dropped", "/stop_reason approximated"});
    row("claude, responses", D::OpenAiResponses, D::Anthropic, claude,
        {"/content approximated", "/stop_reason approximated"});
    row("claude, gemini", D::Gemini, D::Anthropic, claude,
        {"/content dropped", "/content dropped", "/stop_reason approximated"});
    row("a paper, chat", D::OpenAiChat, D::Anthropic, paper, {"/content dropped", "/stop_reason approximated"});
    row("chat, anthropic", D::Anthropic, D::OpenAiChat, chat, {"/choices/0/logprobs dropped", "/choices/1 dropped"});
    row("chat, gemini", D::Gemini, D::OpenAiChat, chat, {});
    row("chat, ollama", D::Ollama, D::OpenAiChat, chat, {"/choices/1 dropped"});
    row("speech, responses", D::OpenAiResponses, D::OpenAiChat, spoken, {"/choices/0/message approximated"});
    row("speech, gemini", D::Gemini, D::OpenAiChat, spoken, {});
    row("a picture, anthropic", D::Anthropic, D::Gemini, drawn,
        {"/candidates/0/content/parts dropped", "/candidates/0/content/parts approximated"});
    row("a picture, chat", D::OpenAiChat, D::Gemini, drawn, {"/candidates/0/content/parts dropped"});
}

void TestReplyLosses::losses()
{
    QFETCH(int, client);
    QFETCH(int, provider);
    QFETCH(QByteArray, body);
    QFETCH(QByteArrayList, expected);
    for (const bool stream : {false, true}) {
        TranslatingRelay relay = relayFor(static_cast<Dialect>(client), static_cast<Dialect>(provider), stream);
        QVERIFY(relay.whole(body.toStdString()));
        QCOMPARE(told(relay), expected);
    }
}

void TestReplyLosses::streamed()
{
    const std::string event =
        R"(data: {"id":"c","model":"g","choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}]}}]})"
        "\n\n";
    TranslatingRelay relay = relayFor(Dialect::Anthropic, Dialect::OpenAiChat, true);
    std::string out;
    for (int i = 0; i < 50; ++i)
        QVERIFY(relay.feed(event, out));
    QCOMPARE(told(relay), QByteArrayList{"/choices/0/logprobs dropped"});
}

void TestReplyLosses::decodersComeFirst()
{
    TranslatingRelay relay = relayFor(Dialect::Ollama, Dialect::Anthropic, false);
    QByteArray body = claude;
    body.replace(R"("stop_reason")", R"("brand_new":{"a":1},"stop_reason")");
    QVERIFY(relay.whole(body.toStdString()));
    QCOMPARE(told(relay), (QByteArrayList{"/brand_new dropped", "/content dropped", "/content dropped",
                                          "/stop_reason approximated"}));
}

void TestReplyLosses::ordinaryRepliesLoseNothing_data()
{
    QTest::addColumn<int>("client");
    for (const Dialect client :
         {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic, Dialect::Gemini, Dialect::Ollama})
        QTest::newRow(dialectName(client)) << int(client);
}

void TestReplyLosses::ordinaryRepliesLoseNothing()
{
    QFETCH(int, client);
    TranslatingRelay relay = relayFor(static_cast<Dialect>(client), Dialect::Anthropic, false);
    QVERIFY(relay.whole(
        R"({"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"hm",)"
        R"("signature":"s"},{"type":"text","text":"hi"},{"type":"tool_use","id":"t","name":"f","input":{}}],)"
        R"("stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})"));
    QCOMPARE(told(relay), QByteArrayList());
}

QTEST_APPLESS_MAIN(TestReplyLosses)
#include "tst_reply_losses.moc"
