// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/conversation.h"
#include "core/dialect/reply_events.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

PartStart startOf(int part, ReplyPartKind kind, int choice = 0, std::string_view id = {}, std::string_view name = {})
{
    PartStart start;
    start.part = part;
    start.kind = kind;
    start.choice = choice;
    start.id = id;
    start.name = name;
    return start;
}

PartDelta textOf(int part, std::string_view text)
{
    PartDelta delta;
    delta.part = part;
    delta.text = text;
    return delta;
}

TokenUsage usageOf(std::optional<int64_t> input, std::optional<int64_t> cached, std::optional<int64_t> output)
{
    TokenUsage usage;
    usage.input = input;
    usage.cachedInput = cached;
    usage.output = output;
    return usage;
}

} // namespace

class TestReplyFolder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing();
    void wholeReply();
    void interleavedParts();
    void severalChoices();
    void usageIsLaidOver();
    void logprobsJoin();
    void citationsAreCopied();
    void failureStays();
    void unknownPartsAreIgnored_data();
    void unknownPartsAreIgnored();
};

void TestReplyFolder::nothing()
{
    ReplyFolder folder;
    QCOMPARE(folder.reply().choices.size(), size_t(1));
    QVERIFY(!folder.reply().choices[0].finish);
    QVERIFY(!folder.reply().failure);
}

// Texts are valid during the call only: each comes from a string that is gone afterwards.
void TestReplyFolder::wholeReply()
{
    ReplyFolder folder;
    folder.take(MessageStart{std::string("msg_1"), std::string("m"), 42, std::string("flex")});
    PartStart thinking = startOf(0, ReplyPartKind::Thinking, 0, "rs_1");
    thinking.dialect = Dialect::Anthropic;
    folder.take(thinking);
    folder.take(textOf(0, std::string("let me ")));
    folder.take(textOf(0, std::string("see")));
    PartDelta signature;
    signature.signature = "sig";
    folder.take(signature);
    folder.take(PartEnd{0});
    folder.take(startOf(1, ReplyPartKind::ToolCall, 0, std::string("call_1"), std::string("look")));
    folder.take(textOf(1, std::string("{\"a\"")));
    folder.take(textOf(1, std::string(":1}")));
    folder.take(PartEnd{1});
    folder.take(Finish{FinishReason::StopSequence, 0, std::string("END"), std::string("stop_sequence")});

    const FoldedReply reply = folder.takeReply();
    QCOMPARE(reply.id, std::string("msg_1"));
    QCOMPARE(reply.model, std::string("m"));
    QCOMPARE(*reply.createdAt, int64_t(42));
    QCOMPARE(reply.serviceTier, std::string("flex"));
    const FoldedChoice &choice = reply.choices.at(0);
    QCOMPARE(choice.parts.size(), size_t(2));
    QCOMPARE(choice.parts[0].kind, ReplyPartKind::Thinking);
    QCOMPARE(choice.parts[0].id, std::string("rs_1"));
    QCOMPARE(choice.parts[0].dialect, Dialect::Anthropic);
    QCOMPARE(choice.parts[0].text, std::string("let me see"));
    QCOMPARE(choice.parts[0].signature, std::string("sig"));
    QCOMPARE(choice.parts[1].name, std::string("look"));
    QCOMPARE(choice.parts[1].text, std::string("{\"a\":1}"));
    QCOMPARE(*choice.finish, FinishReason::StopSequence);
    QCOMPARE(choice.stopSequence, std::string("END"));
    QCOMPARE(choice.nativeFinish, std::string("stop_sequence"));
}

void TestReplyFolder::interleavedParts()
{
    ReplyFolder folder;
    folder.take(startOf(0, ReplyPartKind::ToolCall, 0, "a", "f"));
    folder.take(startOf(1, ReplyPartKind::ToolCall, 0, "b", "f"));
    for (const char *piece : {"{", "}"}) {
        folder.take(textOf(1, piece));
        folder.take(textOf(0, piece));
    }
    folder.take(PartEnd{1});
    folder.take(PartEnd{0});
    QCOMPARE(folder.reply().choices[0].parts[0].text, std::string("{}"));
    QCOMPARE(folder.reply().choices[0].parts[1].text, std::string("{}"));
    QCOMPARE(folder.reply().choices[0].parts[1].id, std::string("b"));
}

