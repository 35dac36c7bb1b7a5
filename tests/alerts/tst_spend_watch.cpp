// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/spend_watch.h"
#include "core/config/instant.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const QTimeZone berlin("Europe/Berlin");

int64_t at(const char *text)
{
    return parseInstant(text).value_or(0);
}

void spend(Ledger &ledger, int64_t ms, double usd, const char *project = "team")
{
    static int64_t number = 0;
    RequestRecord record = sampleRecord(++number, ms);
    record.project = project;
    record.cost.nanoUsd = static_cast<int64_t>(usd * 1e9);
    record.cost.state = CostState::Exact;
    ledger.record(record);
}

BudgetRule monthly(double usd, const char *project = "team")
{
    BudgetRule rule;
    rule.id = "month";
    rule.usd = usd;
    rule.scope.project = project;
    rule.timeZone = "Europe/Berlin";
    return rule;
}

} // namespace

class TestSpendWatch final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void todayFarBeyondTheUsualIsTold_data()
    {
        QTest::addColumn<double>("today");
        QTest::addColumn<int>("pastDays");
        QTest::addColumn<bool>("told");
        QTest::newRow("usual") << 1.3 << 20 << false;
        QTest::newRow("far beyond") << 9.0 << 20 << true;
        QTest::newRow("too little is known") << 9.0 << 5 << false;
    }

    // The evenings are dear; a morning is held against mornings.
    void todayFarBeyondTheUsualIsTold()
    {
        QFETCH(double, today);
        QFETCH(int, pastDays);
        QFETCH(bool, told);
        const SpendLedger files;
        const int64_t now = at("2026-04-14T10:20:00+02:00"); // the clocks changed on 29 March
        {
            auto ledger = Ledger::open({files.folder(), 36'500, 2048});
            QVERIFY(ledger);
            QDateTime morning = QDateTime::fromMSecsSinceEpoch(at("2026-04-14T09:10:00+02:00"), berlin);
            for (int i = 1; i <= pastDays; ++i) {
                spend(**ledger, morning.addDays(-i).toMSecsSinceEpoch(), 1 + 0.1 * (i % 3));
                spend(**ledger, morning.addDays(-i).addSecs(9 * 3600).toMSecsSinceEpoch(), 40);
            }
            spend(**ledger, morning.toMSecsSinceEpoch(), today);
        }
        const auto events = lookAtSpend(files.path(), {}, now, berlin);
        QVERIFY2(events.has_value(), events ? "" : events.error().message.c_str());
        QCOMPARE(events->size(), size_t(told ? 1 : 0));
        if (!told)
            return;
        QVERIFY(events->front().kind == AlertKind::Anomaly);
        QVERIFY(events->front().once);
        QVERIFY(!events->front().text.empty());
        const auto later = lookAtSpend(files.path(), {}, now + 30 * 60'000, berlin);
        QCOMPARE(later->front().key, events->front().key); // the same day is the same alert
    }

    void aBudgetThatWillNotLast_data()
    {
        QTest::addColumn<double>("limit");
        QTest::addColumn<std::string>("project");
        QTest::addColumn<bool>("told");
        QTest::newRow("will not last") << 200.0 << std::string("team") << true; // ten a day make 300
        QTest::newRow("will") << 400.0 << std::string("team") << false;
        QTest::newRow("is over already") << 100.0 << std::string("team") << false; // its thresholds have told
        QTest::newRow("another project") << 200.0 << std::string("other") << false;
    }

    void aBudgetThatWillNotLast()
    {
        QFETCH(double, limit);
        QFETCH(std::string, project);
        QFETCH(bool, told);
        const SpendLedger files;
        const int64_t now = at("2026-06-15T12:00:00+02:00");
        {
            auto ledger = Ledger::open({files.folder(), 36'500, 2048});
            QVERIFY(ledger);
            for (int i = 0; i < 40; ++i)
                spend(**ledger, at("2026-06-15T08:30:00+02:00") - i * dayMs, 10);
        }
        const auto events = lookAtSpend(files.path(), {monthly(limit, project.c_str())}, now, berlin);
        QVERIFY2(events.has_value(), events ? "" : events.error().message.c_str());
        QCOMPARE(events->size(), size_t(told ? 1 : 0));
        if (told)
            QVERIFY2(events->front().text.find("Budget 'month' will not last") == 0, events->front().text.c_str());
    }

    void readsOnAThreadOfItsOwn()
    {
        const SpendLedger files;
        const int64_t now = at("2026-06-15T12:00:00+02:00");
        {
            auto ledger = Ledger::open({files.folder(), 36'500, 2048});
            QVERIFY(ledger);
            for (int i = 0; i < 40; ++i)
                spend(**ledger, at("2026-06-15T08:30:00+02:00") - i * dayMs, 10);
        }
        SpendWatch watch(files.path());
        QSignalSpy found(&watch, &SpendWatch::found);
        watch.look({monthly(200)}, now);
        watch.look({monthly(200)}, now); // dropped: the first still runs
        QVERIFY(found.wait(20'000));
        QCOMPARE(found.size(), 1);
        SpendWatch lost(files.folder() + QStringLiteral("/none.db"));
        QSignalSpy nothing(&lost, &SpendWatch::found);
        lost.look({monthly(200)}, now);
        watch.look({monthly(200)}, now);
        QVERIFY(found.wait(20'000));
        QCOMPARE(nothing.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSpendWatch)
#include "tst_spend_watch.moc"
