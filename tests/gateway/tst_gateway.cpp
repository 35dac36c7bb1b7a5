// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/net/http_client.h"
#include "core/secrets/secret_store.h"
#include "tests/gateway/gateway_fixture.h"
#include "tests/net/recording_handler.h"

#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

const std::string &goodReply = GatewayFixture::goodReply;
const char *const clientKey = GatewayFixture::clientKey;

// Answers what a test wrote into it, whatever the reference.
class OneSecret final : public SecretBackend
{
public:
    void read(const std::string &where, QObject *context, ReadDone done) override
    {
        QMetaObject::invokeMethod(
            context, [where, done] { done("sk-provider-" + where); }, Qt::QueuedConnection);
    }
    void write(const std::string &, const std::string &, QObject *, WriteDone) override {}
    void remove(const std::string &, QObject *, WriteDone) override {}
};

} // namespace

class TestGateway final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void wholeReplyIsBookedAndNamed();
    void providerGetsItsOwnKeyOnly();
    void fallbackGetsAFreshStart();
    void clientMistakeIsNotTriedElsewhere();
    void usageIsAskedForAndKeptBack();
    void uploadFlowsBeforeItIsComplete();
    void slowClientPausesTheProvider();
    void unreadableSecretIsTold();
    void hotReloadKeepsRequestsInFlight();
    void explainCallsNobody();
    void drainWaitsForWhatIsInFlight();

private:
    ProviderConfig provider(const char *id, const ScriptedProvider &at) const;
    void startGateway(Config config);
    void post(RecordingHandler &handler, const char *path, const std::string &body,
              HeaderList headers = GatewayFixture::jsonHeaders());
    std::vector<RequestRow> rows(int expected);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<SecretStore> m_secrets;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<HttpClientPool> m_client;
    uint16_t m_port = 0;
};

void TestGateway::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto ledger = Ledger::open({m_folder->path(), 30, 100});
    QVERIFY(ledger);
    m_ledger = std::move(*ledger);
    m_secrets = std::make_unique<SecretStore>();
    m_secrets->setBackend("env", std::make_unique<OneSecret>());
    GatewayHost::Options options;
    options.logToStderr = false;
    options.logFolder = m_folder->path();
    m_host = std::make_unique<GatewayHost>(*m_ledger, *m_secrets, options);
    m_client = std::make_unique<HttpClientPool>();
}

void TestGateway::cleanup()
{
    m_client.reset();
    m_host.reset();
    m_secrets.reset();
    m_ledger.reset();
}

ProviderConfig TestGateway::provider(const char *id, const ScriptedProvider &at) const
{
    ProviderConfig provider;
    provider.id = id;
    provider.dialect = "openai-chat";
    provider.baseUrl = at.baseUrl();
    CredentialConfig credential;
    credential.id = "main";
    credential.secret = std::string("env:") + id;
    provider.credentials = {credential};
    return provider;
}

void TestGateway::startGateway(Config config)
{
    config.listen.port = 0;
    ClientConfig client;
    client.id = "tester";
    client.keySha256 = clientKeySha256(clientKey);
    client.admin = true;
    config.clients.push_back(client);
    QSignalSpy started(m_host.get(), &GatewayHost::started);
    m_host->start(std::make_shared<Config>(std::move(config)));
    QVERIFY(started.wait(5000));
    m_port = static_cast<uint16_t>(QUrl(started.first().first().toString()).port());
}

void TestGateway::post(RecordingHandler &handler, const char *path, const std::string &body, HeaderList headers)
{
    HttpClientRequest request;
    request.origin.host = "127.0.0.1";
    request.origin.port = m_port;
    request.origin.proxy = "none";
    request.target = path;
    request.headers = std::move(headers);
    request.headers.add("authorization", std::string("Bearer ") + clientKey);
    request.body = body;
    handler.call = m_client->start(std::move(request), handler);
}

std::vector<RequestRow> TestGateway::rows(int expected)
{
    auto reader = LedgerReader::open(m_ledger->databasePath());
    if (!reader)
        return {};
    const auto have = [&] {
        const auto count = (*reader)->count({});
        return count ? *count : int64_t{-1};
    };
    [&] { QTRY_COMPARE_WITH_TIMEOUT(have(), static_cast<int64_t>(expected), 5000); }();
    auto page = (*reader)->page({}, 0, 0, 100);
    return page ? *page : std::vector<RequestRow>();
}

