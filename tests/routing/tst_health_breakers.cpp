// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/dice.h"
#include "health_world.h"

#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <map>

using namespace signalbox;

namespace {

constexpr AttemptKey a{"p", "a", ""};
constexpr AttemptKey b{"p", "b", ""};

struct World : HealthWorld {
    explicit World(uint64_t seed = 7) : HealthWorld(seed)
    {
        config.providers = {provider("p"), provider("q")};
        apply();
    }
};

// Fifty attempts a second at one target, as many as it may have at once.
struct Flow : World {
    enum End : int { fails, succeeds, hangs };
    struct Running {
        int64_t beganNs;
        AttemptTicket ticket;
        End end;
    };

    // Asks `what` becomes of each; gives how many could not begin.
    int run(int count, const std::function<End(int, double)> &what)
    {
        int refused = 0;
        for (int i = 0; i < count; ++i) {
            pass(0.02);
            deliver();
            if (!at("p", "a").available()) {
                ++refused;
                continue;
            }
            const End end = what(i, dice.next());
            constexpr int64_t durationsMs[] = {20, 4'000, 60'000};
            running.emplace(now + durationsMs[end] * 1'000'000, Running{now, book.began(a, now), end});
        }
        return refused;
    }
    void deliver()
    {
        while (!running.empty() && running.begin()->first <= now) {
            const auto [atNs, one] = *running.begin();
            running.erase(running.begin());
            AttemptResult result = HealthWorld::result(one.end == succeeds ? FailureClass::None
                                                       : one.end == fails  ? FailureClass::Server
                                                                           : FailureClass::Timeout,
                                                       double(atNs - one.beganNs) / 1e6);
            result.ticket = one.ticket;
            book.ended(a, result, atNs);
        }
    }

    std::multimap<int64_t, Running> running;
    Dice dice{3};
};

} // namespace

