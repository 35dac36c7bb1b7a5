// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/presets.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

std::string fullText()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/full.json"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toStdString() : std::string();
}
std::string message(const std::string &json)
{
    const auto config = readConfig(json);
    return config ? "no error" : config.error().message;
}

} // namespace

class TstConfigReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void writesWhatItReads();
    void writesDefaultsAsNearlyNothing();
    void presetFillsTheProvider();
    void presetListIsSound();
    void presetEndpoints();
    void errors_data();
    void errors();
    void brokenBytesNeverCrash();
    void durations_data();
    void durations();
};

void TstConfigReader::readsEverything()
{
    const auto read = readConfig(fullText());
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    const Config &config = *read;
    QCOMPARE(config.listen.address, std::string("::1"));
    QCOMPARE(config.listen.port, uint16_t(0));
    QVERIFY(config.listen.auth == AuthMode::None);
    QCOMPARE(config.timeouts.connect, 250ms);
    QCOMPARE(config.timeouts.firstByte, TimeoutsConfig().firstByte);
    QCOMPARE(config.limits.bodyMiB, 8);
    QCOMPARE(config.limits.headerKiB, LimitsConfig().headerKiB);
    QCOMPARE(config.providers.size(), size_t(2));
    const ProviderConfig *openai = config.provider("openai");
    QVERIFY(openai);
    QVERIFY(!config.provider("none"));
    QCOMPARE(openai->timeouts.connect, 250ms); // the top level's value, with its own laid over
    QCOMPARE(openai->timeouts.idle, Millis(30s));
    QCOMPARE(openai->credentials[0].weight, 0.25);
    QCOMPARE(config.provider("box")->baseUrl, std::string("http://127.0.0.1:9100/v1"));
    QCOMPARE(config.projects[0].budget->limitUsd, 50.5);
    QCOMPARE(config.clients[0].project, std::string("default"));
    const PolicyNode &to = config.routes[0].to;
    QVERIFY(to.kind == PolicyNode::Kind::Fallback);
    QCOMPARE(to.children[1].children[0].model, std::string("*"));
    QCOMPARE(to.children[1].children[1].model, std::string("org/model"));
    QVERIFY(config.prices[0].outputUsdPerMTok.has_value());
    QVERIFY(!config.prices[0].cacheWriteUsdPerMTok.has_value());
}

void TstConfigReader::writesWhatItReads()
{
    const Config config = *readConfig(fullText());
    const std::string text = writeConfig(config);
    const auto again = readConfig(text);
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    QVERIFY(*again == config);
    QCOMPARE(writeConfig(*again), text);
    QVERIFY2(text.find("\"inputUsdPerMTok\": 1.25") != std::string::npos, text.c_str());
    QVERIFY(text.find("firstByte") == std::string::npos);
    QVERIFY(text.find("api.openai.com") == std::string::npos); // it comes from the preset
}

void TstConfigReader::writesDefaultsAsNearlyNothing()
{
    QCOMPARE(writeConfig(Config()), std::string("{\n  \"version\": 1\n}\n"));
    QVERIFY(*readConfig("{}") == Config());
}

void TstConfigReader::presetFillsTheProvider()
{
    const auto config = readConfig(R"({"providers":[{"id":"a","preset":"openai"},
        {"id":"b","preset":"openai","baseUrl":"https://eu.api.openai.com/v1","name":"OpenAI EU","region":"EU"}]})");
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    QCOMPARE(config->providers[0].baseUrl, std::string("https://api.openai.com/v1"));
    QCOMPARE(config->providers[0].title(), std::string("OpenAI"));
    QCOMPARE(config->providers[0].dialect, std::string("openai-chat"));
    QCOMPARE(config->providers[1].baseUrl, std::string("https://eu.api.openai.com/v1"));
    QCOMPARE(config->providers[1].name, std::string("OpenAI EU"));
    QCOMPARE(config->providers[1].region, std::string("EU"));
    QVERIFY(*readConfig(writeConfig(*config)) == *config);
}

