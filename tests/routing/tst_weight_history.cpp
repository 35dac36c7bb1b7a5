// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/weight_history.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

constexpr int64_t noon = 1'786'105'800'000;

std::vector<RoutingState::WeightRow> rows(double effective)
{
    return {{"/routes/0/to/weighted/0", "openai/gpt-5", 0.75, effective},
            {"/routes/0/to/weighted/1", "box/qwen", 0.25, 1 - effective}};
}

} // namespace

class TestWeightHistory final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void looksAsOftenAsItSays()
    {
        WeightHistory history;
        for (int64_t at = noon; at < noon + 60'000; at += 250)
            history.look(at, rows(0.5));
        const auto read = history.read(noon, noon + 60'000);
        QCOMPARE(read.stepMs, WeightHistory::fineMs);
        QCOMPARE(read.beginsMs, noon);
        QCOMPARE(read.lines.size(), size_t(2));
        QCOMPARE(read.lines[0].label, std::string("openai/gpt-5"));
        QCOMPARE(read.lines[0].points.size(), size_t(12));
        QVERIFY(qAbs(read.lines[0].points[3].configured - 0.75) < 1e-6);
        QVERIFY(qAbs(read.lines[1].points[3].effective - 0.5) < 1e-6);
    }

    void keepsADayAndAQuarter()
    {
        WeightHistory history;
        const int64_t end = noon + 26 * 3'600'000LL;
        for (int64_t at = noon; at < end; at += WeightHistory::fineMs)
            history.look(at, rows(at < end - 3'600'000 ? 0.75 : 0.25));
        const auto day = history.read(0, end);
        QCOMPARE(day.stepMs, WeightHistory::coarseMs);
        QCOMPARE(day.lines[0].points.size(), size_t(24 * 60));
        QVERIFY(qAbs(day.lines[0].points.front().effective - 0.75) < 1e-6);
        QVERIFY(qAbs(day.lines[0].points.back().effective - 0.25) < 1e-6);
        const auto lately = history.read(end - 600'000, end);
        QCOMPARE(lately.stepMs, WeightHistory::fineMs);
        QCOMPARE(lately.lines[0].points.size(), size_t(120));
        QVERIFY(history.read(end, end + 1000).lines.empty());
    }

    void isBounded()
    {
        WeightHistory history;
        for (int minute = 0; minute < 60; ++minute) {
            std::vector<RoutingState::WeightRow> many;
            for (int i = 0; i < 200; ++i)
                many.push_back({"/n/" + std::to_string(minute * 200 + i), "x", 1, 1});
            history.look(noon + minute * 60'000LL, many);
        }
        const auto read = history.read(0, noon + 3'600'000);
        QCOMPARE(read.lines.size(), WeightHistory::mostLines);
        WeightHistory fresh;
        std::vector<RoutingState::WeightRow> many(200, {"/n/0", "x", 1, 1});
        for (size_t i = 0; i < many.size(); ++i)
            many[i].node += std::to_string(i);
        fresh.look(noon, many);
        QCOMPARE(fresh.read(0, noon + 1).lines.size(), WeightHistory::mostRows);
    }

    void aClockThatGoesBackStartsAnew()
    {
        WeightHistory history;
        history.look(noon + 3'600'000, rows(0.1));
        history.look(noon, rows(0.9));
        const auto read = history.read(0, noon + 7'200'000);
        QCOMPARE(read.lines[0].points.size(), size_t(1));
        QCOMPARE(read.lines[0].points[0].atMs, noon);
    }
};

QTEST_APPLESS_MAIN(TestWeightHistory)
#include "tst_weight_history.moc"
