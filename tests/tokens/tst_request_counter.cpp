// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"
#include "core/tokens/request_counter.h"

#include <QTest>

using namespace signalbox;

namespace {

// The codec's path for a chat request of this dialect.
std::string_view pathOf(Dialect dialect)
{
    return dialect == Dialect::Anthropic         ? "/messages"
           : dialect == Dialect::OpenAiResponses ? "/responses"
                                                 : "/chat/completions";
}

std::string chat(const QByteArrayList &messages, const QByteArray &more = {})
{
    return QByteArray("{\"model\":\"m\"" + more + ",\"messages\":[" + messages.join(',') + "]}").toStdString();
}

QByteArray message(const char *role, const QByteArray &text)
{
    return QByteArray("{\"role\":\"") + role + "\",\"content\":\"" + text + "\"}";
}

// Texts that differ, with about one token in four bytes.
QByteArray words(int seed, int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += "word" + QByteArray::number(seed * 1000 + i) + " ";
    return text;
}

const char *const weatherTool =
    ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_current_weather\",\"description\":\"Get the "
    "current weather.\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\",\"description\":\"The "
    "city\"},"
    "\"unit\":{\"type\":\"string\",\"description\":\"The unit\",\"enum\":[\"celsius\",\"fahrenheit\"]}}}}}]";

} // namespace

