// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/redact.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestRedact final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownSecretsGoEverywhere()
    {
        const std::vector<std::string> known = {"my-very-own-secret", "short"};
        QCOMPARE(redactSecrets("a my-very-own-secret b my-very-own-secret, short", known),
                 std::string("a [redacted] b [redacted], short"));
    }

    void keyShapesGo_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("openai") << "Incorrect API key provided: sk-proj-abcdefghijklmnop1234."
                                << "Incorrect API key provided: [redacted]";
        QTest::newRow("google") << "key=AIzaSyA1234567890abcdefg&x"
                                << "key=[redacted]&x";
        QTest::newRow("bearer") << "Authorization: Bearer abcdefghijklmnopq"
                                << "Authorization: Bearer [redacted]";
        QTest::newRow("inside a word stays") << "task-management-is-a-long-word"
                                             << "task-management-is-a-long-word";
        QTest::newRow("short stays") << "sk-abc"
                                     << "sk-abc";
        QTest::newRow("bearer of news stays") << "Bearer of news"
                                              << "Bearer of news";
    }

    void keyShapesGo()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        QCOMPARE(QString::fromStdString(redactSecrets(text.toStdString())), shown);
    }

    void sensitiveHeaders()
    {
        for (const char *name : {"Authorization", "x-api-key", "Cookie", "X-Session-Token", "x-csrf"})
            QVERIFY2(isSensitiveHeader(name), name);
        for (const char *name : {"content-type", "accept", "x-request-id", "user-agent"})
            QVERIFY2(!isSensitiveHeader(name), name);
    }
};

QTEST_APPLESS_MAIN(TestRedact)
#include "tst_redact.moc"
