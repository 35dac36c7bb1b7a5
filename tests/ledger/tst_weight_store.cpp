// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/weight_keeper.h"
#include "core/ledger/ledger.h"
#include "core/ledger/weight_store.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QDateTime>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>

using namespace signalbox;

namespace {

constexpr int64_t minuteMs = 60000;
constexpr int64_t dayMs = 24 * 60 * minuteMs;

WeightPoint point(int64_t atMs, int effective, bool hourly = false, const std::string &label = "a/x")
{
    return {atMs / minuteMs * minuteMs, hourly, "/routes/0/to/weighted/0", label, 5000, effective, false};
}

int64_t now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

std::vector<RoutingState::WeightRow> rows(double effective)
{
    return {{"/routes/0/to/weighted/0", "a/x", 0.5, effective}, {"/routes/0/to/weighted/1", "b/y", 0.5, 1 - effective}};
}

} // namespace

class TestWeightStore final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Ledger> open()
    {
        auto ledger = Ledger::open({m_dir->path(), 30, 2048});
        return ledger ? std::move(*ledger) : nullptr;
    }

    int64_t number(const char *sql) const
    {
        auto database = Database::open(m_dir->filePath(QStringLiteral("signalbox.db")), Database::Mode::ReadOnly);
        const auto value = database ? database->integer(sql) : Result<int64_t>(database.error());
        return value ? *value : -1;
    }

    std::unique_ptr<QTemporaryDir> m_dir;

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void pointsComeBack()
    {
        const int64_t at = now() - 3600000;
        const std::vector<WeightPoint> points = {point(at, 1000), point(at, 9000, false, "b/y"),
                                                 point(at + minuteMs, 2000), point(at + 2 * minuteMs, 3000, true)};
        {
            const auto ledger = open();
            QVERIFY(ledger && ledger->takeWeights().points.empty());
            ledger->noteWeights(points);
            ledger->noteWeights({points[2]}); // the same moment again is no second point
            QTRY_COMPARE(number("SELECT count(*) FROM weight_point"), int64_t(4)); // there before the ledger closes
        }
        const auto ledger = open();
        const WeightPast past = ledger->takeWeights();
        QCOMPARE(past.points.size(), size_t(4));
        for (const WeightPoint &one : points)
            QVERIFY(std::find(past.points.begin(), past.points.end(), one) != past.points.end());
        QCOMPARE(past.seenMs, points[3].atMs);
        QVERIFY(ledger->takeWeights().points.empty());
    }

    void requestsTellHowLongItRan()
    {
        const int64_t at = now() - 3600000;
        {
            const auto ledger = open();
            ledger->noteWeights({point(at, 1000)});
            ledger->record(test::sampleRecord(1, at + 600000));
        }
        QCOMPARE(open()->takeWeights().seenMs, at + 600000);
    }

    // A line's last point before the span still holds in it.
    void oldPointsGo()
    {
        QVERIFY(open()); // makes the file
        auto database = Database::open(m_dir->filePath(QStringLiteral("signalbox.db")), Database::Mode::ReadWrite);
        QVERIFY(database);
        std::vector<WeightPoint> points = {point(now() - 3 * dayMs, 1),
                                           point(now() - 2 * dayMs, 2),
                                           point(now() - dayMs / 2, 3),
                                           point(now() - 100 * dayMs, 4, true),
                                           point(now() - 95 * dayMs, 5, true),
                                           point(now() - dayMs, 6, true),
                                           point(now() - 2 * dayMs, 7, false, "old"),
                                           point(now() - 2 * dayMs + minuteMs, 0, false, "old")};
        points.back().gone = true;
        QVERIFY(writeWeights(*database, points));
        QCOMPARE(number("SELECT count(*) FROM weight_point"), int64_t(8));
        QVERIFY(dropWeights(*database, now()));
        QCOMPARE(
            number("SELECT group_concat(effective, '') FROM (SELECT effective FROM weight_point ORDER BY effective)"),
            int64_t(2356));
        QCOMPARE(number("SELECT count(*) FROM weight_line"), int64_t(1));
    }

    void historyGoesOnAfterARestart()
    {
        const int64_t begin = now() - 2 * 3600000;
        {
            const auto ledger = open();
            WeightKeeper keeper(*ledger);
            for (int64_t at = begin; at < begin + 1800000; at += 5000)
                keeper.look(at, rows(0.8));
        }
        const auto ledger = open();
        WeightKeeper keeper(*ledger);
        const auto read = keeper.history().read(begin - minuteMs, now());
        QCOMPARE(read.lines.size(), size_t(2));
        QVERIFY(qAbs(int(read.lines[0].points.size()) - 31) <= 1);
        QVERIFY(qAbs(read.lines[0].points[7].effective - 0.8) < 1e-3);
        QVERIFY(number("SELECT count(*) FROM weight_point") <= 8); // what does not change costs nothing
    }

    void aPastCanBeMadeUp()
    {
        const auto ledger = open();
        WeightKeeper keeper(*ledger);
        std::vector<WeightPoint> past;
        const int64_t end = now();
        for (int64_t at = end - 30 * dayMs; at < end; at += 3600000)
            past.push_back(
                {at / 3600000 * 3600000, true, "/n/weighted/0", "a/x", 6000, int(at / 3600000 % 5000), false});
        keeper.recall(past, end);
        const auto read = keeper.history().read(end - 20 * dayMs, end);
        QCOMPARE(read.stepMs, WeightHistory::hourMs);
        QVERIFY(read.lines.size() == 1 && read.lines[0].points.size() >= 20 * 24 - 2);
        QTRY_VERIFY(number("SELECT count(*) FROM weight_point") >= int64_t(past.size()));
    }
};

QTEST_GUILESS_MAIN(TestWeightStore)
#include "tst_weight_store.moc"
