// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget_samples.h"

#include <QtTest/QtTest>

#include <random>

using namespace signalbox;
using namespace signalbox::test;

class TstBudgetBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reserveSettleRelease();
    void capHoldsUnderRandomTraffic();
    void allOrNothing();
    void meters_data();
    void meters();
    void concurrentIsGivenBack();
    void scopes();
    void eachHasItsOwn();
    void targetsAreAskedApart();
    void furtherAttemptsCostOnTop();
    void warnAndDowngrade();
    void tellsTheLongestWait();
    void manyUsersAreBounded();
    void rowsForTheConsole();
};

void TstBudgetBook::reserveSettleRelease()
{
    BudgetBook book;
    QVERIFY(!book.asksFor(admission));
    QCOMPARE(book.apply({usdRule(1)}), std::set<std::string>{"cap"});
    QVERIFY(book.asksFor(admission));
    QVERIFY(!book.asksFor(BudgetStage::Target));
    const auto first = book.reserve(keys(), {60 * cent, 0}, admission, noon);
    QVERIFY(first.allowed());
    QVERIFY(!book.reserve(keys(), {60 * cent, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys(), {40 * cent, 0}, admission, noon).allowed()); // to the cent
    book.settle(first.ticket, {10 * cent, 0}, noon);
    const auto third = book.reserve(keys(), {50 * cent, 0}, admission, noon);
    QVERIFY(third.allowed());
    book.release(third.ticket);
    book.release(third.ticket); // twice is once
    book.settle(third.ticket, {dollar, 0}, noon);
    QVERIFY(book.reserve(keys(), {50 * cent, 0}, admission, noon).allowed());
    const auto refused = book.reserve(keys(), {1, 0}, admission, noon);
    QVERIFY(refused.refusal);
    QCOMPARE(refused.ticket, BudgetTicketId(0));
    QCOMPARE(refused.refusal->error.code, std::string("budget_exceeded"));
    QCOMPARE(refused.refusal->error.httpStatus, 402);
    QCOMPARE(refused.refusal->error.message,
             std::string("Budget 'cap': $0.10 of $1.00 used this month, and $0.90 reserved by requests in flight; this "
                         "request may need $0.000000001. It resets at 2026-12-01T00:00:00Z."));
    QCOMPARE(*refused.refusal->retryAfterMs, at("2026-12-01T00:00:00Z") - noon);
}

// used ≤ cap + Σ max(0, real − estimate), at every moment; and nothing stays reserved.
void TstBudgetBook::capHoldsUnderRandomTraffic()
{
    std::mt19937_64 dice(7);
    for (int round = 0; round < 50; ++round) {
        BudgetBook book;
        book.apply({usdRule(1, BudgetPeriod::Total)});
        struct Running {
            BudgetTicketId ticket;
            int64_t estimate;
        };
        std::vector<Running> running;
        int64_t spent = 0;
        int64_t error = 0;
        for (int step = 0; step < 2'000; ++step) {
            if (dice() % 2 == 0 || running.empty()) {
                const auto estimate = static_cast<int64_t>(dice() % (2 * cent));
                const auto answer = book.reserve(keys(), {estimate, 0}, admission, noon + step);
                if (answer.allowed())
                    running.push_back({answer.ticket, estimate});
                continue;
            }
            const size_t at = dice() % running.size();
            const Running done = running[at];
            running.erase(running.begin() + static_cast<ptrdiff_t>(at));
            if (dice() % 5 == 0) {
                book.release(done.ticket);
                continue;
            }
            const auto real = static_cast<int64_t>(dice() % (2 * cent));
            spent += real;
            error += std::max<int64_t>(0, real - done.estimate);
            book.settle(done.ticket, {real, 0}, noon + step);
            QVERIFY(spent <= dollar + error);
        }
        for (const Running &left : running)
            book.release(left.ticket);
        QCOMPARE(book.heldCount(), size_t(0));
        const BudgetRow row = book.rows(noon).front();
        QCOMPARE(row.nanoUsd, spent);
        QCOMPARE(row.reservedNanoUsd, int64_t(0));
        QCOMPARE(row.inFlight, int64_t(0));
        QCOMPARE(book.reserve(keys(), {1, 0}, admission, noon).allowed(), spent < dollar); // no false block
    }
}

void TstBudgetBook::allOrNothing()
{
    BudgetRule wide = usdRule(10);
    wide.id = "wide";
    BudgetBook book;
    book.apply({wide, usdRule(1)});
    QVERIFY(!book.reserve(keys(), {2 * dollar, 0}, admission, noon).allowed());
    for (const BudgetRow &row : book.rows(noon)) {
        QCOMPARE(row.reservedNanoUsd, int64_t(0));
        QCOMPARE(row.requests, int64_t(0));
    }
}

void TstBudgetBook::meters_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<QString>("meter");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("status");
    QTest::addColumn<qlonglong>("waitMs");
    const int minute = static_cast<int>(BudgetPeriod::Minute);
    const int day = static_cast<int>(BudgetPeriod::Day);
    const int total = static_cast<int>(BudgetPeriod::Total);
    QTest::newRow("tokens a minute") << minute << "tokens"
                                     << "rate_limited" << 429 << 60'000LL;
    QTest::newRow("tokens a day") << day << "tokens"
                                  << "budget_exceeded" << 429 << 12 * 3'600'000LL;
    QTest::newRow("requests a minute") << minute << "requests"
                                       << "rate_limited" << 429 << 60'000LL;
    QTest::newRow("money a minute") << minute << "usd"
                                    << "budget_exceeded" << 402 << 60'000LL;
    QTest::newRow("money in total") << total << "usd"
                                    << "budget_exceeded" << 402 << -1LL;
}

