// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

using namespace signalbox;

namespace {

QJsonArray vectors()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../support/usage_vectors.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("vectors")).toArray();
}

// The vectors' own keys: `multiplier` is the factor of the service tier that the request had.
std::optional<Price> priceOf(const QJsonObject &vector)
{
    QJsonObject price = vector.value(QLatin1String("price")).toObject();
    if (price.isEmpty())
        return std::nullopt;
    if (price.contains(QLatin1String("multiplier"))) {
        const QString tier = vector.value(QLatin1String("serviceTier")).toString();
        price.insert(QLatin1String("serviceTiers"), QJsonObject{{tier, price.take(QLatin1String("multiplier"))}});
    }
    const auto read = priceFromJson(QJsonDocument(price).toJson(QJsonDocument::Compact).toStdString());
    return read ? std::optional(*read) : std::nullopt;
}

TokenUsage usageOf(const QJsonObject &vector)
{
    const QJsonObject expected = vector.value(QLatin1String("expected")).toObject();
    const auto tokens = [&expected](const char *key) {
        const QJsonValue value = expected.value(QLatin1String(key));
        return value.isUndefined() ? std::nullopt : std::optional<int64_t>(value.toInteger());
    };
    TokenUsage usage;
    usage.input = tokens("input");
    usage.cachedInput = tokens("cachedInput");
    usage.cacheWrite = tokens("cacheWrite");
    usage.output = tokens("output");
    usage.reasoning = tokens("reasoning");
    usage.cacheWrite1h = tokens("cacheWrite1h");
    usage.inputAudio = tokens("inputAudio");
    usage.outputAudio = tokens("outputAudio");
    usage.webSearches = tokens("webSearches");
    usage.serviceTier = vector.value(QLatin1String("serviceTier")).toString().toStdString();
    if (expected.value(QLatin1String("costState")).toString() == QLatin1String("reported"))
        usage.reportedNanoUsd = tokens("costNanoUsd");
    return usage;
}

Price simple(int64_t input, int64_t output)
{
    Price price;
    price.id = "test";
    price.tiers.resize(1);
    price.tiers[0].input = input;
    price.tiers[0].output = output;
    return price;
}

} // namespace

