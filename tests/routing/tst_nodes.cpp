// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_bench.h"

#include <map>

using namespace signalbox;
using namespace signalbox::test;

namespace {

// a/cheap 1 + 2 USD a million, a/dear 10 + 20, b/rated 3 + 3; c/x has neither price nor anything else.
const std::string models =
    R"("prices":[{"model":"a/cheap","inputUsdPerMTok":1,"outputUsdPerMTok":2,"cacheReadUsdPerMTok":0.1},)"
    R"({"model":"a/dear","inputUsdPerMTok":10,"outputUsdPerMTok":20,"cacheReadUsdPerMTok":0.1},)"
    R"({"model":"b/rated","inputUsdPerMTok":3,"outputUsdPerMTok":3}],)"
    R"("models":[{"model":"a/cheap","contextTokens":8000,"input":["text"],"tools":false,"quality":{"bench":40}},)"
    R"({"model":"a/dear","contextTokens":200000,"input":["text","image"],"tools":true,"quality":{"bench":90}},)"
    R"({"model":"b/rated","contextTokens":32000,"quality":{"bench":75}}],)";

std::string of(const std::string &node)
{
    return fourProviders(models + routeTo(node));
}

} // namespace

class TestNodes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fallbackKeepsItsOrderAndReasons()
    {
        Bench bench(fourProviders(routeTo(
            R"({"fallback":[{"target":"a/x"},{"fallback":[{"target":"b/x"},{"target":"c/x"}],"on":["5xx"]},{"target":"a/x"},{"target":"d/x"}],"on":["429"]})")));
        const Plan plan = bench.plan();
        QCOMPARE(Bench::names(plan), QStringLiteral("a/x b/x c/x d/x"));
        QCOMPARE(plan.next(0, FailureClass::RateLimited), std::optional<size_t>(1));
        QCOMPARE(plan.next(0, FailureClass::Server), std::nullopt);
        QCOMPARE(plan.next(1, FailureClass::Server), std::optional<size_t>(2));
        QCOMPARE(plan.next(1, FailureClass::RateLimited), std::optional<size_t>(3));
        QCOMPARE(plan.next(0, FailureClass::Unsuitable), std::optional<size_t>(1));
        for (size_t i = 0; i < 4; ++i)
            QCOMPARE(plan.next(i, FailureClass::Client), std::nullopt);
    }

    void doublesAreLeftOutWhereTheyComeAgain()
    {
        const std::string node = R"({"weighted":[{"weight":1,"to":{"fallback":[{"target":"a/x"},{"target":"b/x"}]}},)"
                                 R"({"weight":1,"to":{"target":"b/x"}}]})";
        Bench bench(fourProviders(routeTo(node)));
        std::map<QString, int> seen;
        for (int i = 0; i < 10; ++i) {
            ++seen[Bench::names(bench.plan())];
            bench.request();
        }
        QCOMPARE(seen[QStringLiteral("a/x b/x")], 5);
        QCOMPARE(seen[QStringLiteral("b/x a/x")], 5);
    }

    // A refused key is passed over as long as there is another way; else the provider's own words reach the client.
    void refusedKeysAreAskedWhenNothingElseIsLeft()
    {
        Bench bench(fourProviders(routeTo(R"({"fallback":[{"target":"a/x"},{"target":"b/x"}]})")));
        const auto refuse = [&bench](const char *provider) {
            for (const char *key : {"k1", "k2"}) {
                bench.state.health().began({provider, "x", key}, bench.nowNs);
                bench.state.health().ended({provider, "x", key}, {FailureClass::Credential, {}, 1, {}, {}, {}},
                                           bench.nowNs);
            }
        };
        refuse("a");
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("b/x"));
        refuse("b");
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("a/x b/x"));
        QVERIFY(bench.state.health().pickCredential("a", {}, {}, bench.nowNs).has_value());
    }

    void cheapest()
    {
        Bench bench(
            of(R"({"cheapest":[{"target":"c/x"},{"target":"a/dear"},{"target":"b/rated"},{"target":"a/cheap"}]})"));
        RoutingFacts facts = bench.facts();
        facts.inputTokens = 10'000;
        facts.maxOutputTokens = 500;
        const Plan plan = bench.plan(facts);
        QCOMPARE(Bench::names(plan), QStringLiteral("a/cheap b/rated a/dear c/x")); // the unpriced one last
        const std::string told = planJson(plan, false);
        QVERIFY2(told.find("the cheapest for this request: about 0.0110 USD") != std::string::npos, told.c_str());
        QVERIFY(told.find("its price is not known, so it comes last") != std::string::npos);
        QVERIFY(bench.state.table()->needs().tokens);
    }

    void cheapestAboveAQuality()
    {
        const std::string list =
            R"({"cheapest":[{"target":"c/x"},{"target":"a/dear"},{"target":"b/rated"},{"target":"a/cheap"}],)";
        Bench bench(of(list + R"("minQuality":70,"qualityOf":"bench"})"));
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("b/rated a/dear"));
        Bench lenient(of(list + R"("minQuality":70,"qualityOf":"bench","unrated":"allow"})"));
        QCOMPARE(Bench::names(lenient.plan()), QStringLiteral("b/rated a/dear c/x"));
        Bench limited(of(list + R"("maxUsd":0.01})"));
        RoutingFacts facts = limited.facts();
        facts.inputTokens = 1'000;
        QCOMPARE(Bench::names(limited.plan(facts)), QStringLiteral("a/cheap b/rated"));
        facts.inputTokens = 1'000'000;
        const auto refused = makePlan(limited.state, facts);
        QCOMPARE(refused.error().httpStatus, 403);
        QVERIFY(QString::fromStdString(refused.error().message).contains(QStringLiteral("the limit is 0.0100 USD")));
    }

    // 90,000 of 100,000 tokens are warm at the dear one: 0.1 + 0.009 + output against 0.1 cold at the cheap one.
    void leavingAWarmCacheCosts()
    {
        Bench bench(of(R"({"cheapest":[{"target":"a/dear"},{"target":"b/rated"}]})"));
        RoutingFacts facts = bench.facts("talk");
        facts.inputTokens = 100'000;
        facts.maxOutputTokens = 100;
        Plan plan = bench.plan(facts);
        QCOMPARE(Bench::names(plan), QStringLiteral("b/rated a/dear"));
        bench.state.settled("talk", plan, plan.targets[1], "k2", 90'000, bench.nowNs);
        plan = bench.plan(facts);
        QCOMPARE(Bench::names(plan), QStringLiteral("a/dear b/rated"));
        QCOMPARE(plan.targets[0].credential, std::string_view("k2"));
        const std::string told = planJson(plan, false);
        QVERIFY2(told.find("leaving would cost about 0.8910 USD more") != std::string::npos, told.c_str());
    }

    void fastest()
    {
        Bench bench(fourProviders(
            routeTo(R"({"fastest":[{"target":"a/x"},{"target":"b/x"},{"target":"c/x"}],"explore":0.1})")));
        std::map<std::string, int> tried; // nothing is known: each gets its trials
        for (int i = 0; i < 9; ++i)
            ++tried[bench.request()];
        QCOMPARE(tried.size(), size_t(3));
        for (int i = 0; i < 20; ++i) {
            bench.attempt("a", "x", 300);
            bench.attempt("b", "x", 100);
            bench.attempt("c", "x", 200);
        }
        bench.state.tick(bench.nowNs);
        std::map<std::string, int> got;
        for (int i = 0; i < 100; ++i)
            ++got[bench.request()];
        QCOMPARE(got["b/x"], 90);
        QCOMPARE(got["a/x"], 5);
        QCOMPARE(got["c/x"], 5);
        bench.passMs(600'000); // long forgotten; then b is slow
        for (int i = 0; i < 60; ++i) {
            bench.attempt("a", "x", 300);
            bench.attempt("b", "x", 3000);
            bench.attempt("c", "x", 200);
        }
        bench.state.tick(bench.nowNs);
        bench.request(); // one that explores is due
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("c/x a/x b/x"));
    }

    void hedge()
    {
        Bench bench(
            fourProviders(routeTo(R"({"hedge":[{"target":"a/x"},{"target":"b/x"}],"after":"800ms","max":0.05})")));
        const Plan plan = bench.plan();
        QCOMPARE(Bench::names(plan), QStringLiteral("a/x b/x"));
        QVERIFY(!plan.targets[0].hedgeAfterMs);
        QCOMPARE(plan.targets[1].hedgeAfterMs, std::optional<double>(800));
        QCOMPARE(plan.next(0, FailureClass::Server), std::optional<size_t>(1));
        int hedged = 0;
        for (int i = 0; i < 1000; ++i) {
            bench.passMs(10);
            bench.request();
            hedged += bench.state.mayHedge(plan.targets[1].hedgeNode, bench.nowNs) ? 1 : 0;
        }
        QCOMPARE(hedged, 50);
        QVERIFY(!bench.state.mayHedge(4711, bench.nowNs));
    }

    void hedgeByPercentile()
    {
        Bench bench(fourProviders(routeTo(R"({"hedge":[{"target":"a/x"},{"target":"b/x"}],"after":"p95"})")));
        QVERIFY(!bench.plan().targets[1].hedgeAfterMs); // not known yet
        for (int i = 0; i < 200; ++i)
            bench.attempt("a", "x", 100 + i);
        const double ms = bench.plan().targets[1].hedgeAfterMs.value_or(0);
        QVERIFY2(ms > 275 && ms < 305, qPrintable(QString::number(ms)));
    }

    void fit()
    {
        const std::string list =
            R"({"fit":[{"target":"c/x"},{"target":"a/cheap"},{"target":"b/rated"},{"target":"a/dear"}])";
        Bench bench(of(list + "}"));
        RoutingFacts facts = bench.facts();
        facts.inputTokens = 20'000;
        facts.maxOutputTokens = 4'000;
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("b/rated a/dear c/x"));
        facts.maxOutputTokens = 20'000;
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/dear c/x"));
        facts.maxOutputTokens.reset();
        facts.inputTokens = 100;
        facts.contents.add(Content::Image);
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("b/rated a/dear c/x")); // b: not known
        facts.contents.add(Content::Tools);
        facts.inputTokens = 1'000'000;
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("c/x"));
        QVERIFY(bench.state.table()->needs().contents);
        Bench cutting(of(list + R"(,"truncate":"middle"})"));
        facts.contents = {};
        facts.inputTokens = 40'000;
        const Plan cut = cutting.plan(facts);
        QCOMPARE(Bench::names(cut), QStringLiteral("a/dear a/cheap b/rated c/x"));
        QVERIFY(cut.targets[0].truncate == PolicyNode::Truncate::Never);
        QVERIFY(cut.targets[1].truncate == PolicyNode::Truncate::Middle);
        QVERIFY(cut.targets[3].truncate == PolicyNode::Truncate::Never);
    }

    void nothingFits()
    {
        Bench bench(of(R"({"fit":[{"target":"a/cheap"},{"target":"b/rated"}]})"));
        RoutingFacts facts = bench.facts();
        facts.inputTokens = 100'000;
        const auto refused = makePlan(bench.state, facts);
        QCOMPARE(refused.error().code, std::string("context_length_exceeded"));
        QCOMPARE(refused.error().httpStatus, 400);
        QVERIFY2(refused.error().message.find("its context has 32,000") != std::string::npos,
                 refused.error().message.c_str());
    }

    void reject()
    {
        Bench bench(fourProviders(routeTo(
            R"({"when":{"tag":"free"},"then":{"reject":{"status":429,"message":"Not today."}},"else":{"fallback":[{"target":"a/x"},{"reject":"Later."},{"target":"b/x"}]}})")));
        RoutingFacts facts = bench.facts();
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/x"));
        facts.tags = "x, free";
        auto rejected = makePlan(bench.state, facts);
        QCOMPARE(rejected.error().httpStatus, 429);
        QCOMPARE(rejected.error().code, std::string("policy_refused"));
        QCOMPARE(rejected.error().message, std::string("Not today."));
        facts.tags = {};
        for (int i = 0; i < 20; ++i)
            bench.attempt("a", "x", 0, FailureClass::Server);
        rejected = makePlan(bench.state, facts); // what stands before it is blocked
        QCOMPARE(rejected.error().message, std::string("Later."));
    }

    void aRejectTakesNoShare()
    {
        Bench bench(fourProviders(
            routeTo(R"({"weighted":[{"weight":1,"to":{"target":"a/x"}},{"weight":3,"to":{"reject":"no"}}]})")));
        for (int i = 0; i < 8; ++i)
            QCOMPARE(bench.request(), std::string("a/x"));
        for (int i = 0; i < 20; ++i)
            bench.attempt("a", "x", 0, FailureClass::Server);
        QCOMPARE(makePlan(bench.state, bench.facts()).error().message, std::string("no"));
    }

    void otherwiseTheNextRoute()
    {
        Bench bench(fourProviders(
            R"("routes":[{"id":"one","to":{"when":{"tokensAbove":10},"then":{"target":"a/x"}}},{"id":"two","to":{"target":"b/x"}}])"));
        RoutingFacts facts = bench.facts();
        facts.inputTokens = 10;
        QCOMPARE(bench.plan(facts).route, std::string_view("two"));
        facts.inputTokens = 11;
        QCOMPARE(bench.plan(facts).route, std::string_view("one"));
    }
};

QTEST_APPLESS_MAIN(TestNodes)
#include "tst_nodes.moc"
