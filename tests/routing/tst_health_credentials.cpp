// SPDX-License-Identifier: GPL-3.0-or-later
#include "health_world.h"

#include <QtTest/QTest>

#include <array>
#include <cmath>
#include <map>

using namespace signalbox;

namespace {

struct World : HealthWorld {
    World()
    {
        config.providers = {provider("p", {key("one"), key("two", 2), key("three", 3)}), provider("local")};
        apply();
    }
    std::map<std::string, int> spread(int count)
    {
        std::map<std::string, int> picked;
        for (int i = 0; i < count; ++i)
            ++picked[pick("p")];
        return picked;
    }
};

constexpr AttemptKey one{"p", "m", "one"};
constexpr AttemptKey two{"p", "m", "two"};
constexpr AttemptKey three{"p", "m", "three"};

} // namespace

class TestHealthCredentials final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spreadsByWeight()
    {
        World world;
        std::map<std::string, int> picked;
        for (int n = 1; n <= 600; ++n) {
            ++picked[world.pick("p")];
            QVERIFY(std::abs(picked["one"] - n / 6.0) <= 1);
            QVERIFY(std::abs(picked["two"] - n / 3.0) <= 1);
            QVERIFY(std::abs(picked["three"] - n / 2.0) <= 1);
        }
        QCOMPARE(picked["one"], 100);
        QCOMPARE(picked["three"], 300);
    }

    void withoutKeys()
    {
        World world;
        QCOMPARE(world.pick("local"), std::string());
        QCOMPARE(world.pick("local", {""}), std::string("none"));
        QCOMPARE(world.pick("unknown"), std::string("none"));
    }

    void triedAndPreferred()
    {
        World world;
        QCOMPARE(world.pick("p", {}, "one"), std::string("one"));
        QCOMPARE(world.pick("p", {}, "no such key").size(), std::string("three").size());
        QVERIFY(world.pick("p", {"one"}, "one") != "one");
        QCOMPARE(world.pick("p", {"three", "two"}), std::string("one"));
        QCOMPARE(world.pick("p", {"three", "two", "one"}), std::string("none"));
        // A preferred key pays for its uses: the others come first afterwards, but not for ever.
        World other;
        for (int i = 0; i < 1000; ++i)
            QCOMPARE(other.pick("p", {}, "one"), std::string("one"));
        QVERIFY(other.spread(12)["one"] <= 2);
        QVERIFY(other.spread(60)["one"] >= 5);
    }

    void refusedAndSpentKeys_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<Block>("block");
        QTest::addColumn<double>("minutes");
        QTest::newRow("refused") << FailureClass::Credential << Block::BadCredential << 15.0;
        QTest::newRow("spent") << FailureClass::Quota << Block::OutOfCredit << 30.0;
    }

    void refusedAndSpentKeys()
    {
        QFETCH(FailureClass, failure);
        QFETCH(Block, block);
        QFETCH(double, minutes);
        World world;
        world.attempts(1, one, failure);
        QCOMPARE(world.spread(50)["one"], 0);
        QCOMPARE(world.row("p", "one").block, block);
        const double seconds = world.inSeconds(world.row("p", "one").untilNs);
        QVERIFY(seconds >= minutes * 60 - 1 && seconds <= minutes * 60 * 1.1 + 1);
        QVERIFY(world.at("p", "m").available());
        world.attempts(1, two, failure);
        world.attempts(1, three, failure);
        QCOMPARE(world.at("p", "m").block, block);
        QCOMPARE(world.at("p", "m").untilNs, int64_t(0)); // waiting does not help
        const std::string lastResort = world.pick("p");   // who plans with it all the same may ask once
        QVERIFY(lastResort == "one" || lastResort == "two" || lastResort == "three");
        QCOMPARE(world.pick("p", {lastResort}), std::string("none"));

        world.now = world.row("p", "one").untilNs;
        QCOMPARE(world.pick("p", {"two", "three"}), std::string("one")); // one try, and meanwhile nobody else
        world.book.began(one, world.now);
        QCOMPARE(world.row("p", "one").block, block);
        QCOMPARE(world.pick("p", {"two", "three"}), std::string("none"));
        world.pass(1);
        world.book.ended(one, HealthWorld::result(FailureClass::None, 1000), world.now);
        QCOMPARE(world.row("p", "one").block, Block::None);
        QCOMPARE(world.pick("p", {"two", "three"}), std::string("one"));
    }

    void aFailedTryHoldsOn()
    {
        World world;
        world.attempts(1, one, FailureClass::Credential);
        world.now = world.row("p", "one").untilNs;
        world.attempts(1, one, FailureClass::Aborted);
        QCOMPARE(world.row("p", "one").block, Block::None); // may be tried still
        world.attempts(1, one, FailureClass::Credential);
        QCOMPARE(world.row("p", "one").block, Block::BadCredential);
        QVERIFY(world.inSeconds(world.row("p", "one").untilNs) > 890);
    }

    void whatWasInFlightDoesNotFreeAKey()
    {
        World world;
        world.book.began(one, world.now);
        world.book.began(one, world.now);
        world.book.began(one, world.now);
        world.pass(1);
        world.book.ended(one, HealthWorld::result(FailureClass::Credential, 1000), world.now);
        const int64_t until = world.row("p", "one").untilNs;
        world.pass(5);
        world.book.ended(one, HealthWorld::result(FailureClass::None, 6000), world.now);
        world.book.ended(one, HealthWorld::result(FailureClass::Credential, 6000), world.now);
        QCOMPARE(world.row("p", "one").block, Block::BadCredential);
        QCOMPARE(world.row("p", "one").untilNs, until);
    }

    void keylessProvidersAsAWhole()
    {
        World world;
        world.attempts(1, {"local", "m", ""}, FailureClass::Credential);
        QCOMPARE(world.at("local", "other").block, Block::BadCredential);
        QCOMPARE(world.pick("local"), std::string());
        QCOMPARE(world.pick("local", {""}), std::string("none"));
        const auto rows = world.book.providerRows(world.now);
        QCOMPARE(rows[1].block, Block::BadCredential);
        QVERIFY(rows[1].untilNs > world.now);
        QVERIFY(rows[1].credentials.empty());
    }

    void reconfiguring()
    {
        World world;
        for (const AttemptKey &key : {one, two, three})
            world.attempts(1, key, FailureClass::Credential);
        world.apply();
        QVERIFY(!world.at("p", "m").available());
        world.config.providers[0].credentials[1].secret = "env:other"; // a fresh key
        world.config.providers[0].credentials[2].weight = 9;           // somebody looked after it
        world.apply();
        QCOMPARE(world.row("p", "one").block, Block::BadCredential);
        QCOMPARE(world.row("p", "two").block, Block::None);
        QCOMPARE(world.row("p", "three").block, Block::None);
        world.config.providers[0].credentials.erase(world.config.providers[0].credentials.begin());
        world.apply();
        world.config.providers[0].credentials.push_back(HealthWorld::key("one"));
        world.apply();
        QCOMPARE(world.row("p", "one").block, Block::None); // it had gone
        world.attempts(1, one, FailureClass::Quota);
        world.book.credentialRenewed("p", "one");
        QCOMPARE(world.row("p", "one").block, Block::None);
    }

    void secretsThatCannotBeRead()
    {
        World world;
        for (const char *id : {"one", "two", "three"})
            world.book.setCredentialAtHand("p", id, false);
        QCOMPARE(world.at("p", "m").block, Block::BadCredential);
        QCOMPARE(world.at("p", "m").untilNs, int64_t(0));
        QCOMPARE(world.pick("p", {}, "one"), std::string("none"));
        world.apply();
        QCOMPARE(world.pick("p"), std::string("none"));
        world.book.setCredentialAtHand("p", "two", true);
        QCOMPARE(world.pick("p"), std::string("two"));
        QVERIFY(world.at("p", "m").available());
    }

    void littleQuotaLeftMeansLessUse()
    {
        World world;
        world.config.providers[0].credentials = {HealthWorld::key("one"), HealthWorld::key("two")};
        world.apply();
        AttemptResult result = HealthWorld::result(FailureClass::None);
        result.quota.requestsLimit = 1000;
        result.quota.requestsLeft = 900;
        result.quota.tokensLimit = 100000;
        result.quota.tokensLeft = 70000;
        world.attempt(one, result);
        auto picked = world.spread(100);
        QCOMPARE(picked["one"], 50); // plenty
        result.quota.tokensLeft = 10000;
        result.quota.tokensResetMs = 30000;
        world.attempt(one, result);
        picked = world.spread(120);
        QVERIFY2(std::abs(picked["one"] - 20) <= 1, qPrintable(QString::number(picked["one"])));
        result.quota.tokensLeft = 0;
        world.attempt(one, result);
        picked = world.spread(510);
        QVERIFY(picked["one"] >= 5 && picked["one"] <= 15);
        // The rows tell it as time goes by, and after the reset all is well.
        world.pass(10);
        const auto reading = world.row("p", "one").quota;
        QVERIFY(*reading.tokensResetMs <= 20000 && *reading.tokensResetMs > 19000);
        world.pass(21);
        QCOMPARE(*world.row("p", "one").quota.tokensLeft, int64_t(100000));
        picked = world.spread(100);
        QVERIFY(std::abs(picked["one"] - 50) <= 1);
    }

    void aLowReadingWithoutAResetAges()
    {
        World world;
        AttemptResult result = HealthWorld::result(FailureClass::None);
        result.quota.requestsLimit = 100;
        result.quota.requestsLeft = 0;
        world.attempt(three, result);
        QVERIFY(world.spread(100)["three"] < 5);
        world.pass(61);
        QVERIFY(world.spread(60)["three"] >= 28);
    }

    void throttledKeysRotate()
    {
        World world;
        AttemptResult throttled = HealthWorld::result(FailureClass::RateLimited, 50);
        throttled.retryAfterMs = 20000;
        world.attempt(three, throttled);
        QCOMPARE(world.row("p", "three").block, Block::CoolDown);
        QCOMPARE(world.spread(30)["three"], 0);
        QVERIFY(world.pick("p", {}, "three") != "three");
        QVERIFY(world.at("p", "m").available());
        throttled.retryAfterMs = 10000;
        world.attempt(two, throttled);
        throttled.retryAfterMs = 40000;
        world.attempt(one, throttled);
        QCOMPARE(world.at("p", "m").block, Block::CoolDown);
        QCOMPARE(world.at("p", "m").untilNs, world.row("p", "two").untilNs); // the soonest
        world.now = world.at("p", "m").untilNs;
        QCOMPARE(world.pick("p"), std::string("two"));
    }
};

QTEST_APPLESS_MAIN(TestHealthCredentials)
#include "tst_health_credentials.moc"
