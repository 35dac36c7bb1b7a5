// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/reply_reader.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::openai_chat;

class TestOpenAiReplyReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usage_data();
    void usage();
    void events();
    void brokenReplies();
    void errorBehind200();
};

void TestOpenAiReplyReader::usage_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QList<qint64>>("classes"); // input, cached, write, output, reasoning; -1 = absent
    QTest::newRow("openai")
        << R"({"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}})"
        << QList<qint64>{8, 4, -1, 5, 2};
    QTest::newRow("plain") << R"({"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}})"
                           << QList<qint64>{12, -1, -1, 5, -1};
    QTest::newRow("deepseek")
        << R"({"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":60,"prompt_cache_miss_tokens":40}})"
        << QList<qint64>{40, 60, -1, 5, -1};
    QTest::newRow("xai: reasoning outside")
        << R"({"choices":[],"usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}})"
        << QList<qint64>{32, -1, -1, 103, 94};
    QTest::newRow("embeddings") << R"({"data":[],"usage":{"prompt_tokens":3,"total_tokens":3}})"
                                << QList<qint64>{3, -1, -1, 0, -1};
    QTest::newRow("cached above prompt never negative")
        << R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":10}}})"
        << QList<qint64>{0, 3, -1, 1, -1};
    QTest::newRow("real numbers") << R"({"choices":[],"usage":{"prompt_tokens":3.0,"completion_tokens":1.0}})"
                                  << QList<qint64>{3, -1, -1, 1, -1};
}

void TestOpenAiReplyReader::usage()
{
    QFETCH(QString, json);
    QFETCH(QList<qint64>, classes);
    ReplyReader reader;
    const auto facts = reader.readReply(json.toStdString());
    QVERIFY(facts && facts->usage);
    const TokenUsage &u = *facts->usage;
    const QList<qint64> read = {u.input.value_or(-1), u.cachedInput.value_or(-1), u.cacheWrite.value_or(-1),
                                u.output.value_or(-1), u.reasoning.value_or(-1)};
    QCOMPARE(read, classes);
}

void TestOpenAiReplyReader::events()
{
    ReplyReader reader;
    const auto role = reader.readEvent(
        R"({"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null})");
    QVERIFY(role && !role->hasContent && !role->finished && !role->usage && !role->onlyUsage);
    const auto content = reader.readEvent(R"({"choices":[{"delta":{"content":"hi"},"finish_reason":null}]})");
    QVERIFY(content && content->hasContent);
    const auto tool = reader.readEvent(R"({"choices":[{"delta":{"tool_calls":[{"index":0}]}}]})");
    QVERIFY(tool && tool->hasContent);
    const auto thinking = reader.readEvent(R"({"choices":[{"delta":{"reasoning_content":"hm"}}]})");
    QVERIFY(thinking && thinking->hasContent);
    const auto end = reader.readEvent(R"({"choices":[{"delta":{},"finish_reason":"stop"}]})");
    QVERIFY(end && end->finished && !end->hasContent);
    const auto usage = reader.readEvent(R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}})");
    QVERIFY(usage && usage->onlyUsage && usage->usage);
    const auto done = reader.readEvent(" [DONE] ");
    QVERIFY(done && done->isDone);
}

void TestOpenAiReplyReader::brokenReplies()
{
    ReplyReader reader;
    for (const char *text : {"", "  ", "{\"a\":", "[1]", "<html>", "null"}) {
        const auto facts = reader.readReply(text);
        QVERIFY2(!facts, text);
        QCOMPARE(facts.error().code, std::string("reply_invalid"));
    }
}

void TestOpenAiReplyReader::errorBehind200()
{
    ReplyReader reader;
    QCOMPARE(reader.readReply(R"({"error":{"message":"no"}})")->error.value_or(""), std::string("no"));
    QCOMPARE(reader.readReply(R"({"error":"flat"})")->error.value_or(""), std::string("flat"));
    QVERIFY(!reader.readReply(R"({"error":null,"choices":[]})")->error);
}

QTEST_APPLESS_MAIN(TestOpenAiReplyReader)
#include "tst_openai_reply_reader.moc"
