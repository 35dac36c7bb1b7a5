// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/auto_backup.h"
#include "core/ledger/ledger.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace std::chrono_literals;

class TestAutoBackup final : public QObject
{
    Q_OBJECT

private:
    QString folder() const { return AutoBackup::folderIn(m_dir->path()); }
    QStringList names() const { return QDir(folder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name); }
    void pretend(qint64 secondsAgo) const
    {
        const QDateTime at = QDateTime::currentDateTime().addSecs(-secondsAgo);
        QDir(folder()).mkpath(QStringLiteral("signalbox-backup-") + at.toString(QStringLiteral("yyyyMMdd-HHmmss")));
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Ledger> m_ledger;

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        auto ledger = Ledger::open({m_dir->path(), 30, 2048});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_ledger->record(test::sampleRecord(1, QDateTime::currentMSecsSinceEpoch()));
    }
    void cleanup() { m_ledger.reset(); }

    void makesOneWhenItIsDueAndDropsOldOnes()
    {
        for (const qint64 days : {9, 8, 7, 6})
            pretend(days * 86400);
        QDir(m_dir->path()).mkpath(QStringLiteral("backups/signalbox-backup-20200101-000000")); // a person's own
        AutoBackup backup({m_dir->path(), m_dir->filePath(QStringLiteral("gateway.json"))});
        QSignalSpy made(&backup, &AutoBackup::made);
        backup.look();
        QCOMPARE(names().size(), 4); // nothing was asked for
        backup.configure(24h, 3);
        backup.look();
        QVERIFY(made.wait());
        QCOMPARE(made[0][1].toInt(), 2);
        QCOMPARE(names().size(), 3);
        const auto checked = checkBackup(made[0][0].toString());
        QVERIFY2(checked, checked ? "" : checked.error().message.c_str());
        QVERIFY(QDir(m_dir->filePath(QStringLiteral("backups/signalbox-backup-20200101-000000"))).exists());
        backup.configure(24h, 3);
        backup.look(); // the newest is fresh
        QTest::qWait(50);
        QCOMPARE(made.count(), 1);
    }

    void goesOnAfterARestart()
    {
        pretend(3600);
        AutoBackup backup({m_dir->path(), m_dir->filePath(QStringLiteral("gateway.json"))});
        QSignalSpy made(&backup, &AutoBackup::made);
        backup.configure(2h, 3);
        backup.look();
        QTest::qWait(50);
        QCOMPARE(made.count(), 0);
        backup.configure(1h, 3);
        backup.look();
        QVERIFY(made.wait());
        QCOMPARE(names().size(), 2);
    }

    void aFailureDropsNothing()
    {
        pretend(9 * 86400);
        pretend(8 * 86400);
        m_ledger.reset();
        QVERIFY(QFile::remove(m_dir->filePath(QStringLiteral("signalbox.db"))));
        AutoBackup backup({m_dir->path(), m_dir->filePath(QStringLiteral("gateway.json"))});
        QSignalSpy failed(&backup, &AutoBackup::failed);
        backup.configure(1h, 1);
        backup.look();
        QVERIFY(failed.wait());
        QVERIFY(!failed[0][0].toString().isEmpty());
        QCOMPARE(names().filter(QStringLiteral(".part")).size(), names().size() - 2);
        backup.look(); // not again at once
        QTest::qWait(50);
        QCOMPARE(failed.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestAutoBackup)
#include "tst_auto_backup.moc"
