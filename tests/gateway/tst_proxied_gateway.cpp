// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/webhook_test.h"
#include "core/base/clock.h"
#include "tests/gateway/gateway_fixture.h"
#include "tests/net/tiny_proxy.h"

#include <QtCore/QUrl>
#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;
using signalbox::test::TinyProxy;

namespace {

const std::string chat = "{\"model\":\"m1\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

quint16 portOf(const ScriptedProvider &provider)
{
    return static_cast<quint16>(QUrl(QString::fromStdString(provider.baseUrl())).port());
}

std::string addressOf(const TinyProxy &proxy, const std::string &user = {})
{
    return "http://" + user + "127.0.0.1:" + std::to_string(proxy.serverPort());
}

} // namespace

class TestProxiedGateway final : public QObject
{
    Q_OBJECT

private:
    static ScriptedProvider::Answer well()
    {
        return [](HttpExchange &exchange, const ScriptedProvider::Seen &) {
            exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
        };
    }

    static ProviderConfig outside(const char *id, const ScriptedProvider &box)
    {
        ProviderConfig provider = GatewayFixture::provider(id, box);
        provider.baseUrl = "http://upstream.invalid:8123/v1"; // only a proxy knows it
        provider.proxy = "system";
        return provider;
    }

    static int statusOf(GatewayFixture &gateway)
    {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", chat);
        return QTest::qWaitFor([&] { return reply.over(); }, 10000) && reply.head ? reply.head->status : 0;
    }

private Q_SLOTS:
    void allThatGoesOutTakesIt();
    void ownProxiesAndThisMachineComeFirst();
    void aRefusalNamesTheHop();
    void aTestOfAWebhookTakesIt();
};

void TestProxiedGateway::allThatGoesOutTakesIt()
{
    ScriptedProvider box(well());
    TinyProxy proxy(portOf(box));
    proxy.demandPassword = true;
    proxy.wanted = "me:sk-proxypass";
    GatewayFixture gateway;
    Config config;
    config.proxy = addressOf(proxy, "me@");
    config.proxyPassword = "env:proxypass";
    config.providers = {outside("box", box)};
    config.clients.emplace_back().id = "tester";
    config.clients[0].expiresAtMs = SystemClock().wallMs() + 3 * 86400000; // which an alert tells of
    config.alerts.webhooks = {{"ops", "http://hooks.invalid/T", {}, {}, Millis(1)}};
    config.catalogue.url = "http://prices.invalid/catalogue.json";
    QVERIFY(gateway.start(config));
    QCOMPARE(statusOf(gateway), 200);
    RecordingHandler check;
    gateway.post(check, "/signalbox/v1/catalogue/update", "{\"check\":true}");
    QTRY_VERIFY(check.over());
    for (const char *target : {"upstream.invalid:8123", "hooks.invalid:80", "prices.invalid:80"})
        QTRY_VERIFY2_WITH_TIMEOUT(proxy.asked.contains(target), target, 10000);
    QCOMPARE(proxy.credentials, QByteArray("me:sk-proxypass"));
}

void TestProxiedGateway::ownProxiesAndThisMachineComeFirst()
{
    ScriptedProvider box(well());
    TinyProxy own(portOf(box));
    TinyProxy other(portOf(box));
    GatewayFixture gateway;
    Config config;
    config.proxy = addressOf(other);
    config.noProxy = {"direct.invalid"};
    config.providers = {outside("away", box), GatewayFixture::provider("here", box), outside("direct", box)};
    config.providers[0].proxy = addressOf(own);
    config.providers[1].proxy = "system";
    config.providers[2].baseUrl = "http://direct.invalid/v1";
    config.retry.attempts = 1;
    for (const char *id : {"away", "here", "direct"}) {
        RouteConfig route = GatewayFixture::route(GatewayFixture::target(id));
        route.id = id;
        route.match.model = std::string(id) + "-*";
        config.routes.push_back(std::move(route));
    }
    QVERIFY(gateway.start(config));
    const auto ask = [&](const std::string &model) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", "{\"model\":\"" + model + chat.substr(chat.find("\",\"messages")));
        return QTest::qWaitFor([&] { return reply.over(); }, 10000) && reply.head ? reply.head->status : 0;
    };
    QCOMPARE(ask("away-m"), 200);
    QCOMPARE(own.asked, QList<QByteArray>{"upstream.invalid:8123"});
    QCOMPARE(ask("here-m"), 200);
    QVERIFY(ask("direct-m") >= 500); // nobody but a proxy would find it
    QVERIFY(other.asked.isEmpty());
    QCOMPARE(own.asked.size(), 1);
}

void TestProxiedGateway::aRefusalNamesTheHop()
{
    ScriptedProvider box(well());
    TinyProxy proxy(portOf(box));
    proxy.refuse = true;
    GatewayFixture gateway;
    Config config;
    config.proxy = addressOf(proxy);
    config.providers = {outside("box", box)};
    config.retry.attempts = 1;
    QVERIFY(gateway.start(config));
    QVERIFY(statusOf(gateway) >= 500);
    const auto records = gateway.records(1);
    QCOMPARE(records.size(), size_t(1));
    const std::string wanted =
        "the proxy 127.0.0.1:" + std::to_string(proxy.serverPort()) + " refuses to connect to upstream.invalid:8123";
    QVERIFY2(records[0].error.find(wanted) != std::string::npos, records[0].error.c_str());
}

void TestProxiedGateway::aTestOfAWebhookTakesIt()
{
    ScriptedProvider box(well());
    TinyProxy proxy(portOf(box));
    QObject parent;
    std::optional<Result<std::string>> told;
    new WebhookTest(
        "http://hooks.invalid/T", {}, {addressOf(proxy), {}}, [&](const auto &answer) { told = answer; }, &parent);
    QTRY_VERIFY(told.has_value());
    QVERIFY2(*told, told->error().message.c_str());
    QCOMPARE(proxy.asked, QList<QByteArray>{"hooks.invalid:80"});
}

QTEST_GUILESS_MAIN(TestProxiedGateway)
#include "tst_proxied_gateway.moc"
