// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/console_line.h"
#include "core/gateway/console_pin.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtNetwork/QHostAddress>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

ConsoleRequest chatRequest(bool stream = true)
{
    ConsoleRequest request;
    request.path = "/v1/chat/completions";
    request.model = "gpt-4o";
    request.body = std::string(R"({"model":"gpt-4o","stream":)") + (stream ? "true" : "false") +
                   R"(,"messages":[{"role":"user","content":"hello"}]})";
    return request;
}

const std::string counted = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n"
                            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}\n\n"
                            "data: [DONE]\n\n";

// What one line told, in its order.
class Told final
{
public:
    explicit Told(ConsoleLine &line)
        : heads(&line, &ConsoleLine::head), pieces(&line, &ConsoleLine::pieces), ends(&line, &ConsoleLine::finished)
    {
    }
    ConsoleResult result(int at = 0) const { return ends.at(at).at(1).value<ConsoleResult>(); }
    QString text() const
    {
        QString all;
        for (const auto &one : pieces) {
            for (const ConsolePiece &piece : one.at(1).value<ConsolePieces>())
                all += QString::fromStdString(piece.text);
        }
        return all;
    }

    QSignalSpy heads, pieces, ends;
};

} // namespace

// The console's own requests go the whole way of a client's.
class TestConsole final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void streamsAndBooks();
    void wholeAndTranslated();
    void pinGoesPastTheRoutes();
    void pinStaysWithinConstraints();
    void routeIsPinned();
    void wrongPins_data();
    void wrongPins();
    void othersCannotPin();
    void keyOpensFromThisMachineOnly();
    void cancelReachesTheProvider();
    void gatewayStopsInMidFlight();
    void budgetRefuses();
    void budgetMovesAPinnedRequest_data();
    void budgetMovesAPinnedRequest();
    void listsModels();
    void brokenStreamIsTold();

private:
    static Config config(std::initializer_list<std::pair<const char *, ScriptedProvider *>> providers);
    std::unique_ptr<ScriptedProvider> m_a, m_b;
    bool m_hold = false;  // no end of the stream
    bool m_break = false; // a stream that ends early
};

void TestConsole::init()
{
    m_hold = m_break = false;
    const auto answer = [this](HttpExchange &exchange, const ScriptedProvider::Seen &seen) {
        const bool stream = seen.body.find("\"stream\":true") != std::string::npos;
        if (!stream)
            exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
        else if (m_hold || m_break)
            GatewayFixture::replyEvents(exchange, counted.substr(0, counted.find("\n\n") + 2), m_break);
        else
            GatewayFixture::replyEvents(exchange, counted);
    };
    m_a = std::make_unique<ScriptedProvider>(answer);
    m_b = std::make_unique<ScriptedProvider>(answer);
}

Config TestConsole::config(std::initializer_list<std::pair<const char *, ScriptedProvider *>> providers)
{
    Config config;
    for (const auto &[id, at] : providers)
        config.providers.push_back(GatewayFixture::provider(id, *at));
    config.routes = {GatewayFixture::route(GatewayFixture::target(providers.begin()->first, "m"))};
    PriceConfig price;
    price.model = "*";
    price.inputUsdPerMTok = 1;
    price.outputUsdPerMTok = 10;
    config.prices = {price};
    config.projects.resize(1);
    config.projects[0].id = "lab";
    return config;
}

