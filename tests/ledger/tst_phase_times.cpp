// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/phase_times.h"
#include "core/ledger/request_details.h"
#include "core/ledger/row_writer.h"
#include "core/ledger/schema.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace signalbox::test;

Q_DECLARE_METATYPE(signalbox::PhaseTimes)

class TstPhaseTimes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comeBackAsTheyWere_data();
    void comeBackAsTheyWere();
    void theUsualRequestTakesFewBytes();
    void damagedBytesAreRefused();
    void everyRowKeepsThem();
    void olderRowsHaveThemFromTheirDetails();
    void aFileOfVersion6GetsRoom();
};

void TstPhaseTimes::comeBackAsTheyWere_data()
{
    QTest::addColumn<PhaseTimes>("times");
    QTest::newRow("one attempt") << PhaseTimes{120, 180, 260, {{262, 300, 41'000, false}}};
    QTest::newRow("translated, no token") << PhaseTimes{0, 0, 5, {{5, 5, -1, true}}};
    QTest::newRow("refused before a plan") << PhaseTimes{120, 180, -1, {}};
    QTest::newRow("an upload") << PhaseTimes{-1, -1, -1, {{900, 1'000, -1, false}}};
    QTest::newRow("retries") << PhaseTimes{1, 2, 3, {{4, 5, -1, false}, {2'000'000, 2'000'400, 2'900'000, true}}};
    // The second way begins before the first has shown anything.
    QTest::newRow("hedge") << PhaseTimes{1, 2, 3, {{4, 5, 9'000'000, false}, {700'000, 700'100, 800'000, false}}};
    QTest::newRow("a day long") << PhaseTimes{1, 2, 3, {{4, 5, 86'400'000'000, false}}};
}

void TstPhaseTimes::comeBackAsTheyWere()
{
    QFETCH(PhaseTimes, times);
    const auto back = unpackPhases(packPhases(times));
    QVERIFY(back);
    QVERIFY(*back == times);
}

void TstPhaseTimes::theUsualRequestTakesFewBytes()
{
    const std::string packed = packPhases({180, 240, 420, {{425, 610, 1'900'000, true}}});
    QVERIFY2(packed.size() <= 13, qPrintable(QString::number(packed.size())));
    QVERIFY(packPhases({}).empty());
    QVERIFY(!unpackPhases({}));
}

void TstPhaseTimes::damagedBytesAreRefused()
{
    const std::string packed = packPhases({180, 240, 420, {{425, 610, 1'900'000, true}}});
    int refused = 0;
    for (size_t length = 1; length < packed.size(); ++length)
        refused += !unpackPhases(std::string_view(packed).substr(0, length));
    QVERIFY2(refused >= int(packed.size()) - 4, "only what ends between two attempts is whole");
    QVERIFY(!unpackPhases(std::string(40, '\xff')));
    for (int byte = 0; byte < 256; ++byte)
        (void)unpackPhases(packed + std::string(3, char(byte)));
}

void TstPhaseTimes::everyRowKeepsThem()
{
    const SpendLedger ledger;
    const int64_t start = QDateTime(QDate(2026, 11, 20), QTime(9, 0), Qt::UTC).toMSecsSinceEpoch();
    ledger.fill(20, start, 1'000); // single rows and those written together
    const auto reader = ledger.reader();
    QVERIFY(reader);
    const auto rows = reader->page({}, 0, 0, 100);
    QVERIFY(rows);
    QCOMPARE(rows->size(), size_t(20));
    for (size_t i = 0; i < rows->size(); ++i) {
        const auto detail = reader->detail((*rows)[i].id);
        QVERIFY(detail && *detail);
        const auto times = phasesOf((*detail)->record);
        QVERIFY(times);
        QCOMPARE(times->plannedUs, int64_t(260));
        QCOMPARE(times->attempts.size(), size_t(2));
        QCOMPARE(times->attempt(2)->firstTokenUs, int64_t(60'000 + 19 - int64_t(i)));
        QVERIFY(!times->attempt(3) && !times->attempt(0));
    }
}

void TstPhaseTimes::olderRowsHaveThemFromTheirDetails()
{
    RequestDetails details;
    details.receivedUs = 10;
    details.parsedUs = 20;
    details.plannedUs = 30;
    details.attempts = {{1, 30, 45, 900, "anthropic", "/v1/messages", "", true}};
    RequestRecord record;
    QVERIFY(!phasesOf(record));
    record.bodies = {{StoredBody::Kind::Details, "application/json", detailsToJson(details), false}};
    const auto times = phasesOf(record);
    QVERIFY(times);
    const PhaseTimes wanted{10, 20, 30, {{30, 45, 900, true}}};
    QVERIFY(*times == wanted);
}

// Rows are written to a file on its way from version 4, and to one of version 6 after the step.
void TstPhaseTimes::aFileOfVersion6GetsRoom()
{
    const SpendLedger ledger;
    const int64_t start = QDateTime(QDate(2026, 11, 20), QTime(9, 0), Qt::UTC).toMSecsSinceEpoch();
    {
        auto database = Database::open(ledger.path(), Database::Mode::ReadWrite);
        QVERIFY(database);
        QVERIFY(prepareForWriting(*database));
        QVERIFY(migrate(*database, ledger.path(), schemaSteps().first(6)));
        RowWriter writer;
        QVERIFY(writer.prepare(*database));
        QVERIFY(*writer.insert(sampleRecord(0, start)));
        QCOMPARE(*database->integer("SELECT count(*) FROM exchange_row"), int64_t(1));
    }
    ledger.fill(1, start + 60'000, 1'000);
    const auto reader = ledger.reader();
    QVERIFY(reader);
    const auto rows = reader->page({}, 0, 0, 10);
    QVERIFY(rows);
    QCOMPARE(rows->size(), size_t(2));
    QVERIFY(phasesOf((*reader->detail(rows->front().id))->record));
    QVERIFY(!phasesOf((*reader->detail(rows->back().id))->record));
}

QTEST_GUILESS_MAIN(TstPhaseTimes)
#include "tst_phase_times.moc"
