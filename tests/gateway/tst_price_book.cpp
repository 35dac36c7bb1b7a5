// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/price_book.h"
#include "core/gateway/recorder.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestPriceBook final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exactToTheNanoDollar()
    {
        const PriceBook book({{"box/*", 1.25, 10.0, 0.125, 1.5}});
        TokenUsage usage;
        usage.input = 8;
        usage.cachedInput = 4;
        usage.cacheWrite = 2;
        usage.output = 5;
        usage.reasoning = 3; // part of output: not charged again
        const Cost cost = book.costOf("box", "m", usage, true);
        QCOMPARE(cost.nanoUsd.value_or(-1), 8 * 1250 + 4 * 125 + 2 * 1500 + 5 * 10'000);
        QCOMPARE(cost.state, CostState::Exact);
        QCOMPARE(cost.priceId, std::string("config:box/*"));
    }

    void oneRoundingHalfUp()
    {
        const PriceBook book({{"*", 0.0375, 0.0005, {}, {}}}); // 37.5 and 0.5 nano-USD a token
        TokenUsage usage;
        usage.input = 1;
        QCOMPARE(book.costOf("p", "m", usage, true).nanoUsd.value_or(-1), 38);
        usage.output = 1;
        QCOMPARE(book.costOf("p", "m", usage, true).nanoUsd.value_or(-1), 38); // 38.0, not 38 + 1
    }

    void unknownIsNeverZero()
    {
        TokenUsage usage;
        usage.input = 8;
        const Cost noPrice = PriceBook({}).costOf("p", "m", usage, true);
        QVERIFY(!noPrice.nanoUsd && noPrice.state == CostState::Unpriced);
        const PriceBook outputOnly({{"*", {}, 10.0, {}, {}}});
        QCOMPARE(outputOnly.costOf("p", "m", usage, true).state, CostState::Unpriced);
        const PriceBook both({{"*", 1.0, 10.0, {}, {}}});
        QCOMPARE(both.costOf("p", "m", {}, true).state, CostState::Unpriced);
    }

    void states()
    {
        const PriceBook book({{"a/*", 1.0, 2.0, {}, {}}, {"*", 5.0, 5.0, {}, {}}});
        TokenUsage usage;
        usage.input = 1;
        QCOMPARE(book.costOf("a", "m", usage, false).state, CostState::AtLeast);
        QCOMPARE(book.costOf("a", "m", usage, true).nanoUsd.value_or(0), 1000); // first match wins
        QCOMPARE(book.costOf("b", "m", usage, true).nanoUsd.value_or(0), 5000);
        usage.cachedInput = 1;
        QCOMPARE(book.costOf("a", "m", usage, true).state, CostState::Estimated);
    }

    void shownInFull()
    {
        QCOMPARE(formatNanoUsd(0), std::string("0.000000000"));
        QCOMPARE(formatNanoUsd(1'234'567), std::string("0.001234567"));
        QCOMPARE(formatNanoUsd(12'000'000'001), std::string("12.000000001"));
        QCOMPARE(formatNanoUsd(-5), std::string("-0.000000005"));
    }
};

QTEST_APPLESS_MAIN(TestPriceBook)
#include "tst_price_book.moc"
