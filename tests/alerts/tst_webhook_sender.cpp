// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/webhook_sender.h"
#include "tests/gateway/scripted_provider.h"

#include <QtNetwork/QTcpServer>
#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

Alert alert(const std::string &id, AlertKind kind = AlertKind::Budget)
{
    Alert made;
    made.id = id;
    made.kind = kind;
    made.text = "about " + id;
    return made;
}

// What came of the hook's body: the ids.
std::vector<std::string> idsIn(const std::string &body)
{
    std::vector<std::string> ids;
    const boost::json::value value = boost::json::parse(body);
    for (const auto &one : value.at("alerts").as_array())
        ids.emplace_back(one.at("id").as_string());
    return ids;
}

struct World {
    explicit World(WebhookPace pace = {2s, 1ms, 4})
        : sender(
              pool, [this](const char *, const std::string &message) { notes.push_back(message); }, pace)
    {
    }
    void hook(const std::string &url, std::chrono::milliseconds minInterval = 0ms, const std::string &secret = {},
              std::set<AlertKind> kinds = {})
    {
        sender.configure({{"ops", url, secret, std::move(kinds), minInterval}}, [](const std::string &reference) {
            static const std::string key = "whsec-very-secret";
            return reference == "env:HOOK" ? &key : nullptr;
        });
    }

    HttpClientPool pool;
    std::vector<std::string> notes;
    WebhookSender sender;
};

} // namespace

class TestWebhookSender final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signsWhatItSends()
    {
        ScriptedProvider server([](HttpExchange &exchange, const auto &) { exchange.reply(204, {}, ""); });
        World world;
        world.hook(server.baseUrl() + "/hook?room=7", 0ms, "env:HOOK", {AlertKind::Budget});
        world.sender.send(alert("other", AlertKind::Quota));
        world.sender.send(alert("a"));
        QTRY_COMPARE(world.sender.waiting(), size_t(0));
        QCOMPARE(server.seen().size(), size_t(1));
        const auto &seen = *server.seen()[0];
        QVERIFY2(seen.target.ends_with("/hook?room=7"), seen.target.c_str());
        QCOMPARE(idsIn(seen.body), std::vector<std::string>{"a"});
        const std::string given(seen.headers.get("x-signalbox-signature"));
        const int64_t seconds = std::stoll(given.substr(2));
        QCOMPARE(given,
                 "t=" + std::to_string(seconds) + ",v1=" + webhookSignature("whsec-very-secret", seconds, seen.body));
        // printf 1.body | openssl dgst -sha256 -hmac key
        QCOMPARE(webhookSignature("key", 1, "body"),
                 std::string("91b5374b153842ad05b2c4eab9349b8321b14703165bd3fb8b034dfb8be98ae5"));
        QVERIFY(webhookSignature("key", 1, "body") != webhookSignature("kez", 1, "body"));
        QVERIFY(webhookSignature("key", 1, "body") != webhookSignature("key", 2, "body"));
        QVERIFY(world.notes.empty());
    }

    void comesThroughOnceTheServerIsUp()
    {
        int asked = 0;
        ScriptedProvider server([&](HttpExchange &exchange, const auto &) {
            const int status = std::array{500, 429, 200}[static_cast<size_t>(std::min(asked++, 2))];
            exchange.reply(status, {}, "");
        });
        World world;
        world.hook(server.baseUrl());
        world.sender.send(alert("a"));
        QTRY_COMPARE(server.seen().size(), size_t(1));
        world.sender.send(alert("b")); // goes with the next try
        QTRY_COMPARE(world.sender.waiting(), size_t(0));
        QCOMPARE(server.seen().size(), size_t(3));
        QCOMPARE(idsIn(server.seen().back()->body), (std::vector<std::string>{"a", "b"}));
        QVERIFY(world.notes.empty());
    }

    void aServerThatIsDownIsGivenUpWithoutItsAddress()
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const std::string port = std::to_string(closed.serverPort());
        closed.close();
        World world;
        world.hook("http://127.0.0.1:" + port + "/T0/secret-token");
        world.sender.send(alert("a"));
        QTRY_COMPARE_WITH_TIMEOUT(world.notes.size(), size_t(1), 20'000);
        QVERIFY2(world.notes[0].find("after 4 tries") != std::string::npos, world.notes[0].c_str());
        QVERIFY(world.notes[0].find("secret-token") == std::string::npos);
        QCOMPARE(world.sender.waiting(), size_t(0));
    }

    void aSlowServerIsLeft()
    {
        ScriptedProvider server([](HttpExchange &, const auto &) {}); // never answers
        World world({100ms, 1ms, 2});
        world.hook(server.baseUrl());
        world.sender.send(alert("a"));
        QTRY_COMPARE_WITH_TIMEOUT(world.notes.size(), size_t(1), 20'000);
        QVERIFY2(world.notes[0].find("after 2 tries") != std::string::npos, world.notes[0].c_str());
    }

    void aRefusalIsFinal()
    {
        ScriptedProvider server([](HttpExchange &exchange, const auto &) { exchange.reply(404, {}, ""); });
        World world;
        world.hook(server.baseUrl());
        world.sender.send(alert("a"));
        QTRY_COMPARE(world.notes.size(), size_t(1));
        QVERIFY(world.notes[0].ends_with("HTTP 404"));
        QCOMPARE(server.seen().size(), size_t(1));
    }

    void alertsWithinTheIntervalGoTogether()
    {
        ScriptedProvider server([](HttpExchange &exchange, const auto &) { exchange.reply(200, {}, ""); });
        World world;
        world.hook(server.baseUrl(), 500ms);
        world.sender.send(alert("a"));
        QTRY_COMPARE(server.seen().size(), size_t(1));
        for (int i = 0; i < 300; ++i)
            world.sender.send(alert(std::to_string(i)));
        QTRY_COMPARE(world.sender.waiting(), size_t(0));
        QCOMPARE(server.seen().size(), size_t(2));
        const auto ids = idsIn(server.seen()[1]->body);
        QCOMPARE(ids.size(), size_t(200)); // bounded: the oldest go
        QCOMPARE(ids.back(), std::string("299"));
    }

    void whatCannotBeReadIsToldAndTheRestWorks()
    {
        World world;
        world.hook("env:NOTHING");
        QCOMPARE(world.notes.size(), size_t(1));
        QVERIFY(world.notes[0].find("env:NOTHING cannot be read") != std::string::npos);
        world.hook("http://127.0.0.1:1/", 0ms, "env:NOTHING");
        QCOMPARE(world.notes.size(), size_t(2));
        world.hook("env:HOOK"); // a secret that is no address must not show in the note
        QCOMPARE(world.notes.size(), size_t(3));
        QVERIFY(world.notes[2].find("whsec") == std::string::npos);
        world.sender.send(alert("a"));
        QCOMPARE(world.sender.waiting(), size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestWebhookSender)
#include "tst_webhook_sender.moc"
