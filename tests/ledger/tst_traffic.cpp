// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/sqlite.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace signalbox;

// The traffic of a ledger in pieces: each request once, oldest first, whatever order it was written in.
class TestTraffic final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void piecesMeet_data()
    {
        QTest::addColumn<int>("limit");
        for (const int limit : {1, 2, 3, 7, 100})
            QTest::addRow("%d at once", limit) << limit;
    }

    void piecesMeet()
    {
        QFETCH(int, limit);
        QTemporaryDir folder;
        QString path;
        {
            auto ledger = Ledger::open({folder.path(), 30, 100});
            QVERIFY(ledger);
            path = (*ledger)->databasePath();
        }
        const std::vector<int64_t> startedMs{5'000, 1'000, 3'000, 3'000, 3'000, 9'000, 1'000};
        std::vector<RequestRecord> records;
        for (size_t i = 0; i < startedMs.size(); ++i) {
            records.push_back(test::sampleRecord(int64_t(i), startedMs[i]));
            records.back().session = "s" + std::to_string(i);
            records.back().tag = "t" + std::to_string(i);
        }
        {
            auto database = Database::open(path, Database::Mode::ReadWrite);
            QVERIFY(database);
            auto writer = LedgerWriter::make(*database);
            QVERIFY(writer);
            QCOMPARE(*(*writer)->write(records), int64_t(records.size()));
        }
        auto reader = LedgerReader::open(path);
        QVERIFY(reader);
        std::vector<TrafficRow> all;
        for (TrafficRow::Place last;;) {
            const auto piece = (*reader)->traffic(last, limit);
            QVERIFY(piece);
            QVERIFY(int(piece->size()) <= limit);
            if (piece->empty())
                break;
            all.insert(all.end(), piece->begin(), piece->end());
            last = all.back().place;
        }
        const std::vector<size_t> order{1, 6, 2, 3, 4, 0, 5};
        QCOMPARE(all.size(), order.size());
        for (size_t i = 0; i < order.size(); ++i) {
            const RequestRecord &record = records[order[i]];
            QCOMPARE(all[i].place.startedAtMs, record.startedAtMs);
            QCOMPARE(all[i].model, record.requestedModel);
            QCOMPARE(all[i].project, record.project);
            QCOMPARE(all[i].client, record.client);
            QCOMPARE(all[i].user, record.user);
            QCOMPARE(all[i].session, record.session);
            QCOMPARE(all[i].tag, record.tag);
            QCOMPARE(all[i].usage.input, record.usage.input);
            QCOMPARE(all[i].usage.cachedInput, record.usage.cachedInput);
            QCOMPARE(all[i].usage.cacheWrite, record.usage.cacheWrite);
            QCOMPARE(all[i].usage.output, record.usage.output);
        }
    }
};

QTEST_GUILESS_MAIN(TestTraffic)
#include "tst_traffic.moc"
