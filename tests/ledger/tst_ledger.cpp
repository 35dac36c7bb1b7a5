// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/ledger/journal.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/record_codec.h"
#include "core/ledger/retention.h"
#include "core/ledger/schema.h"
#include "core/ledger/target_rollup.h"
#include "tests/ledger/rollup_sums.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include <cerrno>

#include <csignal>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace signalbox;
using test::sampleRecord;

namespace {

std::string frameOf(const RequestRecord &record)
{
    std::string frame;
    appendFrame(record, frame);
    return frame;
}

} // namespace

class TstLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsEveryField();
    void deduplicatesBodies();
    void lockedForASecondOne();
    void takesALockOfNobody();
    void refusesANewerFile();
    void replaysAfterAnUncleanEnd();
    void toleratesATornTail();
    void journalRollsBackAPartWrite();
    void journalWritesOverWhatWasCleared();
    void framesComeBackWhole();
    void salvagesADamagedFile();
    void replacesRubbish();
    void survivesAFullDisk();
    void writerToldOfFullDisk();
    void rollupsEqualRawSums();
    void countsARowOnce();
    void retentionByAge();
    void retentionBySize();
    void keepsConfigVersions();
    void keptItemsComeBack();
    void readsRecordsOfOlderPrograms();
    void migratesInOneStepWithACopy();
    void recordIsCheap();

