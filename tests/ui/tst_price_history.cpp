// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/price_json.h"
#include "ui/models/price_history.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestPriceHistory final : public QObject
{
    Q_OBJECT

    static Price price(int64_t input, int64_t output, const std::string &source = "vendor",
                       const std::string &asOf = "2026-09-01")
    {
        Price price;
        PriceTier tier;
        tier.input = input;
        tier.output = output;
        price.tiers = {tier};
        price.source = source;
        price.asOf = asOf;
        return price;
    }

    static ModelRow row(const Price &now)
    {
        auto listed = std::make_shared<ModelFacts>();
        listed->provider = "openai";
        listed->model = "gpt-5";
        listed->price = now;
        ModelRow row;
        row.facts = listed;
        row.listed = listed;
        row.provider = "work";
        return row;
    }

    static PriceNote note(const std::string &ref, const Price &price, int64_t fromMs)
    {
        return {ref, priceToJson(price), fromMs};
    }

private Q_SLOTS:
    void ownAndListedPricesOfTheModel()
    {
        const Price now = price(1'250'000, 10'000'000);
        const Price before = price(2'000'000, 10'000'000, "vendor", "2026-01-01");
        const Price own = price(500'000, 1'000'000);
        const auto lines = priceHistory(row(now), {note("catalogue:openai/gpt-5@2026-01-01", before, 1'000),
                                                   note("config:work/*", own, 2'000),
                                                   note("catalogue:openai/gpt-5-mini@2026-01-01", before, 3'000),
                                                   note("config:other/*", own, 3'000),
                                                   note("catalogue:openai/gpt-5@2026-09-01", now, 4'000),
                                                   {"catalogue:openai/gpt-5@2025-01-01", "not json", 5'000}});
        QCOMPARE(lines.size(), size_t(3)); // the newest first
        QVERIFY(!lines[0].section.isEmpty());
        QVERIFY(lines[1].section.isEmpty());
        QVERIFY2(lines[0].value.contains(u"$1.25"_s) && lines[0].value.contains(u"$10"_s), qPrintable(lines[0].value));
        QVERIFY2(lines[0].note.contains(u"2026-09-01"_s), qPrintable(lines[0].note));
        QVERIFY2(lines[1].note.contains(u"work/*"_s), qPrintable(lines[1].note));
        QVERIFY2(lines[2].value.contains(u"$2"_s), qPrintable(lines[2].value));
    }

    void aPriceNobodyUsedYetIsSaidToBe()
    {
        const auto lines = priceHistory(row(price(1'250'000, 10'000'000)),
                                        {note("catalogue:openai/gpt-5@2026-01-01", price(2'000'000, 1), 1'000)});
        QCOMPARE(lines.size(), size_t(2));
        QCOMPARE(lines[0].label, u"In force"_s);
    }

    void withoutAnyThereIsNothing()
    {
        ModelRow none = row(price(1, 1));
        auto facts = std::make_shared<ModelFacts>(*none.facts);
        facts->price.reset();
        none.facts = none.listed = facts;
        QVERIFY(priceHistory(none, {}).empty());
    }
};

QTEST_MAIN(TestPriceHistory)
#include "tst_price_history.moc"
