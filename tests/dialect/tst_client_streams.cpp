// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

#include <array>

using namespace signalbox;

// What breaks clients of any dialect: rules that hold for each stream we write, whoever answered.
class TestClientStreams final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pingsAddNothing_data();
    void pingsAddNothing();
    void aStreamBeginsOnce_data();
    void aStreamBeginsOnce();
    void thinkingStaysOutOfTheText_data();
    void thinkingStaysOutOfTheText();
    void callersOfToolsAreNotForgotten_data();
    void callersOfToolsAreNotForgotten();
};

namespace {

constexpr std::array dialects = {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic, Dialect::Gemini,
                                 Dialect::Ollama};

std::vector<ReplyEvent> answer()
{
    PartStart call{2, ReplyPartKind::ToolCall};
    call.id = "call_1";
    call.name = "f";
    return {MessageStart{"id1", "model"},
            PartStart{0, ReplyPartKind::Thinking},
            PartDelta{0, "unseen "},
            PartDelta{0, "thought"},
            PartEnd{0},
            PartStart{1, ReplyPartKind::Text},
            PartDelta{1, "plain "},
            PartDelta{1, "answer"},
            PartEnd{1},
            call,
            PartDelta{2, "{\"a\":"},
            PartDelta{2, "1}"},
            PartEnd{2},
            UsageReport{{3, 0, 0, 4, 1}},
            Finish{FinishReason::ToolCalls}};
}

std::string streamed(Dialect client, bool pings)
{
    ReplyOptions options;
    options.model = "m";
    options.requestId = "0190-1";
    options.includeUsage = true;
    const auto encoder = codecFor(client).replyEncoder(options);
    std::string out;
    for (const ReplyEvent &event : answer()) {
        encoder->take(event, out);
        if (pings)
            encoder->ping(out);
    }
    encoder->end(out);
    return out;
}

ReplyFolder read(Dialect client, const std::string &stream)
{
    ReplyFolder folder;
    const auto decoder = codecFor(client).replyDecoder();
    if (!decoder->feed(stream, folder) || !decoder->finish(folder))
        qWarning("the stream cannot be read: %s", stream.c_str());
    return folder;
}

std::string textOf(const FoldedReply &reply, ReplyPartKind kind)
{
    std::string text;
    for (const FoldedPart &part : reply.choices.front().parts) {
        if (part.kind == kind)
            text += part.text;
    }
    return text;
}

int countOf(const std::string &text, std::string_view piece)
{
    int count = 0;
    for (size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size()))
        ++count;
    return count;
}

void addDialects()
{
    QTest::addColumn<int>("client");
    for (const Dialect client : dialects)
        QTest::newRow(dialectName(client)) << int(client);
}

} // namespace

void TestClientStreams::pingsAddNothing_data()
{
    addDialects();
}

void TestClientStreams::pingsAddNothing()
{
    QFETCH(int, client);
    const auto dialect = static_cast<Dialect>(client);
    const ReplyFolder folder = read(dialect, streamed(dialect, true));
    QCOMPARE(textOf(folder.reply(), ReplyPartKind::Text), std::string("plain answer"));
    QCOMPARE(textOf(folder.reply(), ReplyPartKind::Thinking), std::string("unseen thought"));
    const std::string arguments = textOf(folder.reply(), ReplyPartKind::ToolCall);
    QCOMPARE(boost::json::parse(arguments), boost::json::parse(R"({"a":1})"));
    QCOMPARE(folder.reply().choices.front().finish, FinishReason::ToolCalls);
}

void TestClientStreams::aStreamBeginsOnce_data()
{
    addDialects();
}

void TestClientStreams::aStreamBeginsOnce()
{
    QFETCH(int, client);
    const std::string stream = streamed(static_cast<Dialect>(client), false);
    const int starts = countOf(stream, R"("type":"message_start")") + countOf(stream, R"("type":"response.created")");
    const bool named =
        static_cast<Dialect>(client) == Dialect::Anthropic || static_cast<Dialect>(client) == Dialect::OpenAiResponses;
    QCOMPARE(starts, named ? 1 : 0);
    QCOMPARE(countOf(stream, R"("tool_calls":[])"), 0);
}

void TestClientStreams::thinkingStaysOutOfTheText_data()
{
    addDialects();
}

void TestClientStreams::thinkingStaysOutOfTheText()
{
    QFETCH(int, client);
    const auto dialect = static_cast<Dialect>(client);
    const FoldedReply reply = read(dialect, streamed(dialect, false)).takeReply();
    QCOMPARE(textOf(reply, ReplyPartKind::Text), std::string("plain answer"));
    QCOMPARE(textOf(reply, ReplyPartKind::Thinking), std::string("unseen thought"));
}

void TestClientStreams::callersOfToolsAreNotForgotten_data()
{
    addDialects();
}

void TestClientStreams::callersOfToolsAreNotForgotten()
{
    QFETCH(int, client);
    const auto provider = static_cast<Dialect>(client);
    LossReport losses;
    const auto conversation =
        codecFor(Dialect::Anthropic)
            .decodeRequest(R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],)"
                           R"("tools":[{"name":"f","input_schema":{"type":"object"},)"
                           R"("allowed_callers":["code_execution_20250825"]}]})",
                           {"/v1/messages", {}}, losses);
    QVERIFY(conversation);
    const Quirks quirks;
    const auto sent = codecFor(provider).encodeRequest(*conversation, {"m", quirks}, losses);
    QVERIFY(sent);
    const bool kept = sent->body.find("code_execution_20250825") != std::string::npos;
    bool told = false;
    for (const LossEntry &entry : losses.resolve(conversation->source->root, false))
        told = told || entry.pointer == "/tools/0/allowed_callers";
    QCOMPARE(kept, provider == Dialect::Anthropic);
    QCOMPARE(told, provider != Dialect::Anthropic);
}

QTEST_APPLESS_MAIN(TestClientStreams)
#include "tst_client_streams.moc"
