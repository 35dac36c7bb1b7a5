// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/budget_reader.h"
#include "core/config/config_reader.h"
#include "core/config/instant.h"

#include <QtTest/QtTest>

using namespace signalbox;

class TstAccessReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void writesWhatItReads();
    void writesOnlyWhatIsUnusual();
    void nobodyIsToldWhenThresholdsAreEmpty();
    void thresholdsReachBudgetsThatNameNone();
    void problems_data();
    void problems();
    void instants_data();
    void instants();
};

// moc must see the class before the raw strings.
namespace {

const std::string shaA(64, 'a');
const std::string shaB(64, 'b');

const std::string everything =
    R"({"version":1,"providers":[{"id":"box","baseUrl":"http://127.0.0.1:1/v1"}],
 "routes":[{"id":"cheap","to":{"target":"box/*"}}],
 "clients":[{"id":"ci","name":"Build farm","keySha256":")" +
    shaA + R"(","disabled":true,"createdAt":"2026-01-31T10:00:00+02:00",
  "expiresAt":"2027-01-31T18:00:00.250Z","revokedAt":"2026-12-01T00:00:00Z","previousKeySha256":")" +
    shaB + R"(","previousValidUntil":"2026-02-01T00:00:00Z","routes":["cheap","big-*"],"models":["gpt-5*"],
  "dialects":["anthropic","ollama"],"regions":["eu"]}],
 "users":[{"from":"header:X-User"},
  {"from":"body:metadata.user_id","match":"^user_([0-9a-f]+)_account","map":{"17":"ann","2a":"bob \"b\""}},
  {"from":"client"}],
 "alerts":{"desktop":false,"kinds":{"failover":false,"budget":true},
  "quietHours":{"time":"22:00-07:00","days":["sat","sun"],"timeZone":"Europe/Berlin"},"thresholds":[0.5,0.9],
  "webhooks":[{"id":"ops","url":"https://hooks.example/x?y=1","secret":"env:HOOK","kinds":["quota","budget"],"minInterval":"1m"},
   {"id":"slack","url":"keychain:signalbox/slack"}]}})";

std::string withClient(const std::string &members)
{
    return R"({"clients":[{"id":"c","keySha256":")" + shaA + "\"" + (members.empty() ? "" : ",") + members + "}]}";
}

std::string message(const std::string &json)
{
    const auto config = readConfig(json);
    return config ? std::string("no error") : config.error().message;
}

} // namespace

void TstAccessReader::readsEverything()
{
    const auto config = readConfig(everything);
    QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
    const ClientConfig &client = config->clients[0];
    QCOMPARE(client.title(), std::string("Build farm"));
    QVERIFY(client.disabled);
    QCOMPARE(formatInstant(*client.createdAtMs), std::string("2026-01-31T08:00:00Z"));
    QCOMPARE(formatInstant(*client.expiresAtMs), std::string("2027-01-31T18:00:00.250Z"));
    QVERIFY(client.revokedAtMs.has_value());
    QCOMPARE(client.previousKeySha256, shaB);
    QVERIFY(client.previousValidUntilMs.has_value());
    QCOMPARE(client.routes, (std::vector<std::string>{"cheap", "big-*"}));
    QCOMPARE(client.models, std::vector<std::string>{"gpt-5*"});
    QCOMPARE(client.dialects, (std::vector<std::string>{"anthropic", "ollama"}));
    QCOMPARE(client.regions, std::vector<std::string>{"eu"});

    QCOMPARE(config->users.size(), size_t(3));
    QVERIFY(config->users[0].from == UserRule::From::Header);
    QCOMPARE(config->users[0].name, std::string("x-user"));
    QVERIFY(config->users[1].from == UserRule::From::Body);
    QCOMPARE(config->users[1].name, std::string("metadata.user_id"));
    QCOMPARE(config->users[1].map.size(), size_t(2));
    QVERIFY(config->users[2].from == UserRule::From::Client);

    const AlertsConfig &alerts = config->alerts;
    QVERIFY(!alerts.desktop);
    QVERIFY(alerts.off == std::set<AlertKind>{AlertKind::Failover});
    QCOMPARE(alerts.quietHours.time, std::string("22:00-07:00"));
    QCOMPARE(alerts.thresholds, (std::vector<double>{0.5, 0.9}));
    QVERIFY((alerts.webhooks[0].kinds == std::set<AlertKind>{AlertKind::Budget, AlertKind::Quota}));
    QCOMPARE(alerts.webhooks[0].minInterval, Millis(60'000));
    QCOMPARE(alerts.webhooks[1].url, std::string("keychain:signalbox/slack"));
    QVERIFY(config->client("ci") && !config->client("c"));
}

void TstAccessReader::writesWhatItReads()
{
    const auto config = readConfig(everything);
    QVERIFY(config.has_value());
    const auto again = readConfig(writeConfig(*config));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QVERIFY(*again == *config);
}

void TstAccessReader::writesOnlyWhatIsUnusual()
{
    const auto config = readConfig(withClient(""));
    QVERIFY(config.has_value());
    const std::string text = writeConfig(*config);
    for (const char *absent : {"disabled", "expiresAt", "routes", "alerts", "users", "previous"})
        QVERIFY2(text.find(absent) == std::string::npos, text.c_str());
}

void TstAccessReader::nobodyIsToldWhenThresholdsAreEmpty()
{
    const auto config = readConfig(R"({"alerts":{"thresholds":[]}})");
    QVERIFY(config.has_value());
    const auto again = readConfig(writeConfig(*config));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QVERIFY(again->alerts.thresholds.empty());
    QVERIFY(*again == *config);
}

void TstAccessReader::thresholdsReachBudgetsThatNameNone()
{
    const auto config = readConfig(
        R"({"alerts":{"thresholds":[0.5]},"projects":[{"id":"p","budget":{"limitUsd":1}}],"budgets":[
  {"id":"own","limit":{"usd":1},"alertAt":[0.9]},{"id":"day","limit":{"usd":1},"period":"day"},
  {"id":"pace","limit":{"requests":60},"period":"minute"}]})");
    QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
    const auto rules = allBudgetRules(*config);
    QCOMPARE(rules.size(), size_t(4));
    QCOMPARE(rules[0].alertAt, std::vector<double>{0.9});
    QCOMPARE(rules[1].alertAt, std::vector<double>{0.5});
    QVERIFY(rules[2].alertAt.empty()); // pace: nobody wants to hear of it every minute
    QCOMPARE(rules[3].alertAt, std::vector<double>{0.5});
}

