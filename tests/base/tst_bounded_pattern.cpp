// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bounded_pattern.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

BoundedPattern::Deadline inAWhile()
{
    return std::chrono::steady_clock::now() + std::chrono::minutes(5);
}

} // namespace

class TestBoundedPattern final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhereItIsWrong_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<int>("position");
        QTest::newRow("bracket") << u"abc(def"_s << 7;
        QTest::newRow("class") << u"a[b"_s << 3;
        QTest::newRow("repeat") << u"ab*+*"_s << 4;
        QTest::newRow("empty") << QString() << 0;
        QTest::newRow("matches nothing") << u"x*"_s << 0;
        QTest::newRow("limits of its own") << u"(*LIMIT_MATCH=9)a"_s << 0;
        QTest::newRow("too long") << QString(1001, u'a') << 1000;
    }

    void tellsWhereItIsWrong()
    {
        QFETCH(QString, pattern);
        QFETCH(int, position);
        const auto problem = BoundedPattern::check(pattern);
        QVERIFY(problem.has_value());
        QCOMPARE(problem->position, position);
        QVERIFY(!problem->what.empty());
        QVERIFY(!BoundedPattern::make(pattern));
    }

    void findsAll()
    {
        const auto pattern = BoundedPattern::make(uR"(\bACC-\d{4}\b)"_s);
        QVERIFY(pattern);
        std::vector<BoundedPattern::Match> matches;
        QVERIFY(pattern->find(u"ACC-1234, ACC-12345, (ACC-9999)", inAWhile(), matches));
        QCOMPARE(matches.size(), size_t(2));
        QCOMPARE(matches[0].begin, 0);
        QCOMPARE(matches[0].end, 8);
        QCOMPARE(matches[1].begin, 22);
    }

    // Wherever it stands, also where parts of a long text meet, and each once.
    void findsInLongTexts()
    {
        const auto pattern = BoundedPattern::make(u"needle[0-9]{3}"_s);
        QVERIFY(pattern);
        for (const qsizetype place : {0, 15350, 15355, 15360, 16380, 16384, 30720, 39000}) {
            QString text(40000, u'.');
            text.replace(place, 9, u"needle123"_s);
            std::vector<BoundedPattern::Match> matches;
            QVERIFY(pattern->find(text, inAWhile(), matches));
            QCOMPARE(matches.size(), size_t(1));
            QCOMPARE(matches[0].begin, place);
            QCOMPARE(matches[0].end, place + 9);
        }
    }

    void givesUpInsteadOfStalling()
    {
        const auto pattern = BoundedPattern::make(u"(a+)+$"_s);
        QVERIFY(pattern);
        std::vector<BoundedPattern::Match> matches;
        const QString text = QString(100000, u'a') + u'!';
        QVERIFY(!pattern->find(text, inAWhile(), matches));
    }

    void endsAtItsTime()
    {
        const auto pattern = BoundedPattern::make(u"b"_s);
        QVERIFY(pattern);
        std::vector<BoundedPattern::Match> matches;
        QVERIFY(!pattern->find(u"abc", std::chrono::steady_clock::now() - std::chrono::seconds(1), matches));
        QVERIFY(matches.empty());
    }
};

QTEST_APPLESS_MAIN(TestBoundedPattern)
#include "tst_bounded_pattern.moc"
