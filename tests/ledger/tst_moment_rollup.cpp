// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/moment_rollup.h"
#include "core/ledger/sqlite.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>

using namespace signalbox;
using test::sampleRecord;

namespace {

constexpr int64_t startMs = 1'700'000'040'000; // a whole minute
constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t bucketMs = MomentRollup::slotMs;

struct Sums {
    int64_t requests = 0, costNanoUsd = 0, inputTokens = 0, limited = 0;
    bool operator==(const Sums &) const = default;
};

std::map<int64_t, Sums> sumsByBucket(const DashboardData &data)
{
    std::map<int64_t, Sums> sums;
    for (const SpendBucket &bucket : data.spend) {
        Sums &at = sums[bucket.startMs];
        at.requests += bucket.requests;
        at.costNanoUsd += bucket.costNanoUsd;
        at.inputTokens += bucket.inputTokens;
        at.limited += bucket.errors429;
    }
    return sums;
}

} // namespace

class TstMomentRollup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sumsAreThoseOfTheRequests();
    void manyRequestsAreNotRead();
    void fewRequestsAreExact();
    void whatIsFromBeforeTheTableIsRead();
    void oldMomentsAreDropped();
    void aLongRequestSpoilsNothingElse();
    void clockSetBack();
    void rolledBack();

private:
    void write(int64_t from, int64_t count, int64_t atMs, int64_t stepMs);
    DashboardData ask(int64_t fromMs, int64_t toMs);
    int64_t slotCount();
    void dropRequests(); // without anybody's knowledge: who still counts them reads the moments

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
    std::optional<Database> m_database;
    std::unique_ptr<LedgerWriter> m_writer;
    std::unique_ptr<LedgerReader> m_reader;
};

void TstMomentRollup::init()
{
    m_reader.reset();
    m_writer.reset();
    m_database.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    {
        auto ledger = Ledger::open({m_dir->path(), 30, 2048});
        QVERIFY(ledger);
        m_path = (*ledger)->databasePath();
    }
    auto database = Database::open(m_path, Database::Mode::ReadWrite);
    QVERIFY(database && database->exec("PRAGMA synchronous = OFF"));
    m_database.emplace(std::move(*database));
    auto writer = LedgerWriter::make(*m_database);
    QVERIFY(writer);
    m_writer = std::move(*writer);
    auto reader = LedgerReader::open(m_path);
    QVERIFY(reader);
    m_reader = std::move(*reader);
}

void TstMomentRollup::write(int64_t from, int64_t count, int64_t atMs, int64_t stepMs)
{
    std::vector<RequestRecord> batch;
    for (int64_t i = from; i < from + count; ++i) {
        batch.push_back(sampleRecord(i, atMs + (i - from) * stepMs));
        batch.back().attempts.clear();
    }
    QCOMPARE(*m_writer->write(batch), count);
}

DashboardData TstMomentRollup::ask(int64_t fromMs, int64_t toMs)
{
    auto data = m_reader->dashboard(fromMs, toMs, bucketMs, startMs);
    if (!data)
        qWarning("%s", data.error().message.c_str());
    return data ? std::move(*data) : DashboardData();
}

int64_t TstMomentRollup::slotCount()
{
    return m_database->integer("SELECT count(*) FROM rollup_moment").value();
}

void TstMomentRollup::dropRequests()
{
    QVERIFY(m_database->exec("DELETE FROM exchange_row WHERE row % 2 = 0"));
}

