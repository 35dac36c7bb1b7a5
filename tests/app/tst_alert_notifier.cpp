// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_notifier.h"
#include "core/config/instant.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

constexpr int64_t started = 1'800'000'000'000;

Alert alert(const std::string &id, int64_t atMs = started + 1)
{
    Alert made;
    made.id = id;
    made.text = id;
    made.firstAtMs = atMs;
    return made;
}

struct World {
    std::vector<std::string> shown;
    AlertNotifier notifier{started,
                           [this](const QString &, const QString &text, bool) { shown.push_back(text.toStdString()); }};
};

} // namespace

class TestAlertNotifier final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachOnceAndNothingOld()
    {
        World world;
        Alert read = alert("read");
        read.acknowledged = true;
        world.notifier.look({alert("old", started - 1), read, alert("a")}, started);
        world.notifier.look({alert("old", started - 1), read, alert("a"), alert("b")}, started);
        world.notifier.look({alert("b")}, started);
        QCOMPARE(world.shown, (std::vector<std::string>{"a", "b"}));
    }

    void manyAtOnceAreOne()
    {
        World world;
        world.notifier.look({alert("a"), alert("b"), alert("c"), alert("d")}, started);
        QCOMPARE(world.shown, std::vector<std::string>{"d"});
    }

    void quietHoursAndTheSwitchHold()
    {
        World world;
        Config config;
        config.alerts.quietHours = {"22:00-07:00", {}, "UTC"};
        world.notifier.setConfig(std::make_shared<const Config>(config));
        world.notifier.look({alert("night")}, *parseInstant("2027-03-01T23:00:00Z"));
        world.notifier.look({alert("night"), alert("day")}, *parseInstant("2027-03-02T08:00:00Z"));
        QCOMPARE(world.shown, std::vector<std::string>{"day"}); // the night's is in the list, and not news any more
        config.alerts.desktop = false;
        world.notifier.setConfig(std::make_shared<const Config>(config));
        world.notifier.look({alert("off")}, *parseInstant("2027-03-02T08:00:00Z"));
        QCOMPARE(world.shown.size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestAlertNotifier)
#include "tst_alert_notifier.moc"
