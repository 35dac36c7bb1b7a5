// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/alert_center.h"
#include "core/alerts/key_watch.h"
#include "core/alerts/quiet_hours.h"
#include "core/config/instant.h"

#include <boost/json/serialize.hpp>

#include <QtTest/QTest>

using namespace signalbox;

namespace {

constexpr int64_t now = 1'800'000'000'000;

struct World {
    std::vector<Alert> told;
    std::vector<Alert> kept;
    AlertCenter center{
        {[this](const Alert &alert) { told.push_back(alert); }, [this](const Alert &alert) { kept.push_back(alert); }}};
};

AlertEvent eventOf(const std::string &key, AlertKind kind = AlertKind::Failover, bool once = false)
{
    return {kind, AlertLevel::Warning, key, "about " + key, once};
}

} // namespace

class TestAlertCenter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repeatsBecomeOneWithACount()
    {
        World world;
        for (int i = 0; i < 1000; ++i)
            world.center.raise(eventOf("a"), now + i);
        world.center.raise(eventOf("b"), now);
        QCOMPARE(world.told.size(), size_t(2));
        QCOMPARE(world.center.alerts().size(), size_t(2));
        const Alert &first = world.center.alerts().front();
        QCOMPARE(first.count, int64_t(1000));
        QCOMPARE(first.firstAtMs, now);
        QCOMPARE(first.lastAtMs, now + 999);
        QCOMPARE(world.kept.size(), size_t(2)); // repeats do not write a thousand times
        world.center.tick(now + 20'000);
        QCOMPARE(world.kept.size(), size_t(3));
        QCOMPARE(world.kept.back().count, int64_t(1000));
    }

    void isToldAgainAfterAnHourOrOnceRead()
    {
        World world;
        world.center.raise(eventOf("a"), now);
        world.center.raise(eventOf("a"), now + AlertCenter::collapseMs - 1);
        QCOMPARE(world.told.size(), size_t(1));
        world.center.raise(eventOf("a"), now + 2 * AlertCenter::collapseMs);
        QCOMPARE(world.told.size(), size_t(2));
        QCOMPARE(world.center.acknowledge({world.told.back().id}), size_t(1));
        QCOMPARE(world.center.acknowledge({world.told.back().id}), size_t(0));
        QVERIFY(world.kept.back().acknowledged);
        world.center.raise(eventOf("a"), now + 2 * AlertCenter::collapseMs + 1);
        QCOMPARE(world.told.size(), size_t(3));
    }

    void onceIsOnceAlsoWhenReadAndAfterARestart()
    {
        World world;
        world.center.raise(eventOf("a", AlertKind::Budget, true), now);
        QCOMPARE(world.center.acknowledge({}), size_t(1));
        world.center.raise(eventOf("a", AlertKind::Budget, true), now + 100 * AlertCenter::collapseMs);
        QCOMPARE(world.told.size(), size_t(1));
        QCOMPARE(world.center.alerts().front().count, int64_t(1));
        World again;
        const auto read = alertFromJson(boost::json::serialize(alertJson(world.kept.back())));
        QVERIFY(read.has_value());
        QVERIFY(*read == world.kept.back());
        again.center.load({*read});
        again.center.raise(eventOf("a", AlertKind::Budget, true), now);
        QVERIFY(again.told.empty());
        QVERIFY(!alertFromJson("{\"id\":\"x\",\"kind\":\"no such\"}"));
        QVERIFY(!alertFromJson("no json"));
    }

    void clocksSetBackCollapseToo()
    {
        World world;
        world.center.raise(eventOf("a"), now);
        world.center.raise(eventOf("a"), now - 5 * AlertCenter::collapseMs);
        QCOMPARE(world.told.size(), size_t(1));
        QCOMPARE(world.center.alerts().front().lastAtMs, now);
    }

    void kindsCanBeSwitchedOffAndTheListIsBounded()
    {
        World world;
        AlertsConfig config;
        config.off = {AlertKind::Failover};
        world.center.configure(config);
        world.center.raise(eventOf("a"), now);
        QVERIFY(world.told.empty());
        world.center.configure({});
        for (size_t i = 0; i < AlertCenter::kept + 50; ++i)
            world.center.raise(eventOf(std::to_string(i)), now);
        QCOMPARE(world.center.alerts().size(), AlertCenter::kept);
        QCOMPARE(world.center.alerts().back().key, std::to_string(AlertCenter::kept + 49));
    }

    void keysThatEnd_data()
    {
        QTest::addColumn<double>("daysLeft");
        QTest::addColumn<std::string>("stage"); // empty: nothing is told
        QTest::newRow("far") << 7.1 << std::string();
        QTest::newRow("a week") << 6.9 << std::string("7d");
        QTest::newRow("a day") << 0.9 << std::string("1d");
        QTest::newRow("over") << -0.1 << std::string("over");
        QTest::newRow("long over") << -1.1 << std::string();
    }

    void keysThatEnd()
    {
        QFETCH(double, daysLeft);
        QFETCH(std::string, stage);
        ClientConfig client;
        client.id = "ci";
        client.expiresAtMs = now + static_cast<int64_t>(daysLeft * 86'400'000);
        const auto events = endingKeys({client}, now);
        QCOMPARE(events.size(), size_t(stage.empty() ? 0 : 1));
        if (stage.empty())
            return;
        QVERIFY(events[0].once);
        QVERIFY(events[0].key.ends_with(":" + stage));
        QVERIFY(events[0].text.find("'ci'") != std::string::npos);
        client.revokedAtMs = now;
        QVERIFY(endingKeys({client}, now).empty());
    }

    void quietHours_data()
    {
        QTest::addColumn<std::string>("at");
        QTest::addColumn<bool>("quiet");
        QTest::newRow("evening") << std::string("2026-07-15T19:59:00Z") << false; // 21:59 in Berlin
        QTest::newRow("night") << std::string("2026-07-15T20:00:00Z") << true;
        QTest::newRow("morning") << std::string("2026-07-16T04:59:00Z") << true;
        QTest::newRow("day") << std::string("2026-07-16T05:00:00Z") << false;
        QTest::newRow("winter") << std::string("2026-01-15T20:59:00Z") << false; // an hour later there
        QTest::newRow("spring, before") << std::string("2026-03-29T00:59:00Z") << true;
        QTest::newRow("spring, after") << std::string("2026-03-29T01:00:00Z") << true; // 03:00, an hour is missing
        QTest::newRow("spring, end") << std::string("2026-03-29T05:00:00Z") << false;
        QTest::newRow("autumn, twice") << std::string("2026-10-25T01:30:00Z") << true;
    }

    void quietHours()
    {
        QFETCH(std::string, at);
        QFETCH(bool, quiet);
        const QuietHours hours{"22:00-07:00", {}, "Europe/Berlin"};
        QCOMPARE(isQuiet(hours, *parseInstant(at)), quiet);
        QVERIFY(!isQuiet({}, *parseInstant(at)));
        const bool thursday = at.starts_with("2026-07-16");
        QCOMPARE(isQuiet({"22:00-07:00", {"thu"}, "Europe/Berlin"}, *parseInstant(at)), quiet && thursday);
    }
};

QTEST_GUILESS_MAIN(TestAlertCenter)
#include "tst_alert_center.moc"