void TstConfigReader::presetListIsSound()
{
    QVERIFY(presets().size() > 40);
    for (const Preset &preset : presets()) {
        QCOMPARE(findPreset(preset.id), &preset);
        QVERIFY(!preset.name.empty());
        const bool placeholder = preset.baseUrl.find('{') != std::string::npos;
        QCOMPARE(placeholder, !preset.asks.empty());
        const std::string json = R"({"providers":[{"id":"p","preset":")" + preset.id + "\"}]}";
        QCOMPARE(readConfig(json).has_value(), !placeholder);
    }
    QVERIFY(findPreset("openai")->needsKey);
    QVERIFY(!findPreset("ollama")->needsKey);
}

// A preset with several APIs serves each client in its own; a config that names an address has that one alone.
void TstConfigReader::presetEndpoints()
{
    const auto config = readConfig(R"({"providers":[
        {"id":"a","preset":"deepseek"},
        {"id":"b","preset":"deepseek","dialect":"anthropic"},
        {"id":"c","preset":"anthropic","auth":"bearer","quirks":{"midSystem":true,"temperature":[0,1.5]}},
        {"id":"d","dialect":"gemini","baseUrl":"http://127.0.0.1:1/v1beta"}]})");
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    const auto &a = config->providers[0];
    QCOMPARE(endpointsOf(a).size(), size_t(2));
    QCOMPARE(endpointsOf(a)[1].dialect, std::string("anthropic"));
    QCOMPARE(endpointsOf(a)[1].baseUrl, std::string("https://api.deepseek.com/anthropic/v1"));
    const auto &b = config->providers[1];
    QCOMPARE(b.baseUrl, std::string("https://api.deepseek.com/anthropic/v1"));
    QCOMPARE(endpointsOf(b).size(), size_t(1));
    QCOMPARE(config->providers[2].auth, std::string("bearer"));
    QVERIFY(config->providers[2].quirks.starts_with(R"({"midSystem":true)"));
    QCOMPARE(endpointsOf(config->providers[3])[0].dialect, std::string("gemini"));
    const auto again = readConfig(writeConfig(*config));
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    QVERIFY(*again == *config);
}

