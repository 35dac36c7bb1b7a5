// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_reader.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestSimReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everything()
    {
        const auto setup = readSimulation(R"({"seed":7,"slice":"5s",
            "upstreams":[{"provider":"a","model":"m","ttftMs":{"median":400,"sigma":0.3,
                          "tail":{"share":0.01,"from":5000,"alpha":1.2,"most":60000}},
                          "tokensPerSecond":50,"msPerThousandInput":20,"capacity":9,"cacheKept":0,
                          "limit":{"window":"10s","requests":100,"tokens":5000,"announced":false},
                          "faults":[{"from":"1m","to":"2m","every":"20s","on":"10s","share":0.5,"failure":"429",
                                     "afterMs":3,"afterContent":true,"retryAfter":"2s","slowdown":2}],
                          "price":{"inputUsdPerMTok":2.5,"outputUsdPerMTok":10}}],
            "traffic":{"perSecond":20,"poisson":false,"length":"1h","most":500,"seed":3,
                       "classes":[{"share":2,"model":"x","project":"p","client":"c","user":"u","tags":"t","has":["image"],
                                   "inputTokens":{"mean":2000},"outputTokens":{"least":1,"most":9},"maxOutputTokens":10,
                                   "meanTurns":4,"pauseMs":1000,"patience":"30s"}]}})");
        QVERIFY2(setup, setup ? "" : setup.error().message.c_str());
        QVERIFY(!setup->config);
        QCOMPARE(setup->options.seed, uint64_t(7));
        QCOMPARE(setup->options.slice, Millis(5'000));
        const SimUpstreamModel &upstream = setup->upstreams.at(0);
        QVERIFY(upstream.ttftMs == Distribution::logNormal(400, 0.3).withTail(0.01, 5'000, 1.2, 60'000));
        QVERIFY(upstream.tokensPerSecond == Distribution::fixed(50));
        QCOMPARE(upstream.capacity, 9);
        QCOMPARE(upstream.cacheKept, Millis(0));
        QCOMPARE(upstream.limit.requests, int64_t(100));
        QVERIFY(!upstream.limit.announced);
        QCOMPARE(upstream.price->tiers.at(0).output.value_or(0), int64_t(10'000'000));
        const SimFault &fault = upstream.faults.at(0);
        QCOMPARE(fault.fromMs, int64_t(60'000));
        QCOMPARE(fault.onMs, int64_t(10'000));
        QCOMPARE(fault.failure, FailureClass::RateLimited);
        QCOMPARE(fault.retryAfterMs.value_or(0), int64_t(2'000));
        QVERIFY(fault.afterContent && fault.slowdown == 2);
        const SyntheticTraffic &traffic = *setup->traffic;
        QVERIFY(traffic.perSecond == 20 && !traffic.poisson && traffic.most == 500 && traffic.seed == 3);
        const TrafficClass &kind = traffic.classes.at(0);
        QVERIFY(kind.contents.has(Content::Image));
        QVERIFY(kind.inputTokens == Distribution::exponential(2'000));
        QVERIFY(kind.outputTokens == Distribution::uniform(1, 9));
        QCOMPARE(kind.maxOutputTokens.value_or(0), int64_t(10));
        QCOMPARE(kind.patience, Millis(30'000));
    }

    void mistakes_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *json, const char *message) {
            QTest::newRow(message) << QByteArray(json) << QByteArray(message);
        };
        row("{", "line 1, column");
        row("[]", ": must be an object");
        row(R"({"sed":1})", "/sed: unknown key; did you mean `seed`?");
        row(R"({"upstreams":[{}]})", "/upstreams/0");
        row(R"({"upstreams":[{"provider":"a","ttftMs":-1}]})", "/upstreams/0/ttftMs: must be 0 or above");
        row(R"({"upstreams":[{"provider":"a","ttftMs":{"sigma":1}}]})", "/upstreams/0/ttftMs: takes a number");
        row(R"({"upstreams":[{"provider":"a","ttftMs":{"least":5,"most":4}}]})", "/upstreams/0/ttftMs/most: must be 5");
        row(R"({"upstreams":[{"provider":"a","price":{"input":1}}]})", "/upstreams/0/price/input: unknown key");
        row(R"({"upstreams":[{"provider":"a","faults":[{"share":1.5}]}]})",
            "/upstreams/0/faults/0/share: must be from 0");
        row(R"({"upstreams":[{"provider":"a","faults":[{"failure":"x"}]}]})", "/upstreams/0/faults/0/failure: must be");
        row(R"({"upstreams":[{"provider":"a","faults":[{"from":"2m","to":"1m"}]}]})", "/upstreams/0/faults/0/to: must");
        row(R"({"upstreams":[{"provider":"a","faults":[{"every":"1m"}]}]})",
            "/upstreams/0/faults/0/on: must be above 0");
        row(R"({"traffic":{"perSecond":0}})", "/traffic/perSecond: must be above 0");
        row(R"({"traffic":{"classes":[]}})", "/traffic/classes: needs one");
        row(R"({"traffic":{"classes":[{"has":["smell"]}]}})", "/traffic/classes/0/has: knows image");
        row(R"({"traffic":{"classes":[{"meanTurns":0.5}]}})", "/traffic/classes/0/meanTurns: must be from 1 to 10000");
        row(R"({"config":{"routes":[{"id":"r","to":{"target":"a/m"}}]}})", "/config/routes/0/to");
    }

    void mistakes()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, message);
        const auto setup = readSimulation(json.toStdString());
        QVERIFY(!setup);
        QCOMPARE(setup.error().code, std::string("config_invalid"));
        QVERIFY2(setup.error().message.find(message.toStdString()) != std::string::npos, setup.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestSimReader)
#include "tst_sim_reader.moc"