void TstBudgetBook::meters()
{
    QFETCH(int, period);
    QFETCH(QString, meter);
    QFETCH(QString, code);
    QFETCH(int, status);
    QFETCH(qlonglong, waitMs);
    BudgetRule rule = usdRule(1, static_cast<BudgetPeriod>(period));
    if (meter != QLatin1String("usd"))
        rule.usd.reset();
    if (meter == QLatin1String("tokens"))
        rule.tokens = 1'000;
    if (meter == QLatin1String("requests"))
        rule.requests = 2;
    BudgetBook book;
    book.apply({rule});
    for (int i = 0; i < 2; ++i) {
        const auto answer = book.reserve(keys(), {dollar / 2, 500}, admission, noon);
        QVERIFY(answer.allowed());
        book.settle(answer.ticket, {dollar / 2, 500}, noon);
    }
    const auto refused = book.reserve(keys(), {0, 0}, admission, noon);
    QVERIFY(refused.refusal);
    QCOMPARE(QString::fromStdString(refused.refusal->error.code), code);
    QCOMPARE(refused.refusal->error.httpStatus, status);
    QCOMPARE(qlonglong(refused.refusal->retryAfterMs.value_or(-1)), waitMs);
    if (waitMs > 0) {
        QVERIFY(!book.reserve(keys(), {1, 1}, admission, noon + waitMs - 1).allowed());
        QVERIFY(book.reserve(keys(), {1, 1}, admission, noon + waitMs).allowed());
    }
}

