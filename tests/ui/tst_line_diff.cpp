// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/fold_ranges.h"
#include "ui/widgets/diff_view.h"
#include "ui/widgets/line_diff.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestLineDiff final : public QObject
{
    Q_OBJECT

private:
    static QString words(const std::vector<DiffRow> &rows)
    {
        QStringList lines;
        for (const DiffRow &row : rows) {
            switch (row.kind) {
            case DiffRow::Kind::Same:
                lines += u"="_s + row.left;
                break;
            case DiffRow::Kind::Removed:
                lines += u"-"_s + row.left;
                break;
            case DiffRow::Kind::Added:
                lines += u"+"_s + row.right;
                break;
            case DiffRow::Kind::Changed:
                lines += u"-"_s + row.left + u"+"_s + row.right;
                break;
            }
        }
        return lines.join(u' ');
    }

private Q_SLOTS:
    void saysWhatChanged_data();
    void saysWhatChanged();
    void bothTextsCanBeReadFromIt();
    void wholeOtherTextsAreToldWithoutWaiting();
    void longRunsBecomeALine();
    void objectsFoldToTheirEnd();
};

void TestLineDiff::saysWhatChanged_data()
{
    QTest::addColumn<QString>("left");
    QTest::addColumn<QString>("right");
    QTest::addColumn<QString>("rows");
    QTest::newRow("same") << u"a\nb"_s << u"a\nb"_s << u"=a =b"_s;
    QTest::newRow("empty") << QString() << QString() << QString();
    QTest::newRow("from nothing") << QString() << u"a"_s << u"+a"_s;
    QTest::newRow("added") << u"a\nc"_s << u"a\nb\nc"_s << u"=a +b =c"_s;
    QTest::newRow("removed") << u"a\nb\nc"_s << u"a\nc"_s << u"=a -b =c"_s;
    QTest::newRow("changed") << u"a\nb\nc"_s << u"a\nx\nc"_s << u"=a -b+x =c"_s;
    QTest::newRow("two for one") << u"a\nb\nc"_s << u"a\nx\ny\nc"_s << u"=a -b+x +y =c"_s;
}

void TestLineDiff::saysWhatChanged()
{
    QFETCH(QString, left);
    QFETCH(QString, right);
    const auto rows = diffLines(left, right);
    QTEST(words(rows), "rows");
    QCOMPARE(sameThroughout(rows), left == right);
}

// Whatever the texts: the left lines in order are the left text, and so with the right ones.
void TestLineDiff::bothTextsCanBeReadFromIt()
{
    QRandomGenerator random(7);
    for (int round = 0; round < 300; ++round) {
        QStringList a;
        QStringList b;
        for (int i = 1 + int(random.bounded(12)); i > 0; --i)
            a += QString(QChar(u'a' + int(random.bounded(4))));
        for (int i = 1 + int(random.bounded(12)); i > 0; --i)
            b += QString(QChar(u'a' + int(random.bounded(4))));
        QStringList left;
        QStringList right;
        for (const DiffRow &row : diffLines(a.join(u'\n'), b.join(u'\n'))) {
            if (row.leftLine > 0)
                left += row.left;
            if (row.rightLine > 0)
                right += row.right;
            if (row.kind == DiffRow::Kind::Same)
                QCOMPARE(row.left, row.right);
            QVERIFY(row.leftLine == 0 || row.leftLine == left.size());
            QVERIFY(row.rightLine == 0 || row.rightLine == right.size());
        }
        QCOMPARE(left, a);
        QCOMPARE(right, b);
    }
}

void TestLineDiff::wholeOtherTextsAreToldWithoutWaiting()
{
    QStringList a{u"first"_s};
    QStringList b{u"first"_s};
    for (int i = 0; i < 20'000; ++i) {
        a += u"a%1"_s.arg(i);
        b += u"b%1"_s.arg(i);
    }
    const auto rows = diffLines(a.join(u'\n'), b.join(u'\n'));
    QCOMPARE(rows.size(), size_t(20'001));
    QCOMPARE(rows.front().kind, DiffRow::Kind::Same);
    QCOMPARE(rows.back().kind, DiffRow::Kind::Changed);
}

void TestLineDiff::longRunsBecomeALine()
{
    QStringList a;
    for (int i = 0; i < 40; ++i)
        a += QString::number(i);
    QStringList b = a;
    b[20] = u"x"_s;
    const auto rows = withoutLongRuns(diffLines(a.join(u'\n'), b.join(u'\n')), 3);
    QCOMPARE(rows.size(), size_t(1 + 3 + 1 + 3 + 1));
    QVERIFY(rows.front().left.contains(u"17"_s));
    QCOMPARE(rows[4].kind, DiffRow::Kind::Changed);
    QVERIFY(rows.back().left.contains(u"16"_s));
    // What would save nothing stays.
    QCOMPARE(withoutLongRuns(diffLines(u"a\nb"_s, u"a\nb"_s), 3).size(), size_t(2));
}

void TestLineDiff::objectsFoldToTheirEnd()
{
    const QString text = u"{\n  \"a\": [\n    1\n  ],\n  \"b\": {\n    \"c\": {}\n  }\n}"_s;
    const std::vector<int> wanted{7, 3, 2, 3, 6, 5, 6, 7};
    QVERIFY(foldEnds(text) == wanted);
    QVERIFY(foldEnds(u"data: {\n  \"a\": 1\n}\n\n"_s).front() == 2);
    const std::vector<int> none{0, 1};
    QVERIFY(foldEnds(u"no\njson"_s) == none);
}

QTEST_GUILESS_MAIN(TestLineDiff)
#include "tst_line_diff.moc"
