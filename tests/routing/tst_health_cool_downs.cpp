// SPDX-License-Identifier: GPL-3.0-or-later
#include "health_world.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

struct World : HealthWorld {
    World()
    {
        config.providers = {provider("p", {key("k")}), provider("box")};
        apply();
    }
    void throttled(const AttemptKey &key, std::optional<int64_t> waitMs)
    {
        AttemptResult made = result(FailureClass::RateLimited, 0);
        made.retryAfterMs = waitMs;
        attempt(key, made);
    }
};

constexpr AttemptKey keyed{"p", "m", "k"};
constexpr AttemptKey keyless{"box", "m", ""};

} // namespace

class TestHealthCoolDowns final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void announcedWaits_data()
    {
        QTest::addColumn<qint64>("waitMs");
        QTest::addColumn<double>("seconds");
        QTest::newRow("a moment") << qint64(120) << 0.12;
        QTest::newRow("a minute") << qint64(60000) << 60.0;
        QTest::newRow("longer than a growing one") << qint64(3600000) << 3600.0;
        QTest::newRow("bounded") << qint64(90) * 24 * 3600 * 1000 << 24.0 * 3600;
        QTest::newRow("absurd") << std::numeric_limits<qint64>::max() << 24.0 * 3600;
    }

    void announcedWaits()
    {
        QFETCH(qint64, waitMs);
        QFETCH(double, seconds);
        for (const AttemptKey &key : {keyed, keyless}) {
            World world;
            world.throttled(key, waitMs);
            const Availability blocked = world.at(key.provider.data(), "m");
            QCOMPARE(blocked.block, Block::CoolDown);
            QVERIFY(std::abs(world.inSeconds(blocked.untilNs) - seconds) < 1e-6);
            world.now = blocked.untilNs - 1;
            QVERIFY(!world.at(key.provider.data(), "m").available());
            world.pass(1e-9);
            QVERIFY(world.at(key.provider.data(), "m").available());
        }
    }

    void neverShorterThanAnnounced()
    {
        World world;
        world.throttled(keyed, 30000);
        const int64_t until = world.at("p", "m").untilNs;
        world.throttled(keyed, 5000);
        world.throttled(keyed, std::nullopt);
        world.attempts(3, keyed, FailureClass::None);
        QCOMPARE(world.at("p", "m").untilNs, until);
    }

    void withoutAWaitItGrows()
    {
        World world;
        for (const double seconds : {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0}) {
            world.throttled(keyed, std::nullopt);
            QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), seconds);
            world.now = world.at("p", "m").untilNs;
        }
        world.attempts(1, keyed, FailureClass::None);
        world.throttled(keyed, 0); // no wait that could be kept
        QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), 1.0);
    }

    void aBurstIsOneStep()
    {
        World world;
        for (int i = 0; i < 50; ++i)
            world.book.began(keyed, world.now);
        world.pass(0.2);
        for (int i = 0; i < 50; ++i)
            world.book.ended(keyed, HealthWorld::result(FailureClass::RateLimited, 200), world.now);
        QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), 1.0);
    }

    void anEmptyQuotaIsAWait()
    {
        World world;
        AttemptResult result = HealthWorld::result(FailureClass::RateLimited, 0);
        result.quota.tokensLimit = 1000;
        result.quota.tokensLeft = 0;
        result.quota.tokensResetMs = 7000;
        result.quota.requestsLeft = 4;
        result.quota.requestsResetMs = 60000;
        world.attempt(keyed, result);
        QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), 7.0);
    }

    void throttlesAreNotIllness()
    {
        World world;
        for (int i = 0; i < 100; ++i) {
            world.throttled(keyless, 10);
            world.pass(1);
        }
        QVERIFY(world.at("box", "m").available());
        const TargetFigures figures = world.book.figures(*world.book.target("box", "m"), world.now);
        QCOMPARE(figures.errorRate, 0.0);
        QCOMPARE(figures.attempts, 0.0);
        QVERIFY(figures.requestsPerSecond > 0);
    }

    void whoCoolsDown()
    {
        World world;
        world.throttled(keyless, 5000); // no key: the target
        QVERIFY(!world.at("box", "m").available());
        QVERIFY(world.at("box", "other").available());
        world.throttled(keyed, 5000); // the key, whatever it is used for
        QVERIFY(!world.at("p", "other").available());
    }

    void overloadedWithAWait()
    {
        World world;
        AttemptResult result = HealthWorld::result(FailureClass::Overloaded, 10);
        result.retryAfterMs = 40000;
        world.attempt(keyed, result);
        QCOMPARE(world.at("p", "m").block, Block::CoolDown);
        QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), 40.0);
        QVERIFY(world.at("p", "other").available());
        QCOMPARE(world.row("p", "k").block, Block::None);
        // Without one it only counts for the breaker.
        World other;
        other.attempts(1, keyed, FailureClass::Overloaded);
        QVERIFY(other.at("p", "m").available());
    }

    void theLongestOfSeveralReasons()
    {
        World world;
        world.attempts(8, keyed, FailureClass::Server); // 15 s to 18 s
        world.throttled(keyed, 5000);
        QCOMPARE(world.at("p", "m").block, Block::Breaker);
        world.throttled(keyed, 50000);
        QCOMPARE(world.at("p", "m").block, Block::CoolDown);
        QCOMPARE(world.inSeconds(world.at("p", "m").untilNs), 50.0);
        world.attempts(1, keyed, FailureClass::Quota);
        QCOMPARE(world.at("p", "m").block, Block::OutOfCredit);
        QCOMPARE(world.at("p", "m").untilNs, int64_t(0));
    }
};

QTEST_APPLESS_MAIN(TestHealthCoolDowns)
#include "tst_health_cool_downs.moc"
