// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/weight_history.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace signalbox;

namespace {

constexpr int64_t noon = 1786105800000;

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
        for (int64_t at = noon; at < noon + 60000; at += 250)
            history.look(at, rows(0.5));
        const auto read = history.read(noon, noon + 60000);
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
        const int64_t end = noon + 26 * 3600000LL;
        for (int64_t at = noon; at < end; at += WeightHistory::fineMs)
            history.look(at, rows(at < end - 3600000 ? 0.75 : 0.25));
        const auto day = history.read(end - WeightHistory::spanMs, end);
        QCOMPARE(day.stepMs, WeightHistory::coarseMs);
        QCOMPARE(day.lines[0].points.size(), size_t(24 * 60));
        QVERIFY(qAbs(day.lines[0].points.front().effective - 0.75) < 1e-6);
        QVERIFY(qAbs(day.lines[0].points.back().effective - 0.25) < 1e-6);
        const auto lately = history.read(end - 600000, end);
        QCOMPARE(lately.stepMs, WeightHistory::fineMs);
        QCOMPARE(lately.lines[0].points.size(), size_t(120));
        QVERIFY(history.read(end, end + 1000).lines.empty());
        const auto all = history.read(0, end);
        QCOMPARE(all.stepMs, WeightHistory::hourMs);
        QCOMPARE(all.beginsMs, noon - 1800000);                // the hour it was in
        QCOMPARE(all.lines[0].points.size(), size_t(26 + 30)); // the hour that runs is told by its minutes
        QVERIFY(qAbs(all.lines[0].points[24].effective - 0.75) < 1e-6);
        QVERIFY(qAbs(all.lines[0].points.back().effective - 0.25) < 1e-6);
    }

    void onlyChangesAreTold()
    {
        WeightHistory history;
        for (int64_t at = noon; at < noon + 3 * WeightHistory::hourMs; at += WeightHistory::fineMs)
            history.look(at, rows(0.5));
        std::vector<WeightHistory::Change> told = history.takeChanges();
        QCOMPARE(told.size(), size_t(4)); // two lines, by the minute and by the hour
        QVERIFY(!told[0].hourly && told[0].atMs == noon && told[0].effective == 5000);
        history.look(noon + 3 * WeightHistory::hourMs + 61000, rows(0.5004)); // less than anybody sees
        QVERIFY(history.takeChanges().empty());
        history.look(noon + 3 * WeightHistory::hourMs + 122000, rows(0.6));
        told = history.takeChanges();
        QCOMPARE(told.size(), size_t(2));
        QCOMPARE(told[0].atMs, noon + 3 * WeightHistory::hourMs + 120000);
        history.look(noon + 3 * WeightHistory::hourMs + 183000, {});
        told = history.takeChanges();
        QCOMPARE(told.size(), size_t(2));
        QVERIFY(told[0].gone && told[1].gone);
    }

    // What a run kept and the next takes back reads the same, but for the gap between them.
    void goesOnInTheNextRun()
    {
        WeightHistory first;
        std::vector<WeightHistory::Change> kept;
        const auto keep = [&kept](WeightHistory &history) {
            for (WeightHistory::Change &one : history.takeChanges())
                kept.push_back(std::move(one));
        };
        const int64_t begin = (noon / (3 * WeightHistory::hourMs) + 1) * 3 * WeightHistory::hourMs;
        const int64_t end = begin + 30 * WeightHistory::hourMs + 20 * 60000;
        for (int64_t at = begin; at < end; at += 20000) {
            first.look(at, rows(at % (3 * WeightHistory::hourMs) < WeightHistory::hourMs ? 0.75 : 0.25));
            keep(first);
        }
        std::stable_sort(kept.begin(), kept.end(), [](const auto &a, const auto &b) { return a.atMs < b.atMs; });
        for (const bool told : {true, false}) { // ended in order, or killed
            std::vector<WeightHistory::Change> past = kept;
            if (told) {
                WeightHistory ended = first;
                ended.end(end);
                for (WeightHistory::Change &one : ended.takeChanges())
                    past.push_back(std::move(one));
            }
            const int64_t now = end + 2 * WeightHistory::hourMs;
            WeightHistory second;
            second.restore(past, end, now);
            const auto day = second.read(now - WeightHistory::spanMs, end);
            const auto before = first.read(now - WeightHistory::spanMs, end);
            QCOMPARE(day.stepMs, WeightHistory::coarseMs);
            QCOMPARE(day.lines.size(), before.lines.size());
            QCOMPARE(day.lines[0].points.size(), size_t(22 * 60));
            for (size_t i = 0; i < day.lines[0].points.size(); ++i)
                QVERIFY(qAbs(day.lines[0].points[i].effective - before.lines[0].points[i].effective) < 1e-3);
            const auto all = second.read(0, now);
            QCOMPARE(all.stepMs, WeightHistory::hourMs);
            QCOMPARE(all.lines[0].points.size(), size_t(31));
            QVERIFY(qAbs(all.lines[0].points[3].effective - 0.75) < 1e-3);
            QVERIFY(second.read(end + 120000, now).lines.empty()); // nobody looked
            second.look(now, rows(0.5));
            QCOMPARE(second.read(end + 120000, now + 1).lines.size(), size_t(2));
        }
    }

    void isBounded()
    {
        WeightHistory history;
        for (int minute = 0; minute < 60; ++minute) {
            std::vector<RoutingState::WeightRow> many;
            for (int i = 0; i < 200; ++i)
                many.push_back({"/n/" + std::to_string(minute * 200 + i), "x", 1, 1});
            history.look(noon + minute * 60000LL, many);
        }
        const auto read = history.read(0, noon + 3600000);
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
        history.look(noon + 3600000, rows(0.1));
        history.look(noon, rows(0.9));
        const auto read = history.read(0, noon + 7200000);
        QCOMPARE(read.lines[0].points.size(), size_t(1));
        QCOMPARE(read.lines[0].points[0].atMs, noon);
    }
};

QTEST_APPLESS_MAIN(TestWeightHistory)
#include "tst_weight_history.moc"
