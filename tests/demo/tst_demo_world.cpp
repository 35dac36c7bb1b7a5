// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_history.h"
#include "app/demo/demo_weights.h"
#include "app/demo/demo_world.h"
#include "app/demo/simulated_provider.h"
#include "core/base/glob.h"
#include "core/config/config_reader.h"
#include "core/net/http_client.h"
#include "core/net/http_server.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace signalbox;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int64_t noon = 1780000000000;

const DemoEndpoint endpoints[] = {{"aurora", 41001}, {"borealis", 41002}, {"cirrus", 41003}};

// Collects one reply.
class Reply final : public HttpCallHandler
{
public:
    void responseHead(const HttpResponseHead &head) override { status = head.status; }
    void responseBody(std::string_view bytes) override
    {
        body += bytes;
        ++pieces;
    }
    void responseEnd() override { ended = true; }
    void callFailed(TransportFailure, const std::string &message) override { failure = message; }

    int status = 0;
    int pieces = 0;
    bool ended = false;
    std::string body, failure;
};

// Stands where the gateway would: notes the caller's key and answers at once.
class FakeGateway final : public QObject, public HttpRequestHandler
{
public:
    FakeGateway(HttpExchange &exchange, QObject *parent) : QObject(parent), m_exchange(exchange) {}
    void requestBody(std::string_view) override {}
    void requestEnd() override
    {
        m_exchange.reply(200, HeaderList(), "{}");
        deleteLater();
    }
    void clientGone() override { deleteLater(); }
    void clientWritable() override {}

private:
    HttpExchange &m_exchange;
};

} // namespace

class TestDemoWorld : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void configIsValid();
    void historyIsPlausible();
    void historyRepeatsForASeed();
    void weightsArePlausible();
    void providersAnswer_data();
    void providersAnswer();
    void providersSometimesFail();
    void clientsCallTheGateway();

private:
    void send(HttpClientPool &pool, const ProviderConfig &provider, const std::string &path, const std::string &body,
              Reply &reply);
};

void TestDemoWorld::configIsValid()
{
    const DemoSetup setup = makeDemoSetup(endpoints, "127.0.0.1", 0);
    const Result<Config> read = readConfig(writeConfig(setup.config));
    QVERIFY2(read.has_value(), read.has_error() ? read.error().message.c_str() : "");

    QCOMPARE(setup.config.providers.size(), size_t(3));
    for (const ProviderConfig &provider : setup.config.providers) {
        QVERIFY(provider.simulated);
        QVERIFY(provider.name.find("(simulated)") != std::string::npos);
    }
    std::set<std::string> keys;
    for (const DemoClient &client : setup.traffic) {
        keys.insert(client.key);
        const auto configured = std::find_if(setup.config.clients.begin(), setup.config.clients.end(),
                                             [&](const ClientConfig &one) { return one.id == client.id; });
        QVERIFY(configured != setup.config.clients.end());
        QCOMPARE(configured->project, client.project);
        QCOMPARE(configured->keySha256,
                 QCryptographicHash::hash(QByteArray::fromStdString(client.key), QCryptographicHash::Sha256)
                     .toHex()
                     .toStdString());
        QVERIFY(!configured->admin);
        for (const std::string &model : client.models)
            QVERIFY(
                std::any_of(setup.config.routes.begin(), setup.config.routes.end() - 1, [&](const RouteConfig &route) {
                    return globMatch(route.match.model, model) || model == "aurora-mini";
                }));
    }
    QCOMPARE(keys.size(), setup.traffic.size());
    QVERIFY(makeDemoSetup(endpoints, "127.0.0.1", 0).userKey != setup.userKey);
}