class TestRequestCounter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_memo = std::make_unique<PrefixMemo>(prefixMemoSize);
        m_counter = std::make_unique<RequestCounter>(*m_memo);
    }

    // The example of OpenAI's cookbook, whose figures the API itself confirmed there: 129 with cl100k, 124 with o200k.
    void countsTheCookbooksMessages()
    {
        const QByteArray named = "{\"role\":\"system\",\"name\":\"%1\",\"content\":\"%2\"}";
        const auto system = [&](const char *name, const char *text) {
            return QByteArray(named).replace("%1", name).replace("%2", text);
        };
        const std::string body = chat({
            message("system",
                    "You are a helpful, pattern-following assistant that translates corporate jargon into plain "
                    "English."),
            system("example_user", "New synergies will help drive top-line growth."),
            system("example_assistant", "Things working well together will increase revenue."),
            system("example_user", "Let's circle back when we have more bandwidth to touch base on opportunities for "
                                   "increased leverage."),
            system("example_assistant", "Let's talk later when we're less busy about how to do better."),
            message("user", "This late pivot means we don't have time to boil the ocean for the client deliverable."),
        });
        QCOMPARE(total(body, "gpt-4"), int64_t(129));
        QCOMPARE(total(body, "gpt-4o"), int64_t(124));
        QVERIFY(!count(body, "gpt-4o").guessed);
    }

    void countsToolsAsTheCookbook()
    {
        const std::string without = chat({message("user", "Hi")});
        const std::string with = chat({message("user", "Hi")}, weatherTool);
        const TokenFamily family = tokenFamilyOf("gpt-4o");
        Bpe bpe(Vocabulary::of(VocabularyId::O200k));
        const int64_t texts = bpe.count("get_current_weather:Get the current weather") +
                              bpe.count("location:string:The city") + bpe.count("unit:string:The unit") +
                              bpe.count("celsius") + bpe.count("fahrenheit");
        const int64_t marks = 7 + 3 + 3 + 3 - 3 + 3 + 3 + 12;
        QCOMPARE(count(with, "gpt-4o").total(family) - count(without, "gpt-4o").total(family), texts + marks);
        QVERIFY(total(with, "claude-sonnet-4-5") - total(without, "claude-sonnet-4-5") > 346);
        QVERIFY(count(with, "claude-sonnet-4-5").guessed);
    }

    void countsOnlyWhatIsNew()
    {
        QByteArrayList messages = {message("system", words(1, 2000))};
        for (int turn = 0; turn < 10; ++turn) {
            const QByteArray question = words(turn * 2 + 10, 40);
            const QByteArray answer = words(turn * 2 + 11, 60);
            messages += message("user", question);
            const std::string body = chat(messages, weatherTool);
            const RequestTokens first = count(body, "gpt-4o");
            if (turn > 0) // the question, and the answer that stood not in the last request
                QCOMPARE(first.bytesRead, size_t(question.size() + words((turn - 1) * 2 + 11, 60).size()));
            else
                QVERIFY(first.bytesRead > 15000);
            const RequestTokens again = count(body, "gpt-4o");
            QCOMPARE(again.bytesRead, size_t(0));
            QCOMPARE(again.text, first.text);
            QCOMPARE(again.other, first.other);

            PrefixMemo fresh(16);
            const RequestTokens alone = RequestCounter(fresh).count(*decode(body), tokenFamilyOf("gpt-4o"));
            QCOMPARE(first.text, alone.text);
            QCOMPARE(first.other, alone.other);
            messages += message("assistant", answer);
        }
        // Other conversations begin with the same instructions; another last question keeps what came before it.
        QCOMPARE(count(chat({messages.front(), message("user", "other")}, weatherTool), "gpt-4o").bytesRead, size_t(5));
        messages.back() = message("user", "changed");
        QCOMPARE(count(chat(messages, weatherTool), "gpt-4o").bytesRead, size_t(7));
        // A change at the beginning is a change.
        messages.front() = message("system", words(2, 2000));
        QVERIFY(count(chat(messages, weatherTool), "gpt-4o").bytesRead > 15000);
    }

    void keepsVocabulariesApart()
    {
        const std::string body = chat({message("user", "\u4f60\u597d\uff0c\u4e16\u754c")});
        const int64_t large = count(body, "gpt-4o").text;
        QVERIFY(count(body, "gpt-4").text > large);
        QCOMPARE(count(body, "gpt-4o").text, large);
        QVERIFY(total(body, "claude-sonnet-4-5") > 0);
    }

    void samplesWhatIsVeryLong()
    {
        QByteArray text;
        for (int i = 0; text.size() < 4 * 1024 * 1024; ++i)
            text += "The " + QByteArray::number(i) + "th signal stands at danger; \xe4\xbf\xa1\xe5\x8f\xb7 ";
        const RequestTokens sampled = count(chat({message("user", text)}), "gpt-4o");
        QVERIFY(sampled.guessed);
        QVERIFY(sampled.bytesRead <= RequestCounter::mostText * 5 / 4);
        const int64_t whole = Bpe(Vocabulary::of(VocabularyId::O200k)).count(text.toStdString());
        QVERIFY2(std::abs(double(sampled.text) / double(whole) - 1) < 0.03,
                 qPrintable(QStringLiteral("%1 for %2").arg(sampled.text).arg(whole)));
    }

    void countsPartsOfAllKinds_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("most");
        const QByteArray image(
            "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"%\"}}");
        const QByteArray png = QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3\xe8\0\0\3\xe8", 24).toBase64();
        QTest::newRow("image") << QByteArray(image).replace("%", png) << 1330 << 1345;
        QTest::newRow("result")
            << QByteArray(
                   "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"It is sunny in Hamburg today.\"}")
            << 8 << 20;
        QTest::newRow("result with an image") << "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":[" +
                                                     QByteArray(image).replace("%", png) + "]}"
                                              << 1330 << 1345;
        QTest::newRow("document") << QByteArray("{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":"
                                                "\"text/plain\",\"data\":\"Some plain text.\"}}")
                                  << 5 << 15;
    }
    void countsPartsOfAllKinds()
    {
        QFETCH(QByteArray, content);
        QFETCH(int, least);
        QFETCH(int, most);
        const QByteArray call = "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":"
                                "\"weather\",\"input\":{\"city\":\"Hamburg\"}}]}";
        const auto body = [&](const QByteArray &user) {
            return QByteArray(
                       "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}," +
                       call + ",{\"role\":\"user\",\"content\":[" + user + "]}]}")
                .toStdString();
        };
        const TokenFamily family = tokenFamilyOf("claude-sonnet-4-5");
        const auto without =
            m_counter->count(*decode(body("{\"type\":\"text\",\"text\":\"x\"}"), Dialect::Anthropic), family);
        const auto with = m_counter->count(
            *decode(body("{\"type\":\"text\",\"text\":\"x\"}," + content), Dialect::Anthropic), family);
        const int64_t more = with.total(family) - without.total(family);
        QVERIFY2(more >= least && more <= most, qPrintable(QString::number(more)));
    }

    // The quick count of raw bytes against the one of the decoded request.
    void countsBodiesAlike_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArrayList>("messages");
        const QByteArrayList plain = {message("system", words(1, 300)), message("user", words(2, 100))};
        QTest::newRow("plain") << QByteArray() << plain;
        QTest::newRow("tools") << QByteArray(weatherTool) << plain;
        QTest::newRow("escapes") << QByteArray()
                                 << QByteArrayList{message(
                                        "user",
                                        QByteArray("line\\n\\t\\\"quoted\\\" \\u4f60\\ud83d\\ude00 ").repeated(80))};
        const QByteArray png =
            QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\4\0\0\0\4\0", 24).append(60000, 'x').toBase64();
        QTest::newRow("image") << QByteArray()
                               << QByteArrayList{
                                      "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is this?\"},"
                                      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," +
                                      png + "\"}}]}"};
    }
    void countsBodiesAlike()
    {
        QFETCH(QByteArray, more);
        QFETCH(QByteArrayList, messages);
        const std::string body = chat(messages, more);
        const TokenFamily family = tokenFamilyOf("gpt-4o");
        const RequestTokens quick = m_counter->countBody(body, family);
        const int64_t exact = total(body, "gpt-4o");
        QVERIFY(quick.guessed);
        const double ratio = double(quick.total(family)) / double(exact);
        QVERIFY2(ratio > 0.9 && ratio < 1.15,
                 qPrintable(QStringLiteral("%1 for %2").arg(quick.total(family)).arg(exact)));
    }

    void takesAnyBytesAsABody()
    {
        const TokenFamily family = tokenFamilyOf("gpt-4o");
        for (const char *body : {"", "\"", "{\"a", "{\"a\":\"\\", "{\"tools\":[{", "{\"input\":{\"a\":\"\\ud800\"}}",
                                 "]]]}}", "{\"a\":\"\\u12\"}", "\"a\" : \"b\"", "{\"tools\":[}]}\"x\""})
            QVERIFY(m_counter->countBody(body, family).text >= 0);
    }

private:
    std::shared_ptr<Conversation> decode(const std::string &body, Dialect dialect = Dialect::OpenAiChat)
    {
        m_body = body;
        LossReport losses;
        auto read = codecFor(dialect).decodeRequest(m_body, {pathOf(dialect), {}, false}, losses);
        if (!read)
            qFatal("%s", read.error().message.c_str());
        return std::make_shared<Conversation>(std::move(*read));
    }
    RequestTokens count(const std::string &body, const char *model)
    {
        return m_counter->count(*decode(body), tokenFamilyOf(model));
    }
    int64_t total(const std::string &body, const char *model) { return count(body, model).total(tokenFamilyOf(model)); }

    std::unique_ptr<PrefixMemo> m_memo;
    std::unique_ptr<RequestCounter> m_counter;
    std::string m_body;
};

QTEST_APPLESS_MAIN(TestRequestCounter)
#include "tst_request_counter.moc"