void TstBudgetBook::concurrentIsGivenBack()
{
    BudgetRule rule = usdRule(1, BudgetPeriod::Minute);
    rule.usd.reset();
    rule.concurrent = 2;
    BudgetBook book;
    book.apply({rule});
    const auto first = book.reserve(keys(), {}, admission, noon);
    const auto second = book.reserve(keys(), {}, admission, noon);
    const auto third = book.reserve(keys(), {}, admission, noon + 120'000); // they still run in the next period
    QVERIFY(first.allowed() && second.allowed());
    QVERIFY(third.refusal);
    QCOMPARE(third.refusal->error.code, std::string("concurrency_limited"));
    QCOMPARE(*third.refusal->retryAfterMs, int64_t(1'000));
    book.settle(first.ticket, {}, noon + 120'000);
    QVERIFY(book.reserve(keys(), {}, admission, noon + 120'000).allowed());
    book.release(second.ticket);
    QVERIFY(book.reserve(keys(), {}, admission, noon + 120'000).allowed());
}

void TstBudgetBook::scopes()
{
    BudgetRule rule = usdRule(1);
    rule.scope.project = "te*";
    rule.scope.user = "ann";
    BudgetBook book;
    book.apply({rule});
    QVERIFY(!book.reserve(keys("team", "ann"), {2 * dollar, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys("team", "bob"), {2 * dollar, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys("other", "ann"), {2 * dollar, 0}, admission, noon).allowed());
    QCOMPARE(book.heldCount(), size_t(0)); // no rule applied: nothing to give back
}

void TstBudgetBook::eachHasItsOwn()
{
    BudgetRule rule = usdRule(1);
    rule.each = "user";
    BudgetBook book;
    book.apply({rule});
    QVERIFY(book.reserve(keys("team", "ann"), {dollar, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys("team", "bob"), {dollar, 0}, admission, noon).allowed());
    const auto refused = book.reserve(keys("other", "ann"), {cent, 0}, admission, noon);
    QVERIFY(refused.refusal);
    QVERIFY(refused.refusal->error.message.find("'cap' of 'ann'") != std::string::npos);
}

void TstBudgetBook::targetsAreAskedApart()
{
    BudgetRule rule = usdRule(1);
    rule.scope.model = "openai/gpt-*";
    BudgetRule each = usdRule(2);
    each.id = "each";
    each.each = "credential";
    BudgetBook book;
    book.apply({rule, each});
    QVERIFY(!book.asksFor(admission));
    QVERIFY(book.asksFor(BudgetStage::Target));
    QVERIFY(book.reserve(keys(), {5 * dollar, 0}, admission, noon).allowed());
    QVERIFY(!book.reserve(keys(), {3 * dollar / 2, 0}, BudgetStage::Target, noon).allowed());
    BudgetKeys other = keys();
    other.provider = "box";
    other.model = "box/llama";
    QVERIFY(book.reserve(other, {3 * dollar / 2, 0}, BudgetStage::Target, noon).allowed());
    QVERIFY(!book.reserve(other, {dollar, 0}, BudgetStage::Target, noon).allowed()); // the credential's
}

void TstBudgetBook::furtherAttemptsCostOnTop()
{
    BudgetRule rule = usdRule(1);
    rule.requests = 1;
    rule.concurrent = 1;
    BudgetBook book;
    book.apply({rule});
    const auto first = book.reserve(keys(), {40 * cent, 0}, admission, noon);
    const auto hedge = book.reserve(keys(), {40 * cent, 0}, BudgetStage::Again, noon);
    QVERIFY(first.allowed() && hedge.allowed()); // one request, one place, twice the money
    QVERIFY(!book.reserve(keys(), {40 * cent, 0}, BudgetStage::Again, noon).allowed());
    book.settle(first.ticket, {40 * cent, 0}, noon);
    book.settle(hedge.ticket, {5 * cent, 0}, noon);
    const BudgetRow row = book.rows(noon).front();
    QCOMPARE(row.nanoUsd, 45 * cent);
    QCOMPARE(row.requests, int64_t(1));
    QCOMPARE(row.inFlight, int64_t(0));
}

void TstBudgetBook::warnAndDowngrade()
{
    BudgetRule warn = usdRule(1);
    warn.id = "soft";
    warn.onLimit = OnLimit::Warn;
    BudgetRule down = usdRule(2);
    down.onLimit = OnLimit::Downgrade;
    down.downgradeTo = "cheap";
    BudgetBook book;
    book.apply({warn, down});
    auto answer = book.reserve(keys(), {dollar / 2, 0}, admission, noon);
    QVERIFY(answer.warnings.empty() && answer.downgradeRoute.empty());
    answer = book.reserve(keys(), {dollar, 0}, admission, noon);
    QVERIFY(answer.allowed());
    QCOMPARE(answer.warnings.size(), size_t(1));
    QVERIFY(answer.downgradeRoute.empty());
    answer = book.reserve(keys(), {dollar, 0}, admission, noon);
    QVERIFY(answer.allowed());
    QCOMPARE(answer.downgradeRoute, std::string("cheap"));
    book.settle(answer.ticket, {dollar, 0}, noon);
    BudgetRule hard = usdRule(1);
    hard.id = "hard";
    book.apply({warn, down, hard});
    QVERIFY(!book.reserve(keys(), {2 * dollar, 0}, admission, noon).allowed()); // blocking comes before all
}

void TstBudgetBook::tellsTheLongestWait()
{
    BudgetRule minute = usdRule(1, BudgetPeriod::Minute);
    minute.id = "minute";
    BudgetRule day = usdRule(1, BudgetPeriod::Day);
    day.id = "day";
    BudgetBook book;
    book.apply({minute, day, usdRule(5, BudgetPeriod::Hour)});
    const auto refused = book.reserve(keys(), {2 * dollar, 0}, admission, noon);
    QVERIFY(refused.refusal);
    QCOMPARE(refused.refusal->rule, std::string("day"));
}

void TstBudgetBook::manyUsersAreBounded()
{
    BudgetRule rule = usdRule(1, BudgetPeriod::Hour);
    rule.each = "user";
    BudgetBook book;
    book.apply({rule});
    for (int i = 0; i < 21'000; ++i) {
        const std::string user = "u" + std::to_string(i);
        const auto answer = book.reserve(keys("team", user), {cent / 100, 0}, admission, noon);
        QVERIFY(answer.allowed());
        book.settle(answer.ticket, {cent / 100, 0}, noon);
    }
    QVERIFY(!book.reserve(keys("team", "one more"), {95 * cent, 0}, admission, noon).allowed()); // with the others
    QVERIFY(book.reserve(keys("team", "u1"), {95 * cent, 0}, admission, noon).allowed());
    QVERIFY(book.reserve(keys("team", "next"), {95 * cent, 0}, admission, noon + 3'600'000).allowed());
}

void TstBudgetBook::rowsForTheConsole()
{
    BudgetRule tokens = usdRule(10);
    tokens.id = "both";
    tokens.tokens = 100;
    BudgetBook book;
    book.apply({usdRule(1), tokens});
    QCOMPARE(book.rows(noon).size(), size_t(2));
    book.reserve(keys(), {10 * cent, 50}, admission, noon);
    const auto rows = book.rows(noon);
    QCOMPARE(rows[0].rule, std::string("both")); // the fullest first
    QCOMPARE(rows[0].share, 0.5);
    QCOMPARE(rows[0].reservedTokens, int64_t(50));
    QCOMPARE(rows[1].share, 0.1);
    QCOMPARE(*rows[1].capNanoUsd, dollar);
}
QTEST_GUILESS_MAIN(TstBudgetBook)
#include "tst_budget_book.moc"
