// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/row_writer.h"
#include "core/ledger/schema.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/target_rollup.h"
#include "tests/ledger/rollup_sums.h"
#include "tests/ledger/sample_records.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace signalbox;
using namespace signalbox::test;

class TstCompactRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void packsOnlyWhatComesBack_data();
    void packsOnlyWhatComesBack();
    void plansComeBack();
    void viewsSayWhatRecordsSaid();
    void version4ComesOverWhole();
    void migrationSurvivesKills();
    void pricesAreKeptWithTheirDates();

private:
    std::vector<RequestRecord> makeVersion4(int64_t rows) const;
    void checkAgainst(const std::vector<RequestRecord> &records) const;

    std::unique_ptr<SpendLedger> m_ledger;
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(17, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstCompactRows::init()
{
    m_ledger = std::make_unique<SpendLedger>();
}

void TstCompactRows::packsOnlyWhatComesBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("uuid");
    QTest::addColumn<bool>("hex");
    QTest::newRow("uuid") << "01934f5e-7b2a-7c3d-8e4f-0123456789ab" << true << false;
    QTest::newRow("upper case") << "01934F5E-7b2a-7c3d-8e4f-0123456789ab" << false << false;
    QTest::newRow("no dashes") << "01934f5e7b2a7c3d8e4f0123456789ab" << false << true;
    QTest::newRow("dash elsewhere") << "01934f5-e7b2a-7c3d-8e4f-0123456789ab" << false << false;
    QTest::newRow("odd") << "abc" << false << false;
    QTest::newRow("16 bytes of text") << "sixteen bytes ok" << false << false;
    QTest::newRow("too long") << QString(34, QLatin1Char('a')) << false << false;
    QTest::newRow("span") << "00f067aa0ba902b7" << false << true;
}

void TstCompactRows::packsOnlyWhatComesBack()
{
    QFETCH(QString, text);
    QFETCH(bool, uuid);
    QFETCH(bool, hex);
    const std::string plain = text.toStdString();
    const PackedText asUuid = PackedText::ofUuid(plain);
    QCOMPARE(asUuid.isBytes(), uuid);
    if (uuid)
        QCOMPARE(uuidText(asUuid.bytes()), plain);
    QCOMPARE(PackedText::textOfKey(asUuid.key()), plain);
    QCOMPARE(PackedText::ofHex(plain).isBytes(), hex);
}