void TestDemoWorld::historyIsPlausible()
{
    const DemoSetup setup = makeDemoSetup(endpoints, "127.0.0.1", 0);
    const std::vector<RequestRecord> rows = makeDemoHistory(setup, noon, 7);
    QCOMPARE(rows.size(), size_t(3000));
    std::set<std::string> ids, providers;
    int limited = 0, failed = 0, cancelled = 0, fellBack = 0;
    int64_t lastHour = 0;
    for (const RequestRecord &row : rows) {
        ids.insert(row.id);
        providers.insert(row.provider);
        QVERIFY(row.startedAtMs < noon && row.startedAtMs >= noon - 6 * 3600000 - 3000);
        QVERIFY(!row.attempts.empty());
        QCOMPARE(row.attempts.back().provider, row.provider);
        QCOMPARE(row.attempts.back().status, row.status);
        QCOMPARE(row.error.empty(), row.status == 200);
        QVERIFY(row.durationMs > 0);
        if (row.status == 200) {
            QVERIFY(row.cost.nanoUsd.value_or(0) > 0);
            QCOMPARE(row.cost.state, CostState::Exact);
        }
        limited += row.attempts.front().status == 429;
        failed += row.attempts.front().status == 500;
        cancelled += row.status == 499;
        fellBack += row.status == 200 && row.attempts.size() > 1;
        lastHour += row.startedAtMs > noon - 3600000;
    }
    std::set<std::string> prices;
    for (const PriceNote &note : demoPriceNotes(setup, rows)) {
        prices.insert(note.ref);
        QVERIFY(note.json.find("output") != std::string::npos);
    }
    for (const RequestRecord &row : rows)
        QVERIFY(row.cost.priceId.empty() || prices.contains(row.cost.priceId));
    QCOMPARE(ids.size(), rows.size());
    QCOMPARE(providers, (std::set<std::string>{"aurora", "borealis", "cirrus"}));
    QVERIFY(std::is_sorted(rows.begin(), rows.end(), [](const RequestRecord &a, const RequestRecord &b) {
        return a.startedAtMs < b.startedAtMs;
    }));
    QVERIFY2(limited > 20 && limited < 400, qPrintable(QString::number(limited)));
    QVERIFY2(failed > 3 && failed < 100, qPrintable(QString::number(failed)));
    QVERIFY2(cancelled > 5 && cancelled < 150, qPrintable(QString::number(cancelled)));
    QVERIFY(fellBack > 20);
    QVERIFY(lastHour > 1000); // busier towards now
}

void TestDemoWorld::weightsArePlausible()
{
    const DemoSetup setup = makeDemoSetup(endpoints, "127.0.0.1", 0);
    const std::vector<WeightPoint> points = makeDemoWeights(setup.config, noon, 7);
    QCOMPARE(points, makeDemoWeights(setup.config, noon, 7));
    std::map<std::pair<bool, int64_t>, int> sums;
    std::set<std::string> lines;
    int low = 0;
    for (const WeightPoint &one : points) {
        QVERIFY(one.atMs < noon && one.atMs >= noon - 91LL * 86400000);
        sums[{one.hourly, one.atMs}] += one.effective;
        lines.insert(one.node + one.label);
        low += one.effective < one.configured / 2;
    }
    QCOMPARE(lines.size(), size_t(3));
    QCOMPARE(sums.size(), size_t(90 * 24 + 24 * 60 + 1));
    for (const auto &[at, sum] : sums)
        QVERIFY2(qAbs(sum - 10000) < 20, qPrintable(QString::number(sum)));
    QVERIFY(low > 0); // now and then somebody is slow
    QVERIFY(size_t(low) < points.size() / 4);
}

void TestDemoWorld::historyRepeatsForASeed()
{
    const DemoSetup setup = makeDemoSetup(endpoints, "127.0.0.1", 0);
    const auto shape = [&](uint32_t seed) {
        std::vector<std::pair<int64_t, double>> out;
        for (const RequestRecord &row : makeDemoHistory(setup, noon, seed, 200))
            out.emplace_back(row.startedAtMs, row.durationMs);
        return out;
    };
    QVERIFY(shape(3) == shape(3));
    QVERIFY(shape(3) != shape(4));
}

void TestDemoWorld::send(HttpClientPool &pool, const ProviderConfig &provider, const std::string &path,
                         const std::string &body, Reply &reply)
{
    const Result<ParsedUrl> url = parseBaseUrl(provider.baseUrl);
    QVERIFY(url.has_value());
    HttpClientRequest request;
    request.origin = url->origin;
    request.origin.proxy = "none";
    request.method = body.empty() ? "GET" : "POST";
    request.target = url->path + path;
    request.headers.add("content-type", "application/json");
    request.body = body;
    const std::unique_ptr<HttpCall> call = pool.start(std::move(request), reply);
    QTRY_VERIFY_WITH_TIMEOUT(reply.ended || !reply.failure.empty(), 30000);
    QCOMPARE(reply.failure, std::string());
}