void TestReplyFolder::severalChoices()
{
    ReplyFolder folder;
    folder.take(startOf(0, ReplyPartKind::Text, 2));
    folder.take(startOf(1, ReplyPartKind::Text, 0));
    folder.take(startOf(2, ReplyPartKind::Text, 2));
    folder.take(textOf(0, "two"));
    folder.take(textOf(1, "zero"));
    folder.take(textOf(2, "more"));
    folder.take(Finish{FinishReason::Length, 2, {}, {}});
    folder.take(Finish{FinishReason::Stop, 0, {}, {}});
    const FoldedReply &reply = folder.reply();
    QCOMPARE(reply.choices.size(), size_t(3));
    QCOMPARE(reply.choices[0].parts.at(0).text, std::string("zero"));
    QVERIFY(reply.choices[1].parts.empty());
    QVERIFY(!reply.choices[1].finish);
    QCOMPARE(reply.choices[2].parts.at(0).text, std::string("two"));
    QCOMPARE(reply.choices[2].parts.at(1).text, std::string("more"));
    QCOMPARE(*reply.choices[2].finish, FinishReason::Length);
}

void TestReplyFolder::usageIsLaidOver()
{
    ReplyFolder folder;
    folder.take(UsageReport{usageOf(8, 4, 1)});
    folder.take(UsageReport{usageOf({}, {}, 5)});
    folder.take(UsageReport{usageOf({}, 0, {})});
    QCOMPARE(folder.reply().usage, usageOf(8, 0, 5));

    TokenUsage usage;
    TokenUsage all;
    all.input = 1;
    all.cachedInput = 2;
    all.cacheWrite = 3;
    all.output = 4;
    all.reasoning = 5;
    mergeUsage(usage, all);
    QCOMPARE(usage, all);
    mergeUsage(usage, {});
    QCOMPARE(usage, all);
}

void TestReplyFolder::logprobsJoin()
{
    const json::value lists = json::parse(R"([[{"token":"a"}],[],[{"token":"b"},{"token":"c"}]])");
    ReplyFolder folder;
    folder.take(startOf(0, ReplyPartKind::Text));
    for (const json::value &list : lists.get_array()) {
        PartDelta delta = textOf(0, "x");
        delta.logprobs = &list;
        folder.take(delta);
    }
    folder.take(textOf(0, "without"));
    QCOMPARE(QByteArray::fromStdString(folder.reply().choices[0].parts[0].logprobs),
             QByteArray(R"([{"token":"a"},{"token":"b"},{"token":"c"}])"));
}

void TestReplyFolder::citationsAreCopied()
{
    ReplyFolder folder;
    folder.take(startOf(0, ReplyPartKind::Text));
    {
        const std::string url = "https://example.org/a-rather-long-address-that-is-not-kept-in-place";
        const Citation citation{url, "t", "cited", 1, 2};
        PartDelta delta;
        delta.citation = &citation;
        folder.take(delta);
    }
    const auto &citations = folder.reply().choices[0].parts[0].citations;
    QCOMPARE(citations.size(), size_t(1));
    QCOMPARE(citations[0].url, std::string("https://example.org/a-rather-long-address-that-is-not-kept-in-place"));
    QCOMPARE(citations[0].citedText, std::string("cited"));
    QCOMPARE(*citations[0].end, int64_t(2));
}

void TestReplyFolder::failureStays()
{
    ReplyFolder folder;
    folder.take(startOf(0, ReplyPartKind::Text));
    folder.take(textOf(0, "half"));
    folder.take(Failure{Error{"overloaded_error", "busy", 529}});
    QCOMPARE(*folder.reply().failure, (Error{"overloaded_error", "busy", 529}));
    QCOMPARE(folder.reply().choices[0].parts[0].text, std::string("half"));
}

void TestReplyFolder::unknownPartsAreIgnored_data()
{
    QTest::addColumn<int>("part");
    QTest::newRow("never started") << 7;
    QTest::newRow("in a gap") << 1;
    QTest::newRow("negative") << -1;
}

// A decoder's mistake must not write into another part, or into none.
void TestReplyFolder::unknownPartsAreIgnored()
{
    QFETCH(int, part);
    ReplyFolder folder;
    folder.take(startOf(3, ReplyPartKind::Text, 1));
    folder.take(startOf(-1, ReplyPartKind::Text));
    folder.take(textOf(part, "stray"));
    folder.take(PartEnd{part});
    QVERIFY(folder.reply().choices[0].parts.empty());
    QCOMPARE(folder.reply().choices[1].parts.at(0).text, std::string());
}

QTEST_APPLESS_MAIN(TestReplyFolder)
#include "tst_reply_folder.moc"