void TstConfigReader::errors_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<std::string>("expected");
    const auto row = [](const char *name, std::string json, std::string expected) {
        QTest::newRow(name) << std::move(json) << std::move(expected);
    };
    const auto provider = [](const std::string &members) { return R"({"providers":[{"id":"box",)" + members + "}]}"; };
    const std::string box = R"("providers":[{"id":"box","baseUrl":"http://x/v1"}])";
    const auto route = [&](const std::string &to) { return "{" + box + R"(,"routes":[{"id":"r","to":)" + to + "}]}"; };
    const std::string sha(64, 'a');

    row("empty", "", "line 1, column 1: the text ends too early");
    row("cut", "{\n \"listen\":", "line 2, column 11: the text ends too early");
    row("comma", "{\n  \"version\": 1,\n}", "line 3, column 1: not valid JSON (syntax error)");
    row("column counts characters", "{\"ä\": x}", "line 1, column 7: not valid JSON (syntax error)");
    row("extra", "{}\n x", "line 2, column 2: more text after the end of the JSON value");
    row("twice", R"({"listen":{"port":1,"port":2}})", "/listen/port: this key is there twice");
    row("twice in a list", R"({"providers":[{},{"id":"a","id":"b"}]})", "/providers/1/id: this key is there twice");
    row("twice escaped", R"({"a/b~":1,"a\u002fb~":2})", "/a~1b~0: this key is there twice");
    row("no object", "[]", ": must be an object, found a list");
    row("unknown", R"({"lisen":{}})", "/lisen: unknown key; did you mean `listen`?");
    row("unknown case", R"({"Providers":[]})", "/Providers: unknown key; did you mean `providers`?");
    row("unknown escaped", R"({"a/b":1})", "/a~1b: unknown key; did you mean `store`?");
    row("simulated", provider(R"("baseUrl":"http://x","simulated":true)"),
        "/providers/0/simulated: unknown key; did you mean `timeouts`?");
    row("version", R"({"version":2})", "/version: must be from 1 to 1");
    row("port high", R"({"listen":{"port":65536}})", "/listen/port: must be from 0 to 65535");
    row("port negative", R"({"listen":{"port":-1}})", "/listen/port: must be from 0 to 65535");
    row("port text", R"({"listen":{"port":"80"}})", "/listen/port: must be a number, found text");
    row("port fraction", R"({"listen":{"port":1.5}})", "/listen/port: must be a whole number, found the number 1.5E0");
    row("port null", R"({"listen":{"port":null}})", "/listen/port: must be a number, found null");
    row("address", R"({"listen":{"address":"localhost"}})",
        "/listen/address: must be an IP address such as 127.0.0.1 or ::1");
    row("auth", R"({"listen":{"auth":"key"}})", "/listen/auth: must be one of keys, none; found `key`");
    row("hosts", R"({"listen":{"hosts":["ok","http://a"]}})",
        "/listen/hosts/1: must be a host name without scheme or path");
    row("duration number", R"({"timeouts":{"idle":5}})",
        "/timeouts/idle: must be a duration such as 250ms, 2s, 15m or 1h, found the number 5");
    row("duration unit", R"({"timeouts":{"idle":"5 s"}})",
        "/timeouts/idle: must be a duration such as 250ms, 2s, 15m or 1h");
    row("duration zero", R"({"timeouts":{"idle":"0s"}})", "/timeouts/idle: must be above 0");
    row("limits", R"({"limits":{"headSeconds":0}})", "/limits/headSeconds: must be from 1 to 3600");
    row("bodies", R"({"store":{"bodies":true}})", "/store/bodies: must be text, found true");
    row("providers type", R"({"providers":{}})", "/providers: must be a list, found an object");
    row("provider type", R"({"providers":[3]})", "/providers/0: must be an object, found the number 3");
    row("no id", R"({"providers":[{"baseUrl":"http://x"}]})", "/providers/0/id: is required");
    row("bad id", R"({"providers":[{"id":"a/b","baseUrl":"http://x"}]})",
        "/providers/0/id: must be 1 to 64 letters, digits, `.`, `_` or `-`, and begin with a letter or digit");
    row("same id", R"({"providers":[{"id":"a","baseUrl":"http://x"},{"id":"a","baseUrl":"http://x"}]})",
        "/providers/1/id: is already used by /providers/0");
    row("no base url", R"({"providers":[{"id":"a"}]})", "/providers/0/baseUrl: is required when there is no preset");
    row("base url", provider(R"("baseUrl":"x.com/v1")"), "/providers/0/baseUrl: must begin with http:// or https://");
    row("base url host", provider(R"("baseUrl":"http://")"),
        "/providers/0/baseUrl: must begin with http:// or https://");
    row("base url query", provider(R"("baseUrl":"http://x/v1?key=1")"),
        "/providers/0/baseUrl: must not have a query or fragment");
    row("base url user", provider(R"("baseUrl":"http://u:p@x/v1")"),
        "/providers/0/baseUrl: must not hold a user name or password");
    row("preset", provider(R"("preset":"opnai")"), "/providers/0/preset: there is no preset `opnai`");
    row("preset asks", provider(R"("preset":"databricks")"),
        "/providers/0/baseUrl: is required: the preset's address https://{host}/ai-gateway/mlflow/v1 has parts only "
        "you "
        "know");
    row("dialect", provider(R"("baseUrl":"http://x","dialect":"soap")"),
        "/providers/0/dialect: must be one of openai-chat, openai-responses, anthropic, gemini, ollama; found `soap`");
    row("proxy", provider(R"("baseUrl":"http://x","proxy":"ftp://p")"),
        "/providers/0/proxy: must be `system`, `none`, or begin with http:// or socks5://");
    row("proxy with a login", provider(R"("baseUrl":"http://x","proxy":"http://me:secret@proxy:3128")"),
        "/providers/0/proxy: must not hold a password, because this file is plain text: leave the user name and put a "
        "reference such as keychain:signalbox/proxy into `proxyPassword`");
    row("password without a user", provider(R"("baseUrl":"http://x","proxy":"http://p:1","proxyPassword":"env:P")"),
        "/providers/0/proxyPassword: needs a proxy with a user name, such as http://name@proxy.example:3128");
    row("no proxy", R"({"version":1,"noProxy":["intern.example","10.0.0.0/8","http://x"]})",
        "/noProxy/2: must be a name, address, subnet or `*`, without a scheme");
    row("no proxy subnet", R"({"version":1,"noProxy":["10.0.0.0/99"]})", "/noProxy/0: is no subnet such as 10.0.0.0/8");
    row("redact what", R"({"version":1,"store":{"redact":{"email":true}}})",
        "/store/redact/email: unknown key; did you mean `emails`?");
    row("redact pattern", R"({"version":1,"store":{"redact":{"patterns":[{"name":"a","pattern":"b[c"}]}}})",
        "/store/redact/patterns/0/pattern: character 4: missing terminating ] for character class");
    row("redact name", R"({"version":1,"store":{"redact":{"patterns":[{"name":"a b","pattern":"c"}]}}})",
        "/store/redact/patterns/0/name: must be 1 to 64 letters, digits, `.`, `_` or `-`, and begin with a letter or "
        "digit");
    row("redact names",
        R"({"version":1,"store":{"redact":{"patterns":[{"name":"a","pattern":"b"},{"name":"a","pattern":"c"}]}}})",
        "/store/redact/patterns/1/name: is used twice");
    row("header secret", provider(R"("baseUrl":"http://x","headers":{"Authorization":"Bearer x"})"),
        "/providers/0/headers/Authorization: holds a secret; use `credentials`");
    row("header name", provider(R"("baseUrl":"http://x","headers":{"a/b c":"x"})"),
        "/providers/0/headers/a~1b c: is not a header name");
    row("header framing", provider(R"("baseUrl":"http://x","headers":{"Host":"x"})"),
        "/providers/0/headers/Host: is set by the gateway itself");
    row("header injection", provider(R"("baseUrl":"http://x","headers":{"X-A":"b\r\nc: d"})"),
        "/providers/0/headers/X-A: must not hold control characters");
    row("secret itself", provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"sk-live-123456"}])"),
        "/providers/0/credentials/0/secret: must be a reference: keychain:SERVICE/NAME, env:NAME or file:PATH; the "
        "secret itself does not belong here");
    row("secret later", provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"vault:a/b#c"}])"),
        "/providers/0/credentials/0/secret: this version reads keychain:, env: and file: references only");
    row("secret keychain", provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"keychain:a"}])"),
        "/providers/0/credentials/0/secret: must be keychain:SERVICE/NAME");
    row("secret missing", provider(R"("baseUrl":"http://x","credentials":[{"id":"c"}])"),
        "/providers/0/credentials/0/secret: is required");
    row("weight", provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"env:A","weight":0}])"),
        "/providers/0/credentials/0/weight: must be above 0");
    row("wieght", provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"env:A","wieght":1}])"),
        "/providers/0/credentials/0/wieght: unknown key; did you mean `weight`?");
    row("same credential",
        provider(R"("baseUrl":"http://x","credentials":[{"id":"c","secret":"env:A"},{"id":"c","secret":"env:B"}])"),
        "/providers/0/credentials/1/id: is already used by /providers/0/credentials/0");
    row("budget", R"({"projects":[{"id":"p","budget":{"limitUsd":0}}]})",
        "/projects/0/budget/limitUsd: must be above 0");
    row("alert", R"({"projects":[{"id":"p","budget":{"limitUsd":1,"alertAt":[0.5,2]}}]})",
        "/projects/0/budget/alertAt/1: must be above 0 and at most 1");
    row("sha", R"({"clients":[{"id":"c","keySha256":"ABC"}]})",
        "/clients/0/keySha256: must be 64 lower-case hexadecimal digits (the SHA-256 of the client key)");
    row("client project", R"({"clients":[{"id":"c","project":"x","keySha256":")" + sha + "\"}]}",
        "/clients/0/project: there is no project `x`");
    row("same key", R"({"clients":[{"id":"c","keySha256":")" + sha + R"("},{"id":"d","keySha256":")" + sha + "\"}]}",
        "/clients/1/keySha256: is already used by /clients/0");
    row("no to", "{" + box + R"(,"routes":[{"id":"r"}]})", "/routes/0/to: is required");
    row("node empty", route("{}"),
        "/routes/0/to: must have exactly one of `target`, `weighted`, `fallback`, `cheapest`, "
        "`fastest`, `hedge`, `fit`, `when` and `reject`");
    row("node both", route(R"({"target":"box/a","fallback":[]})"),
        "/routes/0/to: must have exactly one of `target`, `weighted`, `fallback`, `cheapest`, "
        "`fastest`, `hedge`, `fit`, `when` and `reject`");
    row("node unknown", route(R"({"falback":[]})"), "/routes/0/to/falback: unknown key; did you mean `fallback`?");
    row("fallback empty", route(R"({"fallback":[]})"), "/routes/0/to/fallback: must have at least one entry");
    row("target form", route(R"({"target":"box"})"),
        "/routes/0/to/target: must be provider/model (model `*` = as asked)");
    row("target glob", route(R"({"target":"box/gpt-*"})"),
        "/routes/0/to/target: the model must be a name or `*` alone (as asked)");
    row("target unknown", route(R"({"fallback":[{"target":"box/a"},{"fallback":[{"target":"bax/a"}]}]})"),
        "/routes/0/to/fallback/1/fallback/0/target: there is no provider `bax`");
    row("match client", "{" + box + R"(,"routes":[{"id":"r","match":{"client":"z"},"to":{"target":"box/*"}}]})",
        "/routes/0/match/client: there is no client `z`");
    row("price", R"({"prices":[{"model":"*","inputUsdPerMTok":-1}]})",
        "/prices/0/inputUsdPerMTok: must be from 0 to 1000000000");
    row("price endless", R"({"prices":[{"model":"*","inputUsdPerMTok":1e999}]})",
        "/prices/0/inputUsdPerMTok: must be a number, found the number Infinity");
}

void TstConfigReader::errors()
{
    QFETCH(std::string, json);
    QFETCH(std::string, expected);
    QCOMPARE(QString::fromStdString(message(json)), QString::fromStdString(expected));
    QCOMPARE(readConfig(json).error().code, std::string("config_invalid"));
}

void TstConfigReader::brokenBytesNeverCrash()
{
    const std::string text = fullText();
    for (size_t i = 0; i < text.size(); ++i) {
        QVERIFY(!readConfig(std::string_view(text).substr(0, i)));
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 0x15);
        if (const auto config = readConfig(changed)) {
            const auto again = readConfig(writeConfig(*config));
            QVERIFY2(again && *again == *config, changed.c_str());
        }
    }
}

void TstConfigReader::durations_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int64_t>("ms"); // 0: an error
    QTest::addColumn<std::string>("written");
    QTest::newRow("ms") << std::string("250ms") << int64_t(250) << std::string("250ms");
    QTest::newRow("s") << std::string("2s") << int64_t(2'000) << std::string("2s");
    QTest::newRow("120s") << std::string("120s") << int64_t(120'000) << std::string("2m");
    QTest::newRow("90s") << std::string("90s") << int64_t(90'000) << std::string("90s");
    QTest::newRow("1h") << std::string("60m") << int64_t(3'600'000) << std::string("1h");
    for (const char *bad : {"", "s", "5", "5d", "-1s", "0ms", "1.5s", " 1s", "1s ", "99999999999999999999s", "200h"})
        QTest::newRow(bad) << std::string(bad) << int64_t(0) << std::string();
}

void TstConfigReader::durations()
{
    QFETCH(std::string, text);
    QFETCH(int64_t, ms);
    QFETCH(std::string, written);
    const auto duration = parseDuration(text);
    QCOMPARE(duration.has_value(), ms != 0);
    if (!duration)
        return;
    QCOMPARE(duration->count(), ms);
    QCOMPARE(formatDuration(*duration), written);
}

QTEST_GUILESS_MAIN(TstConfigReader)
#include "tst_config_reader.moc"
