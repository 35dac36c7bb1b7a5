// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/recorded_trace.h"
#include "world.h"

using namespace world;

namespace {

class Rows final : public RowSource
{
public:
    bool next(RecordedRow &row) override
    {
        if (m_at == rows.size())
            return false;
        row = rows[m_at++];
        return true;
    }
    std::vector<RecordedRow> rows;

private:
    size_t m_at = 0;
};

SyntheticTraffic regular(double perSecond, int64_t lengthMs)
{
    SyntheticTraffic traffic;
    traffic.perSecond = perSecond;
    traffic.poisson = false;
    traffic.length = Millis(lengthMs);
    return traffic;
}

} // namespace

// The simulation itself: what it makes up, and that it counts right.
class TestSimulator final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // As the gateway cuts it: what is charged is what the target's context has room for.
    void longRequestsAreCutWhereTheTreeSaysSo()
    {
        PolicyNode fit;
        fit.kind = PolicyNode::Kind::Fit;
        fit.truncate = PolicyNode::Truncate::Oldest;
        fit.children = {target("a")};
        Config config = world::config(fit, {"a"});
        ModelConfig model;
        model.model = "a/*";
        model.contextTokens = 10'000;
        config.models.push_back(model);
        SyntheticTraffic traffic = regular(1, 10 * second);
        traffic.classes[0].inputTokens = Distribution::fixed(50'000);
        traffic.classes[0].outputTokens = Distribution::fixed(100);
        traffic.classes[0].maxOutputTokens = 1'000;
        const SimReport report = run(config, {upstream("a")}, traffic); // 2.5 and 10 USD a million
        QCOMPARE(report.served, report.requests);
        QCOMPARE(report.nanoUsd, report.requests * (9'000 * 2'500 + 100 * 10'000));
        config.routes[0].to.truncate = PolicyNode::Truncate::Never;
        QCOMPARE(run(config, {upstream("a")}, traffic).errors.begin()->first, std::string("context_length_exceeded"));
    }

    void distributions_data()
    {
        QTest::addColumn<Distribution>("distribution");
        QTest::addColumn<double>("median");
        QTest::addColumn<double>("p99");
        QTest::newRow("fixed") << Distribution::fixed(7) << 7.0 << 7.0;
        QTest::newRow("uniform") << Distribution::uniform(100, 200) << 150.0 << 199.0;
        QTest::newRow("exponential") << Distribution::exponential(100) << 69.3 << 460.5;
        QTest::newRow("log-normal") << Distribution::logNormal(400, 0.3) << 400.0 << 803.7;
        // 1 % lies at 10,000 and above: half of the 2 % tail is beyond its median, 5,000 · 2^(1/1)
        QTest::newRow("tailed") << Distribution::fixed(100).withTail(0.02, 5'000, 1, 0) << 100.0 << 10'000.0;
    }

    void distributions()
    {
        QFETCH(Distribution, distribution);
        QFETCH(double, median);
        QFETCH(double, p99);
        SimRandom random(5);
        LatencySummary summary;
        for (int i = 0; i < 200'000; ++i)
            summary.add(distribution.sample(random));
        QVERIFY2(std::abs(summary.percentileMs(0.5) / median - 1) < 0.02,
                 qPrintable(QString::number(summary.percentileMs(0.5))));
        QVERIFY2(std::abs(summary.percentileMs(0.99) / p99 - 1) < 0.06,
                 qPrintable(QString::number(summary.percentileMs(0.99))));
    }

    void trafficIsOrderedAndRepeats()
    {
        SyntheticTraffic traffic;
        traffic.perSecond = 5;
        traffic.length = Millis(20 * minute);
        TrafficClass chat;
        chat.share = 3;
        chat.meanTurns = 6;
        TrafficClass batch;
        batch.share = 1;
        batch.model = "big";
        traffic.classes = {chat, batch};
        SyntheticTrace one(traffic);
        SyntheticTrace two(traffic);
        SimRequest request;
        SimRequest again;
        int64_t last = 0;
        std::map<std::string, int> begun;
        int turns = 0;
        while (one.next(request)) {
            QVERIFY(two.next(again));
            QCOMPARE(again.atNs, request.atNs);
            QCOMPARE(again.inputTokens, request.inputTokens);
            QVERIFY(request.atNs >= last);
            last = request.atNs;
            if (request.turn == 0)
                ++begun[std::string(request.model)];
            else
                QVERIFY(request.inputTokens > 1'200);
            turns += request.model == "m" ? 1 : 0;
        }
        QVERIFY(!two.next(again));
        QVERIFY(std::abs(double(begun["m"]) / begun["big"] - 3) < 0.3);
        QVERIFY(std::abs(double(turns) / begun["m"] - 6) < 0.3);
        QVERIFY(std::abs(double(begun["m"] + begun["big"]) / 6'000 - 1) < 0.05);
    }

    void recordedTrafficKeepsItsTimes()
    {
        Rows rows;
        const auto row = [&rows](int64_t atMs, const char *session, int64_t input, int64_t cached) {
            RecordedRow one;
            one.startedAtMs = 1'700'000'000'000 + atMs;
            one.model = "gpt-5";
            one.session = session;
            one.usage.input = input;
            one.usage.cachedInput = cached;
            one.usage.output = 10;
            rows.rows.push_back(one);
        };
        row(0, "s", 100, 0);
        row(1'500, "", 50, 0);
        row(1'200, "s", 20, 110); // the clock was set back
        RecordedTrace trace(rows);
        SimRequest first;
        SimRequest second;
        SimRequest third;
        QVERIFY(trace.next(first) && trace.next(second) && trace.next(third) && !trace.next(first));
        QCOMPARE(first.atNs, int64_t(0));
        QCOMPARE(second.atNs, int64_t(1'500'000'000));
        QCOMPARE(third.atNs, second.atNs);
        QCOMPARE(third.inputTokens, int64_t(130));
        QCOMPARE(third.conversation, first.conversation);
        QCOMPARE(third.turn, 1U);
        QCOMPARE(second.conversation, uint64_t(0));
        QCOMPARE(third.model, std::string_view("gpt-5"));
        QCOMPARE(trace.startedAtMs(), int64_t(1'700'000'000'000));
    }

    // 600 requests of 1,000 tokens in and 200 out, at 2.5 and 10 USD a million: 0.0045 each.
    void figuresAddUp()
    {
        SimUpstreamModel one = upstream("a");
        one.ttftMs = Distribution::fixed(300);
        one.tokensPerSecond = Distribution::fixed(100);
        const SimReport report = run(config(target("a"), {"a"}), {one}, regular(10, minute));
        print("plain", report);
        QCOMPARE(report.requests, int64_t(600));
        QCOMPARE(report.served, int64_t(600));
        QCOMPARE(report.attempts, int64_t(600));
        QCOMPARE(report.nanoUsd, int64_t(600) * 4'500'000);
        QCOMPARE(report.unpriced, int64_t(0));
        QVERIFY(std::abs(report.ttft.percentileMs(0.5) - 300) < 3);
        QVERIFY(std::abs(report.duration.percentileMs(0.99) - 2'300) < 23);
        int64_t inSlices = 0;
        for (const SimSlice &slice : report.slices)
            inSlices += slice.served;
        QCOMPARE(inSlices, report.served);
        QCOMPARE(report.endMs, minute - 100 + 2'300);
    }

    void sameSeedSameReport()
    {
        SyntheticTraffic traffic = regular(20, 5 * minute);
        traffic.poisson = true;
        SimUpstreamModel flaky = upstream("a");
        flaky.faults.push_back({.share = 0.3});
        const Config both = config(fallback({target("a"), target("b")}), {"a", "b"});
        const SimReport one = run(both, {flaky, upstream("b")}, traffic);
        const SimReport two = run(both, {flaky, upstream("b")}, traffic);
        QCOMPARE(one.text(), two.text());
        SimOptions other;
        other.seed = 2;
        QVERIFY(run(both, {flaky, upstream("b")}, traffic, other).text() != one.text());
    }

    void deadlinesCutWhatHangs()
    {
        Config config = world::config(fallback({target("a"), target("b")}), {"a", "b"});
        config.providers[0].timeouts.firstByte = Millis(2 * second);
        SimUpstreamModel hanging = upstream("a");
        hanging.faults.push_back({.afterMs = 1e9});
        SyntheticTraffic one = regular(1, second);
        one.most = 1;
        const SimReport report = run(config, {hanging, upstream("b", 400)}, one);
        print("hanging", report);
        QCOMPARE(report.served, int64_t(1));
        QCOMPARE(report.failovers, int64_t(1));
        QVERIFY(report.ttft.maxMs() > 2'000 && report.ttft.maxMs() < 4'000);
    }

    void brokenStreamsAreErrorsAndCostMoney()
    {
        SimUpstreamModel breaking = upstream("a");
        breaking.faults.push_back({.afterContent = true});
        SyntheticTraffic one = regular(1, second);
        one.most = 1;
        const SimReport report = run(config(fallback({target("a"), target("b")}), {"a", "b"}), {breaking}, one);
        QCOMPARE(report.failed, int64_t(1));
        QCOMPARE(report.errors.begin()->first, std::string("broken_stream"));
        QCOMPARE(report.attempts, int64_t(1));
        QVERIFY(report.nanoUsd > 0);
        QCOMPARE(report.wastedNanoUsd, report.nanoUsd);
    }

    void upstreamsKeepTheirLimits()
    {
        SimUpstreamModel model = upstream("a");
        model.limit.requests = 3;
        model.limit.window = Millis(10 * second);
        SimUpstream limited(model, 1);
        SimRequest request;
        request.inputTokens = 10;
        const int64_t now = 4 * second * 1'000'000;
        for (int i = 0; i < 3; ++i)
            QCOMPARE(limited.ask(request, "k1", now).failure, FailureClass::None);
        const SimAnswer answer = limited.ask(request, "k1", now);
        QCOMPARE(answer.failure, FailureClass::RateLimited);
        QCOMPARE(answer.retryAfterMs.value(), 6 * second);
        QCOMPARE(answer.quota.requestsLeft.value(), int64_t(0));
        QCOMPARE(limited.ask(request, "k2", now).failure, FailureClass::None); // each key has its own
        QCOMPARE(limited.ask(request, "k1", now + 6 * second * 1'000'000).failure, FailureClass::None);
    }

    void promptsStayWarmForATime()
    {
        SimUpstreamModel model = upstream("a");
        model.cacheKept = Millis(5 * minute);
        SimUpstream caching(model, 1);
        SimRequest request;
        request.conversation = 9;
        request.inputTokens = 1'000;
        request.outputTokens = 200;
        QCOMPARE(caching.ask(request, "k1", 0).cachedTokens, int64_t(0));
        caching.left(request, "k1", true, 0);
        request.inputTokens = 1'500;
        QCOMPARE(caching.ask(request, "k1", 4 * minute * 1'000'000).cachedTokens, int64_t(1'200));
        QCOMPARE(caching.ask(request, "k2", 4 * minute * 1'000'000).cachedTokens, int64_t(0)); // by account
        QCOMPARE(caching.ask(request, "k1", 6 * minute * 1'000'000).cachedTokens, int64_t(0));
    }
};

QTEST_APPLESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