class TestHealthBreakers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatCounts_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<bool>("opens");
        for (const FailureClass failure : {FailureClass::Connect, FailureClass::Timeout, FailureClass::RequestTimeout,
                                           FailureClass::Server, FailureClass::Overloaded})
            QTest::newRow(failureName(failure)) << failure << true;
        for (const FailureClass failure : {FailureClass::None, FailureClass::Conflict, FailureClass::Client,
                                           FailureClass::Aborted, FailureClass::Unsuitable})
            QTest::newRow(failureName(failure)) << failure << false;
    }

    void whatCounts()
    {
        QFETCH(FailureClass, failure);
        QFETCH(bool, opens);
        World world;
        world.attempts(7, a, failure);
        QVERIFY(world.at("p", "a").available());
        world.attempts(1, a, failure);
        QCOMPARE(world.at("p", "a").available(), !opens);
        if (opens)
            QCOMPARE(world.at("p", "a").block, Block::Breaker);
        world.attempts(100, a, failure == FailureClass::None ? FailureClass::Client : failure);
        QVERIFY(world.at("q", "a").available());
    }

    void aSuccessBetweenBreaksTheRow()
    {
        World world;
        for (int i = 0; i < 20; ++i) {
            // 30 % errors, never eight in a row.
            world.attempts(3, a, FailureClass::Server);
            world.attempts(7, a, FailureClass::None);
        }
        QVERIFY(world.at("p", "a").available());
    }

    void opensByRate()
    {
        World world;
        int attempts = 0;
        while (world.at("p", "a").available() && attempts < 100) {
            world.attempts(2, a, FailureClass::Server);
            world.attempts(1, a, FailureClass::None);
            attempts += 3;
        }
        QVERIFY2(attempts >= 8 && attempts <= 45, qPrintable(QString::number(attempts)));
    }

    // Less than the limit over time, though more than it among the first eight and in many other stretches.
    void chanceDoesNotOpen()
    {
        World world;
        constexpr std::string_view ends = "ffsfffsfsssssfsfssss"; // 40 % errors
        for (int i = 0; i < 2000; ++i) {
            const bool fails = ends[static_cast<size_t>(i) % ends.size()] == 'f';
            world.attempts(1, a, fails ? FailureClass::Server : FailureClass::None);
            QVERIFY2(world.at("p", "a").available(), qPrintable(QString::number(i)));
        }
    }

    void brownOutStaysClosed()
    {
        World world;
        for (int i = 0; i < 2000; ++i) {
            world.attempt(a, HealthWorld::result(i % 5 == 0 ? FailureClass::Server : FailureClass::None, 20));
            QVERIFY(world.at("p", "a").available());
        }
        const TargetFigures figures = world.book.figures(*world.book.target("p", "a"), world.now);
        QVERIFY(std::abs(figures.errorRate - 0.2) < 0.02);
    }

    // Failures are told after 20 ms, successes after 4 s: far more often than the limit allows, as it looks at first.
    void slowOnesMayStillSucceed()
    {
        Flow flow;
        const int refused =
            flow.run(30'000, [](int, double dice) { return dice < 0.4 ? Flow::fails : Flow::succeeds; });
        QVERIFY2(refused < 1'500, qPrintable(QString::number(refused))); // of 30,000 in ten minutes
    }

    void whatRunsDoesNotHideAnOutage()
    {
        Flow flow;
        flow.run(3'000, [](int, double) { return Flow::succeeds; });
        int failed = 0;
        flow.run(500, [&](int, double) {
            ++failed;
            return Flow::fails;
        });
        QVERIFY2(failed <= 12, qPrintable(QString::number(failed)));
    }

    // Nothing comes of those that hang, which is only known when their deadline has passed.
    void hangingOnesAreNotWaitedForLong()
    {
        Flow flow;
        flow.run(3'000, [](int, double) { return Flow::succeeds; });
        int begun = 0;
        flow.run(2'000, [&](int, double dice) {
            ++begun;
            return dice < 0.3 ? Flow::fails : Flow::hangs;
        });
        QVERIFY2(begun < 50 * 12, qPrintable(QString::number(begun)));
    }

    void opensWithJitterAndDoubles()
    {
        World world;
        world.attempts(8, a, FailureClass::Server);
        double expected = 15;
        for (int round = 0; round < 6; ++round) {
            const Availability blocked = world.at("p", "a");
            QCOMPARE(blocked.block, Block::Breaker);
            const double seconds = world.inSeconds(blocked.untilNs);
            QVERIFY2(seconds >= expected - 0.01 && seconds <= expected * 1.2 + 0.01,
                     qPrintable(QStringLiteral("%1 in round %2").arg(seconds).arg(round)));
            world.now = blocked.untilNs;
            QVERIFY(world.at("p", "a").available());
            world.attempts(1, a, FailureClass::Server); // the probe
            expected = std::min(expected * 2, 120.0);
        }
        // The same seed gives the same times, another one others.
        const auto firstOpen = [](uint64_t seed) {
            World other(seed);
            other.attempts(8, a, FailureClass::Server);
            return other.at("p", "a").untilNs;
        };
        QCOMPARE(firstOpen(5), firstOpen(5));
        QVERIFY(firstOpen(5) != firstOpen(6));
    }

    void oneProbeAtATime()
    {
        World world;
        world.attempts(8, a, FailureClass::Timeout);
        world.now = world.at("p", "a").untilNs;
        QVERIFY(world.at("p", "a").available());
        world.book.began(a, world.now);
        const Availability waiting = world.at("p", "a");
        QCOMPARE(waiting.block, Block::Breaker);
        QVERIFY(waiting.untilNs > world.now);
        QVERIFY(world.inSeconds(waiting.untilNs) <= 2);
        world.pass(30);
        QCOMPARE(world.at("p", "a").block, Block::Breaker);
        QVERIFY(world.at("p", "a").untilNs > world.now);
        world.book.ended(a, HealthWorld::result(FailureClass::None, 30000), world.now);
        QVERIFY(world.at("p", "a").available());
        // Closed for good: what happened before does not count any more.
        world.attempts(7, a, FailureClass::Timeout);
        QVERIFY(world.at("p", "a").available());
    }

    void aNeutralProbeGivesItsPlaceBack()
    {
        for (const FailureClass outcome : {FailureClass::Client, FailureClass::Aborted, FailureClass::Conflict}) {
            World world;
            world.attempts(8, a, FailureClass::Server);
            world.now = world.at("p", "a").untilNs;
            world.attempts(1, a, outcome);
            QVERIFY(world.at("p", "a").available());
            world.attempts(1, a, FailureClass::Server); // still a probe: one failure is enough
            QCOMPARE(world.at("p", "a").block, Block::Breaker);
        }
    }

    void firstContentEndsTheProbe()
    {
        World world;
        world.attempts(8, a, FailureClass::Server);
        world.now = world.at("p", "a").untilNs;
        world.book.began(a, world.now);
        world.pass(2);
        QVERIFY(!world.at("p", "a").available());
        world.book.answered(a, world.now);
        QVERIFY(world.at("p", "a").available());
        world.pass(60); // its stream went on
        world.book.ended(a, HealthWorld::result(FailureClass::None, 62000), world.now);
        QVERIFY(world.at("p", "a").available());
    }

    void aLostProbeDoesNotBlockForEver()
    {
        World world;
        world.attempts(8, a, FailureClass::Server);
        world.now = world.at("p", "a").untilNs;
        world.book.began(a, world.now);
        world.pass(119);
        QVERIFY(!world.at("p", "a").available());
        world.pass(2);
        QVERIFY(world.at("p", "a").available());
    }

    void lateNewsOfOldAttempts()
    {
        World world;
        for (int i = 0; i < 20; ++i)
            world.book.began(a, world.now);
        world.pass(10);
        for (int i = 0; i < 8; ++i)
            world.book.ended(a, HealthWorld::result(FailureClass::Timeout, 10000), world.now);
        const Availability first = world.at("p", "a");
        QVERIFY(!first.available());
        world.pass(5);
        for (int i = 0; i < 6; ++i)
            world.book.ended(a, HealthWorld::result(FailureClass::Timeout, 15000), world.now);
        world.book.ended(a, HealthWorld::result(FailureClass::None, 15000), world.now);
        QCOMPARE(world.at("p", "a").untilNs, first.untilNs); // neither longer nor closed
        world.now = first.untilNs;
        world.book.began(a, world.now);
        world.book.ended(a, HealthWorld::result(FailureClass::Timeout, 60000), world.now + 1000); // an old one
        QVERIFY(!world.at("p", "a").available());                                                 // the probe is out
        world.pass(0.2);
        world.book.ended(a, HealthWorld::result(FailureClass::None, 200), world.now);
        QVERIFY(world.at("p", "a").available());
    }

    void aSickModelLeavesItsSiblingsAlone()
    {
        World world;
        for (int i = 0; i < 50; ++i) {
            world.attempts(9, a, FailureClass::Server);
            world.attempts(1, b, FailureClass::None);
            QVERIFY(world.at("p", "b").available());
            QVERIFY(world.at("p", "never asked").available());
        }
        QCOMPARE(world.at("p", "a").block, Block::Breaker);
        QCOMPARE(world.book.providerRows(world.now).front().block, Block::None);
    }

    void aLoneSickModelIsNotTheProvider()
    {
        World world;
        world.attempts(50, a, FailureClass::Server);
        QVERIFY(world.at("p", "b").available());
    }

    void severalSickModelsAreTheProvider()
    {
        World world;
        world.attempts(8, a, FailureClass::Server);
        QVERIFY(world.at("p", "c").available());
        world.attempts(8, b, FailureClass::Overloaded);
        QCOMPARE(world.at("p", "c").block, Block::Breaker);
        QVERIFY(world.at("q", "a").available());
        // One probe of it brings the provider back; each model still has its own.
        world.now = std::max(world.at("p", "a").untilNs, world.at("p", "b").untilNs);
        world.attempts(1, a, FailureClass::None);
        QVERIFY(world.at("p", "a").available());
        QVERIFY(world.at("p", "c").available());
    }

    void connectFailuresAreTheProvider()
    {
        World world;
        world.attempts(4, a, FailureClass::Connect);
        world.attempts(4, b, FailureClass::Connect);
        QCOMPARE(world.at("p", "c").block, Block::Breaker);
        world.now = world.at("p", "c").untilNs;
        world.attempts(1, b, FailureClass::Connect);
        QCOMPARE(world.at("p", "c").block, Block::Breaker);
        world.now = world.at("p", "c").untilNs;
        // It answers again, if only with an error of one model.
        world.attempts(1, b, FailureClass::Server);
        QVERIFY(world.at("p", "a").available());
        QVERIFY(world.at("p", "b").available());
    }

    void aFlappingModelIsHeldLonger()
    {
        // Well for 10 s, ill for 10 s: far fewer switches than the 60 that following it would take.
        World world;
        int switches = 0;
        bool was = true;
        const int64_t end = world.now + 600 * int64_t(1000000000);
        while (world.now < end) {
            const bool is = world.at("p", "a").available();
            switches += is != was;
            was = is;
            const bool ill = (world.now / 1000000000) % 20 >= 10;
            if (is)
                world.attempt(a, HealthWorld::result(ill ? FailureClass::Server : FailureClass::None, 50));
            else
                world.pass(0.05);
        }
        QVERIFY2(switches <= 30, qPrintable(QString::number(switches)));
    }

    void anotherServerStartsAfresh()
    {
        World world;
        world.attempts(8, a, FailureClass::Server);
        world.attempts(8, {"q", "a", ""}, FailureClass::Connect);
        world.apply();
        QVERIFY(!world.at("p", "a").available()); // an equal config changes nothing
        world.config.providers[0].baseUrl = "http://elsewhere/v1";
        world.apply();
        QVERIFY(world.at("p", "a").available());
        QVERIFY(!world.at("q", "a").available());
    }

    void checksOfTheProviderAlone()
    {
        World world;
        world.attempts(8, a, FailureClass::Connect);
        world.now = world.at("p", "a").untilNs;
        world.attempts(1, {"p", "", ""}, FailureClass::None);
        QVERIFY(world.at("p", "a").available());
        QCOMPARE(world.book.providerRows(world.now).front().figures.inFlight, 0);
    }
};

QTEST_APPLESS_MAIN(TestHealthBreakers)
#include "tst_health_breakers.moc"
