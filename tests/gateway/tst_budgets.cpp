// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/net/http_client.h"
#include "core/secrets/secret_store.h"
#include "tests/gateway/scripted_provider.h"
#include "tests/net/recording_handler.h"

#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <list>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

constexpr char clientKey[] = "sb-test-key-of-the-budgets";
constexpr int64_t dollar = 1'000'000'000;
constexpr int64_t cent = 10'000'000; // 1,000 tokens of output at the price below

HeaderList headersOf(const char *type)
{
    HeaderList headers;
    headers.add("content-type", type);
    return headers;
}

std::string usageReply(int outputTokens)
{
    return R"({"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],)"
           R"("usage":{"prompt_tokens":10,"completion_tokens":)" +
           std::to_string(outputTokens) + "}}";
}

BudgetRule usdRule(double usd)
{
    BudgetRule rule;
    rule.id = "cap";
    rule.usd = usd;
    rule.period = BudgetPeriod::Total;
    return rule;
}

RouteConfig route(const char *id, const char *model, const char *provider)
{
    RouteConfig config;
    config.id = id;
    config.match.model = model;
    config.to.provider = provider;
    config.to.model = "m";
    return config;
}

constexpr char cheapBody[] = R"({"model":"m","max_tokens":1000})";
constexpr char streamBody[] = R"({"model":"m","stream":true,"max_tokens":1000})";

} // namespace

class TestBudgets final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void capHoldsUnderTwoHundredStreams();
    void restartKeepsWhatWasSpent();
    void refusalSpeaksTheClientsDialect();
    void failuresAndLeaversGiveBack();
    void downgradesToACheaperRoute();
    void downgradesKeepTheConstraints();
    void fullProviderIsPassedOver();
    void newBudgetHearsWhatWasSpent();
    void newBudgetHearsWhatRuns();
    void alertsOnceAlsoOverARestart();

private:
    Config config();
    void start();
    void restart();
    RecordingHandler &post(const std::string &body, const char *path = "/v1/chat/completions",
                           const char *method = "POST");
    int statusOf(const std::string &body);
    int64_t booked();
    BudgetRow row() const; // of the only rule, as the console sees it

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<SecretStore> m_secrets;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<ScriptedProvider> m_box;
    std::unique_ptr<HttpClientPool> m_client;
    std::list<RecordingHandler> m_replies;
    std::vector<HttpExchange *> m_streams; // that the provider holds open
    int m_status = 200;
    int m_outputTokens = 1'000;
    Config m_config;
    uint16_t m_port = 0;
};

void TestBudgets::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto ledger = Ledger::open({m_folder->path(), 30, 100});
    QVERIFY(ledger);
    m_ledger = std::move(*ledger);
    m_secrets = std::make_unique<SecretStore>();
    m_client = std::make_unique<HttpClientPool>();
    m_streams.clear();
    m_status = 200;
    m_outputTokens = 1'000;
    m_box = std::make_unique<ScriptedProvider>([this](HttpExchange &exchange, const ScriptedProvider::Seen &seen) {
        if (seen.body.find("\"stream\":true") == std::string::npos)
            return exchange.reply(m_status, headersOf("application/json"), usageReply(m_outputTokens));
        exchange.startReply(200, headersOf("text/event-stream"));
        exchange.write("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n");
        m_streams.push_back(&exchange);
    });
    m_config = config();
}

void TestBudgets::cleanup()
{
    m_replies.clear();
    m_client.reset();
    m_host.reset();
    m_box.reset();
    m_secrets.reset();
    m_ledger.reset();
}

Config TestBudgets::config()
{
    Config config;
    config.listen.port = 0;
    for (const char *id : {"box", "spare"}) {
        ProviderConfig provider;
        provider.id = id;
        provider.baseUrl = m_box->baseUrl();
        config.providers.push_back(provider);
    }
    config.routes = {route("r", "m", "box"), route("cheap", "none", "spare")};
    for (const auto &[model, usd] : {std::pair("box/*", 10.0), std::pair("spare/*", 1.0)}) {
        PriceConfig price;
        price.model = model;
        price.inputUsdPerMTok = 0;
        price.outputUsdPerMTok = usd;
        config.prices.push_back(price);
    }
    ClientConfig client;
    client.id = "tester";
    client.keySha256 = clientKeySha256(clientKey);
    client.admin = true;
    config.clients = {client};
    return config;
}

