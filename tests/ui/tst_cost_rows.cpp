// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"
#include "ui/inspector/cost_rows.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestCostRows final : public QObject
{
    Q_OBJECT

private:
    static Price price()
    {
        Price price;
        price.id = "config:m";
        price.asOf = "2026-08-07";
        price.source = "config";
        PriceTier tier;
        tier.input = 1'250'000;
        tier.output = 10'000'000;
        tier.cacheRead = 125'000;
        price.tiers = {tier};
        return price;
    }

    static PriceNote noted(const Price &price) { return {price.id, priceToJson(price), 0}; }

private Q_SLOTS:
    void everyClassHasItsRow();
    void theRowsAddUpToTheCost();
    void withoutAPriceTokensAreStillTold();
    void theNoteNamesSourceAndDate();
};

void TestCostRows::everyClassHasItsRow()
{
    TokenUsage usage;
    usage.input = 15'398;
    usage.cachedInput = 20'862;
    usage.output = 954;
    usage.reasoning = 100;
    const std::vector<CostRow> rows = costRows(usage, noted(price()));
    const std::vector<CostRow> wanted{{u"Input"_s, u"15,398"_s, u"$1.25 / M"_s, u"$0.0192"_s},
                                      {u"Cached input"_s, u"20,862"_s, u"$0.125 / M"_s, u"$0.0026"_s},
                                      {u"Output"_s, u"954"_s, u"$10 / M"_s, u"$0.0095"_s},
                                      {u"Reasoning, in output"_s, u"100"_s, {}, {}}};
    QCOMPARE(rows.size(), wanted.size());
    for (size_t i = 0; i < rows.size(); ++i)
        QVERIFY2(rows[i] == wanted[i], qPrintable(rows[i].label + rows[i].rate + rows[i].amount));
}

// Cache writes have no price here and are charged as input, which the row says.
void TestCostRows::theRowsAddUpToTheCost()
{
    TokenUsage usage;
    usage.input = 1'000'000;
    usage.cacheWrite = 2'000'000;
    usage.output = 1'000'000;
    const Price made = price();
    const std::vector<CostRow> rows = costRows(usage, noted(made));
    QCOMPARE(rows.size(), size_t(3));
    QCOMPARE(rows[1].amount, u"$2.5000"_s);
    QVERIFY(rows[1].rate.startsWith(u"$1.25 / M, "_s));
    QCOMPARE(*costOf(&made, usage, true).nanoUsd, int64_t(13'750'000'000)); // 1.25 + 2.50 + 10
}

void TestCostRows::withoutAPriceTokensAreStillTold()
{
    TokenUsage usage;
    usage.input = 5;
    const std::vector<CostRow> rows = costRows(usage, {});
    const std::vector<CostRow> wanted{{u"Input"_s, u"5"_s, u"—"_s, u"—"_s}};
    QVERIFY(rows == wanted);
    QVERIFY(costRows({}, {"x", "{broken", 0}).empty());
}

void TestCostRows::theNoteNamesSourceAndDate()
{
    const Cost cost{5, CostState::Estimated, "config:m"};
    const QString note = costNote(cost, noted(price()));
    QVERIFY2(note.startsWith(u"estimated · price config:m, as of "_s), qPrintable(note));
    QVERIFY(note.endsWith(u"(config)"_s));
    QVERIFY(costNote({}, {}).contains(u"no price"_s));
    QCOMPARE(costNote({5, CostState::Reported, "reported"}, {}), u"as the provider reported it"_s);
}

int main(int argc, char **argv)
{
    qputenv("LC_ALL", "C.UTF-8");
    QCoreApplication app(argc, argv);
    TestCostRows test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_cost_rows.moc"