void TstMomentRollup::sumsAreThoseOfTheRequests()
{
    write(0, 4'000, startMs, 25); // few: read themselves
    const DashboardData few = ask(startMs, startMs + 100'000);
    QCOMPARE(few.overall.count, int64_t(4'000));
    write(4'000, 4'000, startMs, 25); // now many
    const DashboardData many = ask(startMs, startMs + 100'000);
    QCOMPARE(many.overall.count, int64_t(8'000));
    const auto fewSums = sumsByBucket(few), manySums = sumsByBucket(many);
    QCOMPARE(manySums.size(), size_t(20));
    QCOMPARE(fewSums.size(), size_t(20));
    std::map<int64_t, Sums> expected;
    for (int64_t i = 0; i < 8'000; ++i) {
        const RequestRecord record = sampleRecord(i, startMs + i % 4'000 * 25);
        Sums &at = expected[record.startedAtMs / bucketMs * bucketMs];
        ++at.requests;
        at.costNanoUsd += record.cost.nanoUsd.value_or(0);
        at.inputTokens += record.usage.input.value_or(0);
        at.limited += record.status == 429 ? 1 : 0;
    }
    QVERIFY(manySums == expected);
    QVERIFY(std::abs(many.overall.durationP50 / few.overall.durationP50 - 1) < 0.021);
    QVERIFY(std::abs(many.overall.ttftP95 / few.overall.ttftP95 - 1) < 0.021);
    QCOMPARE(many.requestsToday, int64_t(8'000));
}

void TstMomentRollup::manyRequestsAreNotRead()
{
    write(0, 6'000, startMs, 50);
    dropRequests();
    QCOMPARE(ask(startMs, startMs + 5 * minuteMs).overall.count, int64_t(6'000));
}

void TstMomentRollup::fewRequestsAreExact()
{
    write(0, 3'000, startMs, 100);
    // Durations are 100.25 + i % 1000, three times each: nearest rank.
    QCOMPARE(ask(startMs, startMs + 5 * minuteMs).overall.durationP99, 1089.25);
    dropRequests();
    QCOMPARE(ask(startMs, startMs + 5 * minuteMs).overall.count, int64_t(1'500));
}

void TstMomentRollup::whatIsFromBeforeTheTableIsRead()
{
    write(0, 6'000, startMs, 10);
    // As after the step of the schema over a ledger with requests.
    QVERIFY(m_database->exec("DELETE FROM rollup_moment; UPDATE moment_since SET since = (SELECT max(started_at) + 1 "
                             "FROM exchange_row)"));
    QCOMPARE(ask(startMs, startMs + minuteMs).overall.count, int64_t(6'000));
    write(6'000, 6'000, startMs + minuteMs, 10);
    QCOMPARE(ask(startMs, startMs + 2 * minuteMs).overall.count, int64_t(12'000));
    dropRequests();
    QCOMPARE(ask(startMs + minuteMs, startMs + 2 * minuteMs).overall.count, int64_t(6'000));
}

void TstMomentRollup::oldMomentsAreDropped()
{
    for (int64_t hour = 0; hour < 10; ++hour)
        write(hour * 720, 720, startMs + hour * hourMs, bucketMs);
    constexpr int64_t slotsPerHour = hourMs / bucketMs;
    QVERIFY2(slotCount() >= 3 * slotsPerHour && slotCount() <= 5 * slotsPerHour,
             qPrintable(QString::number(slotCount())));
    QVERIFY(momentsSince(*m_database).value() <= startMs + 7 * hourMs);
    QVERIFY(momentsSince(*m_database).value() > startMs + 5 * hourMs);
    // Those that are gone are not taken for a time without requests.
    QCOMPARE(ask(startMs, startMs + hourMs).overall.count, int64_t(720));
}

void TstMomentRollup::aLongRequestSpoilsNothingElse()
{
    write(0, 6'000, startMs + 5 * hourMs, 10);
    write(6'000, 1, startMs, 1); // took five hours
    QCOMPARE(ask(startMs, startMs + minuteMs).overall.count, int64_t(1));
    dropRequests();
    QCOMPARE(ask(startMs + 5 * hourMs, startMs + 5 * hourMs + minuteMs).overall.count, int64_t(6'000));
}

void TstMomentRollup::clockSetBack()
{
    write(0, 100, startMs + 24 * hourMs, 10); // the clock was a day ahead
    write(100, 6'000, startMs, 10);
    QCOMPARE(ask(startMs, startMs + minuteMs).overall.count, int64_t(6'000));
    QVERIFY(m_database->exec("DELETE FROM exchange_row WHERE row = 500"));
    QCOMPARE(ask(startMs, startMs + minuteMs).overall.count, int64_t(5'999)); // read: the moments do not know them
}

void TstMomentRollup::rolledBack()
{
    write(0, 100, startMs, 10);
    auto fails = sampleRecord(100, startMs + 10 * hourMs);
    const std::string trigger = "CREATE TRIGGER broken BEFORE INSERT ON rollup_moment WHEN new.at >= " +
                                std::to_string(slots::placeOf((startMs + 10 * hourMs) / bucketMs)) +
                                " BEGIN SELECT raise(ABORT, 'full'); END";
    QVERIFY(m_database->exec(trigger.c_str()));
    const std::vector<RequestRecord> batch{fails};
    QVERIFY(!m_writer->write(batch));
    QVERIFY(m_database->exec("DROP TRIGGER broken"));
    QCOMPARE(*m_writer->write(batch), int64_t(1));
    QCOMPARE(slotCount(), int64_t(1)); // the first hundred went with time
    QVERIFY(momentsSince(*m_database).value() >= startMs + 7 * hourMs - bucketMs);
    QCOMPARE(ask(startMs, startMs + minuteMs).overall.count, int64_t(100));
}

QTEST_GUILESS_MAIN(TstMomentRollup)
#include "tst_moment_rollup.moc"
