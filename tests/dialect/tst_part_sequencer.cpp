// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/part_sequencer.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

// Each event as one short word: +1:t is the start of part 1, a text; 1"x" its delta; -1 its end.
class Writer final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        if (const auto *start = std::get_if<PartStart>(&event))
            m_words += "+" + std::to_string(start->part) + ":" + std::string(start->name.empty() ? "t" : start->name);
        else if (const auto *delta = std::get_if<PartDelta>(&event))
            m_words += describe(*delta);
        else if (const auto *end = std::get_if<PartEnd>(&event))
            m_words += "-" + std::to_string(end->part);
        else if (std::holds_alternative<Finish>(event))
            m_words += "finish";
        else if (std::holds_alternative<Failure>(event))
            m_words += "failure";
        else
            m_words += "other";
        m_words += ' ';
    }
    QByteArray takeWords() { return QByteArray::fromStdString(std::exchange(m_words, {})).trimmed(); }

private:
    static std::string describe(const PartDelta &delta)
    {
        std::string text = std::to_string(delta.part) + "\"" + std::string(delta.text) + "\"";
        if (!delta.signature.empty())
            text += "s:" + std::string(delta.signature);
        if (!delta.transcript.empty())
            text += "v:" + std::string(delta.transcript);
        if (delta.citation)
            text += "c:" + std::string(delta.citation->url);
        if (delta.logprobs)
            text += "l:" + jsonText(*delta.logprobs);
        return text;
    }
    std::string m_words;
};

PartStart call(int part, std::string_view name)
{
    PartStart start;
    start.part = part;
    start.kind = ReplyPartKind::ToolCall;
    start.name = name;
    return start;
}

PartStart text(int part)
{
    PartStart start;
    start.part = part;
    return start;
}

PartDelta delta(int part, std::string_view words)
{
    PartDelta made;
    made.part = part;
    made.text = words;
    return made;
}

} // namespace

class TestPartSequencer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void orderedPartsPassUntouched();
    void interleavedPartsComeOneAfterAnother();
    void heldPartGoesOnLive();
    void endedPartsAreReplayedWhole();
    void finishEndsAll();
    void everyFieldOfTheStartIsHeld();
    void everyFieldOfTheDeltaIsHeld();
    void otherEventsPassAtOnce();
    void randomInterleavings_data();
    void randomInterleavings();
};

void TestPartSequencer::orderedPartsPassUntouched()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(text(0));
    QCOMPARE(out.takeWords(), QByteArray("+0:t"));
    sequencer.take(delta(0, "a"));
    QCOMPARE(out.takeWords(), QByteArray("0\"a\""));
    sequencer.take(PartEnd{0});
    QCOMPARE(out.takeWords(), QByteArray("-0"));
    sequencer.take(call(1, "f"));
    sequencer.take(PartEnd{1});
    sequencer.take(Finish{});
    QCOMPARE(out.takeWords(), QByteArray("+1:f -1 finish"));
}

void TestPartSequencer::interleavedPartsComeOneAfterAnother()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    sequencer.take(call(1, "g"));
    sequencer.take(call(2, "h"));
    sequencer.take(delta(2, "c"));
    sequencer.take(delta(1, "b"));
    sequencer.take(delta(0, "a"));
    QCOMPARE(out.takeWords(), QByteArray("+0:f 0\"a\""));
    sequencer.take(delta(1, "b"));
    sequencer.take(PartEnd{0});
    QCOMPARE(out.takeWords(), QByteArray("-0 +1:g 1\"bb\""));
    sequencer.take(PartEnd{2});
    QCOMPARE(out.takeWords(), QByteArray());
    sequencer.take(PartEnd{1});
    QCOMPARE(out.takeWords(), QByteArray("-1 +2:h 2\"c\" -2"));
}

void TestPartSequencer::heldPartGoesOnLive()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    sequencer.take(call(1, "g"));
    sequencer.take(PartEnd{0});
    QCOMPARE(out.takeWords(), QByteArray("+0:f -0 +1:g"));
    sequencer.take(delta(1, "live"));
    QCOMPARE(out.takeWords(), QByteArray("1\"live\""));
    sequencer.take(PartEnd{1});
    sequencer.take(text(2));
    QCOMPARE(out.takeWords(), QByteArray("-1 +2:t"));
}

void TestPartSequencer::endedPartsAreReplayedWhole()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    sequencer.take(call(1, "g"));
    sequencer.take(delta(1, "b"));
    sequencer.take(PartEnd{1});
    sequencer.take(call(2, "h"));
    sequencer.take(PartEnd{2});
    sequencer.take(PartEnd{0});
    QCOMPARE(out.takeWords(), QByteArray("+0:f -0 +1:g 1\"b\" -1 +2:h -2"));
}