void TstCompactRows::plansComeBack()
{
    for (const std::string &plan : {std::string(R"({"route":"r","targets":[{"target":"box/m1"}]})"),
                                    std::string(100'000, 'x'), std::string("\0\xff", 2)})
        QCOMPARE(unpackPlan(packPlan(plan)), plan);
    QCOMPARE(unpackPlan("rubbish"), std::string());
}

void TstCompactRows::checkAgainst(const std::vector<RequestRecord> &records) const
{
    const auto reader = m_ledger->reader();
    for (const RequestRecord &record : records) {
        const auto detail = reader->detail(record.id);
        QVERIFY(detail && *detail);
        QCOMPARE((*detail)->record, record);
    }
    SpendSums sums;
    for (const RequestRecord &record : records)
        sums.add(sumsOf(record));
    for (const char *table : {"rollup_quarter", "rollup_hour", "rollup_shift", "rollup_day"})
        QCOMPARE(rollupTotal<SpendSums>(m_ledger->path(), table), sums);
    for (const char *table : {"rollup_session_hour", "rollup_session_day"})
        QCOMPARE(rollupTotal<SessionSums>(m_ledger->path(), table).spend, sums);
    int64_t clear = 0;
    for (const RequestRecord &record : records)
        clear += countsForSpeed(record);
    QCOMPARE(rollupTotal<SpeedSums>(m_ledger->path(), "rollup_speed").duration.count(), clear);
}

// Every shape of record, also read back with SQL.
void TstCompactRows::viewsSayWhatRecordsSaid()
{
    std::vector<RequestRecord> records;
    for (int64_t i = 0; i < 40; ++i) {
        RequestRecord r = sampleRecord(i, m_start + i * 1'000);
        if (i % 4 == 1)
            r.attempts.erase(r.attempts.begin());
        if (i % 4 == 1) { // says no more than the row: needs none of its own
            r.attempts.front().n = 1;
            r.attempts.front().credential = r.credential;
        }
        if (i % 4 == 2)
            r.attempts.clear();
        if (i % 4 == 3)
            r.session = r.id;
        if (i == 7)
            r.error = std::string(500, 'e'); // too long for a name
        if (i == 8)
            r.id = "not a uuid";
        if (i == 9)
            r.id = "sixteen bytes ok";
        records.push_back(r);
    }
    {
        auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
        QVERIFY(ledger);
        for (const RequestRecord &record : records)
            (*ledger)->record(record);
    }
    checkAgainst(records);
    QCOMPARE(m_ledger->number("SELECT count(*) FROM attempt"), int64_t(50)); // of 40 rows: 2, 1, none, 2
    QCOMPARE(m_ledger->number("SELECT count(*) FROM attempt_row"), int64_t(40));
    const RequestRecord &r = records[5];
    const std::string ofRow = " WHERE id = '" + r.id + "' AND session = '" + r.session + "' AND trace_id = '" +
                              r.traceId + "' AND span_id = '" + r.spanId + "' AND user = 'ann' AND tag = '" + r.tag +
                              "' AND provider = 'box' AND error = '" + r.error +
                              "' AND duration_ms = " + std::to_string(r.durationMs) + " AND cost_state = 'unpriced'";
    QCOMPARE(m_ledger->number("SELECT count(*) FROM request" + ofRow), int64_t(1));
    QCOMPARE(m_ledger->number("SELECT count(*) FROM attempt JOIN request r ON r.id = request_id WHERE attempt.n = 1 "
                              "AND request_id = '" +
                              r.id + "' AND attempt.ttfb_ms = 33"),
             int64_t(1));
    QCOMPARE(m_ledger->number("SELECT count(*) FROM loss WHERE request_id = '" + r.id + "' AND kind = 'dropped'"),
             int64_t(2));
}

// As version 4 wrote it; its own rollups come from its own migration.
std::vector<RequestRecord> TstCompactRows::makeVersion4(int64_t rows) const
{
    std::vector<RequestRecord> records;
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
    if (!prepareForWriting(*database) || !migrate(*database, m_ledger->path(), schemaSteps().first(3)))
        return records;
    const auto marks = [](int count) {
        return std::string("(?") + QByteArray(",?").repeated(count - 1).toStdString() + ")";
    };
    auto request = database->prepare("INSERT INTO request VALUES " + marks(31));
    auto attempt = database->prepare("INSERT INTO attempt VALUES " + marks(20));
    auto loss = database->prepare("INSERT INTO loss VALUES " + marks(6));
    auto plan = database->prepare("INSERT INTO plan VALUES " + marks(2));
    auto minute = database->prepare("INSERT INTO rollup_minute VALUES " + marks(20));
    database->exec("BEGIN");
    for (int64_t i = 0; i < rows; ++i) {
        RequestRecord r = sampleRecord(i, m_start + i * 61'000);
        r.tag.clear();
        r.phases.clear();
        request->bindAll(r.id, r.startedAtMs, r.project, r.client, r.user, r.dialect, r.route, r.requestedModel,
                         r.provider, r.model, r.credential, r.status, r.error, static_cast<int>(r.stream),
                         static_cast<int64_t>(r.attempts.size()), r.cache, r.ttftMs, r.durationMs, r.overheadUs,
                         r.usage.input, r.usage.cachedInput, r.usage.cacheWrite, r.usage.output, r.usage.reasoning,
                         r.cost.nanoUsd, costStateName(r.cost.state), r.cost.priceId, r.lossCount, r.traceId, r.spanId,
                         r.session);
        request->run();
        for (const AttemptRecord &a : r.attempts) {
            attempt->bindAll(r.id, a.n, a.provider, a.model, a.credential, a.status, a.errorClass, a.startedAtMs,
                             a.connectMs, a.ttfbMs, a.durationMs, a.retryAfterMs, a.usage.input, a.usage.cachedInput,
                             a.usage.cacheWrite, a.usage.output, a.usage.reasoning, a.cost.nanoUsd,
                             costStateName(a.cost.state), a.cost.priceId);
            attempt->run();
        }
        for (size_t n = 0; n < r.losses.size(); ++n) {
            const LossRecord &l = r.losses[n];
            loss->bindAll(r.id, static_cast<int64_t>(n), l.pointer, l.kind, l.reason, static_cast<int>(l.reply));
            loss->run();
        }
        plan->bindAll(r.id, r.plan);
        plan->run();
        Histogram duration;
        duration.add(r.durationMs);
        minute->bindAll(r.startedAtMs / 60'000 * 60'000, r.provider, r.model, r.project, r.client, 1, 0, 0, 0, 0, 0, 5,
                        0, 0, 0, 0, 7, 0, "", duration.toBlob());
        minute->run();
        records.push_back(std::move(r));
    }
    database->exec("COMMIT");
    if (!migrate(*database, m_ledger->path(), schemaSteps().first(4)))
        records.clear();
    return records;
}

void TstCompactRows::version4ComesOverWhole()
{
    const std::vector<RequestRecord> records = makeVersion4(600);
    QCOMPARE(records.size(), size_t(600));
    QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
    QVERIFY(QFile::exists(m_ledger->path() + QStringLiteral(".before-v") + QString::number(schemaSteps().size())));
    checkAgainst(records);
    QCOMPARE(m_ledger->number("SELECT max(row) FROM exchange_row"), int64_t(600));
    for (const char *table : {"rollup_minute", "rollup_target_hour"}) {
        const auto sums = rollupTotal<TargetSums>(m_ledger->path(), table);
        QCOMPARE(sums.requests, int64_t(600));
        QCOMPARE(sums.costNanoUsd, int64_t(4'200));
        QCOMPARE(sums.duration.count(), int64_t(600));
    }
    QCOMPARE(m_ledger->number("SELECT count(*) FROM sqlite_master WHERE name LIKE '%\\_4' ESCAPE '\\'"), int64_t(0));
}

// The process ends at any moment of the migration; the next start makes it whole, and counts nothing twice.
void TstCompactRows::migrationSurvivesKills()
{
    const std::vector<RequestRecord> records = makeVersion4(3'000);
    for (useconds_t pause = 2'000; pause < 300'000 && schemaVersionOnDisk(m_ledger->path()) < 5;
         pause = pause * 3 / 2) {
        const pid_t child = fork();
        if (child == 0) {
            const auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
            usleep(50'000);
            _exit(0);
        }
        usleep(pause);
        kill(child, SIGKILL);
        QCOMPARE(waitpid(child, nullptr, 0), child);
    }
    QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
    QCOMPARE(m_ledger->number("SELECT count(*) FROM request"), int64_t(3'000));
    checkAgainst(records);
}

void TstCompactRows::pricesAreKeptWithTheirDates()
{
    const auto priced = [this](int64_t at) {
        RequestRecord record = sampleRecord(1, m_start + at);
        record.attempts.clear();
        record.cost = {5, CostState::Exact, "config:box"};
        return record;
    };
    const std::vector<RequestRecord> records{priced(1), priced(2), priced(3)};
    auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
    QVERIFY(ledger);
    (*ledger)->notePrice({"config:box", "{\"input\":1}", m_start});
    (*ledger)->record(records[0]);
    QTRY_COMPARE((*ledger)->health().rows, int64_t(1));
    (*ledger)->notePrice({"config:box", "{\"input\":1}", m_start + 1}); // nothing new
    (*ledger)->notePrice({"config:box", "{\"input\":2}", m_start + 2});
    (*ledger)->record(records[1]);
    QTRY_COMPARE((*ledger)->health().rows, int64_t(2));
    ledger->reset();
    ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
    (*ledger)->record(records[2]); // after a restart still the last one
    QTRY_COMPARE((*ledger)->health().rows, int64_t(3));
    const auto reader = m_ledger->reader();
    const auto prices = reader->prices();
    QVERIFY(prices);
    const std::vector<PriceNote> wanted{{"config:box", "{\"input\":1}", m_start},
                                        {"config:box", "{\"input\":2}", m_start + 2}};
    QCOMPARE(*prices, wanted);
    QCOMPARE((*reader->detail(records[0].id))->price, wanted[0]);
    QCOMPARE((*reader->detail(records[1].id))->price, wanted[1]);
    QCOMPARE((*reader->detail(records[2].id))->price, wanted[1]);
}

QTEST_GUILESS_MAIN(TstCompactRows)
#include "tst_compact_rows.moc"
