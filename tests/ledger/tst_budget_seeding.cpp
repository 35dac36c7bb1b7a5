// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget_samples.h"
#include "core/ledger/budgets/seed_rounds.h"

#include <QtTest/QtTest>

#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int64_t reloadMs = 1'000'000;

BudgetRule totalRule(double usd)
{
    return usdRule(usd, BudgetPeriod::Total);
}

BudgetKeys keysSince(int64_t startedMs)
{
    BudgetKeys asked = keys();
    asked.startedMs = startedMs;
    return asked;
}

const int64_t everSince = periodAt(BudgetPeriod::Total, noon, zoneNamed("UTC")).startMs;

BudgetSeed seedOf(int64_t nanoUsd, int64_t requests = 1)
{
    return {"cap", "", everSince, nanoUsd, 0, requests};
}

} // namespace

class TstBudgetSeeding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seedsReplaceEachOther();
    void whatRunsIsKnownToANewRule();
    void whatEndsBetweenReadingsCountsOnce();
    void readingUnderWayDoesNotSayTheRest();
    void rulesThatStayAreNotSeeded();
    void namesPutTogetherAddUp();
    void agreesWithTheLedgerUnderRandomTraffic();
    void roundsAskAtOnceAndWhenSomethingEnded();
    void roundsForgetRulesThatAreGone();
    void roundsTryAgain();
    void roundsEndWithTheClockSetBack();
};

void TstBudgetSeeding::seedsReplaceEachOther()
{
    BudgetBook book;
    book.apply({totalRule(1)}, reloadMs);
    book.seed({seedOf(40 * cent)}, {}, noon);
    QCOMPARE(book.rows(noon).front().nanoUsd, 40 * cent);
    book.seed({seedOf(60 * cent, 2)}, {}, noon);
    QCOMPARE(book.rows(noon).front().nanoUsd, 60 * cent);
    QCOMPARE(book.rows(noon).front().requests, int64_t(2));
}

