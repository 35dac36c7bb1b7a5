// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "core/gateway/authenticator.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

HttpRequestHead headWith(const char *name, const char *value, const char *target = "/v1/models")
{
    HttpRequestHead head;
    head.method = "GET";
    head.target = target;
    if (name)
        head.headers.add(name, value);
    return head;
}

Config configWithClient()
{
    Config config;
    ClientConfig client;
    client.id = "laptop";
    client.project = "ide";
    client.user = "ann";
    client.keySha256 = clientKeySha256("sb-right");
    client.admin = true;
    config.clients = {client};
    return config;
}

} // namespace

class TestAuthenticator final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyWayToSendAKey()
    {
        const Authenticator authenticator(configWithClient());
        for (const HttpRequestHead &head :
             {headWith("Authorization", "Bearer sb-right"), headWith("authorization", "bearer   sb-right"),
              headWith("X-Api-Key", "sb-right"), headWith("x-goog-api-key", "sb-right"),
              headWith(nullptr, nullptr, "/v1/models?a=b&key=sb%2Dright")}) {
            const auto caller = authenticator.authenticate(head, 0);
            QVERIFY(caller);
            QCOMPARE(caller->client, std::string("laptop"));
            QCOMPARE(caller->project, std::string("ide"));
            QCOMPARE(caller->user, std::string("ann"));
            QVERIFY(caller->admin);
        }
    }

    void wrongKeysAreRefusedAndNotRepeated()
    {
        const Authenticator authenticator(configWithClient());
        for (const HttpRequestHead &head :
             {headWith(nullptr, nullptr), headWith("Authorization", "Bearer sb-wrong"),
              headWith("Authorization", "Basic sb-right"), headWith("Authorization", "Bearer "),
              headWith("x-api-key", "sb-right "), headWith(nullptr, nullptr, "/v1/models?monkey=sb-right")}) {
            const auto caller = authenticator.authenticate(head, 0);
            QVERIFY(!caller);
            QCOMPARE(caller.error().httpStatus, 401);
            QVERIFY(caller.error().message.find("sb-wrong") == std::string::npos);
        }
    }

    void withoutKeysAnybodyIsLetInButNobodyIsAdmin()
    {
        Config config = configWithClient();
        config.listen.auth = AuthMode::None;
        const Authenticator authenticator(config);
        const auto stranger = authenticator.authenticate(headWith(nullptr, nullptr), 0);
        QVERIFY(stranger && !stranger->admin);
        QCOMPARE(stranger->client, std::string("anonymous"));
        QCOMPARE(authenticator.authenticate(headWith("x-api-key", "sb-right"), 0)->client, std::string("laptop"));
    }

    void keysThatAreOverSayWhyToTheirHolderOnly_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<std::string>("key");
        QTest::addColumn<int64_t>("now");
        QTest::addColumn<std::string>("code"); // empty: let in
        const std::string right = "sb-right";
        const std::string old = "sb-old";
        QTest::newRow("before its end") << 0 << right << int64_t{999} << std::string();
        QTest::newRow("at its end") << 0 << right << int64_t{1000} << std::string("key_expired");
        QTest::newRow("disabled") << 1 << right << int64_t{0} << std::string("key_disabled");
        QTest::newRow("revoked") << 2 << right << int64_t{0} << std::string("key_revoked");
        QTest::newRow("old, in its grace") << 3 << old << int64_t{499} << std::string();
        QTest::newRow("old, after it") << 3 << old << int64_t{500} << std::string("key_replaced");
        QTest::newRow("new, after it") << 3 << right << int64_t{500} << std::string();
        QTest::newRow("old, of a revoked") << 4 << old << int64_t{0} << std::string("key_revoked");
    }

    void keysThatAreOverSayWhyToTheirHolderOnly()
    {
        QFETCH(int, change);
        QFETCH(std::string, key);
        QFETCH(int64_t, now);
        QFETCH(std::string, code);
        Config config = configWithClient();
        ClientConfig &client = config.clients[0];
        if (change == 0)
            client.expiresAtMs = 1000;
        client.disabled = change == 1;
        if (change == 2 || change == 4)
            client.revokedAtMs = 0;
        if (change >= 3) {
            client.previousKeySha256 = clientKeySha256("sb-old");
            client.previousValidUntilMs = 500;
        }
        for (const AuthMode mode : {AuthMode::Keys, AuthMode::None}) { // without keys, a key that is over stays over
            config.listen.auth = mode;
            const Authenticator authenticator(config);
            const auto caller = authenticator.authenticate(headWith("x-api-key", key.c_str()), now);
            QCOMPARE(caller ? std::string() : caller.error().code, code);
            if (code.empty())
                continue;
            QCOMPARE(caller.error().httpStatus, 401);
            const bool named = caller.error().message.find("laptop") != std::string::npos;
            QCOMPARE(named, code != "key_revoked"); // it may have been stolen
            QVERIFY(caller.error().message.find(key) == std::string::npos);
        }
        config.listen.auth = AuthMode::Keys;
        const auto stranger = Authenticator(config).authenticate(headWith("x-api-key", "sb-guess"), now);
        QCOMPARE(stranger.error().code, std::string("invalid_api_key"));
        QVERIFY(stranger.error().message.find("laptop") == std::string::npos);
    }

    void newKeysHaveTheirShape()
    {
        const std::string key = makeClientKey();
        QCOMPARE(key.size(), size_t{46});
        QVERIFY(key.starts_with("sb-"));
        QVERIFY(key != makeClientKey());
        QCOMPARE(clientKeySha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

QTEST_APPLESS_MAIN(TestAuthenticator)
#include "tst_authenticator.moc"