class TstPricing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vectors_data()
    {
        QTest::addColumn<QJsonObject>("vector");
        for (const auto &value : ::vectors()) {
            const QJsonObject vector = value.toObject();
            QTest::newRow(qPrintable(vector.value(QLatin1String("id")).toString())) << vector;
        }
    }

    void vectors()
    {
        QFETCH(QJsonObject, vector);
        const QJsonObject expected = vector.value(QLatin1String("expected")).toObject();
        const std::string state = expected.value(QLatin1String("costState")).toString().toStdString();
        const auto price = priceOf(vector);
        const Cost cost = costOf(price ? &*price : nullptr, usageOf(vector), state != "at-least");
        const QJsonValue money = expected.value(QLatin1String("costNanoUsd"));
        QCOMPARE(cost.nanoUsd.has_value(), !money.isNull());
        if (cost.nanoUsd)
            QCOMPARE(qint64(*cost.nanoUsd), money.toInteger());
        // Where a count was guessed the reader of usage knows, not the price.
        const bool countGuessed =
            state == "estimated" && (vector.contains(QLatin1String("ownCount")) ||
                                     vector.value(QLatin1String("id")).toString() == QLatin1String("other-08"));
        QCOMPARE(std::string(costStateName(cost.state)), countGuessed ? "exact" : state);
    }

    void allVectorsAreThere() { QVERIFY(::vectors().size() >= 127); }

    void oneRoundingHalfUp()
    {
        Price price = simple(37500, 500); // 37.5 and 0.5 nano-USD a token
        TokenUsage usage;
        usage.input = 1;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(-1), 38);
        usage.output = 1;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(-1), 38); // 38.0, not 38 + 1
        price.serviceTiers = {{"flex", 0.5}};
        usage.serviceTier = "flex";
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(-1), 19);
    }

    void unknownIsNeverZero()
    {
        TokenUsage usage;
        usage.input = 8;
        QVERIFY(costOf(nullptr, usage, true) == Cost());
        Price price = simple(1, 1);
        QVERIFY(costOf(&price, TokenUsage(), true) == Cost());
        price.tiers[0].input.reset();
        QVERIFY(costOf(&price, usage, true) == Cost());
        usage.input = 0; // nothing was used of what has no price
        usage.output = 5;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Exact);
        usage.reportedNanoUsd = 77;
        QCOMPARE(costOf(nullptr, usage, false).nanoUsd.value_or(0), 77);
        QCOMPARE(costOf(nullptr, usage, false).state, CostState::Reported);
    }

    void guessesAreMarked()
    {
        Price price = simple(1000000, 10000000);
        TokenUsage usage;
        usage.input = 10;
        usage.inputAudio = 4;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Estimated);
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 10000);
        price.tiers[0].inputAudio = 3000000;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Exact);
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 18000);

        usage.serviceTier = "priority"; // the price says nothing of it
        QCOMPARE(costOf(&price, usage, true).state, CostState::Estimated);
        usage.serviceTier = "default";
        QCOMPARE(costOf(&price, usage, true).state, CostState::Exact);
        usage.webSearches = 1;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Estimated);
        QCOMPARE(costOf(&price, usage, false).state, CostState::AtLeast);
    }

    void imagesCostAsTextOrByThemselves()
    {
        Price price = simple(1000000, 10000000);
        TokenUsage usage;
        usage.input = 10;
        usage.inputImage = 4;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Exact);
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 10000);
        price.tiers[0].inputImage = 3000000;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 18000);
        usage.output = 5;
        usage.outputImage = 5;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Estimated); // pictures made are dearer than text
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 68000);
        price.tiers[0].outputImage = 30000000;
        QCOMPARE(costOf(&price, usage, true).state, CostState::Exact);
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 168000);
        usage.inputAudio = 9; // parts never overlap
        price.tiers[0].inputAudio = 2000000;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 171000);
    }

    void perRequest()
    {
        Price price = simple(1000000, 1000000);
        price.perRequestNanoUsd = 5000000;
        TokenUsage usage;
        usage.input = 1;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 5001000);
    }

    void partsAreNeverMoreThanTheWhole()
    {
        Price price = simple(1000000, 1000000);
        price.tiers[0].cacheWrite = 2000000;
        price.tiers[0].cacheWrite1h = 4000000;
        TokenUsage usage;
        usage.cacheWrite = 10;
        usage.cacheWrite1h = 50;
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), 40000);
    }

    void noOverflow()
    {
        Price price = simple(1000000000000000, 1);
        TokenUsage usage;
        usage.input = std::numeric_limits<int64_t>::max();
        QCOMPARE(costOf(&price, usage, true).nanoUsd.value_or(0), std::numeric_limits<int64_t>::max());
    }

    void keptAsJson()
    {
        const std::string text =
            R"({"id":"config:a/\u002a","source":"config","inputUsdPerMTok":0.000001,"outputUsdPerMTok":10,)"
            R"("cacheWrite1hUsdPerMTok":1000000000,"perRequestUsd":0.002,"webSearchUsdPer1000":10,)"
            R"("tiers":[{"inputTokensAbove":200000,"inputUsdPerMTok":2.5}],"serviceTiers":{"flex":0.5}})";
        const auto price = priceFromJson(text);
        QVERIFY2(price, price ? "" : price.error().message.c_str());
        QCOMPARE(price->tiers.size(), size_t(2));
        QCOMPARE(price->tiers[0].input.value_or(0), 1);
        QCOMPARE(price->tiers[1].output.value_or(0), 10000000); // as in the tier below
        QCOMPARE(price->perWebSearchNanoUsd.value_or(0), 10000000);
        const auto again = priceFromJson(priceToJson(*price));
        QVERIFY(again && *again == *price);
    }

    void badPrices()
    {
        const auto problem = [](std::string_view json) { return priceFromJson(json).error().message; };
        QCOMPARE(problem(R"({"inputUsdPerMTok":-1})"), std::string("/inputUsdPerMTok: must be from 0 to 1000000000"));
        QCOMPARE(problem(R"({"inputUsdPerMTok":1,"tiers":[{"inputTokensAbove":9},{"inputTokensAbove":9}]})"),
                 std::string("/tiers/1/inputTokensAbove: must be above the tier before"));
        QCOMPARE(problem(R"({"id":"x"})"), std::string(": names no price"));
    }
};

QTEST_APPLESS_MAIN(TstPricing)
#include "tst_pricing.moc"
