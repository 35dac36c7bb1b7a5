// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/share_budget.h"
#include "core/routing/spread.h"
#include "plan_bench.h"

#include <cmath>
#include <map>
#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const std::string sixtyThirtyTen =
    R"({"weighted":[{"weight":60,"to":{"target":"a/x"}},{"weight":30,"to":{"target":"b/x"}},)"
    R"({"weight":10,"to":{"target":"c/x"}}]})";

// The largest distance from what each was due, over `requests` requests; weights may be changed before each.
template<class Change>
double worstOf(std::vector<double> weights, int requests, Change change)
{
    Spread spread(weights.size());
    const std::vector<uint32_t> all((weights.size() + 31) / 32, 0xffffffff);
    std::vector<double> due(weights.size(), 0);
    double worst = 0;
    for (int n = 0; n < requests; ++n) {
        change(n, weights);
        double sum = 0;
        for (const double weight : weights)
            sum += weight;
        const size_t picked = spread.pick(weights, all);
        spread.commit(picked, weights, all);
        for (size_t i = 0; i < weights.size(); ++i) {
            due[i] += weights[i] / sum - (i == picked ? 1 : 0);
            worst = std::max(worst, std::abs(due[i]));
        }
    }
    return worst;
}

} // namespace

class TestSpread final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exactAtEveryRequest()
    {
        Bench bench(fourProviders(routeTo(sixtyThirtyTen)));
        std::map<std::string, int> got;
        for (int n = 1; n <= 1000; ++n) {
            ++got[bench.request()];
            QVERIFY2(std::abs(got["a/x"] - 0.6 * n) < 1, qPrintable(QString::number(n)));
            QVERIFY(std::abs(got["b/x"] - 0.3 * n) < 1);
            QVERIFY(std::abs(got["c/x"] - 0.1 * n) < 1);
        }
        QCOMPARE(got["a/x"], 600);
        QCOMPARE(got["b/x"], 300);
        QCOMPARE(got["c/x"], 100);
    }

    void anyWeights()
    {
        std::mt19937 random(1);
        for (int round = 0; round < 300; ++round) {
            std::vector<double> weights(1 + random() % 40);
            for (double &weight : weights)
                weight = 1 + random() % (round % 2 == 0 ? 10 : 1000);
            const double worst = worstOf(weights, 2000, [](int, std::vector<double> &) {});
            QVERIFY2(worst < 1, qPrintable(QString::number(worst)));
        }
    }

    void movingWeights()
    {
        std::mt19937 random(2);
        for (int round = 0; round < 100; ++round) {
            std::vector<double> weights(2 + random() % 8);
            for (double &weight : weights)
                weight = 1 + random() % 100;
            const size_t sick = random() % weights.size();
            const double worst = worstOf(weights, 3000, [&](int n, std::vector<double> &now) {
                now[sick] = weights[sick] * (1 - 0.95 * std::abs(std::sin(n / 200.0)));
            });
            QVERIFY2(worst < 1, qPrintable(QString::number(worst)));
        }
    }

    void standsInByWeight()
    {
        Bench bench(fourProviders(routeTo(sixtyThirtyTen)));
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("a/x b/x c/x"));
        bench.request();
        bench.request();
        QCOMPARE(Bench::names(bench.plan()).section(u' ', 1), QStringLiteral("b/x c/x"));
    }

    // Only a commit counts: asking is free.
    void planningChangesNothing()
    {
        Bench bench(fourProviders(routeTo(sixtyThirtyTen)));
        for (int i = 0; i < 10; ++i)
            QCOMPARE(Bench::names(bench.plan()), QStringLiteral("a/x b/x c/x"));
    }

    void sharesOfTheBlockedGoToTheOthers()
    {
        Bench bench(fourProviders(routeTo(sixtyThirtyTen)));
        for (int i = 0; i < 20; ++i)
            bench.attempt("a", "x", 0, FailureClass::Server);
        std::map<std::string, int> got;
        for (int n = 0; n < 40; ++n)
            ++got[bench.request()];
        QCOMPARE(got["a/x"], 0);
        QCOMPARE(got["b/x"], 30);
        QCOMPARE(got["c/x"], 10);
        QCOMPARE(bench.plan().blocked.size(), size_t(1));
        QVERIFY(bench.plan().soonestNs());
    }

    void weightZeroOnlyStandsIn()
    {
        Bench bench(fourProviders(
            routeTo(R"({"weighted":[{"weight":0,"to":{"target":"a/x"}},{"weight":1,"to":{"target":"b/x"}}]})")));
        for (int n = 0; n < 10; ++n)
            QCOMPARE(bench.request(), std::string("b/x"));
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("b/x a/x"));
    }

    void countersOutliveAConfigChange()
    {
        Bench bench(fourProviders(routeTo(sixtyThirtyTen)));
        std::map<std::string, int> got;
        for (int n = 1; n <= 100; ++n) {
            ++got[bench.request()];
            if (n % 3 == 0)
                bench.use(
                    fourProviders(R"("store":{"keepDays":)" + std::to_string(n) + "}," + routeTo(sixtyThirtyTen)));
            QVERIFY(std::abs(got["a/x"] - 0.6 * n) < 1);
            QVERIFY(std::abs(got["c/x"] - 0.1 * n) < 1);
        }
    }

    void budgets()
    {
        ShareBudget budget;
        int64_t now = 0;
        int granted = 0;
        constexpr int64_t ms = 1'000'000;
        for (int n = 1; n <= 10000; ++n) {
            budget.earn(0.1);
            now += 10 * ms;
            granted += budget.spend(now) ? 1 : 0;
            QVERIFY(granted <= 0.1 * n + 1);
        }
        QCOMPARE(granted, 1000);
        ShareBudget dear; // each as much as ten requests: a tenth of the money is one in a hundred
        int dearOnes = 0;
        for (int n = 1; n <= 10000; ++n) {
            dear.earn(0.1);
            now += 10 * ms;
            dearOnes += dear.spend(now, 10) ? 1 : 0;
            QVERIFY(dearOnes * 10 <= 0.1 * n + 10);
        }
        QVERIFY(dearOnes >= 99);
        ShareBudget quiet; // a single request can be helped, but not a second one at once
        QVERIFY(quiet.spend(0));
        QVERIFY(!quiet.spend(1));
    }
};

QTEST_APPLESS_MAIN(TestSpread)
#include "tst_spread.moc"
