// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/routing/planner.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

Config configOf(const char *json)
{
    auto config = readConfig(json);
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return *config;
}

// The stars are escaped: moc takes a slash and a star inside a raw string for the start of a comment.
const char *const twoProviders =
    R"({"version":1,)"
    R"("providers":[{"id":"openai","dialect":"openai-chat","baseUrl":"http://127.0.0.1:1/v1","credentials":[]},)"
    R"({"id":"box","dialect":"openai-chat","baseUrl":"http://127.0.0.1:2/v1","credentials":[]}],)"
    R"("projects":[{"id":"work"}],)"
    R"("routes":[{"id":"fast","match":{"model":"gpt-*-mini"},"to":{"target":"openai/gpt-5-mini"}},)"
    R"({"id":"work","match":{"model":"*","project":"work"},"to":{"target":"box/\u002a"}},)"
    R"({"id":"rest","match":{"model":"gpt-*"},"to":{"fallback":[{"target":"openai/\u002a"},{"fallback":[{"target":"box/llama"},{"target":"openai/\u002a"}]}]}}]})";

Result<Plan> planFor(RoutingState &state, const Config &config, std::string_view model, std::string_view project)
{
    const auto shared = std::make_shared<const Config>(config);
    state.attach(std::make_shared<RouteTable>(shared, std::make_shared<ModelBook>(nullptr, *shared)));
    RoutingFacts facts;
    facts.model = model;
    facts.project = project;
    facts.client = "c";
    return makePlan(state, facts);
}

QString targets(const Result<Plan> &plan)
{
    QStringList names;
    for (const PlannedTarget &target : plan->targets)
        names << QString::fromStdString(std::string(target.provider) + ">" + std::string(target.model));
    return names.join(u' ');
}

} // namespace

class TestPlanner final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routes_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("project");
        QTest::addColumn<QString>("route");
        QTest::addColumn<QString>("expected");
        QTest::newRow("first match wins") << "gpt-5-mini"
                                          << "default"
                                          << "fast"
                                          << "openai>gpt-5-mini";
        QTest::newRow("by project") << "anything"
                                    << "work"
                                    << "work"
                                    << "box>anything";
        QTest::newRow("provider prefix is taken off") << "box/llama3"
                                                      << "work"
                                                      << "work"
                                                      << "box>llama3";
        QTest::newRow("another prefix stays") << "openai/x"
                                              << "work"
                                              << "work"
                                              << "box>openai/x";
        QTest::newRow("nested fallback, doubles once") << "gpt-5"
                                                       << "default"
                                                       << "rest"
                                                       << "openai>gpt-5 box>llama";
    }

    void routes()
    {
        QFETCH(QString, model);
        QFETCH(QString, project);
        RoutingState state;
        const std::string asked = model.toStdString();
        const auto plan = planFor(state, configOf(twoProviders), asked, project.toStdString());
        QVERIFY(plan);
        QTEST(QString::fromStdString(std::string(plan->route)), "route");
        QTEST(targets(plan), "expected");
    }

    void noRouteMatches()
    {
        RoutingState state;
        const auto plan = planFor(state, configOf(twoProviders), "claude", "default");
        QVERIFY(!plan);
        QCOMPARE(plan.error().httpStatus, 404);
        QCOMPARE(plan.error().code, std::string("model_not_found"));
    }

    void withoutRoutes()
    {
        Config config = configOf(twoProviders);
        RoutingState state;
        config.routes.clear();
        QCOMPARE(targets(planFor(state, config, "box/a/b", "default")), QStringLiteral("box>a/b"));
        QVERIFY(!planFor(state, config, "a", "default"));
        config.providers.pop_back();
        QCOMPARE(targets(planFor(state, config, "a", "default")), QStringLiteral("openai>a"));
        config.providers.clear();
        QCOMPARE(planFor(state, config, "a", "default").error().httpStatus, 503);
    }

    void statuses()
    {
        for (const int status : {401, 402, 403, 408, 409, 429, 500, 502, 503, 529})
            QVERIFY(usualFallback.has(classifyReply(status, {}, {}, {})));
        for (const int status : {400, 404, 413, 415, 422})
            QCOMPARE(classifyReply(status, {}, {}, {}), FailureClass::Client);
    }
};

QTEST_APPLESS_MAIN(TestPlanner)
#include "tst_planner.moc"
