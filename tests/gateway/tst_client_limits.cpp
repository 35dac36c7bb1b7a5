// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/user_rules.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

std::string chat(const std::string &model, const std::string &more = {})
{
    return "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + more +
           '}';
}

UserRule rule(UserRule::From from, std::string name = {}, std::string match = {})
{
    return {from, std::move(name), std::move(match), {}};
}

} // namespace

class TestClientLimits final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void modelsRefusedInTheDialectsOwnTypes();
    void dialectsAndRoutesAreForbidden();
    void regionsAreNeverOverridden();
    void listsShowWhatMayBeUsed();
    void theUserComesFromTheRules();
    void theRulesInOrder();

private:
    // Two providers: `eu` in the EU, `us` in the USA; routes `cheap` for small-*, `main` for all.
    Config config();
    boost::json::value ask(const char *path, const std::string &body, int expected);

    std::unique_ptr<ScriptedProvider> m_eu, m_us;
    std::unique_ptr<GatewayFixture> m_gateway;
};

void TestClientLimits::init()
{
    const auto answer = [](HttpExchange &exchange, const ScriptedProvider::Seen &seen) {
        exchange.reply(200, GatewayFixture::jsonHeaders(),
                       seen.target == "/v1/models" ? R"({"data":[{"id":"small-1"},{"id":"big-1"}]})"
                                                   : std::string_view(GatewayFixture::goodReply));
    };
    m_eu = std::make_unique<ScriptedProvider>(answer);
    m_us = std::make_unique<ScriptedProvider>(answer);
    m_gateway = std::make_unique<GatewayFixture>();
}

void TestClientLimits::cleanup()
{
    m_gateway.reset();
    m_eu.reset();
    m_us.reset();
}

Config TestClientLimits::config()
{
    Config config;
    config.providers = {GatewayFixture::provider("eu", *m_eu), GatewayFixture::provider("us", *m_us)};
    config.providers[0].region = "eu-west-1";
    config.providers[1].region = "us";
    RouteConfig cheap = GatewayFixture::route(GatewayFixture::target("us"));
    cheap.id = "cheap";
    cheap.match.model = "*small-*";
    RouteConfig main = GatewayFixture::route(
        GatewayFixture::node(PolicyNode::Kind::Fallback, {GatewayFixture::target("us"), GatewayFixture::target("eu")}));
    main.id = "main";
    config.routes = {cheap, main};
    config.clients.emplace_back().id = "tester";
    return config;
}

