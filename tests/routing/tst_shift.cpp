// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/shift.h"
#include "plan_bench.h"

#include <cmath>
#include <map>

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

const std::string shifting =
    fourProviders(routeTo(R"({"weighted":[{"weight":50,"to":{"target":"a/x"}},{"weight":50,"to":{"target":"b/x"}}],)"
                          R"("shift":{"p95Above":"3s","errorRateAbove":0.2,"minShare":0.1,"recovery":"60s"}})"));

// Ten requests a second, each answered after `ttftMs` by the target it went to; a tick with each.
std::map<std::string, int> traffic(Bench &bench, int seconds, double aMs, double bMs)
{
    std::map<std::string, int> got;
    for (int i = 0; i < seconds * 10; ++i) {
        bench.passMs(100);
        bench.state.tick(bench.nowNs);
        const std::string target = bench.request();
        ++got[target];
        bench.attempt(target.substr(0, 1), "x", target == "a/x" ? aMs : bMs);
    }
    return got;
}

} // namespace

class TestShift final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void breachShiftsAndRecovers()
    {
        Bench bench(shifting);
        auto got = traffic(bench, 60, 500, 500);
        QVERIFY(std::abs(got["a/x"] - 300) <= 1);
        traffic(bench, 60, 5000, 500);
        const auto rows = bench.state.weights();
        QCOMPARE(rows[0].node, std::string("/routes/0/to/weighted/0"));
        QCOMPARE(rows[0].label, std::string("a/x"));
        QCOMPARE(rows[0].configured, 0.5);
        QVERIFY2(std::abs(rows[0].effective - 0.1 / 1.1) < 0.01, qPrintable(QString::number(rows[0].effective)));
        got = traffic(bench, 30, 5000, 500);
        QVERIFY2(got["a/x"] <= 30, qPrintable(QString::number(got["a/x"]))); // of 300
        QVERIFY(got["a/x"] >= 25);                                           // never below its least share
        int seconds = 0;
        for (; seconds < 900 && bench.state.weights()[0].effective < 0.499; seconds += 10)
            traffic(bench, 10, 500, 500);
        qInfo("recovered %d s after the end of the trouble", seconds);
        QVERIFY(seconds < 600);
        got = traffic(bench, 60, 500, 500);
        QVERIFY(std::abs(got["a/x"] - 300) <= 2);
    }

    void saysWhy()
    {
        Bench bench(shifting);
        traffic(bench, 30, 500, 500);
        traffic(bench, 60, 5000, 500);
        const std::string told = planJson(bench.plan(), false);
        QVERIFY2(told.find("50 % of route r, now 9.1 % because p95 is ") != std::string::npos, told.c_str());
    }

    void errorsShiftToo()
    {
        Bench bench(shifting);
        for (int i = 0; i < 400; ++i) {
            bench.passMs(100);
            bench.state.tick(bench.nowNs);
            bench.attempt("a", "x", 100, i % 3 == 0 ? FailureClass::Server : FailureClass::None);
        }
        QVERIFY(bench.state.weights()[0].effective < 0.1);
        QCOMPARE(bench.state.weights()[1].configured, 0.5);
    }

    // However the figures jump: between two changes of mind lies a half-life.
    void noFlapping()
    {
        ShiftPolicy policy;
        policy.p95Above = 3s;
        ShiftedChild child;
        TargetFigures figures;
        figures.attempts = 100;
        int switches = 0;
        bool before = false;
        constexpr int64_t second = 1'000'000'000;
        for (int64_t s = 0; s < 600; ++s) {
            figures.ttftP95Ms = s % 2 == 0 ? 100 : 9000;
            child.move(policy, figures, s * second, Millis(30s));
            switches += child.losing() != before ? 1 : 0;
            before = child.losing();
        }
        QVERIFY2(switches <= 600 / 30 + 1, qPrintable(QString::number(switches)));
        QVERIFY(switches > 2);
    }

    // Between the limit and a little below it nothing changes.
    void hysteresis()
    {
        ShiftPolicy policy;
        policy.p95Above = 3s;
        ShiftedChild child;
        TargetFigures figures;
        figures.attempts = 100;
        constexpr int64_t second = 1'000'000'000;
        figures.ttftP95Ms = 2900;
        child.move(policy, figures, 0, Millis(1s));
        QVERIFY(!child.losing());
        figures.ttftP95Ms = 3100;
        child.move(policy, figures, 10 * second, Millis(1s));
        QVERIFY(child.losing());
        figures.ttftP95Ms = 2900;
        child.move(policy, figures, 20 * second, Millis(1s));
        QVERIFY(child.losing());
        figures.ttftP95Ms = 2600;
        child.move(policy, figures, 30 * second, Millis(1s));
        QVERIFY(!child.losing());
        figures.ttftP95Ms = 9000;
        figures.attempts = 2; // too few to tell
        child.move(policy, figures, 40 * second, Millis(1s));
        QVERIFY(!child.losing());
    }
};

QTEST_APPLESS_MAIN(TestShift)
#include "tst_shift.moc"
