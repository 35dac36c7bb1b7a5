// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_store.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/report_text.h"
#include "core/ledger/ledger.h"
#include "core/secrets/secret_store.h"
#include "ui/data/host_maintenance.h"
#include "ui/data/ledger_feed.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

// The seam over real parts: a ledger, a config, a gateway thread.
class TestHostMaintenance final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<ConfigStore>(m_dir->filePath(u"gateway.json"_s));
        QVERIFY(m_store->load());
        const QString data = m_dir->filePath(u"data"_s);
        auto ledger = Ledger::open({data, 36'500, 2048});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_host = std::make_unique<GatewayHost>(*m_ledger, m_secrets, GatewayHost::Options{false, data + u"/logs"_s});
        m_feed = std::make_unique<LedgerFeed>(m_ledger->databasePath());
        m_maintenance =
            std::make_unique<HostMaintenance>(HostMaintenance::Parts{*m_host, *m_ledger, *m_store, *m_feed, data});
    }

    void cleanup()
    {
        m_maintenance.reset();
        m_feed.reset();
        m_host.reset();
        m_ledger.reset();
        m_store.reset();
    }

    void historyGoes()
    {
        book(20);
        std::optional<Result<int64_t>> count;
        QTRY_VERIFY(ask(count, [&](auto done) { m_maintenance->countHistory({}, this, done); }) && **count == 20);
        const QSignalSpy told(m_maintenance.get(), &HostMaintenance::happened);
        std::optional<Result<HistoryDeleted>> gone;
        m_maintenance->deleteHistory({}, this, [&](Result<HistoryDeleted> answer) { gone = std::move(answer); });
        QTRY_VERIFY(gone);
        QCOMPARE((*gone)->requests, 20);
        QCOMPARE(told.count(), 1);
    }

    void backupAndRestore()
    {
        Config config;
        config.store.keepDays = 11;
        QSignalSpy saved(m_store.get(), &ConfigStore::saved);
        QVERIFY(m_store->apply(config, u"for the test"_s));
        QVERIFY(saved.wait());
        std::optional<Result<BackupInfo>> made;
        m_maintenance->backUp(m_dir->path(), this, [&](Result<BackupInfo> answer) { made = std::move(answer); });
        QTRY_VERIFY(made);
        QVERIFY2(*made, *made ? "" : made->error().message.c_str());
        config.store.keepDays = 12;
        QVERIFY(m_store->apply(config, u"later"_s));
        QVERIFY(saved.wait());
        std::optional<Result<BackupInfo>> restored;
        m_maintenance->restore((*made)->folder, this, [&](Result<BackupInfo> answer) { restored = std::move(answer); });
        QTRY_VERIFY(restored);
        QVERIFY2(*restored, *restored ? "" : restored->error().message.c_str());
        QCOMPARE(m_store->current()->store.keepDays, 11);
        QVERIFY(m_maintenance->isRestoreStaged());
        QCOMPARE(QDir(m_dir->filePath(u"data/backups"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
        m_maintenance->cancelRestore();
        QVERIFY(!m_maintenance->isRestoreStaged());
    }

    void webhookAnswers_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<bool>("good");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("taken") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << true << QByteArray("HTTP 204");
        QTest::newRow("refused") << QByteArray("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno hook") << false
                                 << QByteArray("HTTP 404: no hook");
    }
    void webhookAnswers()
    {
        QFETCH(QByteArray, reply);
        QFETCH(bool, good);
        QFETCH(QByteArray, said);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QByteArray seen;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&seen, socket, reply] {
                seen += socket->readAll();
                if (seen.contains("\"id\":\"test\""))
                    socket->write(reply);
            });
        });
        WebhookConfig hook;
        hook.id = "ops";
        hook.url = "http://127.0.0.1:" + std::to_string(server.serverPort()) + "/hook";
        hook.secret = "env:SIGNALBOX_TEST_HOOK";
        qputenv("SIGNALBOX_TEST_HOOK", "whsec-for-this-test");
        std::optional<Result<std::string>> told;
        m_maintenance->testWebhook(hook, this, [&](Result<std::string> answer) { told = std::move(answer); });
        QTRY_VERIFY(told);
        QCOMPARE(told->has_value(), good);
        const std::string words = *told ? **told : told->error().message;
        QVERIFY2(words.find(said.toStdString()) != std::string::npos, words.c_str());
        QVERIFY(seen.toLower().contains("x-signalbox-signature: t="));
        QVERIFY(!seen.contains("whsec"));
    }

    void aSecretThatIsNotThereIsSaid()
    {
        WebhookConfig hook;
        hook.id = "ops";
        hook.url = "env:SIGNALBOX_TEST_NOTHING";
        qunsetenv("SIGNALBOX_TEST_NOTHING");
        std::optional<Result<std::string>> told;
        m_maintenance->testWebhook(hook, this, [&](Result<std::string> answer) { told = std::move(answer); });
        QTRY_VERIFY(told);
        QVERIFY(!*told);
    }

    void theReportHoldsNoSecret()
    {
        Config config;
        ClientConfig client;
        client.id = "laptop";
        client.keySha256 = std::string(64, 'e');
        config.clients = {client};
        ProviderConfig box;
        box.id = "box";
        box.baseUrl = "http://127.0.0.1:1/v1";
        box.headers["x-team"] = "hush-hush";
        config.providers = {box};
        WebhookConfig hook;
        hook.id = "chat";
        hook.url = "https://hooks.example.com/T0/verysecret";
        config.alerts.webhooks = {hook};
        QDir(m_dir->path()).mkpath(u"logs"_s);
        QFile log(m_dir->filePath(u"logs/signalbox.log"_s));
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write("{\"note\":\"sk-ant-REDACTED-0123456789\"}\n{\"note\":\"all well\"}\n");
        log.close();
        const std::string text = reportText(config, m_dir->filePath(u"logs"_s), m_dir->path());
        for (const char *secret : {"eeee", "hush-hush", "verysecret", "0123456789"})
            QVERIFY2(text.find(secret) == std::string::npos, secret);
        for (const char *there : {"Signalbox", "Qt 6", "laptop", "\"box\"", "all well", "signalbox.log"})
            QVERIFY2(text.find(there) != std::string::npos, there);
        std::optional<Result<QString>> written;
        const QString path = m_dir->filePath(u"report.txt"_s);
        m_maintenance->writeReport(path, this, [&](Result<QString> answer) { written = std::move(answer); });
        QTRY_VERIFY(written);
        QVERIFY(*written && QFile::exists(path));
    }

private:
    // Asks and waits for the answer of one question.
    template<class T, class Ask>
    bool ask(std::optional<Result<T>> &into, Ask question)
    {
        into.reset();
        question([&into](Result<T> answer) { into = std::move(answer); });
        return QTest::qWaitFor([&] { return into.has_value(); }) && into->has_value();
    }

    void book(int rows)
    {
        for (int i = 0; i < rows; ++i) {
            RequestRecord record;
            record.id = "018bcfe5-0000-7000-8000-0000000000" + std::to_string(10 + i);
            record.startedAtMs = 1'700'000'000'000 + i;
            record.project = "docs";
            record.provider = "box";
            record.model = "m";
            record.status = 200;
            m_ledger->record(record);
        }
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    SecretStore m_secrets;
    std::unique_ptr<ConfigStore> m_store;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<LedgerFeed> m_feed;
    std::unique_ptr<HostMaintenance> m_maintenance;
};

QTEST_GUILESS_MAIN(TestHostMaintenance)
#include "tst_host_maintenance.moc"
