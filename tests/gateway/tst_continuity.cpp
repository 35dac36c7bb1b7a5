// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/dialect/signature_tag.h"
#include "core/gateway/continuity.h"
#include "core/gateway/kept_store.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

FoldedPart folded(ReplyPartKind kind, std::string text, std::string signature = {}, std::string id = {})
{
    FoldedPart part;
    part.kind = kind;
    part.text = std::move(text);
    part.signature = std::move(signature);
    part.id = std::move(id);
    return part;
}

FoldedReply replyOf(std::vector<FoldedPart> parts)
{
    FoldedReply reply;
    reply.choices.resize(1);
    reply.choices[0].parts = std::move(parts);
    return reply;
}

std::shared_ptr<Conversation> conversationOf(std::vector<Part> assistantParts)
{
    auto conversation = std::make_shared<Conversation>();
    conversation->source = std::make_shared<ConversationSource>();
    conversation->messages.push_back({Role::User, {Part{TextPart{"hi"}}}});
    conversation->messages.push_back({Role::Assistant, std::move(assistantParts)});
    return conversation;
}

} // namespace

class TestContinuity final : public QObject
{
    Q_OBJECT

    SystemClock m_clock;

private Q_SLOTS:
    // A chat client replays a tool call without the thinking before it.
    void thinkingComesBackByCallId()
    {
        KeptStore store(m_clock, nullptr);
        Continuity continuity(store);
        continuity.remember(replyOf({folded(ReplyPartKind::Thinking, "hm", "sig=="),
                                     folded(ReplyPartKind::RedactedThinking, "", "blob"),
                                     folded(ReplyPartKind::ToolCall, "{}", "", "call_1"),
                                     folded(ReplyPartKind::ToolCall, "{}", "", "call_2")}),
                            Dialect::Anthropic, "claude/main");
        for (const char *id : {"call_1", "call_2"}) {
            ToolCallPart call;
            call.id = id;
            const auto conversation = conversationOf({Part{call}});
            QVERIFY(continuity.hasSomethingFor(*conversation, "claude/main"));
            LossReport losses;
            const auto seen = continuity.forTarget(conversation, Dialect::Anthropic, "claude/main", losses);
            QVERIFY(seen != conversation);
            const auto &parts = seen->messages[1].parts;
            QCOMPARE(parts.size(), size_t(3));
            QCOMPARE(parts[0].as<ThinkingPart>()->text, std::string_view("hm"));
            QCOMPARE(parts[0].as<ThinkingPart>()->signature, std::string_view("sig=="));
            QVERIFY(parts[0].as<ThinkingPart>()->signer == Dialect::Anthropic);
            QVERIFY(parts[1].as<ThinkingPart>()->redacted);
            QCOMPARE(conversation->messages[1].parts.size(), size_t(1)); // what was decoded stays as it was
        }
    }

    void onlyForTheAccountAndApiThatMadeIt()
    {
        KeptStore store(m_clock, nullptr);
        Continuity continuity(store);
        continuity.remember(replyOf({folded(ReplyPartKind::Thinking, "hm", "sig"),
                                     folded(ReplyPartKind::ToolCall, "{}", "", "call_1")}),
                            Dialect::Anthropic, "claude/main");
        ToolCallPart call;
        call.id = "call_1";
        const auto conversation = conversationOf({Part{call}});
        LossReport losses;
        QVERIFY(continuity.forTarget(conversation, Dialect::Anthropic, "claude/other", losses) == conversation);
        QVERIFY(continuity.forTarget(conversation, Dialect::OpenAiChat, "claude/main", losses) == conversation);
        QVERIFY(!continuity.hasSomethingFor(*conversation, "claude/other"));
    }

    void turnsWithoutCallsAreFoundByTheirText()
    {
        KeptStore store(m_clock, nullptr);
        Continuity continuity(store);
        continuity.remember(
            replyOf({folded(ReplyPartKind::Thinking, "hm", "sig"), folded(ReplyPartKind::Text, "Hello.")}),
            Dialect::Anthropic, "a/b");
        LossReport losses;
        const auto same = conversationOf({Part{TextPart{"Hel"}}, Part{TextPart{"lo."}}});
        QCOMPARE(continuity.forTarget(same, Dialect::Anthropic, "a/b", losses)->messages[1].parts.size(), size_t(3));
        const auto other = conversationOf({Part{TextPart{"Hello!"}}});
        QVERIFY(continuity.forTarget(other, Dialect::Anthropic, "a/b", losses) == other);
    }

    void callSignaturesComeBack()
    {
        KeptStore store(m_clock, nullptr);
        Continuity continuity(store);
        continuity.remember(replyOf({folded(ReplyPartKind::ToolCall, "{}", "thought", "c1")}), Dialect::Gemini, "g/1");
        ToolCallPart call;
        call.id = "c1";
        LossReport losses;
        const auto seen = continuity.forTarget(conversationOf({Part{call}}), Dialect::Gemini, "g/1", losses);
        QCOMPARE(seen->messages[1].parts[0].as<ToolCallPart>()->signature, std::string_view("thought"));
    }

    // Thinking that the client carried itself is not put in twice, and never goes to another account.
    void carriedThinking()
    {
        KeptStore store(m_clock, nullptr);
        Continuity continuity(store);
        const std::string tagged = signatureTag(Dialect::Anthropic, false, "claude/main") + "sig";
        ThinkingPart thinking;
        thinking.signature = tagged;
        thinking.signer = Dialect::OpenAiResponses;
        auto conversation = conversationOf({Part{thinking}, Part{TextPart{"x"}}});
        readSignatureTags(*conversation);
        const auto *read = conversation->messages[1].parts[0].as<ThinkingPart>();
        QCOMPARE(read->signature, std::string_view("sig"));
        QVERIFY(read->signer == Dialect::Anthropic);
        LossReport losses;
        QVERIFY(continuity.forTarget(conversation, Dialect::Anthropic, "claude/main", losses) == conversation);
        const auto elsewhere = continuity.forTarget(conversation, Dialect::Anthropic, "claude/second", losses);
        QCOMPARE(elsewhere->messages[1].parts.size(), size_t(1));
    }

    void tags_data()
    {
        QTest::addColumn<int>("maker");
        QTest::addColumn<bool>("redacted");
        for (const Dialect maker : allDialects) {
            QTest::addRow("%s", dialectName(maker)) << static_cast<int>(maker) << false;
            QTest::addRow("%s redacted", dialectName(maker)) << static_cast<int>(maker) << true;
        }
    }

    void tags()
    {
        QFETCH(int, maker);
        QFETCH(bool, redacted);
        const std::string tag = signatureTag(static_cast<Dialect>(maker), redacted, "p/c");
        QCOMPARE(tag.size() % 4, size_t(0));
        QVERIFY(tag.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") ==
                std::string::npos);
        const std::string whole = tag + "rest";
        const auto read = readSignatureTag(whole);
        QVERIFY(read);
        QCOMPARE(static_cast<int>(read->maker), maker);
        QCOMPARE(read->redacted, redacted);
        QCOMPARE(read->accountMark, std::string_view(tag).substr(8));
        QCOMPARE(read->signature, std::string_view("rest"));
        QVERIFY(!readSignatureTag("EqQBCgIYAhIM1gbcDa9GJwZA2b3h"));
        QVERIFY(!readSignatureTag(signatureTagMark));
    }
};

QTEST_APPLESS_MAIN(TestContinuity)
#include "tst_continuity.moc"
