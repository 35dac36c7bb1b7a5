// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/constraints.h"
#include "plan_bench.h"

#include <array>
#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const std::string euProject = R"("projects":[{"id":"x","constraints":{"regions":["eu"]}}],)";

RoutingFacts ofProjectX(const Bench &bench)
{
    RoutingFacts facts = bench.facts();
    facts.project = "x";
    return facts;
}

// A random tree over four providers and three models each, at most four levels deep.
std::string randomTree(std::mt19937 &random, int depth)
{
    const auto target = [&] {
        constexpr std::array models{"x", "y", "*"};
        return std::string(R"({"target":")") + static_cast<char>('a' + random() % 4) + '/' + models[random() % 3] +
               "\"}";
    };
    if (depth == 0 || random() % 4 == 0)
        return target();
    const auto children = [&](size_t least) {
        std::string list;
        for (size_t n = least + random() % 3; n > 0; --n)
            list += (list.empty() ? "" : ",") + randomTree(random, depth - 1);
        return "[" + list + "]";
    };
    switch (random() % 7) {
    case 0: {
        std::string list;
        for (size_t n = 1 + random() % 3; n > 0; --n)
            list += (list.empty() ? "" : ",") + (R"({"weight":)" + std::to_string(1 + random() % 9)) + R"(,"to":)" +
                    randomTree(random, depth - 1) + "}";
        return R"({"weighted":[)" + list + R"(],"shift":{"p95Above":"1s"}})";
    }
    case 1:
        return R"({"fallback":)" + children(1) + "}";
    case 2:
        return R"({"cheapest":)" + children(1) + "}";
    case 3:
        return R"({"fastest":)" + children(1) + "}";
    case 4:
        return R"({"hedge":)" + children(2) + R"(,"after":"100ms"})";
    case 5:
        return R"({"fit":)" + children(1) + R"(,"truncate":"oldest"})";
    default:
        return R"({"when":{"tokensAbove":500},"then":)" + randomTree(random, depth - 1) + R"(,"else":)" +
               randomTree(random, depth - 1) + "}";
    }
}

} // namespace