void TestBudgets::start()
{
    GatewayHost::Options options;
    options.logToStderr = false;
    options.logFolder = m_folder->path();
    m_host = std::make_unique<GatewayHost>(*m_ledger, *m_secrets, options);
    QSignalSpy started(m_host.get(), &GatewayHost::started);
    m_host->start(std::make_shared<Config>(m_config));
    QVERIFY(started.wait(10'000));
    m_port = static_cast<uint16_t>(QUrl(started.first().first().toString()).port());
}

void TestBudgets::restart()
{
    m_host.reset();
    m_ledger.reset();
    auto ledger = Ledger::open({m_folder->path(), 30, 100});
    QVERIFY(ledger);
    m_ledger = std::move(*ledger);
    m_client = std::make_unique<HttpClientPool>();
    start();
}

RecordingHandler &TestBudgets::post(const std::string &body, const char *path, const char *method)
{
    HttpClientRequest request;
    request.origin.host = "127.0.0.1";
    request.origin.port = m_port;
    request.origin.proxy = "none";
    request.method = method;
    request.target = path;
    request.headers = headersOf("application/json");
    request.headers.add("authorization", std::string("Bearer ") + clientKey);
    request.body = body;
    RecordingHandler &handler = m_replies.emplace_back();
    handler.call = m_client->start(std::move(request), handler);
    return handler;
}

int TestBudgets::statusOf(const std::string &body)
{
    RecordingHandler &reply = post(body);
    [&] { QTRY_VERIFY_WITH_TIMEOUT(reply.over(), 10'000); }();
    return reply.head ? reply.head->status : 0;
}

int64_t TestBudgets::booked()
{
    auto reader = LedgerReader::open(m_ledger->databasePath());
    SpendRequest all;
    all.toMs = INT64_MAX;
    const auto report = (*reader)->spend(all);
    return report ? report->total.nanoUsd : -1;
}

BudgetRow TestBudgets::row() const
{
    const auto &rows = m_host->snapshot()->budgets;
    return rows.empty() ? BudgetRow() : rows.front();
}

// 200 streams at once against one dollar, each estimated at a cent: a hundred are let in. Ten of them turn out dearer
// than estimated; by that and no more the cap is passed.
void TestBudgets::capHoldsUnderTwoHundredStreams()
{
    constexpr int streams = 200;
    m_config.budgets = {usdRule(1)};
    start();
    for (int i = 0; i < streams; ++i)
        post(streamBody);
    const auto refused = [&] {
        return std::count_if(m_replies.begin(), m_replies.end(),
                             [](const RecordingHandler &r) { return r.over() && r.head && r.head->status == 402; });
    };
    QTRY_COMPARE_WITH_TIMEOUT(m_streams.size(), size_t(100), 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(refused(), ptrdiff_t(100), 20'000);
    const auto finish = [](HttpExchange *exchange, int tokens) {
        exchange->write("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: "
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":" +
                        std::to_string(tokens) + "}}\n\ndata: [DONE]\n\n");
        exchange->finish();
    };
    for (size_t i = 0; i < 60; ++i) // less than estimated
        finish(m_streams[i], 500);
    QTRY_COMPARE_WITH_TIMEOUT(booked(), 30 * cent, 10'000);
    m_streams.erase(m_streams.begin(), m_streams.begin() + 60);
    for (int i = 0; i < 30; ++i) // what they left over is there again, to the cent
        QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(statusOf(cheapBody), 402);
    for (size_t i = 0; i < m_streams.size(); ++i)
        finish(m_streams[i], i < 10 ? 1'100 : 1'000);
    QTRY_COMPARE_WITH_TIMEOUT(booked(), dollar + cent, 10'000); // ten times a tenth of a cent
    QCOMPARE(statusOf(cheapBody), 402);
    QTRY_COMPARE_WITH_TIMEOUT(m_host->snapshot()->inFlight, 0, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(row().nanoUsd, dollar + cent, 5'000);
    QTRY_COMPARE_WITH_TIMEOUT(row().reservedNanoUsd, int64_t(0), 5'000);
}

void TestBudgets::restartKeepsWhatWasSpent()
{
    m_config.budgets = {usdRule(0.05)};
    start();
    for (int i = 0; i < 3; ++i)
        QCOMPARE(statusOf(cheapBody), 200);
    post(streamBody); // still runs when the gateway goes
    QTRY_COMPARE_WITH_TIMEOUT(m_streams.size(), size_t(1), 10'000);
    restart();
    const int64_t left = 5 * cent - booked(); // the broken stream is booked at least as what was seen of it
    QVERIFY(left <= 2 * cent && left > cent);
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(statusOf(R"({"model":"m","max_tokens":1001})"), 402);
    restart();
    QCOMPARE(statusOf(R"({"model":"m","max_tokens":1001})"), 402);
}

void TestBudgets::refusalSpeaksTheClientsDialect()
{
    BudgetRule rule = usdRule(1);
    rule.usd.reset();
    rule.requests = 1;
    rule.period = BudgetPeriod::Day;
    m_config.budgets = {rule};
    start();
    QCOMPARE(statusOf(cheapBody), 200);
    RecordingHandler &reply = post(cheapBody, "/v1/messages");
    QTRY_VERIFY_WITH_TIMEOUT(reply.over(), 10'000);
    QCOMPARE(reply.head->status, 429);
    QVERIFY(reply.body.find("\"type\":\"error\"") != std::string::npos);
    QVERIFY(reply.body.find("Budget 'cap': 1 requests of 1 requests used this day") != std::string::npos);
    const std::string wait(reply.head->headers.get("retry-after"));
    QVERIFY(!wait.empty() && std::stoll(wait) >= 1 && std::stoll(wait) <= 25LL * 3600);
    QCOMPARE(m_box->seen().size(), size_t(1)); // nobody was asked for the second
}

void TestBudgets::failuresAndLeaversGiveBack()
{
    BudgetRule rule = usdRule(0.01);
    rule.concurrent = 1;
    m_config.budgets = {rule};
    start();
    m_status = 400;
    for (int i = 0; i < 3; ++i)
        QCOMPARE(statusOf(cheapBody), 400);
    m_status = 200;
    RecordingHandler &leaver = post(streamBody);
    QTRY_COMPARE_WITH_TIMEOUT(m_streams.size(), size_t(1), 10'000);
    QCOMPARE(statusOf(R"({"model":"m","max_tokens":1})"), 402);
    leaver.call.reset();
    // What the leaver has seen is booked at least; the rest is free again.
    int status = 0;
    const auto tried = [&] { return status = status == 200 ? 200 : statusOf(R"({"model":"m","max_tokens":900})"); };
    QTRY_COMPARE_WITH_TIMEOUT(tried(), 200, 10'000);
}

void TestBudgets::downgradesToACheaperRoute()
{
    BudgetRule rule = usdRule(0.01);
    rule.onLimit = OnLimit::Downgrade;
    rule.downgradeTo = "cheap";
    m_config.budgets = {rule};
    start();
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-target"), std::string_view("box/m"));
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-target"), std::string_view("spare/m"));
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-route"), std::string_view("cheap"));
}

// The region that the first route demands holds for the cheaper one as well; rather an error than the dear target.
void TestBudgets::downgradesKeepTheConstraints()
{
    BudgetRule rule = usdRule(0.01);
    rule.onLimit = OnLimit::Downgrade;
    rule.downgradeTo = "cheap";
    m_config.budgets = {rule};
    m_config.routes[0].constraints.regions = {"eu"};
    for (ProviderConfig &provider : m_config.providers)
        provider.region = provider.id == "box" ? "eu" : "us";
    start();
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-target"), std::string_view("box/m"));
    QCOMPARE(statusOf(cheapBody), 402);
    QVERIFY2(m_replies.back().body.find("us, which the route's constraints do not allow") != std::string::npos,
             m_replies.back().body.c_str());
}

void TestBudgets::fullProviderIsPassedOver()
{
    BudgetRule rule = usdRule(0.01);
    rule.scope.provider = "box";
    m_config.budgets = {rule};
    PolicyNode both;
    both.kind = PolicyNode::Kind::Fallback;
    both.children = {m_config.routes[0].to, m_config.routes[1].to};
    m_config.routes[0].to = both;
    start();
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-target"), std::string_view("box/m"));
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-target"), std::string_view("spare/m"));
    QCOMPARE(m_replies.back().head->headers.get("x-signalbox-attempts"), std::string_view("1"));
}

// At once: not a request gets past the cap after the reload, though rows wait to be written.
void TestBudgets::newBudgetHearsWhatWasSpent()
{
    start();
    for (int i = 0; i < 3; ++i)
        QCOMPARE(statusOf(cheapBody), 200);
    m_config.budgets = {usdRule(0.03)};
    m_host->applyConfig(std::make_shared<Config>(m_config));
    QTRY_VERIFY_WITH_TIMEOUT(!m_host->snapshot()->budgets.empty(), 15'000); // the first that knows of the budget
    QCOMPARE(row().nanoUsd, 3 * cent);
    QCOMPARE(statusOf(cheapBody), 402);
}

// What runs while a budget comes is told by the ledger when it has ended, and by nothing else.
void TestBudgets::newBudgetHearsWhatRuns()
{
    BudgetRule other = usdRule(100);
    other.id = "other";
    start();
    post(streamBody); // nobody has asked for its money
    QTRY_COMPARE_WITH_TIMEOUT(m_streams.size(), size_t(1), 10'000);
    m_config.budgets = {other};
    m_host->applyConfig(std::make_shared<Config>(m_config));
    QTRY_COMPARE_WITH_TIMEOUT(m_host->snapshot()->budgets.size(), size_t(1), 15'000);
    post(streamBody); // is reserved with the first budget
    QTRY_COMPARE_WITH_TIMEOUT(m_streams.size(), size_t(2), 10'000);
    m_config.budgets = {other, usdRule(0.04)};
    m_host->applyConfig(std::make_shared<Config>(m_config));
    QTRY_COMPARE_WITH_TIMEOUT(m_host->snapshot()->budgets.size(), size_t(2), 15'000);
    const auto cap = [this] {
        const auto &rows = m_host->snapshot()->budgets;
        const auto found = std::find_if(rows.begin(), rows.end(), [](const auto &one) { return one.rule == "cap"; });
        return found == rows.end() ? BudgetRow() : *found;
    };
    QTRY_COMPARE_WITH_TIMEOUT(cap().reservedNanoUsd, cent, 10'000);
    for (HttpExchange *stream : m_streams) {
        stream->write("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: "
                      "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1000}}\n\n"
                      "data: [DONE]\n\n");
        stream->finish();
    }
    QTRY_COMPARE_WITH_TIMEOUT(cap().nanoUsd, 2 * cent, 15'000);
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(statusOf(cheapBody), 402);
    QTRY_COMPARE_WITH_TIMEOUT(cap().nanoUsd, 4 * cent, 15'000);
}

void TestBudgets::alertsOnceAlsoOverARestart()
{
    BudgetRule rule = usdRule(0.04);
    rule.alertAt = {0.5, 0.75};
    m_config.budgets = {rule};
    start();
    QCOMPARE(statusOf(cheapBody), 200);
    QCOMPARE(statusOf(cheapBody), 200);
    QTRY_COMPARE_WITH_TIMEOUT(m_host->snapshot()->budgetAlerts.size(), size_t(1), 10'000);
    QCOMPARE(m_host->snapshot()->budgetAlerts.front().threshold, 0.5);
    const auto status = [this] {
        RecordingHandler &reply = post({}, "/signalbox/v1/status", "GET");
        (void)QTest::qWaitFor([&reply] { return reply.over(); }, 10'000);
        return reply.body;
    };
    // The rows are made at most once a second.
    QTRY_VERIFY_WITH_TIMEOUT(status().find("\"nanousd\":{\"limit\":40000000,\"used\":20000000,") != std::string::npos,
                             10'000);
    QVERIFY(status().find("has reached 50 % of its limit: $0.02 of $0.04") != std::string::npos);
    restart();
    QCOMPARE(statusOf(cheapBody), 200);
    QTRY_COMPARE_WITH_TIMEOUT(m_host->snapshot()->budgetAlerts.size(), size_t(1), 10'000);
    QCOMPARE(m_host->snapshot()->budgetAlerts.front().threshold, 0.75);
}

QTEST_GUILESS_MAIN(TestBudgets)
#include "tst_budgets.moc"
