// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/affinity.h"
#include "plan_bench.h"

#include <map>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const std::string twoEqual = R"({"weighted":[{"weight":1,"to":{"target":"a/x"}},{"weight":1,"to":{"target":"b/x"}}]})";

void settle(Bench &bench, std::string_view conversation, const Plan &plan, std::string_view key = "k1")
{
    bench.state.settled(conversation, plan, plan.targets.front(), key, 1000, bench.nowNs);
}

} // namespace

class TestAffinity final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void conversationsStay()
    {
        Bench bench(fourProviders(routeTo(twoEqual)));
        std::map<std::string, std::string> first;
        for (int turn = 0; turn < 10; ++turn) {
            for (int talk = 0; talk < 20; ++talk) {
                bench.passMs(500);
                const std::string name = "talk-" + std::to_string(talk);
                const Plan plan = bench.plan(bench.facts(name));
                bench.state.commit(plan);
                settle(bench, name, plan, talk % 2 == 0 ? "k1" : "k2");
                const std::string target = Bench::name(plan.targets.front());
                QCOMPARE(first.emplace(name, target).first->second, target);
                if (turn > 0)
                    QCOMPARE(plan.targets.front().credential, std::string_view(talk % 2 == 0 ? "k1" : "k2"));
                QCOMPARE(plan.targets.size(), size_t(2)); // the other one stands in
            }
        }
        int onA = 0;
        for (const auto &[name, target] : first)
            onA += target == "a/x" ? 1 : 0;
        QCOMPARE(onA, 10); // new conversations are spread evenly
    }

    void coldAfterItsTime()
    {
        Bench bench(fourProviders(R"("routes":[{"id":"r","affinity":"10s","to":)" + twoEqual + "}]"));
        Plan plan = bench.plan(bench.facts("talk"));
        bench.state.commit(plan);
        settle(bench, "talk", plan);
        bench.passMs(9'999);
        QCOMPARE(Bench::names(bench.plan(bench.facts("talk"))), QStringLiteral("a/x b/x"));
        QCOMPARE(Bench::names(bench.plan(bench.facts("other"))), QStringLiteral("b/x a/x"));
        bench.passMs(1);
        QCOMPARE(Bench::names(bench.plan(bench.facts("talk"))), QStringLiteral("b/x a/x"));
    }

    void offMeansOff()
    {
        Bench bench(fourProviders(R"("routes":[{"id":"r","affinity":"off","to":)" + twoEqual + "}]"));
        const Plan plan = bench.plan(bench.facts("talk"));
        bench.state.commit(plan);
        settle(bench, "talk", plan);
        QCOMPARE(Bench::names(bench.plan(bench.facts("talk"))), QStringLiteral("b/x a/x"));
    }

    void leavesABlockedOne()
    {
        Bench bench(fourProviders(routeTo(twoEqual)));
        const Plan plan = bench.plan(bench.facts("talk"));
        settle(bench, "talk", plan);
        for (int i = 0; i < 20; ++i)
            bench.attempt("a", "x", 0, FailureClass::Server);
        QCOMPARE(Bench::names(bench.plan(bench.facts("talk"))), QStringLiteral("b/x"));
    }

    // An order is an order: warm at the second one does not jump the queue.
    void neverAcrossAFallback()
    {
        Bench bench(fourProviders(routeTo(R"({"fallback":[{"target":"a/x"},{"target":"b/x"}]})")));
        const Plan plan = bench.plan(bench.facts("talk"));
        bench.state.settled("talk", plan, plan.targets[1], "k2", 1000, bench.nowNs);
        const Plan next = bench.plan(bench.facts("talk"));
        QCOMPARE(Bench::names(next), QStringLiteral("a/x b/x"));
        QCOMPARE(next.targets[1].credential, std::string_view("k2"));
        QVERIFY(next.targets[0].credential.empty());
    }

    void severalModelsOfOneConversation()
    {
        AffinityTable table;
        for (int i = 0; i < 6; ++i)
            table.settle("r", "talk", {"a", "m" + std::to_string(i), "k", 0, 1});
        QCOMPARE(table.find("r", "talk")->size(), AffinityTable::mostPlaces);
        QCOMPARE(table.find("r", "talk")->front().model, std::string("m5"));
        table.settle("r", "talk", {"a", "m3", "k9", 0, 1});
        QCOMPARE(table.find("r", "talk")->size(), AffinityTable::mostPlaces);
        QCOMPARE(table.find("r", "talk")->front().credential, std::string("k9"));
        QVERIFY(!table.find("q", "talk"));
        QVERIFY(!table.find("r", ""));
    }

    void bounded()
    {
        AffinityTable table;
        for (size_t i = 0; i < AffinityTable::mostConversations + 1000; ++i) {
            table.settle("r", "talk-" + std::to_string(i), {"a", "m", "k", 0, 1});
            table.settle("r", "talk-0", {"a", "m", "k", 0, 1}); // never quiet
        }
        QCOMPARE(table.size(), AffinityTable::mostConversations);
        QVERIFY(table.find("r", "talk-0"));
        QVERIFY(!table.find("r", "talk-1"));
        QVERIFY(table.find("r", "talk-20999"));
    }
};

QTEST_APPLESS_MAIN(TestAffinity)
#include "tst_affinity.moc"