void TstBudgetSeeding::whatRunsIsKnownToANewRule()
{
    BudgetBook book;
    BudgetRule old = totalRule(100);
    old.id = "old";
    book.apply({old});
    const auto running = book.reserve(keysSince(5), {70 * cent, 0}, admission, noon);
    book.apply({old, totalRule(1)}, reloadMs);
    book.seed({seedOf(20 * cent)}, {}, noon);
    QVERIFY(!book.reserve(keysSince(reloadMs), {20 * cent, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keysSince(reloadMs), {10 * cent, 0}, admission, noon).allowed());
    book.settle(running.ticket, {30 * cent, 0}, noon);
    QVERIFY(book.reserve(keysSince(reloadMs), {40 * cent, 0}, admission, noon).allowed());
    QVERIFY(!book.reserve(keysSince(reloadMs), {1, 0}, admission, noon).allowed());
}

void TstBudgetSeeding::whatEndsBetweenReadingsCountsOnce()
{
    BudgetBook book;
    BudgetRule old = totalRule(100);
    old.id = "old";
    book.apply({old});
    const auto early = book.reserve(keysSince(5), {cent, 0}, admission, noon);
    book.apply({old, totalRule(1)}, reloadMs);
    const auto used = [&] {
        const auto rows = book.rows(noon);
        return std::find_if(rows.begin(), rows.end(), [](const auto &row) { return row.rule == "cap"; })->nanoUsd;
    };
    book.seed({seedOf(10 * cent)}, {}, noon);
    const auto late = book.reserve(keysSince(6), {cent, 0}, admission, noon); // began before, was let in after
    const auto fresh = book.reserve(keysSince(reloadMs), {cent, 0}, admission, noon);
    book.settle(early.ticket, {3 * cent, 0}, noon);
    book.settle(late.ticket, {4 * cent, 0}, noon);
    book.settle(fresh.ticket, {5 * cent, 0}, noon);
    QCOMPARE(used(), 22 * cent);
    book.beginSeed({"cap"});
    book.seed({seedOf(17 * cent, 3)}, {}, noon); // 10, 3 and 4
    QCOMPARE(used(), 22 * cent);
    QCOMPARE(book.rows(noon).front().inFlight, int64_t(0));
}

void TstBudgetSeeding::readingUnderWayDoesNotSayTheRest()
{
    BudgetBook book;
    book.apply({totalRule(1)}, reloadMs);
    const auto one = book.reserve(keysSince(5), {cent, 0}, admission, noon);
    const auto two = book.reserve(keysSince(5), {cent, 0}, admission, noon);
    book.settle(one.ticket, {3 * cent, 0}, noon);
    book.beginSeed({"cap"});
    book.settle(two.ticket, {4 * cent, 0}, noon);
    book.seed({seedOf(3 * cent)}, {}, noon);
    QCOMPARE(book.rows(noon).front().nanoUsd, 7 * cent);
    QCOMPARE(book.rows(noon).front().requests, int64_t(2));
    book.beginSeed({"cap"});
    book.seed({seedOf(7 * cent, 2)}, {}, noon);
    QCOMPARE(book.rows(noon).front().nanoUsd, 7 * cent);
    QCOMPARE(book.rows(noon).front().requests, int64_t(2));
}

void TstBudgetSeeding::rulesThatStayAreNotSeeded()
{
    BudgetBook book;
    book.apply({totalRule(1)});
    book.seed({seedOf(10 * cent)}, {}, noon);
    book.endSeeds({"cap"});
    book.settle(book.reserve(keys(), {cent, 0}, admission, noon).ticket, {cent, 0}, noon);
    book.apply({totalRule(2)}, reloadMs);
    book.seed({seedOf(11 * cent)}, {}, noon); // somebody read it for another rule's sake
    QCOMPARE(book.rows(noon).front().nanoUsd, 11 * cent);
    book.seed({seedOf(50 * cent)}, {}, noon);
    QCOMPARE(book.rows(noon).front().nanoUsd, 11 * cent);
}

void TstBudgetSeeding::namesPutTogetherAddUp()
{
    BudgetRule each = totalRule(1);
    each.each = "user";
    BudgetBook book;
    book.apply({each}, reloadMs);
    std::vector<BudgetSeed> seeds;
    constexpr int users = 20'050; // fifty more than are kept apart
    for (int i = 0; i < users; ++i)
        seeds.push_back({"cap", "user" + std::to_string(i), everSince, cent, 0, 1});
    for (int round = 0; round < 2; ++round) {
        book.seed(seeds, {}, noon);
        const auto rows = book.rows(noon);
        QCOMPARE(rows.front().account, std::string("(others)"));
        QCOMPARE(rows.front().nanoUsd, 50 * cent);
    }
}

// A ledger in memory, requests that come and go, reloads and readings at any moment: when all has ended and was read,
// the book says what the ledger says.
void TstBudgetSeeding::agreesWithTheLedgerUnderRandomTraffic()
{
    struct Running {
        int64_t startedMs;
        BudgetTicketId ticket;
    };
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 dice(seed);
        BudgetBook book;
        SeedRounds rounds;
        BudgetRule other = totalRule(1'000);
        other.id = "other";
        book.apply({other});
        std::vector<Running> running;
        std::vector<std::pair<int64_t, int64_t>> ledger; // started, cost
        std::optional<SeedRounds::Ask> reading;
        size_t written = 0; // when it was asked
        int64_t now = reloadMs - 100;
        const auto before = [&](int64_t ms) {
            return static_cast<size_t>(
                std::count_if(running.begin(), running.end(), [ms](const Running &one) { return one.startedMs < ms; }));
        };
        const auto seedUntil = [&](int64_t ms, size_t rows) {
            BudgetSeed sum = seedOf(0, 0);
            for (size_t i = 0; i < rows; ++i) {
                if (ledger[i].first < ms) {
                    sum.nanoUsd += ledger[i].second;
                    ++sum.requests;
                }
            }
            return sum;
        };
        const auto step = [&](bool mayStart) {
            now += 37;
            if (mayStart && dice() % 3 == 0)
                running.push_back({now, 0});
            if (!running.empty() && dice() % 2 == 0) { // let in a while after it began
                Running &one = running[dice() % running.size()];
                if (one.ticket == 0)
                    one.ticket = book.reserve(keysSince(one.startedMs), {cent, 0}, admission, noon).ticket;
            }
            if (!running.empty() && dice() % 3 == 0) {
                const size_t at = dice() % running.size();
                if (running[at].ticket != 0) {
                    const int64_t cost = dice() % 9 * cent;
                    book.settle(running[at].ticket, {cost, 0}, noon);
                    ledger.emplace_back(running[at].startedMs, cost);
                    running.erase(running.begin() + static_cast<ptrdiff_t>(at));
                }
            }
            if (reading && dice() % 4 == 0) { // at least what was written when it was asked
                const size_t rows = written + dice() % (ledger.size() - written + 1);
                const auto done = rounds.answered(reading->round);
                QVERIFY(done);
                book.seed({seedUntil(reading->beforeMs, rows)}, {}, noon);
                book.endSeeds(*done);
                reading.reset();
            }
            if (!reading && (reading = rounds.due(now, before))) {
                book.beginSeed({"cap"});
                written = ledger.size();
            }
        };
        for (int i = 0; i < 60; ++i)
            step(true);
        const size_t known = ledger.size() - std::min<size_t>(ledger.size(), dice() % 3); // not all is written
        const auto fresh = book.apply({other, totalRule(1'000)}, now + 1);
        QCOMPARE(fresh, std::set<std::string>{"cap"});
        book.seed({seedUntil(INT64_MAX, known)}, {}, noon);
        rounds.begin({totalRule(1'000)}, now + 1, now);
        for (int i = 0; i < 80; ++i)
            step(true);
        for (int i = 0; i < 20'000 && (!running.empty() || !rounds.isEmpty()); ++i)
            step(false);
        QVERIFY(running.empty() && rounds.isEmpty());
        for (const BudgetRow &row : book.rows(noon)) {
            QCOMPARE(row.reservedNanoUsd, int64_t(0));
            QCOMPARE(row.inFlight, int64_t(0));
            QCOMPARE(row.nanoUsd, seedUntil(INT64_MAX, ledger.size()).nanoUsd);
            QCOMPARE(row.requests, int64_t(ledger.size()));
        }
    }
}

void TstBudgetSeeding::roundsAskAtOnceAndWhenSomethingEnded()
{
    size_t running = 3;
    const auto before = [&running](int64_t ms) { return ms == reloadMs ? running : 0; };
    SeedRounds rounds;
    QVERIFY(!rounds.due(0, before));
    rounds.begin({totalRule(1)}, reloadMs, 0);
    const auto first = rounds.due(0, before);
    QVERIFY(first);
    QCOMPARE(first->beforeMs, reloadMs);
    QCOMPARE(first->rules.size(), size_t(1));
    QVERIFY(!rounds.due(5'000, before)); // it is being read
    QCOMPARE(rounds.answered(first->round), std::optional(std::set<std::string>()));
    QVERIFY(!rounds.due(6'000, before)); // nothing has ended
    running = 2;
    const auto second = rounds.due(6'000, before);
    QVERIFY(second);
    QVERIFY(rounds.answered(second->round));
    running = 0;
    QVERIFY(!rounds.due(6'400, before)); // not twice in a second
    const auto last = rounds.due(7'000, before);
    QVERIFY(last);
    QCOMPARE(rounds.answered(last->round), std::optional(std::set<std::string>{"cap"}));
    QVERIFY(rounds.isEmpty());
    QVERIFY(!rounds.answered(last->round));
}

void TstBudgetSeeding::roundsForgetRulesThatAreGone()
{
    const auto none = [](int64_t) { return size_t(0); };
    BudgetRule other = totalRule(1);
    other.id = "other";
    SeedRounds rounds;
    rounds.begin({totalRule(1), other}, reloadMs, 0);
    const auto first = rounds.due(0, none);
    rounds.begin({totalRule(2)}, reloadMs + 9, 10); // the same id, made anew while the first is read
    QVERIFY(!rounds.answered(first->round));
    std::set<std::string> done;
    for (int i = 0; i < 2; ++i) {
        const auto ask = rounds.due(2'000, none);
        QVERIFY(ask);
        QCOMPARE(ask->beforeMs, ask->rules.front().id == "other" ? reloadMs : reloadMs + 9);
        done.merge(*rounds.answered(ask->round));
    }
    QCOMPARE(done, (std::set<std::string>{"cap", "other"}));
    QVERIFY(rounds.isEmpty());
}

void TstBudgetSeeding::roundsTryAgain()
{
    const auto none = [](int64_t) { return size_t(0); };
    SeedRounds rounds;
    rounds.begin({totalRule(1)}, reloadMs, 0);
    const auto first = rounds.due(0, none);
    rounds.failed(first->round, 100);
    QVERIFY(!rounds.due(5'000, none));
    const auto again = rounds.due(5'100, none);
    QVERIFY(again);
    QVERIFY(rounds.answered(again->round));
    QVERIFY(rounds.isEmpty());
}

void TstBudgetSeeding::roundsEndWithTheClockSetBack()
{
    size_t running = 1'000'000;
    SeedRounds rounds;
    rounds.begin({totalRule(1)}, reloadMs, 0);
    int64_t now = 0;
    for (; !rounds.isEmpty() && now < 100'000'000; now += 1'000) {
        if (const auto ask = rounds.due(now, [&running](int64_t) { return --running; }))
            QVERIFY(rounds.answered(ask->round));
    }
    QVERIFY(rounds.isEmpty());
    QVERIFY(now < 2LL * 3'600'000);
}

QTEST_GUILESS_MAIN(TstBudgetSeeding)
#include "tst_budget_seeding.moc"
