// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/text_repetition.h"

#include <QtTest/QTest>

#include <bit>
#include <string>

using namespace signalbox;

class TstTextRepetition final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shares_data();
    void shares();
    void nearDuplicatesShareTheirMark();
    void onlyTheLastAreRemembered();
};

namespace {

// Words of which none comes twice.
std::string fresh(int from, int count)
{
    std::string text;
    for (int i = from; i < from + count; ++i)
        text += "word" + std::to_string(i) + ' ';
    return text;
}

std::string times(const std::string &text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

} // namespace

void TstTextRepetition::shares_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("share"); // below 0: too short to say
    const auto row = [](const char *name, const std::string &text, double share) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << share;
    };
    row("nothing", "", -1);
    row("too short", fresh(0, 23), -1);
    row("never twice", fresh(0, 24), 0);
    row("once again", fresh(0, 50) + fresh(0, 50), 47.0 / 97); // three runs at the seam are new
    row("case and signs say nothing", fresh(0, 50) + "WORD0, Word1! word2 - word3", 1.0 / 51);
    row("a loop", times("I will try again. ", 50), 196.0 / 197 - 3.0 / 197);
    row("Chinese, each sign a word", times("火车又晚点了", 20), 1 - 6.0 / 117);
    row("three of four are no run", fresh(0, 40) + "word0 word1 word2 " + fresh(50, 10), 0);
}

void TstTextRepetition::shares()
{
    QFETCH(QByteArray, text);
    QFETCH(double, share);
    const auto found = repetitionOf(text.toStdString());
    QCOMPARE(found.has_value(), share >= 0);
    if (found)
        QVERIFY2(qAbs(found->repeatedShare - share) < 1e-9, qPrintable(QString::number(found->repeatedShare, 'g', 12)));
}

void TstTextRepetition::nearDuplicatesShareTheirMark()
{
    const std::string text = fresh(0, 400);
    const auto mark = [](const std::string &of) { return repetitionOf(of)->simHash; };
    const int near = std::popcount(mark(text) ^ mark(text + "goodbye"));
    const int far = std::popcount(mark(text) ^ mark(fresh(1000, 400)));
    QVERIFY2(near <= NearDuplicates::mostBitsApart, qPrintable(QString::number(near)));
    QVERIFY2(far > 15, qPrintable(QString::number(far)));
    NearDuplicates seen;
    QVERIFY(!seen.seenBefore(mark(text)));
    QVERIFY(!seen.seenBefore(mark(fresh(1000, 400))));
    QVERIFY(seen.seenBefore(mark(text + "goodbye")));
}

void TstTextRepetition::onlyTheLastAreRemembered()
{
    NearDuplicates seen;
    const uint64_t first = 0x5555555555555555ULL;
    QVERIFY(!seen.seenBefore(first));
    for (uint64_t i = 1; i <= 256; ++i)
        seen.seenBefore(i * 0x9e3779b97f4a7c15ULL);
    QVERIFY(!seen.seenBefore(first));
    QVERIFY(seen.seenBefore(first));
}

QTEST_APPLESS_MAIN(TstTextRepetition)
#include "tst_text_repetition.moc"
