// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/route_checks.h"
#include "plan_bench.h"

#include <QtCore/QFile>

#include <boost/json.hpp>

using namespace signalbox;
using namespace signalbox::test;

namespace json = boost::json;

namespace {

json::object told(const Plan &plan, bool compact = false)
{
    return json::parse(planJson(plan, compact)).as_object();
}

std::string textAt(const json::object &object, std::string_view pointer)
{
    boost::system::error_code error;
    const json::value whole(object);
    const json::value *found = whole.find_pointer(pointer, error);
    return found && found->is_string() ? std::string(found->get_string()) : "nothing at " + std::string(pointer);
}

const std::string usual =
    R"({"fallback":[{"weighted":[{"weight":60,"to":{"target":"a/x"}},{"weight":40,"to":{"target":"b/y"}}]},{"target":"c/z"}]})";

} // namespace

class TestPlanJson final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everything()
    {
        Bench bench(fourProviders(routeTo(usual)));
        const json::object all = told(bench.plan());
        QCOMPARE(textAt(all, "/route"), std::string("r"));
        QCOMPARE(textAt(all, "/targets/0/target"), std::string("a/x"));
        QCOMPARE(textAt(all, "/targets/0/provider"), std::string("a"));
        QCOMPARE(textAt(all, "/targets/0/model"), std::string("x"));
        QCOMPARE(textAt(all, "/targets/0/reason"), std::string("60 % of route r; its turn is due"));
        QCOMPARE(textAt(all, "/targets/2/reason"), std::string("stands in when those before it fail"));
        QCOMPARE(textAt(all, "/steps/0/verdict"), std::string("route-taken"));
        QCOMPARE(textAt(all, "/steps/1/node"), std::string("/routes/0/to/fallback/0/weighted/0/to"));
        QCOMPARE(textAt(all, "/steps/1/verdict"), std::string("chosen"));
        QVERIFY(all.at("notes").as_array().empty());
        QVERIFY(all.at("blocked").as_array().empty());
    }

    void aPlainTarget()
    {
        Bench bench(fourProviders(routeTo(R"({"target":"a/x"})")));
        QCOMPARE(textAt(told(bench.plan()), "/targets/0/reason"), std::string("target of route r"));
    }

    void blockedAndPassedOver()
    {
        Bench bench(fourProviders(
            R"("routes":[{"id":"night","match":{"tokensAbove":5000},"to":{"target":"a/x"}},{"id":"r","to":)" + usual +
            "}]"));
        for (int i = 0; i < 20; ++i)
            bench.attempt("a", "x", 0, FailureClass::Server);
        const json::object all = told(bench.plan());
        QCOMPARE(textAt(all, "/steps/0/text"),
                 std::string("route night does not match: it is for more than 5,000 tokens"));
        QCOMPARE(textAt(all, "/blocked/0/target"), std::string("a/x"));
        QCOMPARE(textAt(all, "/blocked/0/block"), std::string("breaker"));
        QVERIFY(textAt(all, "/blocked/0/reason").starts_with("it failed too often; tried again in "));
        const json::object compact = told(bench.plan(), true);
        QCOMPARE(textAt(compact, "/blocked/0/target"), std::string("a/x"));
    }

    void compactIsSmall()
    {
        Bench bench(fourProviders(routeTo(usual)));
        const std::string compact = planJson(bench.plan(), true);
        QVERIFY2(compact.size() <= 300, compact.c_str());
        QVERIFY(compact.find("steps") == std::string::npos);
        QCOMPARE(textAt(told(bench.plan(), true), "/targets/1/target"), std::string("b/y"));
    }

    // A condition on the way to a sole target is a reason that somebody may ask for later.
    void conditionsOnTheWayAreRecorded()
    {
        Bench plain(fourProviders(routeTo(R"({"target":"a/x"})")));
        QVERIFY(!isWorthRecording(plain.plan()));
        Bench asked(
            fourProviders(routeTo(R"({"when":{"tokensAbove":5000},"then":{"target":"b/y"},"else":{"target":"a/x"}})")));
        const Plan plan = asked.plan();
        QVERIFY(isWorthRecording(plan));
        QCOMPARE(textAt(told(plan, true), "/decided/0/node"), std::string("/routes/0/to"));
        QVERIFY(!textAt(told(plan, true), "/decided/0/text").empty());
    }

    void modelsAsAskedHaveTheirName()
    {
        Bench bench(fourProviders(R"("projects":[{"id":"x","constraints":{"regions":["eu"]}}],)" +
                                  routeTo(R"({"fallback":[{"target":"b/\u002a"},{"target":"a/\u002a"}]})")));
        RoutingFacts facts = bench.facts();
        facts.project = "x";
        facts.model = "we\"ird";
        const json::object all = told(bench.plan(facts));
        QCOMPARE(textAt(all, "/skipped/0/target"), std::string("b/we\"ird"));
        QCOMPARE(textAt(all, "/targets/0/target"), std::string("a/we\"ird"));
    }

    // The config of the issue's outcome, asked in six ways.
    void theOutcome_data()
    {
        QTest::addColumn<QByteArray>("project");
        QTest::addColumn<qint64>("tokens");
        QTest::addColumn<QString>("expected");
        const QString eu = QStringLiteral("openai-eu/gpt-5 mistral/mistral-large-latest");
        QTest::newRow("shares, then the stand-ins")
            << QByteArray("default") << qint64(1000)
            << QStringLiteral("openai/gpt-5 anthropic/claude-sonnet-4-5 deepseek/deepseek-chat ") + eu;
        QTest::newRow("long prompts") << QByteArray("default") << qint64(200'000)
                                      << QStringLiteral("google/gemini-2.5-pro ") + eu;
        QTest::newRow("never out of the EU") << QByteArray("project-x") << qint64(1000) << eu;
        QTest::newRow("however long") << QByteArray("project-x") << qint64(200'000) << eu;
    }

    void theOutcome()
    {
        QFETCH(QByteArray, project);
        QFETCH(qint64, tokens);
        QFETCH(QString, expected);
        QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../config/outcome.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        Bench bench(file.readAll().toStdString());
        RoutingFacts facts = bench.facts();
        facts.project = std::string_view(project.constData(), static_cast<size_t>(project.size()));
        facts.inputTokens = tokens;
        const Plan plan = bench.plan(facts);
        QCOMPARE(Bench::names(plan), expected);
        QCOMPARE(plan.next(0, FailureClass::RateLimited), std::optional<size_t>(1));
        QCOMPARE(plan.next(0, FailureClass::Client), std::nullopt);
    }

    void warnings_data()
    {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<QString>("expected"); // pointer and a part of the text; empty: none
        const auto row = [](const char *name, std::string json, const char *expected) {
            QTest::newRow(name) << fourProviders(json) << QString::fromLatin1(expected);
        };
        const std::string a = R"({"target":"a/x"})";
        row("nothing", routeTo(usual), "");
        row("behind a catch-all",
            R"("routes":[{"id":"r","to":)" + a + R"(},{"id":"s","match":{"model":"y"},"to":)" + a + "}]",
            "/routes/1 never reached: route r");
        row("a when without else lets pass",
            R"("routes":[{"id":"r","to":{"when":{"tag":"t"},"then":)" + a + R"(}},{"id":"s","to":)" + a + "}]", "");
        row("contradiction",
            routeTo(R"({"when":{"tokensAbove":10,"tokensBelow":11},"then":)" + a + R"(,"else":)" + a + "}"),
            "/routes/0/to/when never hold");
        row("nested contradiction",
            routeTo(R"({"when":{"tokensAbove":100},"then":{"when":{"tokensBelow":50},"then":)" + a + R"(,"else":)" + a +
                    "}}"),
            "/routes/0/to/then/when never hold");
        row("else after more tokens",
            routeTo(R"({"when":{"tokensAbove":100},"then":)" + a + R"(,"else":{"when":{"tokensAbove":200},"then":)" +
                    a + R"(,"else":)" + a + "}}"),
            "/routes/0/to/else/when never hold");
        row("the same asked again",
            routeTo(R"({"when":{"tag":"t"},"then":)" + a + R"(,"else":{"when":{"tag":"t"},"then":)" + a +
                    R"(,"else":)" + a + "}}"),
            "/routes/0/to/else/when never hold");
        row("fewer tokens in the else",
            routeTo(R"({"when":{"tokensAbove":100},"then":)" + a + R"(,"else":{"when":{"tokensAbove":50},"then":)" + a +
                    R"(,"else":)" + a + "}}"),
            "");
        row("behind a reject", routeTo(R"({"fallback":[{"reject":"x"},)" + a + "]}"),
            "/routes/0/to/fallback/1 never reached");
        row("twice in a fallback", routeTo(R"({"fallback":[)" + a + "," + a + "]}"),
            "/routes/0/to/fallback/1 a second time");
        row("fit without a context", routeTo(R"({"fit":[)" + a + "]}"), "/routes/0/to/fit/0/target context");
        row("fit with one", R"("models":[{"model":"a/x","contextTokens":1000}],)" + routeTo(R"({"fit":[)" + a + "]}"),
            "");
        row("region",
            R"("routes":[{"id":"r","constraints":{"regions":["eu"]},"to":{"fallback":[)" + a +
                R"(,{"target":"b/x"}]}}])",
            "/routes/0/to/fallback/1/target us-east-1");
        row("region of the project",
            R"("projects":[{"id":"x","constraints":{"regions":["eu"]}}],"routes":[{"id":"r","match":{"project":"x"},"to":{"target":"d/x"}}])",
            "/routes/0/to/target region");
        row("no figure", routeTo(R"({"cheapest":[)" + a + R"(],"minQuality":1})"),
            "/routes/0/to/cheapest/0/target quality");
        row("a share of rejections",
            routeTo(R"({"weighted":[{"weight":1,"to":)" + a + R"(},{"weight":1,"to":{"reject":"x"}}]})"),
            "/routes/0/to/weighted/1/to no share");
    }

    void warnings()
    {
        QFETCH(std::string, json);
        QFETCH(QString, expected);
        const Bench bench(json);
        const std::vector<ConfigWarning> found = routeWarnings(*bench.state.table());
        if (expected.isEmpty()) {
            QVERIFY2(found.empty(), found.empty() ? "" : (found[0].pointer + ": " + found[0].text).c_str());
            return;
        }
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(QString::fromStdString(found[0].pointer), expected.section(u' ', 0, 0));
        QVERIFY2(QString::fromStdString(found[0].text).contains(expected.section(u' ', 1)), found[0].text.c_str());
    }
};

QTEST_APPLESS_MAIN(TestPlanJson)
#include "tst_plan_json.moc"