void TstAccessReader::problems_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<std::string>("expected");
    const auto client = [](const char *name, const std::string &members, const std::string &expected) {
        QTest::newRow(name) << withClient(members) << "/clients/0/" + expected;
    };
    const auto user = [](const char *name, const std::string &rule, const std::string &expected) {
        QTest::newRow(name) << R"({"users":[)" + rule + "]}"
                            << "/users/0" + expected;
    };
    const auto alerts = [](const char *name, const std::string &members, const std::string &expected) {
        QTest::newRow(name) << R"({"alerts":{)" + members + "}}"
                            << "/alerts/" + expected;
    };
    client("unknown", R"("expires":"x")", "expires: unknown key; did you mean `expiresAt`?");
    client("no zone", R"("expiresAt":"2027-01-31T18:00:00")",
           "expiresAt: must be a time with its zone such as 2027-01-31T18:00:00Z");
    client("no such day", R"("createdAt":"2027-02-30T18:00:00Z")",
           "createdAt: must be a time with its zone such as 2027-01-31T18:00:00Z");
    client("backwards", R"("createdAt":"2027-01-01T00:00:00Z","expiresAt":"2026-01-01T00:00:00Z")",
           "expiresAt: must be after `createdAt`");
    client("old key, no end", R"("previousKeySha256":")" + shaB + "\"", "previousValidUntil: is required");
    client("end, no old key", R"("previousValidUntil":"2027-01-01T00:00:00Z")",
           "previousValidUntil: says something about `previousKeySha256`, which is not there");
    client("old key is the key", R"("previousValidUntil":"2027-01-01T00:00:00Z","previousKeySha256":")" + shaA + "\"",
           "previousKeySha256: is the same as `keySha256`; it must be that of the key before");
    client("nothing allowed", R"("models":[])", "models: must have at least one entry; leave it out to allow any");
    client("empty entry", R"("regions":["eu",""])", "regions/1: must be a region such as eu");
    client("dialect", R"("dialects":["openai"])",
           "dialects/0: must be one of openai-chat, openai-responses, anthropic, gemini, ollama; found `openai`");
    client("route", R"("routes":["cheep"])", "routes/0: there is no route `cheep`");
    client("flag", R"("disabled":"yes")", "disabled: must be true or false, found text");
    QTest::newRow("old key of another") << R"({"clients":[{"id":"a","keySha256":")" + shaA +
                                               R"("},{"id":"b","keySha256":")" + shaB + R"(","previousKeySha256":")" +
                                               shaA + R"(","previousValidUntil":"2027-01-01T00:00:00Z"}]})"
                                        << std::string("/clients/1/previousKeySha256: is already used by /clients/0");
    user("no source", "{}", "/from: is required");
    user("source", R"({"from":"cookie"})",
         "/from: must be client, header:NAME such as header:x-user, or body:PATH such as body:user or "
         "body:metadata.user_id; found `cookie`");
    user("secret header", R"({"from":"header:X-Api-Key"})",
         "/from: the header `x-api-key` carries a secret, which is no user's name");
    user("header name", R"({"from":"header:x user"})", "/from: `x user` is not a header name");
    user("path", R"({"from":"body:metadata..id"})",
         "/from: must be body: and up to 4 names joined by dots, such as body:user or body:metadata.user_id");
    user("deep path", R"({"from":"body:a.b.c.d.e"})",
         "/from: must be body: and up to 4 names joined by dots, such as body:user or body:metadata.user_id");
    user("groups", "{\"from\":\"client\",\"match\":\"(a)(b)\"}",
         "/match: must have one group in parentheses at most, which is the user; write (?:…) for others");
    user("empty map", R"({"from":"client","map":{}})",
         "/map: must have at least one entry; leave it out to take the value as it is");
    user("nameless", R"({"from":"client","map":{"a/b":""}})", "/map/a~1b: must be a user's name of 1 to 200 bytes");
    alerts("kind", R"("kinds":{"bugdet":true})", "kinds/bugdet: unknown key; did you mean `budget`?");
    alerts("threshold", R"("thresholds":[1.5])", "thresholds/0: must be above 0 and at most 1");
    alerts("threshold order", R"("thresholds":[0.9,0.8])", "thresholds/1: must be above the one before");
    alerts("quiet", R"("quietHours":{"time":"22-7"})",
           "quietHours/time: must be two different times of day such as 22:00-07:00");
    alerts("quiet days", R"("quietHours":{"time":"22:00-07:00","days":["monday"]})",
           "quietHours/days/0: must be one of mon, tue, wed, thu, fri, sat, sun; found `monday`");
    alerts("quiet zone", R"("quietHours":{"time":"22:00-07:00","timeZone":"Europe/Atlantis"})",
           "quietHours/timeZone: there is no time zone `Europe/Atlantis`; use a name such as Europe/Berlin");
    alerts("hook url", R"("webhooks":[{"id":"a","url":"ftp://x"}])",
           "webhooks/0/url: must begin with http:// or https://, or be a reference to such an address: "
           "keychain:SERVICE/NAME, env:NAME or file:PATH");
    alerts("hook login", R"("webhooks":[{"id":"a","url":"https://u:p@x/"}])",
           "webhooks/0/url: must not hold a user name or password; put the whole address into the keychain and name "
           "it as keychain:SERVICE/NAME");
    alerts("hook secret", R"("webhooks":[{"id":"a","url":"https://x/","secret":"hunter2"}])",
           "webhooks/0/secret: must be a reference: keychain:SERVICE/NAME, env:NAME or file:PATH; the secret itself "
           "does not belong here");
    alerts("hook kind", R"("webhooks":[{"id":"a","url":"https://x/","kinds":["spend"]}])",
           "webhooks/0/kinds/0: must be one of budget, anomaly, credential, provider, failover, quota, keyExpiry, "
           "forecast; found `spend`");
    alerts("hook twice", R"("webhooks":[{"id":"a","url":"https://x/"},{"id":"a","url":"https://y/"}])",
           "webhooks/1/id: is already used by /alerts/webhooks/0");
}