class TestConstraints final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void regions_data()
    {
        QTest::addColumn<std::string>("region");
        QTest::addColumn<bool>("allowed"); // by "eu" and "local"
        for (const char *good : {"eu", "EU", "Eu-West-1", "eu-central-1", "local"})
            QTest::newRow(good) << std::string(good) << true;
        for (const char *bad :
             {"", "e", "europe", "eu west", "eu_west", "EU (France)", "us", "us-eu", "localhost", "not-local"})
            QTest::newRow(*bad ? bad : "unknown") << std::string(bad) << false;
    }

    void regions()
    {
        QFETCH(std::string, region);
        QFETCH(bool, allowed);
        QCOMPARE(regionAllowed({"eu", "local"}, region), allowed);
    }

    void fallbackNeverLeaves()
    {
        Bench bench(fourProviders(
            euProject +
            routeTo(R"({"fallback":[{"target":"b/x"},{"target":"a/x"},{"target":"d/x"},{"target":"c/x"}]})")));
        QCOMPARE(Bench::names(bench.plan()), QStringLiteral("b/x a/x d/x c/x"));
        const Plan plan = bench.plan(ofProjectX(bench));
        QCOMPARE(Bench::names(plan), QStringLiteral("a/x c/x"));
        const std::string told = planJson(plan, false);
        QVERIFY(told.find("its region is us-east-1, which its project's constraints do not allow") !=
                std::string::npos);
        QVERIFY(told.find("its region is not known, and its project's constraints name") != std::string::npos);
        for (const char *provider : {"a", "c"}) {
            for (int i = 0; i < 20; ++i)
                bench.attempt(provider, "x", 0, FailureClass::Server);
        }
        const Plan blocked = bench.plan(ofProjectX(bench)); // rather nobody than somebody outside
        QVERIFY(blocked.targets.empty());
        QCOMPARE(blocked.blocked.size(), size_t(2));
    }

    void refusedAltogether()
    {
        Bench bench(fourProviders(euProject + routeTo(R"({"fallback":[{"target":"b/x"},{"target":"d/x"}]})")));
        const auto refused = makePlan(bench.state, ofProjectX(bench));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("policy_refused"));
        QCOMPARE(refused.error().httpStatus, 403);
        QVERIFY2(refused.error().message.find("us-east-1") != std::string::npos, refused.error().message.c_str());
    }

    // A budget may move a request to another route, never to another region.
    void thoseOfTheRouteBeforeHoldToo()
    {
        Bench bench(fourProviders(quoted("'routes':[{'id':'r','constraints':{'regions':['eu']},'to':{'target':'a/x'}},"
                                         "{'id':'s','to':{'fallback':[{'target':'b/x'},{'target':'a/x'}]}}]")));
        RoutingFacts facts = bench.facts();
        facts.route = "s";
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("b/x a/x"));
        facts.boundBy = "r";
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/x"));
    }

    void directPlansToo()
    {
        Bench bench(fourProviders(R"("projects":[{"id":"x","constraints":{"regions":["eu"]}}])"));
        RoutingFacts facts = ofProjectX(bench);
        facts.model = "b/gpt";
        QCOMPARE(makePlan(bench.state, facts).error().httpStatus, 403);
        facts.model = "a/gpt";
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/gpt"));
    }

    void allowAndDeny()
    {
        const std::string tree = R"({"fallback":[{"target":"a/x"},{"target":"b/gpt-5"},{"target":"b/\u002a"}]})";
        Bench bench(fourProviders(R"("projects":[{"id":"x","constraints":{"deny":["b/gpt-*"]}}],)" + routeTo(tree)));
        RoutingFacts facts = ofProjectX(bench);
        facts.model = "gpt-4";
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/x"));
        facts.model = "llama";
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("a/x b/llama"));
        bench.use(fourProviders(R"("routes":[{"id":"r","constraints":{"allow":["b/\u002a"]},"to":)" + tree + "}]"));
        QCOMPARE(Bench::names(bench.plan(facts)), QStringLiteral("b/gpt-5 b/llama"));
    }

    void quality()
    {
        const std::string models =
            R"("models":[{"model":"a/x","quality":{"bench":80}},{"model":"b/x","quality":{"bench":60}}],)";
        const std::string tree = routeTo(R"({"fallback":[{"target":"b/x"},{"target":"c/x"},{"target":"a/x"}]})");
        Bench bench(fourProviders(R"("projects":[{"id":"x","constraints":{"minQuality":70,"qualityOf":"bench"}}],)" +
                                  models + tree));
        QCOMPARE(Bench::names(bench.plan(ofProjectX(bench))), QStringLiteral("a/x"));
        bench.use(fourProviders(
            R"("projects":[{"id":"x","constraints":{"minQuality":70,"qualityOf":"bench","unrated":"allow"}}],)" +
            models + tree));
        QCOMPARE(Bench::names(bench.plan(ofProjectX(bench))), QStringLiteral("c/x a/x"));
    }

    // Whatever the tree and the state of health: no target outside, planned or blocked.
    void residencyAlwaysHolds()
    {
        const int wanted = qEnvironmentVariableIntValue("SIGNALBOX_LONG_TESTS") != 0 ? 1'000'000 : 100'000;
        constexpr int perTree = 50;
        std::mt19937 random(4);
        int plans = 0;
        int targets = 0;
        for (int tree = 0; tree < wanted / perTree; ++tree) {
            Bench bench(fourProviders(euProject + routeTo(randomTree(random, 3))));
            for (int i = 0; i < perTree; ++i) {
                bench.passMs(static_cast<int64_t>(random() % 2000));
                RoutingFacts facts = ofProjectX(bench);
                facts.inputTokens = random() % 1000;
                facts.conversation = random() % 2 == 0 ? "one" : "two";
                const std::string_view provider = std::array{"a", "b", "c", "d"}[random() % 4];
                bench.attempt(provider, random() % 2 == 0 ? "x" : "m", 50 + static_cast<double>(random() % 3000),
                              random() % 2 == 0 ? FailureClass::Server : FailureClass::None);
                bench.state.tick(bench.nowNs);
                const auto plan = makePlan(bench.state, facts);
                ++plans;
                if (!plan)
                    continue;
                bench.state.commit(*plan);
                for (const PlannedTarget &target : plan->targets) {
                    QVERIFY(target.provider == "a" || target.provider == "c");
                    bench.state.settled(facts.conversation, *plan, target, "k1", 100, bench.nowNs);
                    ++targets;
                }
                for (const BlockedTarget &target : plan->blocked)
                    QVERIFY(target.provider == "a" || target.provider == "c");
            }
        }
        qInfo("%d plans with %d targets, 0 outside", plans, targets);
        QVERIFY(targets > plans / 4);
    }
};

QTEST_APPLESS_MAIN(TestConstraints)
#include "tst_constraints.moc"