void TestGateway::wholeReplyIsBookedAndNamed()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("box", box)};
    PriceConfig price;
    price.model = "box/*";
    price.inputUsdPerMTok = 1;
    price.outputUsdPerMTok = 2;
    config.prices = {price};
    startGateway(config);
    RecordingHandler reply;
    const std::string body = R"({ "messages":[],  "model":"m1" , "x-unknown":[1,2.50] })";
    post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.ends, 1);
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(reply.body, std::string(goodReply));
    QCOMPARE(box.seen().at(0)->body, body);
    QCOMPARE(reply.head->headers.get("x-signalbox-target"), std::string_view("box/m1"));
    QCOMPARE(reply.head->headers.get("x-signalbox-cost-usd"), std::string_view("0.000014000"));
    const auto booked = rows(1);
    QCOMPARE(booked.size(), size_t{1});
    QCOMPARE(booked[0].id, std::string(reply.head->headers.get("x-signalbox-request-id")));
    QCOMPARE(booked[0].client, std::string("tester"));
    QCOMPARE(booked[0].cost.nanoUsd.value_or(0), 14'000);
}

void TestGateway::providerGetsItsOwnKeyOnly()
{
    ScriptedProvider sick([](HttpExchange &exchange, const ScriptedProvider::Seen &seen) {
        exchange.reply(503, GatewayFixture::jsonHeaders(),
                       "{\"error\":{\"message\":\"bad key " + std::string(seen.headers.get("authorization")) + "\"}}");
    });
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("sick", sick), provider("well", well)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("sick"), GatewayFixture::target("well", "other")}))};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QCOMPARE(reply.head->headers.get("x-signalbox-attempts"), std::string_view("2"));
    QCOMPARE(sick.seen().at(0)->headers.get("authorization"), std::string_view("Bearer sk-provider-sick"));
    QCOMPARE(well.seen().at(0)->headers.get("authorization"), std::string_view("Bearer sk-provider-well"));
    QCOMPARE(well.seen().at(0)->body, std::string(R"({"model":"other"})"));
    const auto booked = rows(1);
    auto reader = LedgerReader::open(m_ledger->databasePath());
    const auto detail = (*reader)->detail(booked.at(0).id);
    QVERIFY(detail && *detail);
    QCOMPARE((*detail)->record.attempts.size(), size_t{2});
    QCOMPARE((*detail)->record.attempts[0].errorClass, std::string("http_503"));
}

void TestGateway::fallbackGetsAFreshStart()
{
    // The first provider only shows a role and dies; the client must see one whole answer and no trace of that.
    ScriptedProvider dying([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers;
        headers.add("content-type", "text/event-stream");
        exchange.startReply(200, headers);
        exchange.write("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");
        exchange.abort();
    });
    const std::string answer = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: "
                               "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    ScriptedProvider well([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers;
        headers.add("content-type", "text/event-stream");
        exchange.startReply(200, headers);
        exchange.write(answer);
        exchange.finish();
    });
    Config config;
    config.providers = {provider("dying", dying), provider("well", well)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("dying"), GatewayFixture::target("well")}))};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1","stream":true})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.ends, 1);
    QCOMPARE(reply.body, answer);
    QCOMPARE(rows(1).at(0).provider, std::string("well"));
}

void TestGateway::clientMistakeIsNotTriedElsewhere()
{
    const std::string error =
        R"({"error": {"message":"unknown field","type":"invalid_request_error","code":null,"param":"x"}})";
    ScriptedProvider first([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(400, GatewayFixture::jsonHeaders(), error);
    });
    ScriptedProvider second([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("first", first), provider("second", second)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("first"), GatewayFixture::target("second")}))};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 400);
    QCOMPARE(reply.body, error);
    QVERIFY(second.seen().empty());
}

void TestGateway::usageIsAskedForAndKeptBack()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers;
        headers.add("content-type", "text/event-stream");
        exchange.startReply(200, headers);
        exchange.write("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: "
                       "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n");
        exchange.finish();
    });
    Config config;
    config.providers = {provider("box", box)};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1","stream":true})");
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.body.find("usage") == std::string::npos);
    QVERIFY(box.seen().at(0)->body.find("\"include_usage\":true") != std::string::npos);
    QCOMPARE(rows(1).at(0).usage.output.value_or(0), 4);
}

void TestGateway::uploadFlowsBeforeItIsComplete()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), R"({"text":"spoken"})");
    });
    Config config;
    config.providers = {provider("box", box)};
    config.routes = {GatewayFixture::route(GatewayFixture::target("box", "whisper-large"))};
    startGateway(config);
    HeaderList headers;
    headers.add("content-type", "multipart/form-data; boundary=B");
    headers.add("authorization", std::string("Bearer ") + clientKey);
    HttpClientRequest request;
    request.origin.host = "127.0.0.1";
    request.origin.port = m_port;
    request.origin.proxy = "none";
    request.target = "/v1/audio/transcriptions";
    request.headers = headers;
    request.streamBody = true;
    RecordingHandler reply;
    reply.call = m_client->start(std::move(request), reply);
    reply.call->writeBody(
        "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--B\r\nContent-Disposition: "
        "form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n");
    QTRY_COMPARE(box.seen().size(), size_t{1}); // upstream has begun although the file has not come
    const std::string sound(300'000, '\x7f');
    reply.call->writeBody(sound);
    QTRY_VERIFY2(box.seen().at(0)->body.size() > sound.size(), "the file has not come through");
    QVERIFY(!box.seen().at(0)->ended);
    reply.call->writeBody("\r\n--B--\r\n");
    reply.call->finishBody();
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QVERIFY(box.seen().at(0)->body.find("whisper-large") != std::string::npos);
    QVERIFY(box.seen().at(0)->body.find("whisper-1") == std::string::npos);
    QVERIFY(box.seen().at(0)->body.find(sound) != std::string::npos);
    QCOMPARE(rows(1).at(0).requestedModel, std::string("whisper-1"));
}

