// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_seeds.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <map>

using namespace signalbox;
using namespace signalbox::test;

class TstSpendAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sessions();
    void topIsTheDearest();
    void driversAndTheirChange();
    void cacheSavings();
    void fastestForRouteAndSize();
    void seedsEqualTheRows();
    void badRangesAreRefused();

private:
    void fill(int64_t rows, int64_t fromMs, int64_t stepMs) const { m_ledger->fill(rows, fromMs, stepMs); }
    int64_t number(const std::string &sql) const { return m_ledger->number(sql); }
    std::unique_ptr<LedgerReader> reader() const { return m_ledger->reader(); }

    std::unique_ptr<SpendLedger> m_ledger;
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(17, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstSpendAnswers::init()
{
    m_ledger = std::make_unique<SpendLedger>();
}

void TstSpendAnswers::sessions()
{
    fill(700, m_start, 60'000);
    SpendRequest request;
    request.fromMs = m_start;
    request.toMs = m_start + dayMs;
    request.by = SpendDimension::Session;
    request.top = 3;
    const auto report = reader()->spend(request);
    QVERIFY(report);
    QCOMPARE(report->groups.size(), size_t(4));
    QCOMPARE(report->groups.back().name, std::string("(others)"));
    request.filter.user = "ann";
    QCOMPARE(reader()->spend(request).error().code, std::string("filter_unsupported"));
}

void TstSpendAnswers::topIsTheDearest()
{
    fill(1'000, m_start, 60'000);
    SpendRequest request;
    request.fromMs = m_start;
    request.toMs = m_start + dayMs;
    request.by = SpendDimension::Model;
    request.top = 2;
    const auto report = reader()->spend(request);
    QVERIFY(report);
    QCOMPARE(report->groups.size(), size_t(3));
    QVERIFY(report->groups[0].total.nanoUsd >= report->groups[1].total.nanoUsd);
    int64_t sum = 0;
    for (const SpendGroup &group : report->groups)
        sum += group.total.nanoUsd;
    QCOMPARE(sum, report->total.nanoUsd);
}

void TstSpendAnswers::driversAndTheirChange()
{
    {
        auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
        for (int64_t i = 0; i < 30; ++i) {
            RequestRecord record = sampleRecord(1, m_start + i * hourMs);
            record.project = i >= 20 ? "new" : "old";
            record.cost.nanoUsd = i >= 10 ? 300 : 100;
            (*ledger)->record(record);
        }
    }
    const auto drivers =
        reader()->costDrivers(m_start + 10 * hourMs, m_start + 20 * hourMs, SpendDimension::Project, 5);
    QVERIFY(drivers);
    QCOMPARE(drivers->size(), size_t(1));
    QCOMPARE(drivers->front().now.nanoUsd, int64_t(3'000));
    QCOMPARE(drivers->front().changeNanoUsd, int64_t(2'000));
    QCOMPARE(*drivers->front().changeShare, 2.0);
    const auto later = reader()->costDrivers(m_start + 20 * hourMs, m_start + 30 * hourMs, SpendDimension::Project, 5);
    QCOMPARE(later->front().name, std::string("new"));
    QVERIFY(!later->front().changeShare); // it did not exist before
    QCOMPARE(later->back().changeNanoUsd, int64_t(-3'000));
}

void TstSpendAnswers::cacheSavings()
{
    fill(100, m_start, 60'000); // 20 cached tokens each
    const PriceOf price = [](const std::string &provider, const std::string &, const TokenUsage &usage) {
        std::optional<int64_t> cost;
        if (provider == "box")
            cost = usage.input.value_or(0) * 10 + usage.cachedInput.value_or(0);
        return cost;
    };
    const auto savings = reader()->cacheSavings(m_start, m_start + dayMs, {}, price);
    QVERIFY(savings);
    QCOMPARE(savings->cachedTokens, int64_t(2'000));
    QCOMPARE(savings->unpricedTokens, int64_t(1'000));
    QCOMPARE(savings->savedNanoUsd, int64_t(9'000));
}

void TstSpendAnswers::fastestForRouteAndSize()
{
    {
        auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
        for (int64_t i = 0; i < 60; ++i) {
            RequestRecord record = sampleRecord(0, m_start + i);
            record.status = 200;
            record.error.clear();
            record.provider = i % 3 == 0 ? "slow" : "quick";
            record.model = "m";
            record.usage.input = i % 2 == 0 ? 100 : 50'000;
            record.ttftMs = record.provider == "slow" ? 900 : 100;
            record.durationMs = *record.ttftMs + 100;
            record.usage.output = 10;
            (*ledger)->record(record);
        }
    }
    const auto rows = reader()->speed(m_start, m_start + hourMs);
    QVERIFY(rows);
    QCOMPARE(rows->size(), size_t(4)); // two sizes, two targets
    for (const SpeedRow &row : *rows) {
        QCOMPARE(row.fastest, row.provider == "quick");
        QCOMPARE(row.ttftP50, row.provider == "quick" ? 100.0 : 900.0);
        QCOMPARE(row.outputTokensPerSecond, 100.0);
        QVERIFY(row.sizeClass == 0 || row.sizeClass == 2);
    }
}

// What budgets begin with after a start is what the rows of their periods say, whatever the zone.
void TstSpendAnswers::seedsEqualTheRows()
{
    fill(4'000, m_start - 3 * dayMs, 120'000);
    const int64_t now = m_start + 2 * dayMs;
    std::vector<BudgetRule> rules;
    for (const char *zone : {"UTC", "Asia/Kolkata", "America/St_Johns", "Asia/Kathmandu"}) {
        for (const BudgetPeriod period :
             {BudgetPeriod::Hour, BudgetPeriod::Day, BudgetPeriod::Week, BudgetPeriod::Month, BudgetPeriod::Total}) {
            BudgetRule rule;
            rule.id = std::string(zone) + budgetPeriodName(period);
            rule.period = period;
            rule.timeZone = zone;
            rule.scope.project = "te*";
            rule.each = "model";
            rules.push_back(rule);
        }
    }
    const auto seeds = readBudgetSeeds(m_ledger->path(), rules, now, now);
    QVERIFY(seeds);
    std::map<std::string, int64_t> startOf;
    for (const BudgetSeed &seed : seeds->seeds) {
        startOf[seed.rule] = seed.periodStartMs;
        const std::string where = " FROM request WHERE project = 'team' AND provider || '/' || model = '" +
                                  seed.account + "' AND started_at < " + std::to_string(now) +
                                  " AND started_at >= " + std::to_string(std::max<int64_t>(seed.periodStartMs, 0));
        QCOMPARE(seed.requests, number("SELECT count(*)" + where));
        QCOMPARE(seed.nanoUsd, number("SELECT sum(cost_nanousd)" + where));
        QCOMPARE(seed.tokens, number("SELECT sum(input_tokens + cached_input_tokens + output_tokens)" + where));
    }
    QCOMPARE(startOf.size(), rules.size());
}

void TstSpendAnswers::badRangesAreRefused()
{
    fill(1, m_start, 1);
    SpendRequest request;
    request.fromMs = request.toMs = m_start;
    QCOMPARE(reader()->spend(request).error().code, std::string("range_invalid"));
    request.toMs = m_start + dayMs;
    request.bucketStarts = {m_start + 2, m_start + 1};
    QCOMPARE(reader()->spend(request).error().code, std::string("range_invalid"));
    request.bucketStarts = {m_start};
    QCOMPARE(reader()->spend(request).error().code, std::string("range_invalid"));
}

QTEST_GUILESS_MAIN(TstSpendAnswers)
#include "tst_spend_answers.moc"
