// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/client_commands.h"
#include "core/config/client_key.h"
#include "core/config/config_reader.h"
#include "core/gateway/authenticator.h"
#include "core/net/http_head.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace signalbox;

namespace {

constexpr int64_t now = 1'800'000'000'000;

struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

// The real program over a config of its own.
class Daemon
{
public:
    Ran run(QStringList arguments) const
    {
        QProcess process;
        arguments << QStringLiteral("--config") << file() << QStringLiteral("--data-dir") << m_folder.path();
        process.start(QStringLiteral(SIGNALBOX_BIN_DIR "/signalboxd"), arguments);
        if (!process.waitForFinished(30'000))
            return {};
        return {process.exitCode(), process.readAllStandardOutput().toStdString(),
                process.readAllStandardError().toStdString()};
    }
    QString file() const { return m_folder.filePath(QStringLiteral("gateway.json")); }
    std::string text() const
    {
        QFile config(file());
        return config.open(QIODevice::ReadOnly) ? config.readAll().toStdString() : std::string();
    }
    Config config() const
    {
        const auto read = readConfig(text());
        return read ? *read : Config();
    }

private:
    QTemporaryDir m_folder;
};

std::string keyIn(const Ran &ran)
{
    return ran.out.empty() ? std::string() : ran.out.substr(0, ran.out.size() - 1);
}

std::string codeOf(const Config &config, const std::string &key, int64_t atMs)
{
    HttpRequestHead head;
    head.headers.add("x-api-key", key);
    const auto caller = Authenticator(config).authenticate(head, atMs);
    return caller ? "in" : caller.error().code;
}

} // namespace

class TestClientCommands final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesAKeyWithItsLimits()
    {
        const Daemon daemon;
        const Ran made = daemon.run({QStringLiteral("--new-client"), QStringLiteral("ci"), QStringLiteral("--name"),
                                     QStringLiteral("Build farm"), QStringLiteral("--user"), QStringLiteral("ann"),
                                     QStringLiteral("--expires"), QStringLiteral("90d"), QStringLiteral("--models"),
                                     QStringLiteral("gpt-5*,claude-*"), QStringLiteral("--dialects"),
                                     QStringLiteral("anthropic"), QStringLiteral("--regions"), QStringLiteral("eu")});
        QCOMPARE(made.err, std::string());
        QCOMPARE(made.status, 0);
        const std::string key = keyIn(made);
        QCOMPARE(key.size(), size_t{46});
        const Config config = daemon.config();
        QCOMPARE(config.clients.size(), size_t{1});
        const ClientConfig &client = config.clients[0];
        QCOMPARE(client.keySha256, clientKeySha256(key));
        QCOMPARE(client.title(), std::string("Build farm"));
        QCOMPARE(client.user, std::string("ann"));
        QCOMPARE(client.models, (std::vector<std::string>{"gpt-5*", "claude-*"}));
        QCOMPARE(client.dialects, std::vector<std::string>{"anthropic"});
        QCOMPARE(client.regions, std::vector<std::string>{"eu"});
        QCOMPARE(*client.expiresAtMs - *client.createdAtMs, int64_t{90} * 86'400'000);
        QVERIFY(daemon.text().find(key) == std::string::npos);
    }

    void aSecondOfTheSameNameIsRefused()
    {
        const Daemon daemon;
        QCOMPARE(daemon.run({QStringLiteral("--new-client"), QStringLiteral("ci")}).status, 0);
        const std::string before = daemon.text();
        const Ran again = daemon.run({QStringLiteral("--new-client"), QStringLiteral("ci")});
        QCOMPARE(again.status, 1);
        QVERIFY(again.err.find("--rotate-client ci") != std::string::npos);
        QVERIFY(again.out.empty());
        QCOMPARE(daemon.text(), before);
    }

