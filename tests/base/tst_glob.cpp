// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/glob.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestGlob final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void match_data();
    void match();
    void staysLinearOnManyStars();
};

void TestGlob::match_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("matches");
    QTest::newRow("exact") << "gpt-4o"
                           << "gpt-4o" << true;
    QTest::newRow("longer text") << "gpt-4o"
                                 << "gpt-4o-mini" << false;
    QTest::newRow("star end") << "gpt-4o*"
                              << "gpt-4o-mini" << true;
    QTest::newRow("star nothing") << "gpt-4o*"
                                  << "gpt-4o" << true;
    QTest::newRow("star over slash") << "openrouter/*"
                                     << "openrouter/openai/gpt-5" << true;
    QTest::newRow("star middle") << "a*c"
                                 << "abbbc" << true;
    QTest::newRow("star middle miss") << "a*c"
                                      << "abbbd" << false;
    QTest::newRow("two stars") << "*claude*"
                               << "anthropic/claude-opus" << true;
    QTest::newRow("question") << "o?"
                              << "o3" << true;
    QTest::newRow("question needs one") << "o?"
                                        << "o" << false;
    QTest::newRow("all") << "*"
                         << "" << true;
    QTest::newRow("empty pattern") << ""
                                   << "x" << false;
    QTest::newRow("case counts") << "GPT"
                                 << "gpt" << false;
    QTest::newRow("backtrack") << "*ab*b"
                               << "aabxabb" << true;
    QTest::newRow("literal star in text") << "a?b"
                                          << "a*b" << true;
}

void TestGlob::match()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QTEST(globMatch(pattern.toStdString(), text.toStdString()), "matches");
}

void TestGlob::staysLinearOnManyStars()
{
    std::string pattern;
    for (int i = 0; i < 30; ++i)
        pattern += "*a";
    pattern += "b";
    QVERIFY(!globMatch(pattern, std::string(20'000, 'a'))); // an exponential matcher would never return
}

QTEST_APPLESS_MAIN(TestGlob)
#include "tst_glob.moc"