boost::json::value TestClientLimits::ask(const char *path, const std::string &body, int expected)
{
    RecordingHandler reply;
    m_gateway->post(reply, path, body);
    if (!QTest::qWaitFor([&] { return reply.over(); }, 10'000) || !reply.head)
        return {};
    if (reply.head->status != expected)
        qWarning("%d %s", reply.head->status, reply.body.c_str());
    return reply.head->status == expected ? boost::json::parse(reply.body) : boost::json::value();
}

void TestClientLimits::modelsRefusedInTheDialectsOwnTypes()
{
    Config limited = config();
    limited.clients[0].models = {"small-*"};
    QVERIFY(m_gateway->start(limited));
    QVERIFY(ask("/v1/chat/completions", chat("small-1"), 200).is_object());
    const auto openAi = ask("/v1/chat/completions", chat("big-1"), 404);
    QVERIFY(openAi.is_object());
    QCOMPARE(openAi.at("error").at("code").as_string(), boost::json::string("model_not_found"));
    const std::string told(openAi.at("error").at("message").as_string());
    QVERIFY2(told.find("`models` allow small-*") != std::string::npos, told.c_str());
    const auto anthropic = ask("/v1/messages", chat("big-1"), 404);
    QVERIFY(anthropic.is_object());
    QCOMPARE(anthropic.at("error").at("type").as_string(), boost::json::string("not_found_error"));
    QCOMPARE(m_us->seen().size(), size_t(1)); // nothing refused was sent
}

void TestClientLimits::dialectsAndRoutesAreForbidden()
{
    Config limited = config();
    limited.clients[0].dialects = {"openai-chat"};
    limited.clients[0].routes = {"ma*"};
    QVERIFY(m_gateway->start(limited));
    const auto dialect = ask("/v1/messages", chat("big-1"), 403);
    QVERIFY(dialect.is_object());
    QCOMPARE(dialect.at("error").at("type").as_string(), boost::json::string("permission_error"));
    const std::string told(dialect.at("error").at("message").as_string());
    QVERIFY2(told.find("dialect 'anthropic'") != std::string::npos, told.c_str());
    const auto route = ask("/v1/chat/completions", chat("small-1"), 403);
    QVERIFY(route.is_object());
    const std::string why(route.at("error").at("message").as_string());
    QVERIFY2(why.find("route 'cheap'") != std::string::npos, why.c_str());
    QVERIFY(ask("/v1/chat/completions", chat("big-1"), 200).is_object());
    QVERIFY(ask("/signalbox/v1/explain", chat("small-1"), 403).is_object());
}

void TestClientLimits::regionsAreNeverOverridden()
{
    Config limited = config();
    limited.clients[0].regions = {"eu"};
    QVERIFY(m_gateway->start(limited));
    QVERIFY(ask("/v1/chat/completions", chat("big-1"), 200).is_object());
    QCOMPARE(m_eu->seen().size(), size_t(1)); // though `us` stands first
    QVERIFY(m_us->seen().empty());
    const auto refused = ask("/v1/chat/completions", chat("small-1"), 403); // its route knows `us` alone
    QVERIFY(refused.is_object());
    const std::string why(refused.at("error").at("message").as_string());
    QVERIFY2(why.find("the regions of its client's key") != std::string::npos, why.c_str());
    QVERIFY(m_us->seen().empty());
}

void TestClientLimits::listsShowWhatMayBeUsed()
{
    Config limited = config();
    limited.clients[0].models = {"*small-*", "*big-*"};
    limited.clients[0].routes = {"main"};
    QVERIFY(m_gateway->start(limited));
    RecordingHandler list;
    m_gateway->get(list, "/v1/models");
    QTRY_VERIFY(list.over());
    QCOMPARE(list.head->status, 200);
    const boost::json::value told = boost::json::parse(list.body);
    QVERIFY2(!told.at("data").as_array().empty(), list.body.c_str());
    for (const auto &model : told.at("data").as_array()) {
        const std::string id(model.at("id").as_string());
        QVERIFY2(id.find("big-1") != std::string::npos, id.c_str()); // small-* takes the other route
    }
    RecordingHandler other;
    m_gateway->get(other, "/v1/models/us%2Fsmall-1");
    QTRY_VERIFY(other.over());
    QCOMPARE(other.head->status, 404);
}

void TestClientLimits::theUserComesFromTheRules()
{
    Config named = config();
    named.users = {rule(UserRule::From::Header, "x-user", "^([^@]+)@"), rule(UserRule::From::Body, "metadata.user_id")};
    named.routes[0].match.model = "*";
    named.routes[0].match.user = "ann";
    QVERIFY(m_gateway->start(named));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("X-User", "ann@example.com");
    RecordingHandler first;
    m_gateway->post(first, "/v1/chat/completions", chat("big-1"), headers);
    QTRY_VERIFY(first.over());
    QVERIFY(ask("/v1/chat/completions", chat("big-1", ",\"user\":\"eve\",\"metadata\":{\"user_id\":\"bob\"}"), 200)
                .is_object());
    const auto records = m_gateway->records(2);
    QCOMPARE(records.size(), size_t(2));
    QCOMPARE(records[1].user, std::string("ann"));
    QCOMPARE(records[1].route, std::string("cheap")); // a condition on the user saw it
    QCOMPARE(records[0].user, std::string("bob"));
    QCOMPARE(records[0].route, std::string("main"));
}

void TestClientLimits::theRulesInOrder()
{
    UserRule mapped = rule(UserRule::From::Body, "user");
    mapped.map = {{"u-1", "ann"}, {"u-2", "bob"}};
    const UserRules rules({rule(UserRule::From::Header, "x-user", "^user-(\\d+)$"), mapped,
                           rule(UserRule::From::Body, "metadata.ids.user"), rule(UserRule::From::Client)});
    HttpRequestHead head;
    const auto user = [&](const std::string &body, const std::string &bodyUser) {
        return rules.userOf({head, body, bodyUser, "owner"});
    };
    QCOMPARE(user({}, "u-2"), std::string("bob"));
    QCOMPARE(user({}, "u-3"), std::string("owner"));
    QCOMPARE(user("{\"a\":[1,{\"user\":2}],\"metadata\":{\"ids\":{\"x\":0,\"user\":17}}}", "u-3"), std::string("17"));
    QCOMPARE(user("{\"metadata\":\"none\"}", {}), std::string("owner"));
    QCOMPARE(user("{\"metadata\":{\"ids\"", {}), std::string("owner")); // broken
    head.headers.add("x-user", "user-7");
    QCOMPARE(user({}, "u-2"), std::string("7"));
    QVERIFY(UserRules({}).isEmpty());
    QCOMPARE(UserRules({mapped}).userOf({head, {}, "x", "owner"}), std::string());
}

QTEST_GUILESS_MAIN(TestClientLimits)
#include "tst_client_limits.moc"
