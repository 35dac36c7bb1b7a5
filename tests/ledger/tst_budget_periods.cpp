// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget_samples.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace signalbox::test;

class TstBudgetPeriods : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void monthChangesInMidStream();
    void clockSetBack();
    void alertsOnce();
    void seedsOnlyThisPeriod();
    void reloadKeepsSums();
};

// The cost belongs to the month in which the stream began; the new one begins with nothing reserved.
void TstBudgetPeriods::monthChangesInMidStream()
{
    BudgetBook book;
    book.apply({usdRule(1)});
    const int64_t before = at("2026-11-30T23:59:50Z");
    const int64_t after = at("2026-12-01T00:00:10Z");
    const auto stream = book.reserve(keys(), {dollar, 0}, admission, before);
    QVERIFY(!book.reserve(keys(), {cent, 0}, admission, before + 1).allowed());
    const auto next = book.reserve(keys(), {dollar, 0}, admission, after);
    QVERIFY(next.allowed());
    book.settle(stream.ticket, {dollar, 0}, after + 1);
    BudgetRow row = book.rows(after).front();
    QCOMPARE(row.nanoUsd, int64_t(0));
    QCOMPARE(row.reservedNanoUsd, dollar);
    QCOMPARE(row.inFlight, int64_t(1));
    QCOMPARE(row.periodStartMs, at("2026-12-01T00:00:00Z"));
    book.settle(next.ticket, {30 * cent, 0}, after + 2);
    row = book.rows(after).front();
    QCOMPARE(row.nanoUsd, 30 * cent);
    QCOMPARE(row.reservedNanoUsd, int64_t(0));
}

void TstBudgetPeriods::clockSetBack()
{
    BudgetBook book;
    book.apply({usdRule(1, BudgetPeriod::Day)});
    const int64_t early = at("2026-11-22T00:00:10Z");
    const auto first = book.reserve(keys(), {dollar, 0}, admission, early);
    book.settle(first.ticket, {dollar, 0}, early);
    const int64_t yesterday = at("2026-11-21T23:59:00Z");
    QVERIFY(!book.reserve(keys(), {cent, 0}, admission, yesterday).allowed()); // no reset backwards
    QVERIFY(!book.reserve(keys(), {cent, 0}, admission, early + 1).allowed()); // and none on the way again
    QCOMPARE(book.rows(yesterday).front().nanoUsd, dollar);
    QVERIFY(book.reserve(keys(), {cent, 0}, admission, at("2026-11-23T00:00:00Z")).allowed());
}

void TstBudgetPeriods::alertsOnce()
{
    BudgetRule rule = usdRule(1);
    rule.alertAt = {1.0, 0.8, 0.95};
    BudgetBook book;
    book.apply({rule});
    const auto spend = [&](int64_t nanoUsd, int64_t when) {
        book.settle(book.reserve(keys(), {nanoUsd, 0}, admission, when).ticket, {nanoUsd, 0}, when);
    };
    spend(79 * cent, noon);
    QVERIFY(book.takeAlerts().empty());
    spend(17 * cent, noon);
    auto alerts = book.takeAlerts();
    QCOMPARE(alerts.size(), size_t(2));
    QCOMPARE(alerts[0].threshold, 0.8);
    QCOMPARE(alerts[1].threshold, 0.95);
    QCOMPARE(alerts[1].text, std::string("Budget 'cap' has reached 96 % of its limit: $0.96 of $1.00"));
    spend(cent, noon);
    QVERIFY(book.takeAlerts().empty());
    QVERIFY(!book.reserve(keys(), {9 * cent, 0}, admission, noon).allowed());
    alerts = book.takeAlerts(); // met, though three cents are left
    QCOMPARE(alerts.size(), size_t(1));
    QCOMPARE(alerts[0].threshold, 1.0);
    const int64_t december = at("2026-12-05T00:00:00Z");
    spend(85 * cent, december);
    QCOMPARE(book.takeAlerts().size(), size_t(1));
}

void TstBudgetPeriods::seedsOnlyThisPeriod()
{
    BudgetRule rule = usdRule(1);
    rule.alertAt = {0.5, 0.9};
    rule.each = "user";
    BudgetBook book;
    book.apply({rule});
    const int64_t november = at("2026-11-01T00:00:00Z");
    book.seed({{"cap", "ann", november, 80 * cent, 10, 3},
               {"cap", "bob", at("2026-10-01T00:00:00Z"), dollar, 0, 0},
               {"gone", "ann", november, dollar, 0, 0}},
              {{"cap", "ann", 0.5, november}}, noon);
    QVERIFY(!book.reserve(keys("team", "ann"), {30 * cent, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys("team", "bob"), {30 * cent, 0}, admission, noon).allowed());
    const auto alerts = book.takeAlerts(); // 0.5 was told before the restart
    QCOMPARE(alerts.size(), size_t(1));
    QCOMPARE(alerts[0].threshold, 0.9);
}

void TstBudgetPeriods::reloadKeepsSums()
{
    BudgetBook book;
    book.apply({usdRule(1)});
    const auto running = book.reserve(keys(), {60 * cent, 0}, admission, noon);
    QVERIFY(book.apply({usdRule(2)}).empty()); // another cap: the same account
    QVERIFY(!book.reserve(keys(), {3 * dollar / 2, 0}, admission, noon).allowed());
    QCOMPARE(book.apply({usdRule(2, BudgetPeriod::Day)}).size(), size_t(1));        // another period: a new one
    QVERIFY(!book.reserve(keys(), {3 * dollar / 2, 0}, admission, noon).allowed()); // that knows of what runs
    QVERIFY(book.reserve(keys(), {7 * dollar / 5, 0}, admission, noon).allowed());
    book.apply({});
    book.settle(running.ticket, {dollar, 0}, noon);
    QVERIFY(book.reserve(keys(), {100 * dollar, 0}, admission, noon).allowed());
}

QTEST_GUILESS_MAIN(TstBudgetPeriods)
#include "tst_budget_periods.moc"
