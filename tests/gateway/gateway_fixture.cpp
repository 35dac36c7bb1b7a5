// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include "core/config/client_key.h"

#include <QtCore/QUrl>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

// Answers with the reference itself, so that a test sees which key was used.
class EchoSecret final : public SecretBackend
{
public:
    void read(const std::string &where, QObject *context, ReadDone done) override
    {
        QMetaObject::invokeMethod(
            context, [where, done] { done("sk-" + where); }, Qt::QueuedConnection);
    }
    void write(const std::string &, const std::string &, QObject *, WriteDone) override {}
    void remove(const std::string &, QObject *, WriteDone) override {}
};

} // namespace

const char *const GatewayFixture::clientKey = "sb-test-key-of-the-gateway";
const std::string GatewayFixture::goodReply =
    R"({"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":10,"completion_tokens":2}})";
const std::string GatewayFixture::goodEvents =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

GatewayFixture::GatewayFixture(Millis pingAfter)
{
    auto ledger = Ledger::open({m_folder.path(), 30, 100});
    if (!ledger)
        qFatal("%s", ledger.error().message.c_str());
    m_ledger = std::move(*ledger);
    m_secrets.setBackend("env", std::make_unique<EchoSecret>());
    GatewayHost::Options options;
    options.logToStderr = false;
    options.logFolder = m_folder.path();
    options.pingAfter = pingAfter;
    m_host = std::make_unique<GatewayHost>(*m_ledger, m_secrets, options);
}

GatewayFixture::~GatewayFixture() = default;

HeaderList GatewayFixture::jsonHeaders()
{
    HeaderList headers;
    headers.add("content-type", "application/json");
    return headers;
}

ProviderConfig GatewayFixture::provider(const char *id, const ScriptedProvider &at, std::vector<std::string> keys)
{
    ProviderConfig provider;
    provider.id = id;
    provider.dialect = "openai-chat";
    provider.baseUrl = at.baseUrl();
    provider.proxy = "none";
    for (const std::string &key : keys) {
        CredentialConfig credential;
        credential.id = key;
        credential.secret = std::string("env:") + id + "_" + key;
        provider.credentials.push_back(credential);
    }
    return provider;
}

PolicyNode GatewayFixture::target(const char *provider, const char *model)
{
    PolicyNode node;
    node.provider = provider;
    node.model = model;
    return node;
}

PolicyNode GatewayFixture::node(PolicyNode::Kind kind, std::vector<PolicyNode> children)
{
    PolicyNode node;
    node.kind = kind;
    node.children = std::move(children);
    return node;
}

RouteConfig GatewayFixture::route(PolicyNode to)
{
    RouteConfig route;
    route.id = "r";
    route.to = std::move(to);
    return route;
}

void GatewayFixture::replyEvents(HttpExchange &exchange, const std::string &events, bool finish)
{
    HeaderList headers;
    headers.add("content-type", "text/event-stream");
    exchange.startReply(200, headers);
    exchange.write(events);
    if (finish)
        exchange.finish();
}

bool GatewayFixture::start(Config config)
{
    config.listen.port = 0;
    if (!config.client("tester"))
        config.clients.emplace_back().id = "tester";
    for (ClientConfig &client : config.clients) {
        if (client.id != "tester")
            continue;
        client.keySha256 = clientKeySha256(clientKey);
        client.admin = true;
    }
    QSignalSpy started(m_host.get(), &GatewayHost::started);
    m_host->start(std::make_shared<Config>(std::move(config)));
    if (!started.wait(5000))
        return false;
    m_port = static_cast<uint16_t>(QUrl(started.first().first().toString()).port());
    return true;
}

void GatewayFixture::stop()
{
    QSignalSpy stopped(m_host.get(), &GatewayHost::stopped);
    m_host->stop(false);
    QVERIFY(stopped.wait(5000));
}

void GatewayFixture::send(RecordingHandler &handler, HttpClientRequest request)
{
    request.origin.host = "127.0.0.1";
    request.origin.port = m_port;
    request.origin.proxy = "none";
    request.headers.add("authorization", std::string("Bearer ") + clientKey);
    handler.call = m_client.start(std::move(request), handler);
}

void GatewayFixture::post(RecordingHandler &handler, const char *path, const std::string &body, HeaderList headers)
{
    HttpClientRequest request;
    request.target = path;
    request.headers = std::move(headers);
    request.body = body;
    send(handler, std::move(request));
}

void GatewayFixture::get(RecordingHandler &handler, const char *path, HeaderList headers)
{
    HttpClientRequest request;
    request.method = "GET";
    request.target = path;
    request.headers = std::move(headers);
    send(handler, std::move(request));
}

std::vector<RequestRecord> GatewayFixture::records(int expected)
{
    auto reader = LedgerReader::open(m_ledger->databasePath());
    if (!reader)
        return {};
    const auto have = [&] {
        const auto count = (*reader)->count({});
        return count ? *count : int64_t{-1};
    };
    [&] { QTRY_COMPARE_WITH_TIMEOUT(have(), static_cast<int64_t>(expected), 10'000); }();
    std::vector<RequestRecord> records;
    const auto page = (*reader)->page({}, 0, 0, 100);
    for (const RequestRow &row : page ? *page : std::vector<RequestRow>()) {
        const auto detail = (*reader)->detail(row.id);
        if (detail && *detail)
            records.push_back((*detail)->record);
    }
    return records;
}