private:
    std::unique_ptr<Ledger> open(int keepDays = 30);
    int64_t number(const char *sql) const;
    TargetSums minutes() const { return test::rollupTotal<TargetSums>(dbPath(), "rollup_minute"); }
    QString dbPath() const { return m_dir->filePath(QStringLiteral("signalbox.db")); }
    int64_t now() const { return SystemClock().wallMs(); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TstLedger::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

std::unique_ptr<Ledger> TstLedger::open(int keepDays)
{
    auto ledger = Ledger::open({m_dir->path(), keepDays, 2048});
    if (!ledger)
        qWarning("%s", ledger.error().message.c_str());
    return ledger ? std::move(*ledger) : nullptr;
}

int64_t TstLedger::number(const char *sql) const
{
    auto database = Database::open(dbPath(), Database::Mode::ReadOnly);
    if (!database)
        return -1;
    const auto value = database->integer(sql);
    return value ? *value : -1;
}

void TstLedger::keepsEveryField()
{
    RequestRecord record = sampleRecord(3, now());
    record.bodies = {{StoredBody::Kind::ClientRequest, "application/json", std::string("{\"a\":1}\0x", 9), false},
                     {StoredBody::Kind::ClientReply, "text/event-stream", std::string(100'000, 'y'), true}};
    auto ledger = open();
    QVERIFY(ledger);
    QSignalSpy committed(ledger.get(), &Ledger::committed);
    ledger->record(RequestRecord(record));
    QVERIFY(committed.wait());
    QCOMPARE(ledger->health().rows, int64_t(1));
    QCOMPARE(ledger->health().pendingRows, int64_t(0));
    auto reader = LedgerReader::open(ledger->databasePath());
    QVERIFY(reader);
    const auto detail = (*reader)->detail(record.id);
    QVERIFY(detail && *detail);
    QVERIFY((*detail)->record == record);
    QVERIFY(!(*detail)->bodyPolicyNote.empty()); // one body was cut
    QVERIFY(!*(*reader)->detail("no such id"));
    QCOMPARE(QFile::permissions(dbPath()) & QFileDevice::Permissions(0x0077), QFileDevice::Permissions());
}

void TstLedger::deduplicatesBodies()
{
    {
        auto ledger = open();
        for (int64_t i = 0; i < 20; ++i) {
            RequestRecord record = sampleRecord(i, now());
            record.bodies = {{StoredBody::Kind::ClientRequest, "application/json", std::string(50'000, 'q'), false}};
            ledger->record(std::move(record));
        }
    }
    QCOMPARE(number("SELECT count(*) FROM request_body"), int64_t(20));
    QCOMPARE(number("SELECT count(*) FROM body"), int64_t(1));
    QVERIFY(number("SELECT length(zstd) FROM body") < 1'000);
}

void TstLedger::lockedForASecondOne()
{
    auto ledger = open();
    const auto second = Ledger::open({m_dir->path(), 30, 2048});
    QVERIFY(!second);
    QCOMPARE(second.error().code, std::string("ledger_locked"));
    ledger.reset();
    QVERIFY(open());
}

// What a kill leaves, also of an earlier version's: between making the lock and writing into it, and after that.
void TstLedger::takesALockOfNobody()
{
    for (const QByteArray &text : {QByteArray(), QByteArray("4194304\nsignalbox\nelsewhere\n")}) {
        QFile lock(dbPath() + QStringLiteral(".lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(text);
        lock.close();
        QVERIFY(open());
    }
}

void TstLedger::refusesANewerFile()
{
    open().reset();
    {
        auto database = Database::open(dbPath(), Database::Mode::ReadWrite);
        QVERIFY(database->exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    QFile file(dbPath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    const auto opened = Ledger::open({m_dir->path(), 30, 2048});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, std::string("ledger_newer"));
    file.seek(0);
    QVERIFY(file.readAll() == before);
}

void TstLedger::replaysAfterAnUncleanEnd()
{
    std::vector<RequestRecord> records;
    for (int64_t i = 0; i < 1'200; ++i)
        records.push_back(sampleRecord(i, now()));
    const pid_t child = fork();
    if (child == 0) { // killed before the first batch is due
        auto ledger = Ledger::open({m_dir->path(), 30, 2048});
        for (size_t i = 0; i < 400; ++i)
            (*ledger)->record(RequestRecord(records[i]));
        raise(SIGKILL);
    }
    QCOMPARE(waitpid(child, nullptr, 0), child);
    {
        auto ledger = open();
        QVERIFY(ledger);
        QCOMPARE(number("SELECT count(*) FROM request"), int64_t(400));
    }
    { // a journal with rows that are in the database already
        Journal journal(dbPath());
        QVERIFY(journal.open());
        for (size_t i = 300; i < records.size(); ++i)
            QVERIFY(journal.append(frameOf(records[i])));
    }
    open().reset();
    QCOMPARE(number("SELECT count(*) FROM request"), int64_t(1'200));
    QCOMPARE(number("SELECT count(*) FROM attempt"), int64_t(2'400));
    QCOMPARE(minutes().requests, int64_t(1'200));
    QCOMPARE(QFile(dbPath() + QStringLiteral(".journal-0")).size(), qint64(0));
    QCOMPARE(QFile(dbPath() + QStringLiteral(".journal-1")).size(), qint64(0));
}

void TstLedger::toleratesATornTail()
{
    const QString path = dbPath() + QStringLiteral(".journal-0");
    {
        Journal journal(dbPath());
        QVERIFY(journal.open());
        for (int64_t i = 0; i < 3; ++i)
            QVERIFY(journal.append(frameOf(sampleRecord(i, now()))));
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QByteArray whole = file.readAll();
    for (qint64 size = whole.size() - 1; size > whole.size() * 2 / 3 + 8; size -= 7) {
        QVERIFY(file.resize(size));
        QCOMPARE(Journal::readFile(path).size(), size_t(2));
    }
    QByteArray flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
    file.resize(0);
    file.seek(0);
    file.write(flipped);
    file.flush();
    QCOMPARE(Journal::readFile(path).size(), size_t(1));
    QVERIFY(open());
    QCOMPARE(number("SELECT count(*) FROM request"), int64_t(1));
}

void TstLedger::journalRollsBackAPartWrite()
{
    bool full = false;
    Journal journal(dbPath(), [&full](int descriptor, const void *bytes, size_t size, off_t at) -> ssize_t {
        return ::pwrite(descriptor, bytes, full ? size / 2 : size, at);
    });
    QVERIFY(journal.open());
    QVERIFY(journal.append(frameOf(sampleRecord(0, now()))));
    full = true;
    QVERIFY(!journal.append(frameOf(sampleRecord(1, now()))));
    full = false;
    QVERIFY(journal.append(frameOf(sampleRecord(2, now()))));
    QCOMPARE(journal.read(0).size(), size_t(2));
    QCOMPARE(journal.turn(), 0);
    QVERIFY(journal.append(frameOf(sampleRecord(3, now()))));
    QVERIFY(journal.clear(0));
    QVERIFY(journal.isEmpty(0));
    QCOMPARE(journal.read(1).size(), size_t(1));
}

// What a cleared generation still holds behind its new rows must not come back.
void TstLedger::journalWritesOverWhatWasCleared()
{
    const QString path = dbPath() + QStringLiteral(".journal-0");
    Journal journal(dbPath());
    QVERIFY(journal.open());
    std::string frames;
    for (int64_t i = 0; i < 20; ++i)
        appendFrame(sampleRecord(8, now()), frames); // of one size, so that old ones lie where a new one ends
    QVERIFY(journal.append(frames));
    QVERIFY(journal.clear(0));
    QVERIFY(QFile(path).size() > 0);
    QVERIFY(Journal::readFile(path).empty());
    std::vector<RequestRecord> wanted;
    for (int64_t i = 0; i < 20; ++i) {
        wanted.push_back(sampleRecord(8, now()));
        QVERIFY(journal.append(frameOf(wanted.back())));
        QCOMPARE(Journal::readFile(path), wanted);
    }
    Journal again(dbPath()); // goes on behind the last whole frame, also when a torn one follows
    QFile torn(path);
    QVERIFY(torn.open(QIODevice::Append));
    torn.write("\x40\0\0\0torn", 8);
    torn.close();
    QVERIFY(again.open());
    wanted.push_back(sampleRecord(9, now()));
    QVERIFY(again.append(frameOf(wanted.back())));
    QCOMPARE(Journal::readFile(path), wanted);
}

// Many rows leave in one write; walking them uses one record again and again, from which nothing may be left over.
void TstLedger::framesComeBackWhole()
{
    std::vector<RequestRecord> records;
    for (int64_t i = 0; i < 5; ++i)
        records.push_back(sampleRecord(i, now()));
    records[1].attempts.resize(1);
    records[2] = RequestRecord();
    records[2].id = "bare";
    records[3].bodies.clear();
    std::string frames;
    for (const RequestRecord &record : records)
        QVERIFY(appendFrame(record, frames));

    Journal journal(dbPath());
    QVERIFY(journal.open());
    QVERIFY(journal.append(frames));
    QCOMPARE(journal.read(0), records);

    FrameWalker walker(frames);
    RequestRecord record;
    for (const RequestRecord &wanted : records) {
        QVERIFY(walker.next(record));
        QCOMPARE(record, wanted);
    }
    QVERIFY(walker.atEnd());
    QVERIFY(!walker.next(record));
}

void TstLedger::salvagesADamagedFile()
{
    constexpr int64_t rows = 3'000;
    {
        auto ledger = open();
        for (int64_t i = 0; i < rows; ++i)
            ledger->record(sampleRecord(i, now()));
    }
    QFile file(dbPath());
    QVERIFY(file.open(QIODevice::ReadWrite));
    for (const int eighth : {3, 4, 5}) { // one of them alone may be free pages, which no check looks at
        file.seek(file.size() / 8 * eighth);
        file.write(QByteArray(16'384, '\x5a'));
    }
    file.close();
    QFile marker(dbPath() + QStringLiteral(".open")); // as after a crash
    QVERIFY(marker.open(QIODevice::WriteOnly));

    auto ledger = open();
    QVERIFY(ledger);
    const QString old = QString::fromStdString(ledger->health().salvagedFrom);
    QVERIFY(!old.isEmpty());
    QVERIFY(QFile::exists(old));
    const int64_t kept = number("SELECT count(*) FROM request");
    QVERIFY2(kept > rows / 2 && kept <= rows, qPrintable(QString::number(kept)));
    QSignalSpy committed(ledger.get(), &Ledger::committed);
    ledger->record(sampleRecord(1, now()));
    QVERIFY(committed.wait());
    QCOMPARE(number("SELECT count(*) FROM request"), kept + 1);
}

void TstLedger::replacesRubbish()
{
    QFile file(dbPath());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8'192, 'x'));
    file.seek(60);
    file.write(QByteArray(4, '\0'));
    file.close();
    auto ledger = open();
    QVERIFY(ledger);
    QVERIFY(!ledger->health().salvagedFrom.empty());
    QCOMPARE(number("SELECT count(*) FROM request"), int64_t(0));
}

void TstLedger::survivesAFullDisk()
{
    const QByteArray folder = QFile::encodeName(m_dir->path());
    if (mount("tmpfs", folder.constData(), "tmpfs", 0, "size=1m") != 0)
        QSKIP("a small tmpfs cannot be mounted here");
    const auto unmount = qScopeGuard([&] { umount2(folder.constData(), MNT_DETACH); });
    auto ledger = open();
    QVERIFY(ledger);
    QSignalSpy health(ledger.get(), &Ledger::healthChanged);
    constexpr int64_t rows = 1'500;
    for (int64_t i = 0; i < rows; ++i)
        ledger->record(sampleRecord(i, now()));
    QTRY_VERIFY(!ledger->health().writable);
    QVERIFY(!ledger->health().problem.empty());
    QVERIFY(ledger->health().pendingRows > 0);
    QVERIFY(mount("tmpfs", folder.constData(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    QTRY_VERIFY_WITH_TIMEOUT(ledger->health().writable && ledger->health().pendingRows == 0, 15'000);
    QCOMPARE(ledger->health().droppedRows, int64_t(0));
    QCOMPARE(ledger->health().rows, rows);
    QCOMPARE(number("SELECT count(*) FROM request"), rows);
    QCOMPARE(minutes().requests, rows);
    QTRY_VERIFY(health.size() >= 2);
    ledger.reset();
}

void TstLedger::writerToldOfFullDisk()
{
    open().reset();
    auto database = Database::open(dbPath(), Database::Mode::ReadWrite);
    QVERIFY(database);
    auto writer = LedgerWriter::make(*database);
    QVERIFY(writer);
    QVERIFY(database->exec("PRAGMA max_page_count = 60"));
    std::vector<RequestRecord> batch;
    for (int64_t i = 0; i < 1'000; ++i)
        batch.push_back(sampleRecord(i, now()));
    const auto full = (*writer)->write(batch);
    QVERIFY(!full);
    QCOMPARE(full.error().code, std::string("ledger_full"));
    QCOMPARE(*database->integer("SELECT count(*) FROM request"), int64_t(0));
    QVERIFY(database->exec("PRAGMA max_page_count = 100000"));
    QCOMPARE(*(*writer)->write(batch), int64_t(1'000));
    QCOMPARE(*(*writer)->write(batch), int64_t(0));
}

void TstLedger::rollupsEqualRawSums()
{
    const int64_t start = now() - 3'600'000;
    {
        auto ledger = open();
        for (int64_t i = 0; i < 2'000; ++i)
            ledger->record(sampleRecord(i, start + i * 1'000));
    }
    const TargetSums sums = minutes();
    const std::pair<const char *, int64_t> pairs[] = {
        {"SELECT count(*) FROM request", sums.requests},
        {"SELECT count(*) FROM request WHERE status = 429", sums.limited},
        {"SELECT count(*) FROM request WHERE status = 502", sums.failed},
        {"SELECT count(*) FROM request WHERE status = 504", sums.timeouts},
        {"SELECT count(*) FROM request WHERE status = 400", sums.other},
        {"SELECT count(*) FROM request WHERE status = 499", sums.cancelled},
        {"SELECT sum(input_tokens) FROM request", sums.input},
        {"SELECT sum(output_tokens) FROM request", sums.output},
        {"SELECT sum(cost_nanousd) FROM request", sums.costNanoUsd},
        {"SELECT count(*) FROM request WHERE cost_nanousd IS NULL", sums.unpriced},
        {"SELECT count(*) FROM request WHERE ttft_ms IS NOT NULL", sums.ttft.count()},
    };
    const auto hours = test::rollupTotal<TargetSums>(dbPath(), "rollup_target_hour");
    QCOMPARE(hours.requests, sums.requests);
    QCOMPARE(hours.duration.toBlob(), sums.duration.toBlob());
    for (const auto &[sql, sum] : pairs) {
        QVERIFY(number(sql) > 0);
        QVERIFY2(number(sql) == sum, sql);
    }
    const auto speed = test::rollupTotal<SpeedSums>(dbPath(), "rollup_speed");
    QCOMPARE(speed.duration.count(), number("SELECT count(*) FROM request WHERE status < 400 AND error = ''"));
}

// A batch is given again when a part of it could not be written; several rows share a statement.
void TstLedger::countsARowOnce()
{
    open().reset();
    auto database = Database::open(dbPath(), Database::Mode::ReadWrite);
    QVERIFY(database.has_value());
    auto writer = LedgerWriter::make(*database);
    QVERIFY(writer.has_value());
    std::string frames;
    size_t third = 0;
    for (int64_t i = 0; i < 60; ++i) {
        appendFrame(sampleRecord(i, now()), frames);
        if (i == 19)
            third = frames.size();
    }
    FrameWalker some(std::string_view(frames).substr(0, third));
    auto added = (*writer)->write(some, 500);
    QVERIFY(added.has_value());
    QCOMPARE(*added, int64_t(20));
    FrameWalker all(frames);
    added = (*writer)->write(all, 45);
    QVERIFY(added.has_value());
    QCOMPARE(*added, int64_t(25));
    QVERIFY(!all.atEnd());
    added = (*writer)->write(all, 500);
    QVERIFY(added.has_value());
    QCOMPARE(*added, int64_t(15));
    QVERIFY(all.atEnd());
    QCOMPARE(number("SELECT count(*) FROM request"), int64_t(60));
    QCOMPARE(number("SELECT count(*) FROM attempt"), number("SELECT sum(attempts) FROM request"));
    QCOMPARE(minutes().requests, int64_t(60));
}

void TstLedger::retentionByAge()
{
    constexpr int64_t dayMs = 24LL * 3'600'000;
    auto ledger = open();
    for (int64_t i = 0; i < 1'000; ++i) {
        RequestRecord record = sampleRecord(i, now() - (i < 700 ? 10 * dayMs : 0));
        record.bodies = {{StoredBody::Kind::ClientRequest, "text/plain", i < 700 ? "old" : "new", false}};
        ledger->record(std::move(record));
    }
    QTRY_COMPARE(ledger->health().rows, int64_t(1'000));
    ledger->setRetention(5, 2048);
    QTRY_COMPARE(ledger->health().rows, int64_t(300));
    QCOMPARE(number("SELECT count(*) FROM request"), int64_t(300));
    QCOMPARE(number("SELECT count(*) FROM attempt"), int64_t(600));
    QCOMPARE(number("SELECT count(*) FROM request_body"), int64_t(300));
    QCOMPARE(number("SELECT count(*) FROM body"), int64_t(1));
    QCOMPARE(minutes().requests, int64_t(1'000)); // spend history stays
}

void TstLedger::retentionBySize()
{
    auto ledger = open();
    std::string noise(20'000, ' ');
    for (int64_t i = 0; i < 400; ++i) {
        RequestRecord record = sampleRecord(i, now());
        for (char &c : noise)
            c = static_cast<char>(QRandomGenerator::global()->bounded(256));
        record.bodies = {{StoredBody::Kind::ClientReply, "text/plain", noise, false}};
        ledger->record(std::move(record));
    }
    QTRY_COMPARE(ledger->health().rows, int64_t(400));
    ledger->setRetention(30, 4);
    QTRY_VERIFY(ledger->health().rows < 400);
    QTRY_VERIFY(number("PRAGMA page_count") * 4'096 < 8 * 1024 * 1024);
    auto reader = LedgerReader::open(dbPath());
    QVERIFY((*reader)->page({}, 0, 0, 1)); // still sound
}

void TstLedger::keepsConfigVersions()
{
    {
        auto ledger = open();
        ledger->noteConfigVersion("{}", "first");
        ledger->noteConfigVersion("{\"version\": 1}", "second");
        ledger->noteConfigVersion("{\"version\": 1}", "the same again"); // not kept twice
    }
    QCOMPARE(number("SELECT count(*) FROM config_version"), int64_t(2));
    QCOMPARE(number("SELECT count(*) FROM config_version WHERE id = 2 AND why = 'second' AND applied_at > 0"),
             int64_t(1));
    auto reader = LedgerReader::open(dbPath());
    QVERIFY(reader);
    const auto versions = (*reader)->configVersions(10);
    QVERIFY(versions);
    QCOMPARE(versions->size(), size_t(2));
    QCOMPARE(versions->front().why, std::string("second"));
    QCOMPARE(*(*reader)->configText(versions->front().id), std::string("{\"version\": 1}"));
    QCOMPARE(*(*reader)->configTextBefore(versions->front().id), std::string("{}"));
    QCOMPARE(*(*reader)->configTextBefore(versions->back().id), std::string());
    QCOMPARE((*reader)->configText(99).error().code, std::string("config_version_unknown"));
    QCOMPARE((*reader)->configVersions(1)->size(), size_t(1));
}

// Kept items outlive the ledger, the newest value of a key counts, and what has expired is gone.
void TstLedger::keptItemsComeBack()
{
    using Kind = KeptItem::Kind;
    const int64_t later = SystemClock().wallMs() + 3'600'000;
    {
        auto ledger = open();
        QVERIFY(ledger->takeKept().empty());
        ledger->keep({Kind::Continuity, "t:1", "old", later});
        ledger->keep({Kind::Continuity, "t:1", std::string("n\0w", 3), later + 1});
        ledger->keep({Kind::Response, "t:1", "items", later});
        ledger->keep({Kind::Response, "gone", "x", 1});
    }
    auto ledger = open();
    const std::vector<KeptItem> kept = ledger->takeKept();
    QCOMPARE(kept.size(), size_t(2));
    QVERIFY((kept[0] == KeptItem{Kind::Continuity, "t:1", std::string("n\0w", 3), later + 1}));
    QVERIFY((kept[1] == KeptItem{Kind::Response, "t:1", "items", later}));
    QVERIFY(ledger->takeKept().empty());
}

// A journal that an older program left behind is still read: its records have no list of losses, no plan, no tag or
// no times of phases.
void TstLedger::readsRecordsOfOlderPrograms()
{
    RequestRecord record = sampleRecord(3, 1000);
    record.losses.clear();
    record.plan.clear();
    std::string bytes;
    encodeRecord(record, bytes);
    QCOMPARE(bytes.front(), char(5));
    bytes.resize(bytes.size() - 1 - record.phases.size()); // shorter than 64: its length takes a byte
    bytes.front() = char(4);
    record.phases.clear();
    const auto fourth = decodeRecord(bytes);
    QVERIFY(fourth && *fourth == record);
    QVERIFY(bytes.ends_with(std::string_view("\0\0\n#chat", 8))); // the empty list, the empty plan, the tag
    bytes.resize(bytes.size() - 6);
    for (const char version : {char(3), char(2), char(1)}) {
        bytes.front() = version;
        auto read = decodeRecord(bytes);
        QVERIFY(read && read->tag.empty() && read->phases.empty());
        read->tag = record.tag;
        QVERIFY(*read == record);
        QCOMPARE(bytes.back(), char(0));
        bytes.pop_back();
    }
}

void TstLedger::migratesInOneStepWithACopy()
{
    const char *const first = "CREATE TABLE a (x)";
    const char *const second = "CREATE TABLE b (y)";
    const char *const broken = "CREATE TABLE c (z); CREATE TABLE a (x)";
    auto database = Database::open(dbPath(), Database::Mode::ReadWrite);
    QVERIFY(database);
    const SchemaStep one[] = {{first}};
    QVERIFY(migrate(*database, dbPath(), one));
    QVERIFY(!QFile::exists(dbPath() + QStringLiteral(".before-v1")));
    const SchemaStep bad[] = {{first}, {second}, {broken}};
    QVERIFY(!migrate(*database, dbPath(), bad));
    QCOMPARE(*database->integer("PRAGMA user_version"), int64_t(1));
    QCOMPARE(*database->integer("SELECT count(*) FROM sqlite_master"), int64_t(1)); // neither b nor c
    const SchemaStep two[] = {{first}, {second}};
    QVERIFY(migrate(*database, dbPath(), two));
    QCOMPARE(*database->integer("PRAGMA user_version"), int64_t(2));
    QVERIFY(QFile::exists(dbPath() + QStringLiteral(".before-v2")));
    QCOMPARE(migrate(*database, dbPath(), one).error().code, std::string("ledger_newer"));
}

// A generous ceiling that still catches a lock held across a commit or a flush to the disk in record().
void TstLedger::recordIsCheap()
{
    auto ledger = open();
    std::vector<RequestRecord> records;
    for (int64_t i = 0; i < 5'000; ++i)
        records.push_back(sampleRecord(i, now()));
    const auto rows = static_cast<int64_t>(records.size());
    QElapsedTimer timer;
    timer.start();
    for (RequestRecord &record : records)
        ledger->record(std::move(record));
    const double perRowUs = static_cast<double>(timer.nsecsElapsed()) / 1'000 / static_cast<double>(rows);
    qInfo("record(): %.2f us a row", perRowUs);
    QVERIFY(perRowUs < 500);
    QTRY_COMPARE_WITH_TIMEOUT(ledger->health().rows, rows, 20'000);
}

QTEST_GUILESS_MAIN(TstLedger)
#include "tst_ledger.moc"
