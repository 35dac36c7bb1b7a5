// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/gateway/gateway_alerts.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace {

const std::string chat = "{\"model\":\"m1\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

} // namespace

class TestAlerts final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatHappensIsListedToldAndRead();
    void onlyAdminsReadThem();
    void badAcknowledgementsAreRefused();
    void theLedgerKeepsThem();

private:
    static boost::json::value get(GatewayFixture &gateway);
    static boost::json::value alertOf(GatewayFixture &gateway, std::string_view kind);
};

boost::json::value TestAlerts::get(GatewayFixture &gateway)
{
    RecordingHandler reply;
    gateway.get(reply, "/signalbox/v1/alerts");
    if (!QTest::qWaitFor([&] { return reply.over(); }, 10'000) || !reply.head || reply.head->status != 200)
        return {};
    return boost::json::parse(reply.body);
}

boost::json::value TestAlerts::alertOf(GatewayFixture &gateway, std::string_view kind)
{
    const boost::json::value told = get(gateway);
    if (!told.is_object())
        return {};
    for (const auto &alert : told.at("alerts").as_array()) {
        if (std::string_view(alert.at("kind").as_string()) == kind)
            return alert;
    }
    return {};
}

// A key is refused, so requests go elsewhere; a client's key ends soon; a hook hears of it all.
void TestAlerts::whatHappensIsListedToldAndRead()
{
    ScriptedProvider refusing([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(401, GatewayFixture::jsonHeaders(),
                       R"({"error":{"message":"bad key","code":"invalid_api_key"}})");
    });
    ScriptedProvider well([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    ScriptedProvider hook([](HttpExchange &exchange, const ScriptedProvider::Seen &) { exchange.reply(200, {}, ""); });
    GatewayFixture gateway;
    Config config;
    config.providers = {GatewayFixture::provider("sick", refusing), GatewayFixture::provider("well", well)};
    config.routes = {GatewayFixture::route(GatewayFixture::node(
        PolicyNode::Kind::Fallback, {GatewayFixture::target("sick"), GatewayFixture::target("well")}))};
    config.clients.emplace_back().id = "tester";
    config.clients[0].expiresAtMs = SystemClock().wallMs() + 3 * 86'400'000;
    config.alerts.webhooks = {{"ops", hook.baseUrl() + "/T0ken", "env:hooksecret", {}, Millis(1)}};
    QVERIFY(gateway.start(config));
    for (int i = 0; i < 3; ++i) {
        RecordingHandler reply;
        gateway.post(reply, "/v1/chat/completions", chat);
        QTRY_VERIFY(reply.over());
        QCOMPARE(reply.head->status, 200);
    }
    QTRY_VERIFY_WITH_TIMEOUT(alertOf(gateway, "credential").is_object(), 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(alertOf(gateway, "keyExpiry").is_object(), 10'000);
    const boost::json::value failover = alertOf(gateway, "failover");
    QVERIFY(failover.is_object());
    QCOMPARE(std::string(failover.at("key").as_string()), std::string("sick->well"));
    QTRY_VERIFY(!gateway.host().snapshot()->alerts.empty());

    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            std::string heard;
            for (const auto &seen : hook.seen())
                heard += seen->body;
            return heard.find("keyExpiry") != std::string::npos && heard.find("failover") != std::string::npos &&
                   heard.find("\"credential\"") != std::string::npos;
        }(),
        10'000);
    QVERIFY(hook.seen()[0]->headers.get("x-signalbox-signature").starts_with("t="));

    RecordingHandler read;
    gateway.post(read, "/signalbox/v1/alerts/ack",
                 "{\"ids\":[\"" + std::string(failover.at("id").as_string()) + "\"]}");
    QTRY_VERIFY(read.over());
    QCOMPARE(read.body, std::string("{\"acknowledged\":1}"));
    QVERIFY(alertOf(gateway, "failover").at("acknowledged").as_bool());
    QVERIFY(!alertOf(gateway, "keyExpiry").at("acknowledged").as_bool());
    gateway.host().acknowledgeAlerts({});
    QTRY_COMPARE(get(gateway).at("unacknowledged").to_number<int64_t>(), int64_t(0));

    for (const QString &name : QDir(gateway.folder()).entryList({QStringLiteral("*.log*")}, QDir::Files)) {
        QFile log(gateway.folder() + QLatin1Char('/') + name);
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QByteArray text = log.readAll();
        for (const char *secret : {"sk-hooksecret", "T0ken", GatewayFixture::clientKey, "sk-sick_main"})
            QVERIFY2(!text.contains(secret), secret);
    }
}

void TestAlerts::onlyAdminsReadThem()
{
    GatewayFixture gateway;
    Config config;
    config.listen.auth = AuthMode::None;
    QVERIFY(gateway.start(config));
    QVERIFY(get(gateway).is_object());
    HttpClientPool pool;
    RecordingHandler reply;
    HttpClientRequest request;
    request.method = "GET";
    request.target = "/signalbox/v1/alerts";
    QTRY_VERIFY(!gateway.host().snapshot()->url.empty());
    request.origin.host = "127.0.0.1";
    request.origin.port = static_cast<uint16_t>(QUrl(QString::fromStdString(gateway.host().snapshot()->url)).port());
    request.origin.proxy = "none";
    reply.call = pool.start(std::move(request), reply);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 403);
}

void TestAlerts::badAcknowledgementsAreRefused()
{
    GatewayFixture gateway;
    QVERIFY(gateway.start({}));
    for (const char *body :
         {"", "[]", "{}", "{\"ids\":[]}", "{\"ids\":[1]}", "{\"all\":false}", "{\"ids\":[\"a\"],\"x\":1}"}) {
        RecordingHandler reply;
        gateway.post(reply, "/signalbox/v1/alerts/ack", body);
        QTRY_VERIFY(reply.over());
        QVERIFY2(reply.head->status == 400, body);
    }
    RecordingHandler all;
    gateway.post(all, "/signalbox/v1/alerts/ack", "{\"all\":true}");
    QTRY_VERIFY(all.over());
    QCOMPARE(all.head->status, 200);
}

void TestAlerts::theLedgerKeepsThem()
{
    QTemporaryDir folder;
    Alert alert;
    alert.id = "0190-a";
    alert.kind = AlertKind::Quota;
    alert.level = AlertLevel::Critical;
    alert.key = "box/main";
    alert.text = "nearly used";
    alert.firstAtMs = alert.lastAtMs = SystemClock().wallMs();
    alert.count = 7;
    {
        auto ledger = Ledger::open({folder.path(), 30, 100});
        QVERIFY(ledger);
        const int64_t expires = SystemClock().wallMs() + 60'000;
        (*ledger)->keep({KeptItem::Kind::Continuity, "turn", "x", expires});
        (*ledger)->keep({KeptItem::Kind::Alert, alert.id, boost::json::serialize(alertJson(alert)), expires});
        alert.acknowledged = true;
        (*ledger)->keep({KeptItem::Kind::Alert, alert.id, boost::json::serialize(alertJson(alert)), expires});
    }
    auto ledger = Ledger::open({folder.path(), 30, 100});
    QVERIFY(ledger);
    std::vector<KeptItem> items = (*ledger)->takeKept();
    const std::vector<Alert> alerts = takeAlerts(items);
    QCOMPARE(alerts.size(), size_t(1));
    QVERIFY(alerts[0] == alert);
    QCOMPARE(items.size(), size_t(1));
    QCOMPARE(items[0].key, std::string("turn"));
}

QTEST_GUILESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