    void whatTheConfigRefusesIsToldAndChangesNothing()
    {
        const Daemon daemon;
        const Ran ran = daemon.run(
            {QStringLiteral("--new-client"), QStringLiteral("ci"), QStringLiteral("--dialects"), QStringLiteral("x")});
        QCOMPARE(ran.status, 2);
        QVERIFY2(ran.err.find("/clients/0/dialects/0: must be one of") != std::string::npos, ran.err.c_str());
        QVERIFY(ran.out.empty());
        QVERIFY(!QFile::exists(daemon.file()));
        for (const QStringList &wrong :
             {QStringList{QStringLiteral("--grace"), QStringLiteral("1h")},
              QStringList{QStringLiteral("--models"), QStringLiteral("x")},
              QStringList{QStringLiteral("--new-client"), QStringLiteral("a"), QStringLiteral("--expires"),
                          QStringLiteral("soon")},
              QStringList{QStringLiteral("--list-clients"), QStringLiteral("--revoke-client"), QStringLiteral("a")}})
            QCOMPARE(daemon.run(wrong).status, 64);
    }

    void rotatesAndRevokes()
    {
        const Daemon daemon;
        const std::string first = keyIn(daemon.run({QStringLiteral("--new-client"), QStringLiteral("ci")}));
        const std::string second = keyIn(daemon.run({QStringLiteral("--rotate-client"), QStringLiteral("ci"),
                                                     QStringLiteral("--grace"), QStringLiteral("2h")}));
        QVERIFY(!second.empty() && first != second);
        const Config rotated = daemon.config();
        const int64_t ends = *rotated.clients[0].previousValidUntilMs;
        QCOMPARE(codeOf(rotated, first, ends - 1), std::string("in"));
        QCOMPARE(codeOf(rotated, first, ends), std::string("key_replaced"));
        QCOMPARE(codeOf(rotated, second, ends), std::string("in"));

        const Ran listed = daemon.run({QStringLiteral("--list-clients")});
        QCOMPARE(listed.status, 0);
        QVERIFY2(listed.out.find("old key until") != std::string::npos, listed.out.c_str());
        QVERIFY(listed.out.find(rotated.clients[0].keySha256) == std::string::npos);
        QVERIFY(listed.out.find(second) == std::string::npos);

        QCOMPARE(daemon.run({QStringLiteral("--revoke-client"), QStringLiteral("ci")}).status, 0);
        const Config revoked = daemon.config();
        QCOMPARE(codeOf(revoked, second, ends), std::string("key_revoked"));
        QCOMPARE(codeOf(revoked, first, ends - 1), std::string("key_revoked"));
        QCOMPARE(daemon.run({QStringLiteral("--rotate-client"), QStringLiteral("ci")}).status, 1);
        QCOMPARE(daemon.run({QStringLiteral("--revoke-client"), QStringLiteral("nobody")}).status, 1);
    }

    void aKeyInItsGraceEndsWithTheNextRotation()
    {
        const auto first = addClient({}, {"ci"}, now);
        QVERIFY(first);
        const auto second = rotateClient(first->config, "ci", usualGrace, now);
        const auto third = rotateClient(second->config, "ci", usualGrace, now);
        QCOMPARE(codeOf(third->config, first->key, now), std::string("invalid_api_key"));
        QCOMPARE(codeOf(third->config, second->key, now), std::string("in"));
        QCOMPARE(codeOf(third->config, third->key, now), std::string("in"));
        const auto sudden = rotateClient(first->config, "ci", Millis(0), now);
        QCOMPARE(codeOf(sudden->config, first->key, now), std::string("key_replaced"));
    }

    void spans()
    {
        QCOMPARE(parseSpan("30d")->count(), int64_t{30} * 86'400'000);
        QCOMPARE(parseSpan("0s")->count(), int64_t{0});
        for (const char *bad : {"", "5", "h", "-1h", "1.5h", "99999999999999d", "1 h"})
            QVERIFY2(!parseSpan(bad), bad);
    }
};

QTEST_GUILESS_MAIN(TestClientCommands)
#include "tst_client_commands.moc"
