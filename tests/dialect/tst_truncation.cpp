// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"
#include "core/dialect/truncation.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <algorithm>
#include <random>
#include <set>

using namespace signalbox;

namespace json = boost::json;

namespace {

std::shared_ptr<const Conversation> decoded(const std::string &body, Dialect dialect = Dialect::OpenAiChat)
{
    LossReport losses;
    auto made = codecFor(dialect).decodeRequest(body, {"/models/m:generateContent", "m", false}, losses);
    return made ? std::make_shared<const Conversation>(std::move(*made)) : nullptr;
}

json::object said(const char *role, const std::string &text)
{
    return {{"role", role}, {"content", text}};
}

json::object called(const std::string &id)
{
    const json::object function{{"name", "look"}, {"arguments", "{}"}};
    return {{"role", "assistant"},
            {"tool_calls", json::array{json::object{{"id", id}, {"type", "function"}, {"function", function}}}}};
}

json::object answered(const std::string &id, const std::string &text)
{
    return {{"role", "tool"}, {"tool_call_id", id}, {"content", text}};
}

std::string bodyOf(const json::array &messages)
{
    return json::serialize(json::object{{"model", "m"}, {"messages", messages}});
}

int64_t bytesOf(const Part &part)
{
    if (const auto *text = part.as<TextPart>())
        return int64_t(text->text.size());
    int64_t sum = 0;
    if (const auto *result = part.as<ToolResultPart>()) {
        for (const Part &inner : result->content)
            sum += bytesOf(inner);
    }
    return sum;
}

int64_t bytesOf(const Conversation &conversation)
{
    int64_t sum = 0;
    for (const Message &message : conversation.messages) {
        sum += 10;
        for (const Part &part : message.parts)
            sum += bytesOf(part);
    }
    return sum;
}

TruncationRule rule(int64_t most, TruncationRule::From from = TruncationRule::From::Oldest)
{
    TruncationRule made;
    made.from = from;
    made.mostTokens = most;
    made.target = "box/m";
    made.count = [](const Conversation &conversation) { return bytesOf(conversation); };
    return made;
}

// The texts of all messages, in order.
QStringList textsOf(const Conversation &conversation)
{
    QStringList texts;
    for (const Message &message : conversation.messages) {
        for (const Part &part : message.parts) {
            if (const auto *text = part.as<TextPart>())
                texts.append(QString::fromUtf8(text->text.data(), qsizetype(text->text.size())));
            else if (const auto *call = part.as<ToolCallPart>())
                texts.append(QStringLiteral("call ") + QString::fromUtf8(call->id.data(), qsizetype(call->id.size())));
            else if (const auto *result = part.as<ToolResultPart>())
                texts.append(QStringLiteral("result ") +
                             QString::fromUtf8(result->callId.data(), qsizetype(result->callId.size())));
        }
    }
    return texts;
}

// One of many shapes of conversation: parallel calls, results that come late, ids that are used again, instructions in
// between.
json::array madeUp(std::mt19937 &random)
{
    const auto below = [&](unsigned count) { return unsigned(random() % count); };
    const auto text = [&] { return std::string(1 + below(60), char('a' + below(26))); };
    json::array messages;
    if (below(3) > 0)
        messages.push_back(said("system", text()));
    const bool sameIds = below(4) == 0;
    unsigned next = 0;
    std::vector<std::string> late;
    const unsigned turns = 1 + below(9);
    for (unsigned turn = 0; turn < turns; ++turn) {
        messages.push_back(said("user", text()));
        if (below(6) == 0)
            messages.push_back(said("developer", text()));
        for (unsigned round = below(3); round > 0; --round) {
            const std::string id = sameIds ? "again" : "id" + std::to_string(next++);
            messages.push_back(called(id));
            if (!sameIds && below(5) == 0)
                late.push_back(id);
            else
                messages.push_back(answered(id, text()));
        }
        if (!late.empty() && below(2) == 0) {
            messages.push_back(answered(late.back(), text()));
            late.pop_back();
        }
        if (below(4) > 0)
            messages.push_back(said("assistant", text()));
    }
    return messages;
}

// Every call that had its answer has it still, and the other way round.
bool pairsAreWhole(const Conversation &before, const Conversation &after)
{
    const auto gather = [](const Conversation &conversation) {
        std::pair<std::multiset<std::string_view>, std::multiset<std::string_view>> ids;
        for (const Message &message : conversation.messages) {
            for (const Part &part : message.parts) {
                if (const auto *call = part.as<ToolCallPart>())
                    ids.first.insert(call->id);
                else if (const auto *result = part.as<ToolResultPart>())
                    ids.second.insert(result->callId);
            }
        }
        return ids;
    };
    const auto [callsBefore, resultsBefore] = gather(before);
    const auto [calls, results] = gather(after);
    for (const std::string_view id : results) {
        if (calls.count(id) != results.count(id))
            return false;
    }
    for (const std::string_view id : calls) {
        if (resultsBefore.count(id) == callsBefore.count(id) && results.count(id) != calls.count(id))
            return false;
    }
    return true;
}

} // namespace

