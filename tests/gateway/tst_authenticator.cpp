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
            const auto caller = authenticator.authenticate(head);
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
            const auto caller = authenticator.authenticate(head);
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
        const auto stranger = authenticator.authenticate(headWith(nullptr, nullptr));
        QVERIFY(stranger && !stranger->admin);
        QCOMPARE(stranger->client, std::string("anonymous"));
        QCOMPARE(authenticator.authenticate(headWith("x-api-key", "sb-right"))->client, std::string("laptop"));
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
