// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/answer_query.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstAnswerQuery final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ranges_data();
    void ranges();
    void mistakes_data();
    void mistakes();
    void daysFollowTheClocks();
};

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t now = 1795305600000 + 13 * hourMs; // Sunday 2026-11-22, 13:00 UTC

const QTimeZone berlin("Europe/Berlin");

} // namespace

void TstAnswerQuery::ranges_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    const auto row = [](const char *query, qint64 from, qint64 to) {
        QTest::newRow(query) << QByteArray(query) << from << to;
    };
    const int64_t midnight = 1795305600000 - hourMs; // of Berlin
    row("range=24h", now + 1 - 24 * hourMs, now + 1);
    row("range=30m", now + 1 - hourMs / 2, now + 1);
    row("range=2w", now + 1 - 14 * 24 * hourMs, now + 1);
    row("range=today", midnight, now + 1);
    row("range=yesterday", midnight - 24 * hourMs, midnight);
    row("range=week", midnight - 6 * 24 * hourMs, now + 1);
    row("range=month", midnight - 21 * 24 * hourMs, now + 1);
    row("range=last-month", midnight - (21 + 31) * 24 * hourMs - hourMs, midnight - 21 * 24 * hourMs); // clocks went back
    row("", now + 1 - 7 * 24 * hourMs, now + 1);
    row("from=2026-11-20", midnight - 2 * 24 * hourMs, now);
    row("from=2026-11-20T00:00:00Z&to=2026-11-21T01:00:00%2B01:00", 1795305600000 - 48 * hourMs,
        1795305600000 - 24 * hourMs);
    row("from=1000&to=2000", 1000, 2000);
}

void TstAnswerQuery::ranges()
{
    QFETCH(QByteArray, query);
    const auto read = AnswerQuery::read(query.toStdString(), {"range", "from", "to"});
    QVERIFY(read);
    const auto range = read->range(now, berlin, "7d");
    QVERIFY2(range, range ? "" : range.error().message.c_str());
    QTEST(qint64(range->fromMs), "from");
    QTEST(qint64(range->toMs), "to");
}

void TstAnswerQuery::mistakes_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char *query, const char *told) {
        QTest::newRow(query) << QByteArray(query) << QByteArray(told);
    };
    row("foo=1", "`foo` is not known here; there are range, from, to, by, zone, top");
    row("top=1&top=2", "`top` is there twice");
    row("range=0d", "such as 30m, 24h, 7d");
    row("range=soon", "today, yesterday, week, month");
    row("range=1d&from=1", "exclude each other");
    row("to=5", "`from` must be a date");
    row("from=5&to=5", "`to` must be after");
    row("from=-1", "`from` must be");
    row("from=0&to=1795305600000", "ten years");
    row("zone=Mars", "Europe/Paris");
    row("by=colour", "must be one of nothing, project, client");
    row("top=many", "whole number from 1 to 9");
    row("top=10", "whole number from 1 to 9");
}

void TstAnswerQuery::mistakes()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, told);
    const auto problem = [&]() -> Error {
        const auto read = AnswerQuery::read(query.toStdString(), {"range", "from", "to", "by", "zone", "top"});
        if (!read)
            return read.error();
        if (const auto range = read->range(now, berlin, "7d"); !range)
            return range.error();
        if (const auto zone = read->zone(); !zone)
            return zone.error();
        if (const auto by = read->dimension(SpendDimension::Model); !by)
            return by.error();
        const auto top = read->whole("top", 1, 9, 5);
        return top ? Error() : top.error();
    }();
    QCOMPARE(problem.code, std::string("field_invalid"));
    QCOMPARE(problem.httpStatus, 400);
    QVERIFY2(QByteArray::fromStdString(problem.message).contains(told), problem.message.c_str());
}

// 25 October 2026 has 25 hours in Berlin.
void TstAnswerQuery::daysFollowTheClocks()
{
    const auto read = AnswerQuery::read("from=2026-10-24&to=2026-10-27", {"from", "to"});
    const auto range = read->range(now, berlin, "7d");
    QVERIFY(range);
    const auto days = bucketStarts(*range, "day", berlin);
    QVERIFY(days);
    QCOMPARE(days->size(), size_t(2));
    QCOMPARE((*days)[0] - range->fromMs, 24 * hourMs);
    QCOMPARE((*days)[1] - (*days)[0], 25 * hourMs);
    QCOMPARE(bucketStarts(*range, "hour", berlin)->size(), size_t(72));
    QVERIFY(bucketStarts(*range, "none", berlin)->empty());
    QVERIFY(!bucketStarts({0, now}, "hour", berlin));
}

QTEST_APPLESS_MAIN(TstAnswerQuery)
#include "tst_answer_query.moc"
