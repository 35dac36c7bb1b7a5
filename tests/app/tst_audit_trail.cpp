// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit_trail.h"
#include "core/ledger/ledger_reader.h"
#include "core/secrets/secret_store.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;

class TstAuditTrail final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<ConfigStore>(m_dir->filePath(QStringLiteral("gateway.json")));
        QVERIFY(m_store->load());
        auto ledger = Ledger::open({m_dir->filePath(QStringLiteral("data"))});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_host = std::make_unique<GatewayHost>(*m_ledger, m_secrets,
                                               GatewayHost::Options{false, m_dir->filePath(QStringLiteral("logs"))});
        m_trail = std::make_unique<AuditTrail>(*m_store, *m_host, *m_ledger, "console");
    }

    void cleanup()
    {
        m_trail.reset();
        m_host.reset();
        m_ledger.reset();
        m_store.reset();
    }

    void configOfTheConsole()
    {
        Config next;
        next.store.keepDays = 9;
        QVERIFY(m_store->apply(next, QStringLiteral("settings changed")));
        QTRY_COMPARE(lines().size(), size_t(1));
        const AuditEntry entry = lines().front();
        QCOMPARE(entry.source, std::string("console"));
        QCOMPARE(entry.kind, std::string("config"));
        QCOMPARE(entry.what, std::string("settings changed"));
        QCOMPARE(entry.pointer, std::string("/store/keepDays"));
        QCOMPARE(entry.before, std::string("(default)"));
        QCOMPARE(entry.after, std::string("9"));
    }

    void keysHaveAKindOfTheirOwn()
    {
        Config next;
        ClientConfig client;
        client.id = "laptop";
        client.keySha256 = std::string(64, 'c');
        next.clients = {client};
        QVERIFY(m_store->apply(next, QStringLiteral("client key laptop made")));
        QTRY_COMPARE(lines().size(), size_t(1));
        QCOMPARE(lines().front().kind, std::string("key"));
        QVERIFY(lines().front().after.find("cccc") == std::string::npos);
    }

    void editsOfTheFile()
    {
        m_store->watch();
        QFile file(m_store->path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"version\":1,\"listen\":{\"port\":9999}}");
        file.close();
        QTRY_COMPARE(lines().size(), size_t(1));
        QCOMPARE(lines().front().source, std::string("file"));
        QCOMPARE(lines().front().pointer, std::string("/listen/port"));
    }

    void startAndStop()
    {
        Config config;
        config.listen.port = 0;
        m_host->start(std::make_shared<const Config>(config));
        QTRY_COMPARE(m_host->state(), GatewayState::Running);
        m_host->stop(false);
        QTRY_COMPARE(lines().size(), size_t(2));
        QCOMPARE(lines()[1].what, std::string("the gateway started"));
        QCOMPARE(lines()[0].what, std::string("the gateway stopped"));
        QCOMPARE(lines()[0].kind, std::string("gateway"));
    }

private:
    std::vector<AuditEntry> lines() const
    {
        const auto reader = LedgerReader::open(m_ledger->databasePath());
        const auto all = reader ? (*reader)->audit({}) : reader.error();
        return all ? *all : std::vector<AuditEntry>();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    SecretStore m_secrets;
    std::unique_ptr<ConfigStore> m_store;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<AuditTrail> m_trail;
};

QTEST_GUILESS_MAIN(TstAuditTrail)
#include "tst_audit_trail.moc"