void TestGateway::slowClientPausesTheProvider()
{
    HttpExchange *upstream = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers;
        headers.add("content-type", "audio/mpeg");
        exchange.startReply(200, headers);
        upstream = &exchange;
    });
    Config config;
    config.providers = {provider("box", box)};
    startGateway(config);
    RecordingHandler reply;
    reply.keepBody = false;
    reply.onHead = [&] { reply.call->pauseReading(); };
    post(reply, "/v1/audio/speech", R"({"model":"m1","input":"x"})");
    QTRY_VERIFY(upstream);
    // 64 MiB offered; kernel buffers and the gateway's bounds take some of it, then the provider's side stands still.
    const std::string piece(256 * 1024, 'x');
    qsizetype offered = 0;
    int stalled = 0;
    while (offered < 64 * 1024 * 1024 && stalled < 20) {
        if (upstream->bufferedBytes() < 512 * 1024) {
            upstream->write(piece);
            offered += static_cast<qsizetype>(piece.size());
            stalled = 0;
        } else {
            ++stalled;
        }
        QTest::qWait(5);
    }
    QVERIFY2(stalled == 20, "the gateway took everything although its client read nothing");
    reply.call->resumeReading();
    upstream->finish();
    QTRY_VERIFY_WITH_TIMEOUT(reply.over(), 20'000);
    QCOMPARE(reply.ends, 1);
    QCOMPARE(reply.bodyBytes, static_cast<int64_t>(offered));
}

void TestGateway::unreadableSecretIsTold()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("box", box)};
    config.providers[0].credentials[0].secret = "file:" + m_folder->path().toStdString() + "/no-such-key";
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 503);
    QVERIFY2(reply.body.find("credential_unavailable") != std::string::npos, reply.body.c_str());
    QVERIFY(box.seen().empty());
    QTRY_VERIFY(!m_host->snapshot()->problem.empty());
}

void TestGateway::hotReloadKeepsRequestsInFlight()
{
    HttpExchange *held = nullptr;
    ScriptedProvider oldBox([&](HttpExchange &exchange, const ScriptedProvider::Seen &) { held = &exchange; });
    ScriptedProvider newBox([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("box", oldBox)};
    startGateway(config);
    RecordingHandler first;
    post(first, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(held);
    Config next = config;
    next.providers[0].baseUrl = newBox.baseUrl();
    next.listen.port = 0;
    ClientConfig client;
    client.id = "tester";
    client.keySha256 = clientKeySha256(clientKey);
    next.clients = {client};
    m_host->applyConfig(std::make_shared<Config>(next));
    const auto inForce = [&] { // the new config's client may not ask this any more
        RecordingHandler asked;
        post(asked, "/signalbox/v1/explain", R"({"model":"m1"})");
        return QTest::qWaitFor([&] { return asked.over(); }) && asked.head && asked.head->status == 403;
    };
    QTRY_VERIFY(inForce());
    RecordingHandler second;
    post(second, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(second.over());
    QCOMPARE(newBox.seen().size(), size_t{1});
    held->reply(200, GatewayFixture::jsonHeaders(), goodReply);
    QTRY_VERIFY(first.over());
    QCOMPARE(first.head->status, 200);
}

void TestGateway::explainCallsNobody()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), goodReply);
    });
    Config config;
    config.providers = {provider("box", box)};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/signalbox/v1/explain", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QVERIFY(reply.body.find("\"target\":\"box/m1\"") != std::string::npos);
    QVERIFY(box.seen().empty());
}

void TestGateway::drainWaitsForWhatIsInFlight()
{
    HttpExchange *held = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) { held = &exchange; });
    Config config;
    config.providers = {provider("box", box)};
    startGateway(config);
    RecordingHandler reply;
    post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(held);
    QSignalSpy stopped(m_host.get(), &GatewayHost::stopped);
    m_host->stop(true);
    QTRY_COMPARE(m_host->state(), GatewayState::Draining);
    QVERIFY(!stopped.wait(300));
    held->reply(200, GatewayFixture::jsonHeaders(), goodReply);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QTRY_COMPARE(stopped.count(), 1);
    QCOMPARE(m_host->state(), GatewayState::Stopped);
    QCOMPARE(rows(1).at(0).status, 200);
}

QTEST_GUILESS_MAIN(TestGateway)
#include "tst_gateway.moc"
