// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/backup.h"
#include "core/ledger/history.h"
#include "tests/ledger/spend_ledger.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <atomic>

using namespace signalbox;
using namespace signalbox::test;

// What people do with the ledger as a whole: delete parts of it, keep a copy, go back to one.
class TstHistory final : public QObject
{
    Q_OBJECT

    static constexpr int64_t start = 1'700'000'000'000;

    static Result<HistoryDeleted> remove(Ledger &ledger, const HistoryChoice &choice)
    {
        std::atomic<bool> over = false;
        Result<HistoryDeleted> told = HistoryDeleted();
        ledger.deleteHistory(choice, [&](Result<HistoryDeleted> answer) {
            told = std::move(answer);
            over = true;
        });
        if (!QTest::qWaitFor([&] { return over.load(); }, 20'000))
            return Error{"test", "never answered"};
        return told;
    }

private Q_SLOTS:
    void oldConfigsAreForgotten()
    {
        const SpendLedger made;
        {
            auto ledger = Ledger::open({made.folder(), 36'500, 2048});
            QVERIFY(ledger);
            for (int i = 1; i <= 230; ++i)
                (*ledger)->noteConfigVersion("{\"n\": " + std::to_string(i) + "}", "again");
        }
        QCOMPARE(made.number("SELECT count(*) FROM config_version"), 200);
        QCOMPARE(made.number("SELECT min(id) FROM config_version"), 31);
        const auto reader = made.reader();
        QCOMPARE(*reader->configText(230), std::string("{\"n\": 230}"));
        QCOMPARE(*reader->configTextBefore(31), std::string());
        QCOMPARE(reader->configText(30).error().code, std::string("config_version_unknown"));
    }

    void periodAndProject()
    {
        const SpendLedger made;
        made.fill(2'000, start, 1'000);
        const std::string sums = "SELECT count(*) FROM rollup_day";
        const int64_t days = made.number(sums);
        auto reader = made.reader();
        QVERIFY(reader);
        const int64_t all = *reader->countHistory({});
        QCOMPARE(all, 2'000);
        HistoryChoice choice{start + 100'000, start + 900'000, {}};
        const int64_t inRange = *reader->countHistory(choice);
        QCOMPARE(inRange, 800);
        choice.project = "o'none"; // a quote in a name is part of it
        QCOMPARE(*reader->countHistory(choice), 0);
        choice.project.clear();
        // What a reader remembers of places follows.
        QCOMPARE(reader->window({}, 150, 1)->front().startedAtMs, start + 1'849'000);
        {
            auto ledger = Ledger::open({made.folder(), 36'500, 2048});
            QVERIFY(ledger);
            const auto gone = remove(**ledger, choice);
            QVERIFY2(gone, gone ? "" : gone.error().message.c_str());
            QCOMPARE(gone->requests, 800);
            QVERIFY(gone->freedBytes > 0);
            QCOMPARE((*ledger)->health().rows, 1'200);
            QCOMPARE(reader->window({}, 1'150, 1)->front().startedAtMs, start + 49'000);
            QCOMPARE(*reader->count({}), 1'200);
            // Rows still come in.
            (*ledger)->record(sampleRecord(5'000, start + 5'000'000));
        }
        reader = made.reader();
        QCOMPARE(*reader->countHistory({}), 1'201);
        QCOMPARE(*reader->countHistory(choice), 0);
        QVERIFY(made.number(sums) >= days); // sums of spend stay
        QCOMPARE(made.number("SELECT count(*) FROM attempt_row WHERE row NOT IN (SELECT row FROM exchange_row)"), 0);
    }

    void backupAndRestore()
    {
        const SpendLedger made;
        made.fill(50, start, 1'000);
        QTemporaryDir elsewhere;
        const QString config = elsewhere.filePath(QStringLiteral("gateway.json"));
        QFile file(config);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"version\":1,\"store\":{\"keepDays\":3}}");
        file.close();
        const auto backup = makeBackup({made.folder(), config}, elsewhere.path(), start);
        QVERIFY2(backup, backup ? "" : backup.error().message.c_str());
        QCOMPARE(backup->requests, 50);
        QVERIFY(backup->hasConfig && backup->bytes > 0);
        QVERIFY(!makeBackup({made.folder(), config}, elsewhere.path(), start)); // never over another
        made.fill(10, start + 100'000, 1'000);
        QCOMPARE(made.number("SELECT count(*) FROM exchange_row"), 60);
        QVERIFY(stageRestore(backup->folder, made.folder()));
        QVERIFY(isRestoreStaged(made.folder()));
        QCOMPARE(made.number("SELECT count(*) FROM exchange_row"), 60); // until the next start
        {
            auto ledger = Ledger::open({made.folder(), 36'500, 2048});
            QVERIFY(ledger);
        }
        QVERIFY(!isRestoreStaged(made.folder()));
        QCOMPARE(made.number("SELECT count(*) FROM exchange_row"), 50);
        QVERIFY(QFile::exists(made.path() + QStringLiteral(".before-restore")));
    }

    void brokenBackupsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char *how : {"cut", "empty", "overwritten", "newer", "config", "missing"})
            QTest::newRow(how) << QByteArray(how);
    }
    void brokenBackupsAreRefused()
    {
        QFETCH(QByteArray, how);
        const SpendLedger made;
        made.fill(300, start, 1'000);
        QTemporaryDir elsewhere;
        const auto backup = makeBackup({made.folder(), {}}, elsewhere.path(), start);
        QVERIFY(backup);
        const QString copy = backup->folder + QStringLiteral("/signalbox.db");
        QFile file(copy);
        if (how == "missing") {
            QVERIFY(QFile::remove(copy));
        } else if (how == "config") {
            QFile config(backup->folder + QStringLiteral("/gateway.json"));
            QVERIFY(config.open(QIODevice::WriteOnly));
            config.write("{\"version\":1,\"port\":3}");
        } else {
            QVERIFY(file.open(QIODevice::ReadWrite));
            if (how == "cut")
                file.resize(file.size() / 2);
            else if (how == "empty")
                file.resize(0);
            else if (how == "overwritten")
                file.seek(8192), file.write(QByteArray(16'384, 'x'));
            else
                file.seek(60), file.write(QByteArray("\0\0\0\x63", 4));
            file.close();
        }
        const auto refused = stageRestore(backup->folder, made.folder());
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find(backup->folder.toStdString()) != std::string::npos,
                 refused.error().message.c_str());
        QVERIFY(!isRestoreStaged(made.folder()));
    }
};

QTEST_GUILESS_MAIN(TstHistory)
#include "tst_history.moc"