void TstAccessReader::problems()
{
    QFETCH(std::string, json);
    QFETCH(std::string, expected);
    QCOMPARE(QString::fromStdString(message(json)), QString::fromStdString(expected));
}

void TstAccessReader::instants_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int64_t>("ms"); // -1: an error
    QTest::newRow("utc") << std::string("1970-01-02T00:00:00Z") << int64_t(86'400'000);
    QTest::newRow("lower") << std::string("1970-01-02t00:00:00z") << int64_t(86'400'000);
    QTest::newRow("zone") << std::string("1970-01-02T01:30:00+01:30") << int64_t(86'400'000);
    QTest::newRow("fraction") << std::string("1970-01-01T00:00:01.25Z") << int64_t(1'250);
    for (const char *bad : {"", "1970-01-02", "1970-01-02T00:00:00", "1970-13-02T00:00:00Z", "1970-01-02 00:00:00Z",
                            "1970-01-02T24:00:00Z", "1970-01-02T00:00:00Z ", "now"})
        QTest::newRow(bad) << std::string(bad) << int64_t(-1);
}

void TstAccessReader::instants()
{
    QFETCH(std::string, text);
    QFETCH(int64_t, ms);
    QCOMPARE(parseInstant(text).value_or(-1), ms);
    if (ms >= 0)
        QCOMPARE(*parseInstant(formatInstant(ms)), ms);
}

QTEST_GUILESS_MAIN(TstAccessReader)
#include "tst_access_reader.moc"
