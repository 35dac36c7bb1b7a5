// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/decaying_histogram.h"
#include "core/routing/health/decaying_rate.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace signalbox;

namespace {

constexpr int64_t secondNs = 1000000000;
const Millis halfLife(30000);

double nearestRank(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    const double rank = std::ceil(share * static_cast<double>(values.size()) - 1e-9);
    return values[static_cast<size_t>(std::max(1.0, rank)) - 1];
}

// The smallest value whose samples and all below hold the share of the weight.
double weightedRank(std::vector<std::pair<double, double>> samples, double share)
{
    std::sort(samples.begin(), samples.end());
    double total = 0;
    for (const auto &[value, weight] : samples)
        total += weight;
    double sum = 0;
    for (const auto &[value, weight] : samples) {
        sum += weight;
        if (sum >= share * total)
            return value;
    }
    return samples.back().first;
}

} // namespace

class TestDecayingHistogram final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void percentilesWithinTwoPercent_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("count");
        const char *const names[] = {"uniform", "exponential", "log-normal", "heavy tail", "two humps", "constant"};
        for (int kind = 0; kind < 6; ++kind) {
            for (const int count : {1, 2, 10, 100, 5000, 100000})
                QTest::addRow("%s of %d", names[kind], count) << kind << count;
        }
    }

    void percentilesWithinTwoPercent()
    {
        QFETCH(int, kind);
        QFETCH(int, count);
        std::mt19937_64 dice(static_cast<uint64_t>(kind * 1000003 + count));
        std::uniform_real_distribution<double> uniform(1, 3000);
        std::exponential_distribution<double> exponential(1.0 / 400);
        std::lognormal_distribution<double> logNormal(6, 1.5);
        std::uniform_real_distribution<double> share(0.001, 1);
        const std::function<double()> draws[] = {
            [&] { return uniform(dice); },
            [&] { return 0.2 + exponential(dice); },
            [&] { return std::clamp(logNormal(dice), 0.2, 1.5e6); },
            [&] { return std::min(1.5e6, 50 / std::pow(share(dice), 1.2)); }, // Pareto
            [&] { return share(dice) < 0.93 ? 80 + share(dice) : 9000 + 100 * share(dice); },
            [&] { return 250.0; },
        };
        const DecayMoment moment = DecayClock(halfLife).at(5 * secondNs);
        DecayingHistogram histogram;
        std::vector<double> values;
        for (int i = 0; i < count; ++i) {
            values.push_back(draws[kind]());
            histogram.add(values.back(), moment);
        }
        for (const double wanted : {0.5, 0.9, 0.95, 0.99}) {
            const double exact = nearestRank(values, wanted);
            const double told = histogram.percentile(wanted).value();
            QVERIFY2(std::abs(told - exact) <= 0.02 * exact,
                     qPrintable(QStringLiteral("p%1: %2 for %3").arg(wanted * 100).arg(told).arg(exact)));
        }
        QVERIFY(std::abs(histogram.count(moment) - count) < 1e-3 * count);
    }

    void severalAtOnceAreTheSame()
    {
        std::mt19937_64 dice(3);
        std::lognormal_distribution<double> draw(5, 2);
        DecayingHistogram histogram;
        const DecayMoment moment = DecayClock(halfLife).at(0);
        for (int i = 0; i < 3000; ++i)
            histogram.add(draw(dice), moment);
        const std::array<double, 6> shares{0, 0.5, 0.9, 0.95, 0.99, 1};
        std::array<double, 6> values{};
        QVERIFY(histogram.percentiles(shares, values));
        for (size_t i = 0; i < shares.size(); ++i)
            QCOMPARE(values[i], histogram.percentile(shares[i]).value());
        QVERIFY(std::is_sorted(values.begin(), values.end()));
    }

    void fadesWithTheHalfLife()
    {
        const DecayClock clock(halfLife);
        DecayingHistogram histogram;
        histogram.add(100, clock.at(0));
        for (const int seconds : {0, 30, 60, 300, 959, 961, 1500})
            QVERIFY(std::abs(histogram.count(clock.at(seconds * secondNs)) / std::exp2(-seconds / 30.0) - 1) < 1e-4);
        // Many epochs later nothing is left, and nothing overflows.
        QCOMPARE(histogram.count(clock.at(1000000 * secondNs)), 0.0);
        histogram.add(5, clock.at(1000000 * secondNs));
        QVERIFY(std::abs(histogram.percentile(0.01).value() - 5) < 0.1);
    }

    void oldSamplesGiveWay()
    {
        // An hour of slow replies, then fast ones: compared with every sample's exact weight.
        const DecayClock clock(halfLife);
        DecayingHistogram histogram;
        std::vector<std::pair<double, int64_t>> samples;
        std::mt19937_64 dice(9);
        std::uniform_real_distribution<double> draw(0.8, 1.2);
        for (int64_t second = 0; second < 3700; ++second) {
            const double value = draw(dice) * (second < 3600 ? 4000 : 300);
            samples.emplace_back(value, second);
            histogram.add(value, clock.at(second * secondNs));
            if (second % 50 != 49)
                continue;
            std::vector<std::pair<double, double>> weighted;
            for (const auto &[sample, at] : samples)
                weighted.emplace_back(sample, std::exp2(static_cast<double>(at - second) / 30));
            for (const double share : {0.5, 0.9, 0.95}) {
                const double exact = weightedRank(weighted, share);
                const double told = histogram.percentile(share).value();
                QVERIFY2(std::abs(told - exact) <= 0.02 * exact, qPrintable(QString::number(second)));
            }
        }
        QVERIFY(histogram.percentile(0.5).value() < 400);
    }

    void clocksThatJump_data()
    {
        QTest::addColumn<qint64>("step");
        QTest::newRow("stands still") << qint64(0);
        QTest::newRow("goes back") << qint64(-1) * 50000 * secondNs;
        QTest::newRow("a day ahead") << qint64(86400) * secondNs;
        QTest::newRow("centuries ahead") << std::numeric_limits<qint64>::max() / 2;
    }

    void clocksThatJump()
    {
        QFETCH(qint64, step);
        const DecayClock clock(halfLife);
        const int64_t start = 100000 * secondNs;
        DecayingHistogram histogram;
        DecayingRate rate;
        for (const qint64 at : {qint64(start), start + step, start + step}) {
            histogram.add(70, clock.at(at));
            rate.add(FailureClass::Server, 10, clock.at(at));
            const double count = histogram.count(clock.at(at));
            QVERIFY(std::isfinite(count) && count > 0);
            QVERIFY(std::abs(histogram.percentile(0.99).value() - 70) < 1.4);
            QCOMPARE(rate.errorRate(clock.at(at)), 1.0);
        }
    }

    void oddValues()
    {
        QCOMPARE(DecayingHistogram::bucketOf(std::nan("")), size_t(0));
        QCOMPARE(DecayingHistogram::bucketOf(-5), size_t(0));
        QCOMPARE(DecayingHistogram::bucketOf(0), size_t(0));
        QCOMPARE(DecayingHistogram::bucketOf(std::numeric_limits<double>::infinity()),
                 DecayingHistogram::bucketCount - 1);
        QVERIFY(!DecayingHistogram().percentile(0.5));
        QCOMPARE(DecayingHistogram().count({}), 0.0);
    }

    void ratesTellIllnessFromThrottles()
    {
        const DecayMoment moment = DecayClock(halfLife).at(0);
        DecayingRate rate;
        QCOMPARE(rate.errorRate(moment), 0.0);
        for (int i = 0; i < static_cast<int>(DecayingRate::classCount); ++i)
            rate.add(static_cast<FailureClass>(i), 100, moment);
        // None, Connect, Timeout, RequestTimeout, Overloaded and Server are evidence; the rest is not.
        QCOMPARE(rate.attempts(moment), 6.0);
        QVERIFY(std::abs(rate.errorRate(moment) - 5.0 / 6) < 1e-6);
        QCOMPARE(rate.ended(moment), static_cast<double>(DecayingRate::classCount));
        QCOMPARE(rate.outputTokens(moment), 100.0 * DecayingRate::classCount);
    }

    void anotherHalfLifeKeepsTheCounts()
    {
        const DecayClock before(halfLife);
        const DecayClock after(Millis(5000));
        const int64_t now = 7777 * secondNs;
        DecayingHistogram histogram;
        DecayingRate rate;
        for (int i = 0; i < 40; ++i) {
            histogram.add(i < 20 ? 10 : 1000, before.at(now));
            rate.add(FailureClass::None, 5, before.at(now));
        }
        histogram.rebase(before.at(now), after.at(now));
        rate.rebase(before.at(now), after.at(now));
        QVERIFY(std::abs(histogram.count(after.at(now)) - 40) < 0.01);
        QVERIFY(std::abs(rate.attempts(after.at(now)) - 40) < 0.01);
        QVERIFY(std::abs(histogram.count(after.at(now + 5 * secondNs)) - 20) < 0.01);
        QVERIFY(std::abs(histogram.percentile(0.5).value() - 10) < 0.2);
    }
};

QTEST_APPLESS_MAIN(TestDecayingHistogram)
#include "tst_decaying_histogram.moc"
