// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <cmath>

using namespace world;

namespace {

SyntheticTraffic traffic(double perSecond, int64_t lengthMs, int64_t patienceMs = 0)
{
    SyntheticTraffic made;
    made.perSecond = perSecond;
    made.length = Millis(lengthMs);
    made.classes[0].patience = Millis(patienceMs);
    return made;
}

SimUpstreamModel failing(const char *provider, SimFault fault)
{
    SimUpstreamModel model = upstream(provider);
    model.faults.push_back(fault);
    return model;
}

Config oneBehindTheOther()
{
    return config(fallback({target("a"), target("b")}), {"a", "b"});
}

} // namespace

// Scenarios: what breaks, and what clients see of it.
class TestFaults final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outage_data()
    {
        QTest::addColumn<int>("failure");
        QTest::addColumn<double>("afterMs");
        QTest::newRow("refused") << int(FailureClass::Connect) << 3.0;
        QTest::newRow("hangs") << int(FailureClass::Server) << 1e9; // until the deadline of the first byte
        QTest::newRow("5xx") << int(FailureClass::Server) << 40.0;
    }

    void outage()
    {
        QFETCH(int, failure);
        QFETCH(double, afterMs);
        Config config = oneBehindTheOther();
        config.providers[0].timeouts.firstByte = Millis(3 * second);
        const SimUpstreamModel out = failing(
            "a", {.fromMs = 2 * minute, .toMs = 6 * minute, .failure = FailureClass(failure), .afterMs = afterMs});
        const SimReport report = run(config, {out, upstream("b")}, traffic(50, 12 * minute));
        print(QTest::currentDataTag(), report);
        QCOMPARE(report.failed, int64_t(0));
        QVERIFY2(report.targets[report.indexOf("a")].failures < report.requests / 100, "the breaker shall spare it");
        QVERIFY(report.share("a", 0, 2 * minute) > 0.99);
        QVERIFY(report.share("a", 2 * minute + 20 * second, 6 * minute) < 0.01);
        QVERIFY2(report.share("a", 10 * minute, 12 * minute) > 0.99, "it has to come back");
    }

    void brownOut()
    {
        const SimUpstreamModel brown =
            failing("a", {.fromMs = minute, .toMs = 9 * minute, .share = 0.2, .failure = FailureClass::Server});
        const SimReport behind = run(oneBehindTheOther(), {brown, upstream("b")}, traffic(50, 10 * minute));
        print("brown-out, fallback", behind);
        QCOMPARE(behind.failed, int64_t(0));
        QVERIFY(behind.amplification() < 1.25);

        ShiftPolicy shift;
        shift.errorRateAbove = 0.1;
        const Config beside = config(weighted({{50, target("a")}, {50, target("b")}}, shift), {"a", "b"});
        const SimReport moved = run(beside, {brown, upstream("b")}, traffic(50, 10 * minute));
        print("brown-out, weighted with shift", moved);
        QCOMPARE(moved.failed, int64_t(0));
        QVERIFY(moved.share("a", 3 * minute, 9 * minute) < 0.15);
        QVERIFY(moved.amplification() < 1.1);
    }

    // Two keys of 100 requests in 10 s each, and 500 that come; told by 429 and Retry-After.
    void throttleStorm_data()
    {
        QTest::addColumn<bool>("spare");
        QTest::newRow("with another provider") << true;
        QTest::newRow("alone") << false;
    }

    void throttleStorm()
    {
        QFETCH(bool, spare);
        SimUpstreamModel limited = upstream("a");
        limited.limit.window = Millis(10 * second);
        limited.limit.requests = 100;
        std::map<std::string, int64_t> coolingFromNs; // by key, as announced
        std::map<std::string, int64_t> coolingUntilNs;
        int64_t throttled = 0;
        int64_t violations = 0;
        SimOptions options;
        options.onAttempt = [&](const SimAttempt &attempt) {
            const std::string key = std::string(attempt.provider) + "/" + std::string(attempt.credential);
            const bool cooling = coolingFromNs.contains(key) && attempt.nowNs >= coolingFromNs[key] &&
                                 attempt.nowNs < coolingUntilNs[key];
            violations += cooling ? 1 : 0;
            if (attempt.answer->failure != FailureClass::RateLimited)
                return;
            ++throttled;
            const int64_t toldNs = attempt.nowNs + std::llround(attempt.answer->endMs * 1e6);
            if (coolingUntilNs[key] <= toldNs)
                coolingFromNs[key] = toldNs;
            coolingUntilNs[key] =
                std::max(coolingUntilNs[key], toldNs + attempt.answer->retryAfterMs.value_or(0) * 1'000'000);
        };
        const Config config = spare ? world::config(fallback({target("a"), target("b")}), {"a", "b"}, 2)
                                    : world::config(target("a"), {"a"}, 2);
        const SimReport report = run(config, {limited, upstream("b")}, traffic(50, 5 * minute, 20 * second), options);
        print(QTest::currentDataTag(), report);
        qInfo("%lld replies of 429, %lld requests sent to a key that cools down", static_cast<long long>(throttled),
              static_cast<long long>(violations));
        QVERIFY(throttled > 20);
        QCOMPARE(violations, int64_t(0));
        const int64_t windows = 5 * minute / (10 * second);
        const int64_t servedByA = report.targets[report.indexOf("a")].served;
        QVERIFY2(servedByA > windows * 200 * 9 / 10, "what the keys allow is used");
        if (spare)
            QCOMPARE(report.failed, int64_t(0));
    }

    // Ten seconds down, ten seconds up, and so on for twenty minutes.
    void flapping_data()
    {
        QTest::addColumn<bool>("weightedTree");
        QTest::newRow("fallback") << false;
        QTest::newRow("weighted with shift") << true;
    }

    void flapping()
    {
        QFETCH(bool, weightedTree);
        ShiftPolicy shift;
        shift.errorRateAbove = 0.2;
        const Config config = weightedTree
                                  ? world::config(weighted({{70, target("a")}, {30, target("b")}}, shift), {"a", "b"})
                                  : oneBehindTheOther();
        const int64_t length = 20 * minute;
        const SimUpstreamModel flaps = failing("a", {.everyMs = 20 * second, .onMs = 10 * second});
        SimOptions options;
        options.slice = Millis(second);
        const SimReport report = run(config, {flaps, upstream("b")}, traffic(50, length), options);
        print(QTest::currentDataTag(), report);
        const int64_t halfLives = length / config.breaker.halfLife.count();
        qInfo("%d switches in %lld half-lives", report.switches, static_cast<long long>(halfLives));
        QCOMPARE(report.failed, int64_t(0));
        QVERIFY(report.switches <= halfLives);
    }

    // Nothing else to go to: retries must not make it worse.
    void retryStorm_data()
    {
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("capacity");
        QTest::addColumn<double>("served"); // at least
        // The breaker's limit is 50 %: what fails less often goes on.
        QTest::newRow("40 % errors") << 0.4 << 0 << 0.55;
        QTest::newRow("90 % errors") << 0.9 << 0 << 0.0;
        QTest::newRow("all fail") << 1.0 << 0 << 0.0;
        QTest::newRow("half the capacity") << 0.0 << 100 << 0.01; // of some 200 at once
    }

    void retryStorm()
    {
        QFETCH(double, share);
        QFETCH(int, capacity);
        QFETCH(double, served);
        SimUpstreamModel bad = upstream("a");
        bad.capacity = capacity;
        bad.faults.push_back({.share = share, .failure = FailureClass::Server});
        const SimReport report = run(config(target("a"), {"a"}), {bad}, traffic(50, 10 * minute, 30 * second));
        print(QTest::currentDataTag(), report);
        QVERIFY(report.failed > 0);
        QVERIFY(report.amplification() <= 1.1);
        QVERIFY(double(report.served) >= served * double(report.requests));
    }

    // Errors in time while nothing works; with the first attempt that meets a healthy target all is well again.
    void allDown()
    {
        const int64_t patienceMs = 8 * second;
        const int64_t from = 2 * minute;
        const int64_t to = 6 * minute;
        const SimFault down{.fromMs = from, .toMs = to, .failure = FailureClass::Connect, .afterMs = 5};
        int64_t firstMs = -1;
        int64_t afterwards = 0;
        SimOptions options;
        options.slice = Millis(second);
        options.onAttempt = [&](const SimAttempt &attempt) {
            const int64_t nowMs = attempt.nowNs / 1'000'000;
            if (nowMs >= to && firstMs < 0)
                firstMs = nowMs;
            afterwards += nowMs >= to ? 1 : 0;
        };
        const Config config = oneBehindTheOther();
        const SimReport report =
            run(config, {failing("a", down), failing("b", down)}, traffic(50, 15 * minute, patienceMs), options);
        print("all down", report);
        const int64_t recoveredMs = firstMs + 10 * second;
        qInfo("errors within %.1f s (patience %lld s); first attempt %.1f s after the end of the outage; %lld errors "
              "from 10 s after it",
              report.untilError.maxMs() / 1'000, static_cast<long long>(patienceMs / second),
              double(firstMs - to) / 1'000, static_cast<long long>(report.failedBetween(recoveredMs, 60 * minute)));
        QVERIFY(report.failed > 1'000);
        QVERIFY(report.untilError.maxMs() <= double(patienceMs));
        QVERIFY(firstMs >= to && firstMs - to <= 8 * config.breaker.open.count() * 5 / 4);
        QCOMPARE(report.failedBetween(recoveredMs, 60 * minute), int64_t(0));
        QVERIFY(report.amplification() <= 1.1);
        QVERIFY(report.share("a", 12 * minute, 15 * minute) > 0.99);
    }
};

QTEST_APPLESS_MAIN(TestFaults)
#include "tst_faults.moc"
