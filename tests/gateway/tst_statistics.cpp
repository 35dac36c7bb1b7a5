// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/gateway/statistics.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

RequestRecord record(const std::string &model, int status)
{
    RequestRecord r;
    r.provider = "p";
    r.model = model;
    r.status = status;
    r.durationMs = 120;
    r.overheadUs = 50;
    r.usage.output = 30;
    r.cost.nanoUsd = 1'000'000;
    return r;
}

} // namespace

class TestStatistics final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowsForget()
    {
        FakeClock clock;
        Statistics statistics(clock);
        for (int i = 0; i < 60; ++i)
            statistics.finished(record("m", i % 4 == 0 ? 500 : 200));
        statistics.finished(record("m", 499)); // the client's own doing is no error
        GatewaySnapshot now;
        statistics.fill(now);
        QCOMPARE(now.requestsPerMinute, 61.0);
        QVERIFY(std::abs(now.errorPercent - 100.0 * 15 / 61) < 1e-9);
        QCOMPARE(now.outputTokensPerSecond, 61 * 30 / 60.0);
        QCOMPARE(now.overheadMsP50, 0.05);
        QCOMPARE(now.shares.size(), size_t{1});
        clock.advanceMs(61'000);
        GatewaySnapshot minuteLater;
        statistics.fill(minuteLater);
        QCOMPARE(minuteLater.requestsPerMinute, 0.0);
        QVERIFY(minuteLater.errorPercent > 0);
        clock.advanceMs(300'000);
        GatewaySnapshot later;
        statistics.fill(later);
        QCOMPARE(later.errorPercent, 0.0);
        QVERIFY(later.shares.empty());
        QCOMPARE(later.requestsTotal, 61);
        QCOMPARE(later.errorsTotal, 15);
    }

    void modelNamesCannotFillTheMemory()
    {
        FakeClock clock;
        Statistics statistics(clock);
        for (int i = 0; i < 5000; ++i)
            statistics.finished(record("model-" + std::to_string(i), 200));
        GatewaySnapshot snapshot;
        statistics.fill(snapshot);
        QVERIFY(snapshot.shares.size() <= 201);
        const std::string text = statistics.metrics(1, 2, {});
        QVERIFY(text.find("model=\"other\"") != std::string::npos);
        QVERIFY(text.find("model-4999") == std::string::npos);
    }

    void metricsAreWellFormed()
    {
        FakeClock clock;
        Statistics statistics(clock);
        statistics.finished(record("we\"ird\\\nname", 200));
        const QString text = QString::fromStdString(statistics.metrics(0, 0, {}));
        QVERIFY(text.contains(QStringLiteral(
            "signalbox_requests_total{provider=\"p\",model=\"we\\\"ird\\\\\\nname\",status=\"200\"} 1")));
        QVERIFY(text.contains(
            QStringLiteral("signalbox_cost_usd_total{provider=\"p\",model=\"we\\\"ird\\\\\\nname\"} 0.001")));
        QVERIFY(text.contains(QStringLiteral("le=\"0.25\"} 1")));
        QVERIFY(text.contains(QStringLiteral("le=\"0.1\"} 0")));
        for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
            QVERIFY2(line.startsWith(u'#') || line.startsWith(QStringLiteral("signalbox_")), qPrintable(line));
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