void TestConsole::streamsAndBooks()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.project = "lab";
    const quint64 call = gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.ends.at(0).at(0).toULongLong(), call);
    const ConsoleResult result = told.result();
    QVERIFY2(result.error.code.empty(), result.error.message.c_str());
    QCOMPARE(result.status, 200);
    QCOMPARE(told.text(), QStringLiteral("hi"));
    QCOMPARE(result.reply.choices.at(0).parts.at(0).text, std::string("hi"));
    QCOMPARE(told.heads.size(), 1);
    const auto head = told.heads.at(0).at(1).value<ConsoleHead>();
    QCOMPARE(head.target, std::string("a/m"));
    QCOMPARE(head.requestId, result.requestId);
    QCOMPARE(result.provider + "/" + result.model, std::string("a/m"));
    QCOMPARE(result.usage.output.value_or(0), int64_t{2});
    QCOMPARE(result.cost.nanoUsd.value_or(0), int64_t{10 * 1'000 + 2 * 10'000});
    QVERIFY(result.firstTokenMs >= 0 && result.firstTokenMs <= result.durationMs);
    QVERIFY(!result.plan.empty());
    const auto records = gateway.records(1);
    QCOMPARE(records.size(), size_t{1});
    QCOMPARE(records.at(0).id, result.requestId);
    QCOMPARE(records.at(0).client, std::string("console"));
    QCOMPARE(records.at(0).project, std::string("lab"));
    // Nothing of the console's own words reached the provider.
    const HeaderList &sent = m_a->seen().at(0)->headers;
    for (size_t i = 0; i < sent.size(); ++i)
        QVERIFY2(!sent[i].name.starts_with("x-signalbox-") || sent[i].name == "x-signalbox-hop",
                 std::string(sent[i].name).c_str());
}

void TestConsole::wholeAndTranslated()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    ConsoleRequest request;
    request.dialect = Dialect::Anthropic;
    request.path = "/v1/messages";
    request.headers = {{"anthropic-version", "2023-06-01"}};
    request.body = R"({"model":"x","max_tokens":9,"unheard_of":5,"messages":[{"role":"user","content":"hello"}]})";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    const ConsoleResult result = told.result();
    QVERIFY2(result.error.code.empty(), result.error.message.c_str());
    QCOMPARE(told.text(), QStringLiteral("hi"));
    QVERIFY(std::any_of(result.losses.begin(), result.losses.end(),
                        [](const LossRecord &loss) { return loss.pointer == "/unheard_of"; }));
}

void TestConsole::pinGoesPastTheRoutes()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}, {"b", m_b.get()}})));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.target = "b/some/model";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QVERIFY(m_a->seen().empty());
    QCOMPARE(m_b->seen().size(), size_t{1});
    QVERIFY(m_b->seen().at(0)->body.find(R"("model":"some/model")") != std::string::npos);
    const auto record = gateway.records(1).at(0);
    QCOMPARE(record.route, std::string("(pinned)"));
    const boost::json::value plan = boost::json::parse(record.plan);
    QCOMPARE(std::string(plan.at("targets").at(0).at("reason").as_string()), std::string("pinned by the console"));
    std::string explained;
    gateway.host().console().explain(request, this, [&](const Result<std::string> &answer) {
        explained = answer ? *answer : answer.error().message;
    });
    QTRY_VERIFY(!explained.empty());
    QVERIFY2(explained.find("pinned by the console") != std::string::npos, explained.c_str());
}

void TestConsole::pinStaysWithinConstraints()
{
    Config limited = config({{"a", m_a.get()}, {"b", m_b.get()}});
    limited.providers[0].region = "eu";
    limited.providers[1].region = "us";
    limited.routes[0].constraints.regions = {"eu"};
    GatewayFixture gateway;
    QVERIFY(gateway.start(limited));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.target = "b/m";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.result().status, 403);
    QCOMPARE(told.result().error.code, std::string("policy_refused"));
    QVERIFY2(told.result().error.message.find("region") != std::string::npos, told.result().error.message.c_str());
    QVERIFY(m_b->seen().empty());
    request.target = "a/m";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 2);
    QCOMPARE(told.result(1).status, 200);
}

void TestConsole::routeIsPinned()
{
    Config two = config({{"a", m_a.get()}, {"b", m_b.get()}});
    RouteConfig other = GatewayFixture::route(GatewayFixture::target("b", "m"));
    other.id = "other";
    other.match.model = "nothing-like-it";
    two.routes.push_back(other);
    GatewayFixture gateway;
    QVERIFY(gateway.start(two));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.route = "other";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.result().route, std::string("other"));
    QCOMPARE(told.result().provider, std::string("b"));
    QVERIFY(told.result().plan.find("by the console") != std::string::npos);
}