void TestPartSequencer::finishEndsAll()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    sequencer.take(call(1, "g"));
    sequencer.take(delta(1, "b"));
    sequencer.take(call(2, "h"));
    sequencer.take(PartEnd{2});
    sequencer.take(Finish{});
    QCOMPARE(out.takeWords(), QByteArray("+0:f -0 +1:g 1\"b\" -1 +2:h -2 finish"));
}

void TestPartSequencer::everyFieldOfTheStartIsHeld()
{
    class Last final : public ReplySink
    {
    public:
        void take(const ReplyEvent &event) override
        {
            if (const auto *start = std::get_if<PartStart>(&event))
                folder.take(*start);
        }
        ReplyFolder folder;
    } out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    PartStart start = call(1, "name");
    start.id = "id";
    start.custom = true;
    start.nameSpace = "space";
    start.mimeType = "image/png";
    start.nativeType = "native";
    start.dialect = Dialect::Gemini;
    sequencer.take(start);
    sequencer.take(Finish{});
    const FoldedPart &part = out.folder.reply().choices[0].parts.at(1);
    QCOMPARE(part.kind, ReplyPartKind::ToolCall);
    QCOMPARE(part.id, std::string("id"));
    QCOMPARE(part.name, std::string("name"));
    QVERIFY(part.custom);
    QCOMPARE(part.nameSpace, std::string("space"));
    QCOMPARE(part.mimeType, std::string("image/png"));
    QCOMPARE(part.nativeType, std::string("native"));
    QCOMPARE(part.dialect, Dialect::Gemini);
}

void TestPartSequencer::everyFieldOfTheDeltaIsHeld()
{
    const json::value lists = json::parse(R"([[{"token":"a"}],[{"token":"b"}]])");
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(call(0, "f"));
    sequencer.take(text(1));
    for (const json::value &list : lists.get_array()) {
        PartDelta made = delta(1, "x");
        made.signature = "sig";
        made.transcript = "said";
        made.logprobs = &list;
        sequencer.take(made);
    }
    const Citation citation{"url", {}, {}};
    PartDelta cited = delta(1, {});
    cited.citation = &citation;
    sequencer.take(cited);
    sequencer.take(PartEnd{0});
    QCOMPARE(out.takeWords(),
             QByteArray(R"(+0:f -0 +1:t 1""c:url 1"xx"s:sigsigv:saidsaidl:[{"token":"a"},{"token":"b"}])"));
}

void TestPartSequencer::otherEventsPassAtOnce()
{
    Writer out;
    PartSequencer sequencer(out);
    sequencer.take(MessageStart{});
    sequencer.take(call(0, "f"));
    sequencer.take(call(1, "g"));
    sequencer.take(UsageReport{});
    sequencer.take(Failure{});
    QCOMPARE(out.takeWords(), QByteArray("other +0:f other failure"));
}

void TestPartSequencer::randomInterleavings_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 50; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

// Whatever the order of the deltas: never two parts open, the parts in the order of their start, every text whole.
void TestPartSequencer::randomInterleavings()
{
    QFETCH(quint32, seed);
    class Checker final : public ReplySink
    {
    public:
        void take(const ReplyEvent &event) override
        {
            if (const auto *start = std::get_if<PartStart>(&event)) {
                QCOMPARE(open, -1);
                open = start->part;
                order.push_back(start->part);
            } else if (const auto *piece = std::get_if<PartDelta>(&event)) {
                QCOMPARE(piece->part, open);
            } else if (const auto *end = std::get_if<PartEnd>(&event)) {
                QCOMPARE(end->part, open);
                open = -1;
            }
            folder.take(event);
        }
        int open = -1;
        std::vector<int> order;
        ReplyFolder folder;
    } out;
    PartSequencer sequencer(out);
    std::srand(seed);
    constexpr int count = 6;
    std::vector<std::string> expected(count);
    std::vector<int> running;
    int started = 0;
    for (int step = 0; step < 200; ++step) {
        const int dice = std::rand() % 10;
        if (dice == 0 && started < count) {
            running.push_back(started);
            sequencer.take(call(started++, "f"));
        } else if (dice == 1 && !running.empty()) {
            const auto which = running.begin() + std::rand() % static_cast<int>(running.size());
            sequencer.take(PartEnd{*which});
            running.erase(which);
        } else if (!running.empty()) {
            const int part = running[static_cast<size_t>(std::rand()) % running.size()];
            const std::string piece(1, static_cast<char>('a' + std::rand() % 26));
            expected[static_cast<size_t>(part)] += piece;
            sequencer.take(delta(part, piece));
        }
    }
    sequencer.take(Finish{});
    QCOMPARE(out.open, -1);
    QCOMPARE(out.order.size(), static_cast<size_t>(started));
    QVERIFY(std::is_sorted(out.order.begin(), out.order.end()));
    for (size_t i = 0; i < out.order.size(); ++i)
        QCOMPARE(out.folder.reply().choices[0].parts[i].text, expected[i]);
}

QTEST_APPLESS_MAIN(TestPartSequencer)
#include "tst_part_sequencer.moc"