class TestTruncation final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whichTurnsGo_data()
    {
        QTest::addColumn<bool>("middle");
        QTest::addColumn<int>("most");
        QTest::addColumn<QStringList>("kept");
        const auto list = [](const char *words) { return QString::fromLatin1(words).split(QLatin1Char(' ')); };
        QTest::newRow("all fit") << false << 1000 << list("s u1 a1 u2 a2 u3 a3 u4 a4 u5");
        QTest::newRow("oldest: one") << false << 118 << list("s u2 a2 u3 a3 u4 a4 u5");
        QTest::newRow("oldest: two") << false << 94 << list("s u3 a3 u4 a4 u5");
        QTest::newRow("oldest: all") << false << 23 << list("s u5");
        QTest::newRow("middle: one") << true << 118 << list("s u1 a1 u3 a3 u4 a4 u5");
        QTest::newRow("middle: two") << true << 94 << list("s u1 a1 u4 a4 u5");
        QTest::newRow("middle: three") << true << 70 << list("s u4 a4 u5");
        QTest::newRow("middle: all") << true << 23 << list("s u5");
    }

    void whichTurnsGo()
    {
        QFETCH(bool, middle);
        QFETCH(int, most);
        QFETCH(QStringList, kept);
        json::array messages{said("system", "s")};
        for (int i = 1; i <= 5; ++i) {
            messages.push_back(said("user", "u" + std::to_string(i)));
            if (i < 5)
                messages.push_back(said("assistant", "a" + std::to_string(i)));
        }
        const auto conversation = decoded(bodyOf(messages)); // 24 for each turn, 11 + 12 for the rest
        QVERIFY(conversation);
        LossReport losses;
        const auto cut = truncated(
            conversation, rule(most, middle ? TruncationRule::From::Middle : TruncationRule::From::Oldest), losses);
        QVERIFY2(cut, cut ? "" : cut.error().message.c_str());
        QCOMPARE(textsOf(**cut), kept);
        QCOMPARE(int(losses.size()), int(10 - kept.size()) / 2);
        if (losses.empty())
            QCOMPARE(cut->get(), conversation.get());
    }

    void lossesNameTheTurns()
    {
        const auto conversation =
            decoded(bodyOf({said("system", "s"), said("user", "one"), called("x"), answered("x", "found"),
                            said("user", "two"), said("assistant", "yes"), said("user", "three")}));
        LossReport losses;
        const auto cut = truncated(conversation, rule(30), losses);
        QVERIFY(cut);
        QCOMPARE(textsOf(**cut), QStringList({QStringLiteral("s"), QStringLiteral("three")}));
        const std::vector<LossEntry> entries = losses.resolve(conversation->source->root, false);
        QCOMPARE(entries.size(), size_t(2));
        QCOMPARE(entries[0].pointer, std::string("/messages/1"));
        QCOMPARE(entries[0].kind, LossKind::Dropped);
        QVERIFY2(entries[0].reason.starts_with("this turn of 3 messages was cut"), entries[0].reason.c_str());
        QCOMPARE(entries[1].pointer, std::string("/messages/4"));
    }

    // All that was done since the user's last words is the last turn, however long.
    void whatCannotFitIsRefused()
    {
        const auto conversation = decoded(bodyOf({said("system", "s"), said("user", "old"), said("user", "new"),
                                                  called("x"), answered("x", std::string(500, 'r'))}));
        LossReport losses;
        const auto cut = truncated(conversation, rule(200), losses);
        QVERIFY(!cut);
        QCOMPARE(cut.error().code, std::string("context_length_exceeded"));
        QCOMPARE(cut.error().httpStatus, 400);
        QVERIFY(losses.empty());
    }

    // Anthropic's clients send tool results and the next words in one message.
    void resultsWithWordsStayWithTheirCall()
    {
        const std::string body = R"({"model":"m","max_tokens":9,"messages":[
            {"role":"user","content":"first"},
            {"role":"user","content":"do it"},
            {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"look","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"},
                                      {"type":"text","text":"and then?"}]}]})";
        const auto conversation = decoded(body, Dialect::Anthropic);
        QVERIFY(conversation);
        const std::vector<Turn> turns = earlierTurns(*conversation);
        QCOMPARE(turns.size(), size_t(1));
        QCOMPARE(turns[0].end - turns[0].begin, size_t(1));
    }

    // Gemini names no ids; a result belongs to the call before it.
    void resultsWithoutIds()
    {
        const std::string body = R"({"contents":[
            {"role":"user","parts":[{"text":"a"}]},
            {"role":"model","parts":[{"functionCall":{"name":"look","args":{}}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"look","response":{"x":1}}}]},
            {"role":"user","parts":[{"text":"b"}]}]})";
        const auto conversation = decoded(body, Dialect::Gemini);
        QVERIFY(conversation);
        const std::vector<Turn> turns = earlierTurns(*conversation);
        QCOMPARE(turns.size(), size_t(1));
        QCOMPARE(turns[0].end, size_t(3));
    }

    // Whatever the conversation and the limit: pairs whole, what is kept untouched, and it fits or is refused.
    void anyConversation_data()
    {
        QTest::addColumn<bool>("middle");
        QTest::newRow("oldest") << false;
        QTest::newRow("middle") << true;
    }

    void anyConversation()
    {
        QFETCH(bool, middle);
        std::mt19937 random(5);
        int cuts = 0;
        int refusals = 0;
        for (int i = 0; i < 3000; ++i) {
            const auto before = decoded(bodyOf(madeUp(random)));
            QVERIFY(before);
            const int64_t most = int64_t(random() % uint64_t(bytesOf(*before) + 20));
            LossReport losses;
            const auto after = truncated(
                before, rule(most, middle ? TruncationRule::From::Middle : TruncationRule::From::Oldest), losses);
            if (!after) {
                ++refusals;
                continue;
            }
            cuts += after->get() != before.get();
            QVERIFY(bytesOf(**after) <= most);
            QVERIFY2(pairsAreWhole(*before, **after), qPrintable(textsOf(*before).join(QLatin1Char(' '))));
            checkKept(*before, **after);
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("%d cut, %d refused", cuts, refusals);
        QVERIFY(cuts > 500 && refusals > 100);
    }

private:
    // Messages of `after` are those of `before` in their order, each byte in its place; instructions and the end stay.
    static void checkKept(const Conversation &before, const Conversation &after)
    {
        size_t at = 0;
        for (const Message &message : before.messages) {
            const bool kept = at < after.messages.size() && after.messages[at].origin == message.origin;
            QVERIFY(kept || message.role == Role::User || message.role == Role::Assistant);
            if (!kept)
                continue;
            QCOMPARE(after.messages[at].parts.size(), message.parts.size());
            for (size_t i = 0; i < message.parts.size(); ++i) {
                const auto *was = message.parts[i].as<TextPart>();
                const auto *is = after.messages[at].parts[i].as<TextPart>();
                QCOMPARE(is != nullptr, was != nullptr);
                QVERIFY(!was || (is->text.data() == was->text.data() && is->text.size() == was->text.size()));
            }
            ++at;
        }
        QCOMPARE(at, after.messages.size());
        QVERIFY(after.messages.back().origin == before.messages.back().origin);
    }
};

QTEST_APPLESS_MAIN(TestTruncation)
#include "tst_truncation.moc"