void TestDemoWorld::providersAnswer_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<int>("minPieces");
    const QByteArray messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    QTest::newRow("models") << QByteArray("/models") << QByteArray()
                            << uR"(^\{"object":"list","data":\[\{"id":"borealis-pro")"_s << 1;
    QTest::newRow("whole")
        << QByteArray("/chat/completions") << QByteArray("{\"model\":\"m\"," + messages + "}")
        << uR"("role":"assistant","content":".{20,}"finish_reason":"stop".*"usage":\{"prompt_tokens":\d+,"completion_tokens":\d+)"_s
        << 1;
    QTest::newRow("stream with usage")
        << QByteArray("/chat/completions")
        << QByteArray("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + messages + "}")
        << uR"(^data: \{.*"finish_reason":"stop".*"choices":\[\],"usage":.*data: \[DONE\]\n\n$)"_s << 4;
    QTest::newRow("stream without usage")
        << QByteArray("/chat/completions") << QByteArray("{\"model\":\"m\",\"stream\":true," + messages + "}")
        << uR"(^(?!.*"usage").*data: \[DONE\]\n\n$)"_s << 4;
    QTest::newRow("embeddings") << QByteArray("/embeddings")
                                << QByteArray(
                                       "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}")
                                << uR"("index":0,"embedding":"[\w+/=]{1300,1400}".*"index":1)"_s << 1;
    QTest::newRow("no JSON") << QByteArray("/chat/completions") << QByteArray("{")
                             << uR"(^\{"error":\{"message":".+","type":"invalid_request_error")"_s << 1;
    QTest::newRow("unknown path") << QByteArray("/nothing") << QByteArray("{}") << uR"(not_found_error)"_s << 1;
}

void TestDemoWorld::providersAnswer()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QString, expected);
    QFETCH(int, minPieces);
    DemoWorld world(DemoWorld::Options{});
    QSignalSpy ready(&world, &DemoWorld::ready);
    world.start();
    QVERIFY(ready.wait());
    const DemoSetup setup = ready.first().first().value<DemoSetup>();
    HttpClientPool pool;
    for (int i = 0; i < 8; ++i) { // a provider may limit or fail by design
        Reply reply;
        send(pool, setup.config.providers[1], path.toStdString(), body.toStdString(), reply);
        if (reply.status == 429 || reply.status == 500)
            continue;
        const QRegularExpression pattern(expected, QRegularExpression::DotMatchesEverythingOption);
        QVERIFY2(pattern.match(QString::fromStdString(reply.body)).hasMatch(), reply.body.c_str());
        QVERIFY(reply.pieces >= minPieces);
        return;
    }
    QFAIL("no good answer in eight tries");
}

void TestDemoWorld::providersSometimesFail()
{
    SimulatedProfile profile = demoProfiles()[0];
    profile.limitedShare = 10; // always
    SimulatedProvider provider(profile, 1);
    QVERIFY(provider.listen().has_value());
    ProviderConfig config;
    config.baseUrl = "http://127.0.0.1:" + std::to_string(provider.port()) + "/v1";
    HttpClientPool pool;
    Reply reply;
    send(pool, config, "/chat/completions", R"({"model":"m","messages":[]})", reply);
    QCOMPARE(reply.status, 429);
    QVERIFY(reply.body.find("rate_limit_exceeded") != std::string::npos);
}

void TestDemoWorld::clientsCallTheGateway()
{
    DemoWorld world(DemoWorld::Options{});
    QSignalSpy ready(&world, &DemoWorld::ready);
    world.start();
    QVERIFY(ready.wait());
    const DemoSetup setup = ready.first().first().value<DemoSetup>();
    std::set<std::string> known;
    for (const DemoClient &client : setup.traffic)
        known.insert("Bearer " + client.key);

    int calls = 0, strangers = 0;
    HttpServer gateway;
    gateway.setOnRequest([&](HttpExchange &exchange) {
        ++calls;
        strangers += !known.contains(std::string(exchange.head().headers.get("authorization")));
        exchange.setHandler(new FakeGateway(exchange, &gateway));
    });
    QVERIFY(gateway.listen(HttpServer::Options()).has_value());
    world.startTraffic("127.0.0.1", gateway.port());
    QTRY_VERIFY_WITH_TIMEOUT(calls >= 3, 30000);
    QCOMPARE(strangers, 0);
    world.stopTraffic();
}

QTEST_GUILESS_MAIN(TestDemoWorld)
#include "tst_demo_world.moc"
