// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"

#include <QtTest/QTest>

#include <cmath>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestNumberFormat final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dollarsStandWhereTheLocaleHasThem()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QCOMPARE(asDollars(QStringLiteral("0.125")), QStringLiteral("$0.125"));
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        const QString german = asDollars(QStringLiteral("0,125"));
        QVERIFY2(german.startsWith(QStringLiteral("0,125")) && german.endsWith(u'$'), qPrintable(german));
        QLocale::setDefault(before);
    }

    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void money_data()
    {
        QTest::addColumn<qint64>("nano");
        QTest::addColumn<QString>("tile");
        QTest::addColumn<QString>("table");
        QTest::newRow("zero") << qint64(0) << u"$0.00"_s << u"$0.0000"_s;
        QTest::newRow("cents") << qint64(18'200'000) << u"$0.02"_s << u"$0.0182"_s;
        QTest::newRow("day") << qint64(84'170'000'000) << u"$84.17"_s << u"$84.1700"_s;
        QTest::newRow("below ten thousand") << qint64(9'999'990'000'000) << u"$9,999.99"_s << u"$9,999.9900"_s;
        QTest::newRow("ten thousand") << qint64(10'000'400'000'000) << u"$10,000"_s << u"$10,000.4000"_s;
        QTest::newRow("negative") << qint64(-1'500'000'000) << u"\u2212$1.50"_s << u"\u2212$1.5000"_s;
        QTest::newRow("negative nothing") << qint64(-1) << u"$0.00"_s << u"$0.0000"_s;
    }
    void money()
    {
        QFETCH(qint64, nano);
        QTEST(formatMoney(int64_t(nano), Places::Tile), "tile");
        QTEST(formatMoney(int64_t(nano), Places::Table), "table");
    }
    void missingMoney() { QCOMPARE(formatMoney(std::optional<int64_t>(), Places::Table), u"\u2014"_s); }

    void time_data()
    {
        QTest::addColumn<double>("ms");
        QTest::addColumn<QString>("plain");
        QTest::addColumn<QString>("detail");
        QTest::newRow("micro") << 0.07 << u"0.07\u00a0ms"_s << u"0.07\u00a0ms"_s;
        QTest::newRow("few") << 2.34 << u"0.00\u00a0s"_s << u"2.3\u00a0ms"_s;
        QTest::newRow("milli") << 412.0 << u"0.41\u00a0s"_s << u"412\u00a0ms"_s;
        QTest::newRow("almost a second") << 999.7 << u"1.00\u00a0s"_s << u"1.00\u00a0s"_s;
        QTest::newRow("seconds") << 4800.0 << u"4.80\u00a0s"_s << u"4.80\u00a0s"_s;
        QTest::newRow("tens") << 21'400.0 << u"21.4\u00a0s"_s << u"21.4\u00a0s"_s;
        QTest::newRow("almost a minute") << 59'960.0 << u"1\u00a0min 0\u00a0s"_s << u"1\u00a0min 0\u00a0s"_s;
        QTest::newRow("minutes") << 192'000.0 << u"3\u00a0min 12\u00a0s"_s << u"3\u00a0min 12\u00a0s"_s;
        QTest::newRow("missing") << -1.0 << u"\u2014"_s << u"\u2014"_s;
        QTest::newRow("not a number") << std::nan("") << u"\u2014"_s << u"\u2014"_s;
    }
    void time()
    {
        QFETCH(double, ms);
        QTEST(formatTime(ms), "plain");
        QTEST(formatTime(ms, TimeStyle::Detail), "detail");
    }

    void others()
    {
        QCOMPARE(formatTokens(37'214), u"37,214"_s);
        QCOMPARE(formatTokens(999'999), u"999,999"_s);
        QCOMPARE(formatTokens(31'900'000), u"31.9\u00a0M"_s);
        QCOMPARE(formatCount(-12'000), u"\u221212,000"_s);
        QCOMPARE(formatPercent(58), u"58\u00a0%"_s);
        QCOMPARE(formatPercent(0.714, 2), u"0.71\u00a0%"_s);
        QCOMPARE(formatNumber(-0.0004, 2), u"0.00"_s);
        QCOMPARE(formatNumber(-0.2, 1), u"\u22120.2"_s);
        QCOMPARE(formatSeconds(410), u"0.41"_s);
        QCOMPARE(formatBytes(512), u"512\u00a0B"_s);
        QCOMPARE(formatBytes(2'040'109'466), u"1.9\u00a0GiB"_s);
        QCOMPARE(formatBytes(1'048'575), u"1.0\u00a0MiB"_s);
    }

    void followsTheLocale()
    {
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        QCOMPARE(formatTokens(37'214), u"37.214"_s);
        QVERIFY(formatMoney(int64_t(1'500'000'000), Places::Tile).startsWith(u"1,50"_s));
        QVERIFY(formatMoney(int64_t(1'500'000'000), Places::Tile).endsWith(u'$'));
        QLocale::setDefault(QLocale::c());
        QCOMPARE(formatTokens(37'214), u"37,214"_s);
    }

    void digitsTakeTheSameRoom()
    {
        const QFont font = theme().font(TextStyle::Body);
        const int width = NumberText::width(font, u"1111.11"_s);
        for (const QString &text : {u"8888.88"_s, u"7070.07"_s, u"1234.56"_s})
            QCOMPARE(NumberText::width(font, text), width);
    }
};

QTEST_MAIN(TestNumberFormat)
#include "tst_number_format.moc"
