// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

using namespace world;

// Scenario: a heavy tail, cut by asking another one when the first takes too long.
class TestHedging final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsTheTail()
    {
        SyntheticTraffic traffic;
        traffic.perSecond = 20;
        traffic.length = Millis(30 * minute);
        traffic.classes[0].inputTokens = Distribution::logNormal(1'000, 0.5);
        traffic.classes[0].outputTokens = Distribution::logNormal(300, 0.5);
        SimUpstreamModel a = upstream("a");
        SimUpstreamModel b = upstream("b");
        for (SimUpstreamModel *one : {&a, &b})
            one->ttftMs = Distribution::logNormal(400, 0.3).withTail(0.03, 3'000, 1.2, 40'000);
        const SimReport plain = run(config(fallback({target("a"), target("b")}), {"a", "b"}), {a, b}, traffic);
        print("without hedging", plain);
        const SimReport hedged =
            run(config(hedge({target("a"), target("b")}, 0.95, 0.05), {"a", "b"}), {a, b}, traffic);
        print("with hedging", hedged);
        const double cut = 1 - hedged.ttft.percentileMs(0.99) / plain.ttft.percentileMs(0.99);
        const double extra = double(hedged.nanoUsd) / double(plain.nanoUsd) - 1;
        qInfo("p99 %.0f → %.0f ms: %.1f %% less, for %.2f %% more money; %.2f %% of requests hedged, %.0f %% of those "
              "won",
              plain.ttft.percentileMs(0.99), hedged.ttft.percentileMs(0.99), 100 * cut, 100 * extra,
              100 * double(hedged.hedges) / double(hedged.requests),
              100 * double(hedged.hedgesWon) / double(std::max<int64_t>(1, hedged.hedges)));
        QCOMPARE(hedged.failed, int64_t(0));
        QVERIFY(cut >= 0.4);
        QVERIFY(extra <= 0.05);
        QVERIFY(double(hedged.hedges) <= 0.055 * double(hedged.requests));
    }

    // The other one costs ten times as much: its share is one of the money, not of the requests.
    void dearOnesAreHedgedLess()
    {
        SyntheticTraffic traffic;
        traffic.perSecond = 20;
        traffic.length = Millis(30 * minute);
        SimUpstreamModel a = upstream("a", 2'000);
        PolicyNode tree = hedge({target("a"), target("b")}, 0.95, 0.05);
        tree.hedgePercentile.reset();
        tree.hedgeAfter = Millis(500); // nearly always due
        Config dear = config(tree, {"a", "b"});
        for (const auto &[model, usd] : {std::pair("a/*", 1.0), std::pair("b/*", 10.0)}) {
            PriceConfig price;
            price.model = model;
            price.inputUsdPerMTok = usd;
            price.outputUsdPerMTok = usd;
            dear.prices.push_back(price);
        }
        a.price.reset(); // the config's
        SimUpstreamModel b = upstream("b");
        b.price.reset();
        Config plain = dear;
        plain.routes[0].to = target("a");
        const SimReport without = run(plain, {a, b}, traffic);
        const SimReport hedged = run(dear, {a, b}, traffic);
        print("a dear hedge", hedged);
        const double extra = double(hedged.nanoUsd) / double(without.nanoUsd) - 1;
        qInfo("%.2f %% more money, %.2f %% of requests hedged", 100 * extra,
              100 * double(hedged.hedges) / double(hedged.requests));
        QVERIFY(hedged.hedges > 0);
        QVERIFY(extra <= 0.055);
    }

    // A provider that is slow throughout must not double the traffic of the other one.
    void staysWithinItsShare()
    {
        SyntheticTraffic traffic;
        traffic.perSecond = 20;
        traffic.length = Millis(10 * minute);
        SimUpstreamModel a = upstream("a", 6'000);
        PolicyNode tree = hedge({target("a"), target("b")}, 0.95, 0.05);
        tree.hedgePercentile.reset();
        tree.hedgeAfter = Millis(500); // nearly always due
        const SimReport report = run(config(tree, {"a", "b"}), {a, upstream("b")}, traffic);
        print("hedge always due", report);
        QVERIFY(report.hedges > 0);
        QVERIFY(double(report.hedges) <= 0.06 * double(report.requests));
    }
};

QTEST_APPLESS_MAIN(TestHedging)
#include "tst_hedging.moc"
