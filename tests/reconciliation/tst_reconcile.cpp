// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/reconcile.h"
#include "tests/ledger/spend_ledger.h"

#include <boost/json.hpp>

using namespace signalbox;
using namespace signalbox::test;

class TstReconcile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agrees();
    void differencesByDayAndModel();
    void toleranceAndSilentColumns();
    void foreignProvider();
    void texts();

private:
    Result<Reconciliation> compare(const std::vector<VendorLine> &lines, double tolerance = 0.01,
                                   const std::string &provider = "openai");
    SpendLedger m_ledger;
    std::unique_ptr<LedgerReader> m_reader;
};

namespace {

constexpr int64_t firstDay = 20'000;

void book(Ledger &ledger, int64_t day, const char *model, const TokenUsage &usage, int64_t nanoUsd)
{
    RequestRecord record = sampleRecord(0, day * dayMs + 1000);
    record.provider = "openai";
    record.model = model;
    record.usage = usage;
    record.cost = {nanoUsd, CostState::Exact, "p"};
    ledger.record(record);
}

} // namespace

void TstReconcile::initTestCase()
{
    auto ledger = Ledger::open({m_ledger.folder(), 36'500, 2048});
    QVERIFY(ledger);
    book(**ledger, firstDay, "gpt-4o", {100, 50, 30, 20, 5}, 1'000'000);
    book(**ledger, firstDay, "gpt-4o-2024-08-06", {100, 50, 30, 20, 5}, 1'000'000);
    book(**ledger, firstDay + 1, "gpt-4o", {7, std::nullopt, std::nullopt, 3, std::nullopt}, 500'000);
    book(**ledger, firstDay + 1, "o3", {1, std::nullopt, std::nullopt, 1, std::nullopt}, 100'000);
    ledger->reset();
    m_reader = m_ledger.reader();
    QVERIFY(m_reader);
}

Result<Reconciliation> TstReconcile::compare(const std::vector<VendorLine> &lines, double tolerance,
                                             const std::string &provider)
{
    return reconcile({"openai", "a test", lines, {}}, *m_reader, {provider, tolerance});
}

void TstReconcile::agrees()
{
    // The vendor's dated name and both of the ledger's are one model.
    const auto result = compare({{firstDay, "gpt-4o-2024-08-06", 2, 200, 100, 60, 40, 2'000'000}});
    QVERIFY(result);
    QCOMPARE(result->days.size(), size_t(1));
    QCOMPARE(result->days.front().state, ReconciledDay::State::Agrees);
    QCOMPARE(result->days.front().figures.size(), size_t(6));
    QCOMPARE(result->differing, size_t(0));
}

void TstReconcile::differencesByDayAndModel()
{
    const auto result = compare({{firstDay, "gpt-4o", 2, 200, 100, 60, 48, 2'000'000},
                                 {firstDay + 1, "gpt-5", 1, 10, 0, 0, 10, 700'000}});
    QVERIFY(result);
    QCOMPARE(result->days.size(), size_t(4));
    QCOMPARE(result->differing, size_t(4));
    QCOMPARE(result->days[0].state, ReconciledDay::State::Differs);
    for (const ReconciledFigure &figure : result->days[0].figures)
        QCOMPARE(figure.agrees, figure.name != "output_tokens");
    QCOMPARE(result->days[1].model, std::string("gpt-4o"));
    QCOMPARE(result->days[1].state, ReconciledDay::State::OnlyInLedger);
    QCOMPARE(result->days[2].model, std::string("gpt-5"));
    QCOMPARE(result->days[2].state, ReconciledDay::State::OnlyInReport);
    QCOMPARE(result->days[3].model, std::string("o3"));
    // Totals tell all of both sides.
    QCOMPARE(result->totals[0].report, int64_t(3));
    QCOMPARE(result->totals[0].ledger, int64_t(4));
    QCOMPARE(result->totals[5].name, std::string("cost_nanousd"));
    QCOMPARE(result->totals[5].report, int64_t(2'700'000));
    QCOMPARE(result->totals[5].ledger, int64_t(2'600'000));
}

void TstReconcile::toleranceAndSilentColumns()
{
    // Without cached tokens the report's input holds them; what it does not tell is not compared.
    const VendorLine line{firstDay, "gpt-4o", {}, 364, {}, {}, 40, {}};
    QCOMPARE(compare({line}, 0.02)->differing, size_t(0));
    QCOMPARE(compare({line}, 0.001)->differing, size_t(1));
    QCOMPARE(compare({line}, 0.02)->days.front().figures.size(), size_t(2));
    QCOMPARE(compare({line}, 0.02)->days.front().figures.front().ledger, int64_t(360));
}

void TstReconcile::foreignProvider()
{
    const auto result = compare({{firstDay, "gpt-4o", 1, 1, 1, 1, 1, 1}}, 0.01, "azure");
    QCOMPARE(result->days.front().state, ReconciledDay::State::OnlyInReport);
    QVERIFY(result->notes.back().find("`azure`") != std::string::npos);
}

void TstReconcile::texts()
{
    const auto result = compare({{firstDay, "gpt-4o", 2, 200, 100, 60, 48, 2'000'000}});
    const std::string table = reconciliationTable(*result);
    QVERIFY(table.find("2024-10-04  gpt-4o") != std::string::npos);
    QVERIFY(table.find("off by 8") != std::string::npos);
    QVERIFY(table.find("1 of 1 days and models differ.") != std::string::npos);
    const boost::json::value json = boost::json::parse(reconciliationJson(*result));
    QCOMPARE(json.at("days").at(0).at("figures").at(4).at("difference").as_int64(), int64_t(8));
}

QTEST_GUILESS_MAIN(TstReconcile)
#include "tst_reconcile.moc"
