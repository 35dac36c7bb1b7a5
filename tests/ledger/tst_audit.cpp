// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/audit.h"
#include "core/ledger/schema.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::test;

class TstAudit final : public QObject
{
    Q_OBJECT

    static AuditEntry entry(int64_t atMs, const char *kind, const char *what, const char *pointer = "")
    {
        return {0, atMs, "ada", "console", kind, what, pointer, "1", "2"};
    }

private Q_SLOTS:
    void keptAndRead()
    {
        QTemporaryDir dir;
        {
            auto ledger = Ledger::open({dir.path()});
            QVERIFY(ledger);
            QSignalSpy written(ledger->get(), &Ledger::auditWritten);
            (*ledger)->noteAudit({entry(1'000, "config", "first", "/listen/port")});
            QVERIFY(written.wait());
            (*ledger)->noteAudit({entry(2'000, "key", "key 100% mine"), entry(3'000, "gateway", "started")});
        } // what is noted last is kept too
        const auto reader = LedgerReader::open(dir.filePath(QStringLiteral("signalbox.db")));
        QVERIFY(reader);
        const auto all = (*reader)->audit({});
        QVERIFY(all);
        QCOMPARE(all->size(), size_t(3));
        QCOMPARE(all->front().what, std::string("started")); // newest first
        QCOMPARE(all->back().pointer, std::string("/listen/port"));
        const auto count = [&](const AuditFilter &filter) { return (*reader)->audit(filter)->size(); };
        AuditFilter filter;
        filter.kind = "key";
        QCOMPARE(count(filter), size_t(1));
        filter = {};
        filter.text = "LISTEN";
        QCOMPARE(count(filter), size_t(1));
        filter.text = "0%"; // a sign of LIKE stands for itself
        QCOMPARE(count(filter), size_t(1));
        filter = {};
        filter.fromMs = 2'000;
        filter.toMs = 3'000;
        QCOMPARE(count(filter), size_t(1));
        filter = {};
        filter.limit = 1;
        filter.beforeId = all->front().id;
        QCOMPARE((*reader)->audit(filter)->front().what, std::string("key 100% mine"));
    }

    void cannotBeChanged()
    {
        QTemporaryDir dir;
        {
            auto ledger = Ledger::open({dir.path()});
            QVERIFY(ledger);
            (*ledger)->noteAudit({entry(1'000, "config", "first")});
        }
        auto database = Database::open(dir.filePath(QStringLiteral("signalbox.db")), Database::Mode::ReadWrite);
        QVERIFY(database);
        QVERIFY(!database->exec("UPDATE audit SET what = 'other'"));
        QVERIFY(!database->exec("DELETE FROM audit"));
        QCOMPARE(*database->integer("SELECT count(*) FROM audit"), 1);
    }

    void anOlderFileGetsTheTable()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("signalbox.db"));
        {
            auto database = Database::open(path, Database::Mode::ReadWrite);
            QVERIFY(database);
            QVERIFY(prepareForWriting(*database));
            QVERIFY(migrate(*database, path, schemaSteps().first(5)));
        }
        {
            auto ledger = Ledger::open({dir.path()});
            QVERIFY2(ledger, ledger ? "" : ledger.error().message.c_str());
            (*ledger)->noteAudit({entry(1'000, "config", "first")});
        }
        const auto reader = LedgerReader::open(path);
        QCOMPARE((*reader)->audit({})->size(), size_t(1));
    }

    void csvAndJson()
    {
        AuditEntry odd = entry(1'577'836'800'000, "config", "=cmd, \"quoted\"", "/a/b");
        const std::string csv = auditCsv({odd});
        QCOMPARE(csv,
                 std::string("at,actor,source,kind,what,pointer,before,after\r\n"
                             "2020-01-01T00:00:00.000Z,ada,console,config,\"'=cmd, \"\"quoted\"\"\",/a/b,1,2\r\n"));
        odd.pointer.clear();
        QCOMPARE(auditJson({odd}),
                 std::string("{\"entries\":[{\"id\":0,\"at\":\"2020-01-01T00:00:00.000Z\",\"actor\":\"ada\",\"source\":"
                             "\"console\",\"kind\":\"config\",\"what\":\"=cmd, \\\"quoted\\\"\"}]}"));
    }
};

QTEST_GUILESS_MAIN(TstAudit)
#include "tst_audit.moc"