void TestConsole::wrongPins_data()
{
    QTest::addColumn<QString>("project");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("route");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("allowed");
    QTest::newRow("provider") << ""
                              << "nobody/m"
                              << ""
                              << "target_unknown"
                              << "a, b";
    QTest::newRow("no model") << ""
                              << "a/"
                              << ""
                              << "target_unknown"
                              << "a, b";
    QTest::newRow("no slash") << ""
                              << "a"
                              << ""
                              << "target_unknown"
                              << "a, b";
    QTest::newRow("route") << ""
                           << ""
                           << "nowhere"
                           << "route_unknown"
                           << "r";
    QTest::newRow("project") << "nothing"
                             << ""
                             << ""
                             << "project_unknown"
                             << "default, lab";
    QTest::newRow("both") << ""
                          << "a/m"
                          << "r"
                          << "pin_invalid"
                          << "not to both";
}

void TestConsole::wrongPins()
{
    QFETCH(QString, project);
    QFETCH(QString, target);
    QFETCH(QString, route);
    QFETCH(QString, code);
    QFETCH(QString, allowed);
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}, {"b", m_b.get()}})));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.project = project.toStdString();
    request.target = target.toStdString();
    request.route = route.toStdString();
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    const Error error = told.result().error;
    QCOMPARE(told.result().status, 400);
    QCOMPARE(error.code, code.toStdString());
    QVERIFY2(error.message.find(allowed.toStdString()) != std::string::npos, error.message.c_str());
    std::string explained;
    gateway.host().console().explain(request, this,
                                     [&](const Result<std::string> &answer) { explained = answer.error().code; });
    QTRY_COMPARE(explained, code.toStdString());
    QVERIFY(m_a->seen().empty() && m_b->seen().empty());
}

void TestConsole::othersCannotPin()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}, {"b", m_b.get()}})));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("x-signalbox-target", "b/m");
    headers.add("x-signalbox-project", "lab");
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", chatRequest(false).body, headers);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QVERIFY(m_b->seen().empty());
    QCOMPARE(gateway.records(1).at(0).project, std::string("default"));
}

void TestConsole::keyOpensFromThisMachineOnly()
{
    const ConsoleKey key;
    const ConsoleKey other;
    const QHostAddress loopback(QHostAddress::LocalHost);
    QVERIFY(key.opens(key.value(), loopback, "127.0.0.1"));
    QVERIFY(key.opens(key.value(), QHostAddress(QHostAddress::LocalHostIPv6), "::1"));
    QVERIFY(key.opens(key.value(), QHostAddress(QStringLiteral("192.168.7.1")), "192.168.7.1"));
    QVERIFY(!key.opens(key.value(), QHostAddress(QStringLiteral("192.168.7.2")), "192.168.7.1"));
    QVERIFY(!key.opens(key.value(), QHostAddress(QStringLiteral("192.168.7.2")), "0.0.0.0"));
    QVERIFY(!key.opens(other.value(), loopback, "127.0.0.1"));
    QVERIFY(!key.opens({}, loopback, "127.0.0.1"));
}

void TestConsole::cancelReachesTheProvider()
{
    m_hold = true;
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    const quint64 call = gateway.host().console().ask(chatRequest());
    QTRY_COMPARE(told.text(), QStringLiteral("hi"));
    gateway.host().console().cancel(call);
    QTRY_COMPARE(told.ends.size(), 1);
    QVERIFY(told.result().cancelled);
    QVERIFY(told.result().error.code.empty());
    QCOMPARE(told.result().reply.choices.at(0).parts.at(0).text, std::string("hi"));
    QTRY_VERIFY(m_a->seen().at(0)->gone);
    const auto record = gateway.records(1).at(0);
    QCOMPARE(record.status, 499);
    QCOMPARE(told.result().requestId, record.id);
}

