// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/routing/draft_problems.h"
#include "plan_bench.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

PolicyNode target(const std::string &provider, const std::string &model)
{
    PolicyNode node;
    node.provider = provider;
    node.model = model;
    return node;
}

Config configWith(const std::string &routes)
{
    return configOf(fourProviders(quoted("'routes':" + routes)));
}

QString told(const std::vector<DraftProblem> &problems)
{
    QString text;
    for (const DraftProblem &problem : problems)
        text += QLatin1String(problem.isError ? "error " : "warning ") + QString::fromStdString(problem.pointer) +
                QLatin1String(": ") + QString::fromStdString(problem.text) + QLatin1Char('\n');
    return text;
}

} // namespace

class TestDraftProblems final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allErrorsAreTold()
    {
        Config config = configWith("[{'id':'r','to':{'fallback':[{'target':'a/x'},{'target':'b/y'}]}}]");
        QCOMPARE(told(draftProblems(config, nullptr)), QString());
        // Each of these a reader would find first alone.
        config.routes[0].to.children[0] = target("nobody", "x");
        PolicyNode empty;
        empty.kind = PolicyNode::Kind::Weighted;
        config.routes[0].to.children[1] = empty;
        RouteConfig second = config.routes[0];
        second.match.time = "25:00";
        second.to = PolicyNode();
        second.to.kind = PolicyNode::Kind::When;
        second.to.children = {target("b", "y")};
        config.routes.push_back(second);
        const std::vector<DraftProblem> problems = draftProblems(config, nullptr);
        QCOMPARE(problems.size(), size_t(5));
        const QString text = told(problems);
        for (const char *expected : {"error /routes/0/to/fallback/0/target: there is no provider `nobody`",
                                     "error /routes/0/to/fallback/1/weighted: must have at least one entry",
                                     "error /routes/1/id: is already used by /routes/0", "error /routes/1/match/time: ",
                                     "error /routes/1/to/when: must name at least one condition"})
            QVERIFY2(text.contains(QLatin1String(expected)), qPrintable(text));
    }

    void aTargetWithoutAKeyIsAnError()
    {
        Config config = configWith("[{'id':'r','to':{'fallback':[{'target':'a/x'},{'target':'b/y'}]}}]");
        config.providers[0].preset = "openai";
        config.providers[0].credentials.clear();
        const QString text = told(draftProblems(config, nullptr));
        QVERIFY2(text.startsWith(QLatin1String("error /routes/0/to/fallback/0/target: provider `a` has no key")),
                 qPrintable(text));
        config.routes[0].to.children[0].disabled = true;
        QCOMPARE(told(draftProblems(config, nullptr)), QString());
    }

    void whatIsSurelyNotMeant_data()
    {
        QTest::addColumn<QString>("routes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *routes, const char *expected) {
            QTest::newRow(name) << QString::fromLatin1(routes) << QString::fromLatin1(expected);
        };
        row("shadowed", "[{'id':'r','to':{'target':'a/x'}},{'id':'s','match':{'model':'g'},'to':{'target':'b/x'}}]",
            "warning /routes/1: is never reached");
        row("shadowed by what is off is reached",
            "[{'id':'r','to':{'target':'a/x','disabled':true}},{'id':'s','match':{'model':'g'},'to':{'target':'b/x'}}]",
            "");
        row("no region left",
            "[{'id':'r','constraints':{'regions':['mars']},'to':{'fallback':[{'target':'a/x'},{'target':'b/x'}]}}]",
            "warning /routes/0/constraints/regions: leaves no target");
        row("one region left",
            "[{'id':'r','constraints':{'regions':['eu']},'to':{'fallback':[{'target':'a/x'},{'target':'b/x'}]}}]",
            "warning /routes/0/to/fallback/1/target: is never asked");
        row("nothing to shift",
            "[{'id':'r','to':{'weighted':[{'weight':1,'to':{'target':'a/x'}},{'weight':0,'to':{'target':'b/x'}}],"
            "'shift':{'p95Above':'3s'}}}]",
            "warning /routes/0/to/shift: has nowhere");
        row("never shifts",
            "[{'id':'r','to':{'weighted':[{'weight':1,'to':{'target':'a/x'}},{'weight':1,'to':{'target':'b/x'}}],"
            "'shift':{'p95Above':'3s','minShare':1}}}]",
            "warning /routes/0/to/shift/minShare: keeps every child");
    }

    void whatIsSurelyNotMeant()
    {
        QFETCH(QString, routes);
        QFETCH(QString, expected);
        const QString text = told(draftProblems(configWith(routes.toStdString()), nullptr));
        if (expected.isEmpty())
            QCOMPARE(text, expected);
        else
            QVERIFY2(text.startsWith(expected), qPrintable(text));
    }

    void anUnknownModelIsAWarning()
    {
        Config config = configWith("[{'id':'r','to':{'target':'a/no-such-model-of-anybody'}}]");
        config.providers[0].preset = "openai";
        const QString text = told(draftProblems(config, Catalogue::builtIn()));
        QVERIFY2(text.startsWith(QLatin1String("warning /routes/0/to/target: the catalogue does not know")),
                 qPrintable(text));
        config.routes[0].to.model = "*";
        QCOMPARE(told(draftProblems(config, Catalogue::builtIn())), QString());
    }

    // What is off is passed by: its share goes to the others, and so does a route whose node is off.
    void routingPassesByWhatIsOff()
    {
        Bench bench(fourProviders(
            quoted("'routes':[{'id':'off','to':{'target':'d/x','disabled':true}},"
                   "{'id':'r','to':{'fallback':[{'target':'a/x','disabled':true},{'weighted':["
                   "{'weight':9,'to':{'target':'b/x','disabled':true}},{'weight':1,'to':{'target':'c/x'}}]}]}}]")));
        const auto plan = makePlan(bench.state, bench.facts());
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QCOMPARE(std::string(plan->route), std::string("r"));
        QCOMPARE(plan->targets.size(), size_t(1));
        QCOMPARE(std::string(plan->targets[0].provider), std::string("c"));
        const auto weights = bench.state.weights();
        QCOMPARE(weights[0].effective, 0.0);
        QCOMPARE(weights[1].effective, 1.0);
    }

    // A draft is planned with the health of now, and leaves nothing behind.
    void aPreviewChangesNothing()
    {
        Bench bench(
            fourProviders(quoted("'routes':[{'id':'r','to':{'fallback':[{'target':'a/x'},{'target':'b/x'}]}}]")));
        HealthBook &health = bench.state.health();
        for (int i = 0; i < 20; ++i) {
            AttemptResult failed;
            failed.failure = FailureClass::Server;
            health.began({"b", "x", "k1"}, bench.nowNs);
            health.ended({"b", "x", "k1"}, failed, bench.nowNs);
        }
        QVERIFY(!health.availability("b", "x", bench.nowNs).available());
        const RouteTablePtr before = bench.state.table();
        const auto draft = std::make_shared<const Config>(
            configWith("[{'id':'r','to':{'fallback':[{'target':'b/x'},{'target':'c/y'}]}}]"));
        const auto preview = bench.state.preview(
            std::make_shared<RouteTable>(draft, std::make_shared<ModelBook>(nullptr, *draft)), bench.nowNs);
        const auto plan = makePlan(*preview, bench.facts());
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QCOMPARE(plan->targets.size(), size_t(1));
        QCOMPARE(std::string(plan->targets[0].provider), std::string("c"));
        QCOMPARE(plan->blocked.size(), size_t(1));
        QCOMPARE(bench.state.table(), before);
        const auto running = makePlan(bench.state, bench.facts());
        QCOMPARE(std::string(running->targets[0].provider), std::string("a"));
        QVERIFY(!health.find("c", "y"));
    }
};

QTEST_APPLESS_MAIN(TestDraftProblems)
#include "tst_draft_problems.moc"
