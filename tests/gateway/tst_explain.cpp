// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace json = boost::json;

class TestExplain final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyDialectIsTaken_data();
    void everyDialectIsTaken();
    void mistakesAreToldInTheDialect();
    void planIsKeptWhereThereWasAChoice();
    void planIsKeptWhereNobodyMayBeAsked();
    void statusAndMetricsTellOfRouting();
    void tokensAreCountedAsForRequests();
};

// Words of many letters: four bytes a token would tell far too many.
void TestExplain::tokensAreCountedAsForRequests()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    PolicyNode when = GatewayFixture::node(
        PolicyNode::Kind::When, {GatewayFixture::target("box", "long"), GatewayFixture::target("box", "short")});
    when.condition.tokensAbove = 350;
    config.routes = {GatewayFixture::route(std::move(when))};
    QVERIFY(gateway.start(config));
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += "international "; // a token each
    const std::string body = R"({"model":"gpt-4o","messages":[{"role":"user","content":")" + text + R"("}]})";
    RecordingHandler explained;
    gateway.post(explained, "/signalbox/v1/explain", body);
    QTRY_VERIFY(explained.over());
    QCOMPARE(explained.head->status, 200);
    const json::value told = json::parse(explained.body);
    const int64_t tokens = told.at("input_tokens").to_number<int64_t>();
    QVERIFY2(tokens >= 200 && tokens <= 230, explained.body.c_str());
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(std::string(reply.head->headers.get("x-signalbox-target")), std::string("box/short"));
    QCOMPARE(std::string(told.at("targets").at(0).at("target").as_string()), std::string("box/short"));
}

void TestExplain::everyDialectIsTaken_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("dialect");
    const auto row = [](const char *query, const char *body, const char *dialect) {
        QTest::newRow(query[0] ? query : dialect) << QByteArray(query) << QByteArray(body) << QByteArray(dialect);
    };
    row("", R"({"model":"m1","messages":[]})", "openai-chat");
    row("", R"({"model":"m1","input":"x"})", "openai-responses");
    row("", R"({"model":"m1","system":"s","messages":[]})", "anthropic");
    row("?model=m1", R"({"contents":[]})", "gemini");
    row("?dialect=ollama", R"({"model":"m1","messages":[]})", "ollama");
    row("?dialect=gemini&model=m1", "{}", "gemini");
}

void TestExplain::everyDialectIsTaken()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, dialect);
    ScriptedProvider box([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, (QByteArray("/signalbox/v1/explain").append(query)).constData(), body.toStdString());
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    const json::value told = json::parse(reply.body);
    QCOMPARE(std::string(told.at("dialect").as_string()), dialect.toStdString());
    QCOMPARE(std::string(told.at("requested_model").as_string()), std::string("m1"));
    QCOMPARE(std::string(told.at("targets").at(0).at("target").as_string()), std::string("box/m1"));
    QVERIFY(box.seen().empty());
}

void TestExplain::mistakesAreToldInTheDialect()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(Config()));
    RecordingHandler reply;
    gateway.post(reply, "/signalbox/v1/explain?dialect=anthropic", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 503);
    QCOMPARE(std::string(json::parse(reply.body).at("type").as_string()), std::string("error"));
}

void TestExplain::planIsKeptWhereThereWasAChoice()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.routes = {
        GatewayFixture::route(GatewayFixture::target("box")),
        GatewayFixture::route(GatewayFixture::node(
            PolicyNode::Kind::Fallback, {GatewayFixture::target("box", "one"), GatewayFixture::target("box", "two")}))};
    config.routes[0].match.model = "plain";
    config.routes[1].id = "choice";
    QVERIFY(gateway.start(config));
    for (const char *body : {R"({"model":"plain"})", R"({"model":"any"})"}) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", body);
        QTRY_VERIFY(reply.over());
        QCOMPARE(reply.head->status, 200);
    }
    const auto records = gateway.records(2);
    QCOMPARE(records.size(), size_t{2});
    for (const RequestRecord &record : records) {
        if (record.requestedModel == "plain") {
            QVERIFY(record.plan.empty());
            continue;
        }
        const json::value plan = json::parse(record.plan);
        QCOMPARE(std::string(plan.at("route").as_string()), std::string("choice"));
        QVERIFY(record.plan.find("box/two") != std::string::npos); // not asked, but on the list
    }
}

void TestExplain::planIsKeptWhereNobodyMayBeAsked()
{
    ScriptedProvider box([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.providers[0].region = "us";
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("box", "one"), GatewayFixture::target("box", "two")}))};
    config.routes[0].constraints.regions = {"eu"};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"any"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 403);
    const auto records = gateway.records(1);
    QCOMPARE(records.size(), size_t{1});
    QCOMPARE(records.front().route, config.routes[0].id);
    const json::value plan = json::parse(records.front().plan);
    QCOMPARE(std::string(plan.at("route").as_string()), config.routes[0].id);
    QVERIFY(plan.at("targets").as_array().empty());
    QCOMPARE(plan.at("skipped").as_array().size(), size_t{2});
    QVERIFY2(records.front().plan.find("its region is us") != std::string::npos, records.front().plan.c_str());
    QVERIFY(box.seen().empty());
}

void TestExplain::statusAndMetricsTellOfRouting()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    RecordingHandler status;
    gateway.get(status, "/signalbox/v1/status");
    QTRY_VERIFY(status.over());
    const json::value told = json::parse(status.body);
    QCOMPARE(std::string(told.at("health").at("providers").at(0).at("id").as_string()), std::string("box"));
    QCOMPARE(std::string(told.at("health").at("targets").at(0).at("model").as_string()), std::string("m1"));
    QCOMPARE(std::string(told.at("health").at("targets").at(0).at("state").as_string()), std::string("none"));
    QVERIFY(told.at("weights").is_array());
    RecordingHandler metrics;
    gateway.get(metrics, "/metrics");
    QTRY_VERIFY(metrics.over());
    QVERIFY(metrics.body.find("\nsignalbox_target_available{provider=\"box\",model=\"m1\"} 1\n") != std::string::npos);
    QVERIFY(metrics.body.find("\nsignalbox_target_in_flight{provider=\"box\",model=\"m1\"} 0\n") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
