// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/calendar.h"

#include <QtCore/QDateTime>
#include <QtTest/QtTest>

using namespace signalbox;

namespace {

int64_t at(const char *iso)
{
    return QDateTime::fromString(QLatin1String(iso), Qt::ISODate).toMSecsSinceEpoch();
}

constexpr int64_t hourMs = 3'600'000;

} // namespace

class TstCalendar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void periods_data();
    void periods();
    void periodsFollowEachOther_data();
    void periodsFollowEachOther();
    void totalHasNoEnds();
    void unknownZoneIsTheMachines();
};

void TstCalendar::periods_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QByteArray>("moment");
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<QByteArray>("end");
    const auto add = [](const char *name, BudgetPeriod period, const char *zone, const char *moment, const char *start,
                        const char *end) {
        QTest::newRow(name) << static_cast<int>(period) << QByteArray(zone) << QByteArray(moment) << QByteArray(start)
                            << QByteArray(end);
    };
    using P = BudgetPeriod;
    add("minute", P::Minute, "Asia/Kolkata", "2026-03-05T10:20:59Z", "2026-03-05T10:20:00Z", "2026-03-05T10:21:00Z");
    add("hour of UTC", P::Hour, "Asia/Kolkata", "2026-03-05T10:20:59Z", "2026-03-05T10:00:00Z", "2026-03-05T11:00:00Z");
    add("day", P::Day, "UTC", "2026-03-05T00:00:00Z", "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z");
    add("half-hour zone", P::Day, "Asia/Kolkata", "2026-03-05T18:29:59Z", "2026-03-04T18:30:00Z",
        "2026-03-05T18:30:00Z");
    add("west", P::Day, "America/Los_Angeles", "2026-01-01T05:00:00Z", "2025-12-31T08:00:00Z", "2026-01-01T08:00:00Z");
    add("23 hours", P::Day, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    add("25 hours", P::Day, "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    add("25 hours, at the repeat", P::Day, "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z");
    // Midnight does not exist: clocks go from 24:00 to 01:00.
    add("midnight missing", P::Day, "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z");
    // Midnight is there twice: at 01:00 clocks go back to 00:00.
    add("midnight twice", P::Day, "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z",
        "2026-11-02T05:00:00Z");
    // A whole day is missing: Samoa had no 30 December.
    add("day missing", P::Day, "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z");
    add("week from Monday", P::Week, "UTC", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
    add("week on a Monday", P::Week, "UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
    add("week over the change", P::Week, "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-22T23:00:00Z",
        "2026-03-29T22:00:00Z");
    add("month", P::Month, "UTC", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
    add("month over the change", P::Month, "Europe/Berlin", "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z",
        "2026-03-31T22:00:00Z");
    add("December", P::Month, "America/New_York", "2027-01-01T04:59:59Z", "2026-12-01T05:00:00Z",
        "2027-01-01T05:00:00Z");
}

void TstCalendar::periods()
{
    QFETCH(int, period);
    QFETCH(QByteArray, zone);
    QFETCH(QByteArray, moment);
    QFETCH(QByteArray, start);
    QFETCH(QByteArray, end);
    const PeriodSpan span =
        periodAt(static_cast<BudgetPeriod>(period), at(moment.constData()), zoneNamed(zone.toStdString()));
    QCOMPARE(span.startMs, at(start.constData()));
    QCOMPARE(span.endMs, at(end.constData()));
}

void TstCalendar::periodsFollowEachOther_data()
{
    QTest::addColumn<QByteArray>("zone");
    for (const char *zone : {"UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo",
                             "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham"})
        QTest::newRow(zone) << QByteArray(zone);
}

// No moment belongs to none or to two: where a period ends the next one begins.
void TstCalendar::periodsFollowEachOther()
{
    QFETCH(QByteArray, zone);
    const QTimeZone in = zoneNamed(zone.toStdString());
    for (const BudgetPeriod period : {BudgetPeriod::Day, BudgetPeriod::Week, BudgetPeriod::Month}) {
        PeriodSpan span = periodAt(period, at("2026-01-01T12:00:00Z"), in);
        while (span.startMs < at("2027-02-01T00:00:00Z")) {
            const PeriodSpan next = periodAt(period, span.endMs, in);
            QCOMPARE(next.startMs, span.endMs);
            QCOMPARE(periodAt(period, span.endMs - 1, in), span);
            QVERIFY(next.endMs - next.startMs >= 23 * hourMs);
            span = next;
        }
    }
}

void TstCalendar::totalHasNoEnds()
{
    QCOMPARE(periodAt(BudgetPeriod::Total, at("2026-01-01T12:00:00Z"), QTimeZone::utc()), PeriodSpan());
}

void TstCalendar::unknownZoneIsTheMachines()
{
    QVERIFY(zoneNamed({}).isValid());
    QVERIFY(zoneNamed("Mars/Olympus").isValid());
}

QTEST_GUILESS_MAIN(TstCalendar)
#include "tst_calendar.moc"