void TestConsole::gatewayStopsInMidFlight()
{
    m_hold = true;
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    gateway.host().console().ask(chatRequest());
    QTRY_COMPARE(told.text(), QStringLiteral("hi"));
    gateway.stop();
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.result().error.code, std::string("gateway_stopped"));
    gateway.host().console().ask(chatRequest());
    QTRY_COMPARE(told.ends.size(), 2);
    QCOMPARE(told.result(1).error.code, std::string("gateway_stopped"));
    m_hold = false;
    QVERIFY(gateway.start(config({{"a", m_a.get()}}))); // with another key
    gateway.host().console().ask(chatRequest());
    QTRY_COMPARE(told.ends.size(), 3);
    QVERIFY2(told.result(2).error.code.empty(), told.result(2).error.message.c_str());
}

void TestConsole::budgetRefuses()
{
    Config poor = config({{"a", m_a.get()}});
    BudgetRule rule;
    rule.id = "cap";
    rule.scope.client = "console";
    rule.usd = 0.000001;
    rule.period = BudgetPeriod::Total;
    poor.budgets = {rule};
    GatewayFixture gateway;
    QVERIFY(gateway.start(poor));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.target = "a/m";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.result().status, 402);
    QCOMPARE(told.result().error.code, std::string("budget_exceeded"));
    QVERIFY(m_a->seen().empty());
}

void TestConsole::budgetMovesAPinnedRequest_data()
{
    QTest::addColumn<QByteArray>("region"); // of the cheaper one
    QTest::addColumn<int>("status");
    QTest::newRow("allowed") << QByteArray("eu") << 200;
    QTest::newRow("outside") << QByteArray("us") << 402;
}

// The budget decides before the pin does, the constraints of the route that would have taken it before both.
void TestConsole::budgetMovesAPinnedRequest()
{
    QFETCH(QByteArray, region);
    QFETCH(int, status);
    Config two = config({{"a", m_a.get()}, {"b", m_b.get()}});
    two.providers[0].region = "eu";
    two.providers[1].region = region.toStdString();
    two.routes[0].constraints.regions = {"eu"};
    RouteConfig cheap = GatewayFixture::route(GatewayFixture::target("b", "m"));
    cheap.id = "cheap";
    cheap.match.model = "nothing-like-it";
    two.routes.push_back(cheap);
    BudgetRule rule;
    rule.id = "cap";
    rule.scope.client = "console";
    rule.usd = 0.000001;
    rule.period = BudgetPeriod::Total;
    rule.onLimit = OnLimit::Downgrade;
    rule.downgradeTo = "cheap";
    two.budgets = {rule};
    GatewayFixture gateway;
    QVERIFY(gateway.start(two));
    Told told(gateway.host().console());
    ConsoleRequest request = chatRequest();
    request.target = "a/m";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QVERIFY2(told.result().status == status, told.result().error.message.c_str());
    QVERIFY(m_a->seen().empty());
    QCOMPARE(m_b->seen().size(), size_t(status == 200 ? 1 : 0));
}

void TestConsole::listsModels()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    ConsoleRequest request;
    request.path = "/v1/models";
    gateway.host().console().ask(request);
    QTRY_COMPARE(told.ends.size(), 1);
    QCOMPARE(told.result().status, 200);
    QVERIFY2(told.result().body.find("\"data\"") != std::string::npos, told.result().body.c_str());
}

void TestConsole::brokenStreamIsTold()
{
    m_break = true;
    GatewayFixture gateway;
    QVERIFY(gateway.start(config({{"a", m_a.get()}})));
    Told told(gateway.host().console());
    gateway.host().console().ask(chatRequest());
    QTRY_COMPARE(told.ends.size(), 1);
    QVERIFY(!told.result().error.code.empty());
    QCOMPARE(told.text(), QStringLiteral("hi"));
}

QTEST_GUILESS_MAIN(TestConsole)
#include "tst_console.moc"
