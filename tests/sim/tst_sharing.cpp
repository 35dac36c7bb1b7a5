// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <cmath>
#include <map>

using namespace world;

namespace {

SyntheticTraffic traffic(double perSecond, int64_t lengthMs)
{
    SyntheticTraffic made;
    made.perSecond = perSecond;
    made.length = Millis(lengthMs);
    return made;
}

// Where the series turns from falling to rising or back, small moves left out.
int turns(const std::vector<double> &series)
{
    int found = 0;
    int direction = 0;
    double extreme = series.empty() ? 0 : series.front();
    for (const double value : series) {
        if (std::abs(value - extreme) < 0.02)
            continue;
        const int now = value > extreme ? 1 : -1;
        found += direction != 0 && now != direction ? 1 : 0;
        direction = now;
        extreme = value;
    }
    return found;
}

} // namespace

// Scenarios: how traffic is shared out.
class TestSharing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // After any number of requests every share is within one request of its due.
    void sixtyThirtyTen()
    {
        const std::map<std::string, double, std::less<>> due{{"a", 0.6}, {"b", 0.3}, {"c", 0.1}};
        std::map<std::string, int64_t, std::less<>> seen;
        int64_t count = 0;
        double worst = 0;
        SimOptions options;
        options.onAttempt = [&](const SimAttempt &attempt) {
            ++count;
            ++seen[std::string(attempt.provider)];
            for (const auto &[provider, share] : due)
                worst = std::max(worst, std::abs(double(seen[provider]) - share * double(count)));
        };
        const Config config =
            world::config(weighted({{60, target("a")}, {30, target("b")}, {10, target("c")}}), {"a", "b", "c"});
        const SimReport report =
            run(config, {upstream("a"), upstream("b"), upstream("c")}, traffic(50, 200 * second), options);
        print("60/30/10", report);
        qInfo("worst distance from the due share after any of %lld requests: %.2f", static_cast<long long>(count),
              worst);
        QVERIFY(count > 9'000);
        QCOMPARE(report.failed, int64_t(0));
        QVERIFY(worst <= 1.0 + 1e-9);
    }

    // The slow one keeps little within a minute, is asked now and then, and comes back when it does well again.
    void p95BreachShiftsAndRecovers()
    {
        ShiftPolicy shift;
        shift.p95Above = Millis(3 * second);
        const Config config = world::config(weighted({{60, target("a")}, {40, target("b")}}, shift), {"a", "b"});
        SimUpstreamModel slow = upstream("a", 800);
        slow.faults.push_back({.fromMs = 2 * minute, .toMs = 6 * minute, .failure = FailureClass::None, .slowdown = 6});
        const SimReport report = run(config, {slow, upstream("b", 800)}, traffic(20, 12 * minute));
        print("p95 breach", report);
        std::vector<double> series;
        std::string line;
        for (const SimSlice &slice : report.slices) {
            series.push_back(slice.weights.empty() ? 0 : slice.weights.front());
            line += std::to_string(int(std::lround(100 * series.back()))) + " ";
        }
        qInfo("effective weight of the slow one in %%, each 10 s; slow from 120 s to 360 s: %s", line.c_str());
        QVERIFY(std::abs(report.share("a", 0, 2 * minute) - 0.6) < 0.02);
        QVERIFY(report.share("a", 3 * minute, 6 * minute) < 0.12);
        QVERIFY2(report.share("a", 3 * minute, 6 * minute) > 0.005, "it must be asked now and then");
        QVERIFY(std::abs(report.share("a", 10 * minute, 12 * minute) - 0.6) < 0.03);
        QVERIFY(turns(series) <= 2);
        QCOMPARE(report.failed, int64_t(0));
    }

    void affinityKeepsConversationsWarm()
    {
        SyntheticTraffic chats = traffic(2, 20 * minute);
        chats.classes[0].meanTurns = 8;
        chats.classes[0].pauseMs = Distribution::uniform(10'000, 120'000);
        chats.classes[0].inputTokens = Distribution::logNormal(1'500, 0.5);
        Config config = world::config(weighted({{50, target("a")}, {50, target("b")}}), {"a", "b"}, 2);
        const SimReport warm = run(config, {upstream("a"), upstream("b")}, chats);
        print("affinity", warm);
        config.routes[0].affinity = Millis(0);
        const SimReport cold = run(config, {upstream("a"), upstream("b")}, chats);
        print("without affinity", cold);
        qInfo("warm follow-ups: %.2f %% against %.2f %%; cost %.2f against %.2f USD", 100 * warm.warmShare(),
              100 * cold.warmShare(), double(warm.nanoUsd) / 1e9, double(cold.nanoUsd) / 1e9);
        QVERIFY(warm.followUps > 10'000);
        QVERIFY(warm.warmShare() >= 0.95);
        QVERIFY2(cold.warmShare() < 0.9, "else this scenario shows nothing");
        QVERIFY(warm.nanoUsd < cold.nanoUsd);
        const double share = warm.share("a", 0, 60 * minute);
        QVERIFY2(share > 0.4 && share < 0.6, "warm conversations must not pull all others along");
    }
};

QTEST_APPLESS_MAIN(TestSharing)
#include "tst_sharing.moc"
