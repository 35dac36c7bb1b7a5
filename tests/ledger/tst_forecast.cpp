// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/forecast.h"

#include <QtTest/QtTest>

using namespace signalbox;

namespace {

constexpr int64_t dollar = 1000000000;

// Days that cost a dollar, at the weekend nothing; the first is a Monday.
std::vector<DaySpend> workWeeks(int days)
{
    std::vector<DaySpend> list;
    for (int i = 0; i < days; ++i)
        list.push_back({i % 7 + 1, i % 7 < 5 ? dollar : 0});
    return list;
}

} // namespace

class TstForecast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weekdaysCount();
    void fewDaysTakeTheMean();
    void withoutHistoryThePaceGoesOn();
    void onlyTheLastFourWeeksCount();
    void lastDayOfTheMonth();
    void anomaly_data();
    void anomaly();
};

void TstForecast::weekdaysCount()
{
    // Friday noon; Saturday, Sunday and Monday are to come.
    const auto forecast = forecastMonth(20 * dollar, dollar / 2, 0.5, 5, workWeeks(28), {6, 7, 1});
    QCOMPARE(forecast.expectedNanoUsd, 20 * dollar + dollar / 2 + dollar);
    QVERIFY(forecast.lowNanoUsd <= forecast.expectedNanoUsd);
    QVERIFY(forecast.highNanoUsd >= forecast.expectedNanoUsd);
    QVERIFY(forecast.method.find("weekday over the last 28 days") != std::string::npos);
}

void TstForecast::fewDaysTakeTheMean()
{
    const auto forecast = forecastMonth(5 * dollar, 0, 0, 1, {{1, 2 * dollar}, {2, 4 * dollar}}, {2, 3, 4});
    QCOMPARE(forecast.expectedNanoUsd, 5 * dollar + 4 * 3 * dollar);
    QVERIFY(forecast.method.find("mean of the last 2 days") != std::string::npos);
}

void TstForecast::withoutHistoryThePaceGoesOn()
{
    const auto forecast = forecastMonth(dollar, dollar, 0.25, 1, {}, {2, 3});
    QCOMPARE(forecast.expectedNanoUsd, 12 * dollar);
    QVERIFY(forecast.method.find("pace") != std::string::npos);
    const auto early = forecastMonth(dollar, dollar, 0, 1, {}, {});
    QCOMPARE(early.expectedNanoUsd, 24 * dollar); // not without limit
}

void TstForecast::onlyTheLastFourWeeksCount()
{
    std::vector<DaySpend> days(30, DaySpend{1, 1000 * dollar});
    for (const DaySpend &day : workWeeks(28))
        days.push_back(day);
    QCOMPARE(forecastMonth(0, 0, 0, 1, days, {}).expectedNanoUsd, dollar);
}

void TstForecast::lastDayOfTheMonth()
{
    const auto forecast = forecastMonth(7 * dollar, dollar, 1, 3, workWeeks(28), {});
    QCOMPARE(forecast.expectedNanoUsd, 7 * dollar);
    QCOMPARE(forecast.lowNanoUsd, 7 * dollar);
    QCOMPARE(forecast.highNanoUsd, 7 * dollar);
}

void TstForecast::anomaly_data()
{
    QTest::addColumn<qlonglong>("today");
    QTest::addColumn<QList<int>>("past"); // dollars
    QTest::addColumn<bool>("found");
    const QList<int> steady{10, 11, 9, 10, 12, 8, 10, 10};
    QTest::newRow("usual") << 12 * qlonglong(dollar) << steady << false;
    QTest::newRow("under twice") << 19 * qlonglong(dollar) << steady << false;
    QTest::newRow("far beyond") << 25 * qlonglong(dollar) << steady << true;
    QTest::newRow("days differ much") << 50 * qlonglong(dollar) << QList<int>{1, 40, 5, 60, 2, 30, 20, 10} << false;
    QTest::newRow("few days") << 900 * qlonglong(dollar) << QList<int>{1, 1, 1, 1, 1, 1} << false;
    QTest::newRow("cents") << qlonglong(dollar / 20) << QList<int>{0, 0, 0, 0, 0, 0, 0} << false;
    QTest::newRow("after silence") << qlonglong(dollar) << QList<int>{0, 0, 0, 0, 0, 0, 0} << true;
}

void TstForecast::anomaly()
{
    QFETCH(qlonglong, today);
    QFETCH(QList<int>, past);
    QFETCH(bool, found);
    std::vector<int64_t> sums;
    for (const int usd : past)
        sums.push_back(usd * dollar);
    const SpendAnomaly anomaly = findAnomaly(today, sums);
    QCOMPARE(anomaly.found, found);
    QCOMPARE(anomaly.text.empty(), !found);
}

QTEST_GUILESS_MAIN(TstForecast)
#include "tst_forecast.moc"
