// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"

#include "core/base/clock.h"
#include "core/ledger/journal.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/retention.h"
#include "core/ledger/salvage.h"
#include "core/ledger/schema.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QLockFile>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace signalbox {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto batchWindow = 250ms;
constexpr size_t batchRows = 500;
constexpr auto retryPause = 3s;
constexpr auto retentionPause = 60s;
constexpr size_t memoryBytes = 64UL << 20; // rows that wait for the disk

size_t weightOf(const RequestRecord &record)
{
    size_t bytes = sizeof record + record.attempts.size() * sizeof(AttemptRecord) + 512;
    for (const StoredBody &body : record.bodies)
        bytes += body.bytes.size();
    return bytes;
}

struct ConfigNote {
    int64_t appliedAtMs;
    std::string why;
    std::string json;
};

} // namespace

struct Ledger::Private {
    explicit Private(const LedgerOptions &options)
        : path(QDir(options.folder).filePath(QStringLiteral("signalbox.db"))),
          lock(path % QStringLiteral(".lock")),
          journal(path),
          limits{options.keepDays, options.maxMiB}
    {
    }

    Result<void> prepare(const QString &folder);
    Result<void> openDatabase();
    Result<void> replay();
    void run();
    bool waitForWork(std::unique_lock<std::mutex> &guard);
    void writeBatch();
    bool commitRows();
    bool commitNotes();
    void tidy();
    void setHealth(const std::string &problem);
    QString markerPath() const { return path % QStringLiteral(".open"); }

    Ledger *owner = nullptr;
    const QString path;
    QLockFile lock;
    Database database;
    std::unique_ptr<LedgerWriter> writer;
    std::thread thread;

    mutable std::mutex mutex; // guards all below but the writer's own part
    std::condition_variable wake;
    Journal journal; // append(), turn(): under the mutex; the generation at rest belongs to the writer
    std::vector<RequestRecord> queue;
    size_t queueBytes = 0;
    SteadyClock::time_point firstQueuedAt;
    std::array<bool, 2> spilled{}; // the journal generation has rows that memory had no room for
    std::vector<ConfigNote> notes;
    RetentionLimits limits;
    LedgerHealth health;
    int64_t unwritten = 0; // rows in `batch`
    bool stopping = false;

    // The writer's own.
    std::vector<RequestRecord> batch;
    size_t batchBytes = 0;
    int resting = -1; // journal generation that holds `batch`; -1: none
    bool damaged = false;
    SteadyClock::time_point notBefore;
    SteadyClock::time_point nextRetention;
};

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions &options)
{
    auto prepared = std::make_unique<Private>(options);
    if (const auto ready = prepared->prepare(options.folder); !ready)
        return ready.error();
    return std::unique_ptr<Ledger>(new Ledger(std::move(prepared)));
}

Ledger::Ledger(std::unique_ptr<Private> prepared) : d(std::move(prepared))
{
    d->owner = this;
    d->thread = std::thread([this] { d->run(); });
}

Ledger::~Ledger()
{
    {
        const std::lock_guard guard(d->mutex);
        d->stopping = true;
    }
    d->wake.notify_one();
    d->thread.join();
    d->writer.reset();
    d->database = Database();
    if (!d->damaged) // else the next start checks and salvages
        QFile::remove(d->markerPath());
}

Result<void> Ledger::Private::prepare(const QString &folder)
{
    if (!QDir().mkpath(folder))
        return Error{"ledger_unusable", "cannot make the folder " + folder.toStdString()};
    lock.setStaleLockTime(0); // only a lock whose process is gone is stale
    if (!lock.tryLock(0))
        return Error{"ledger_locked", "another Signalbox uses " + folder.toStdString()};
    if (schemaVersionOnDisk(path) > static_cast<int64_t>(schemaSteps().size()))
        return Error{"ledger_newer",
                     path.toStdString() + " was made by a newer version of Signalbox; it is left as it is"};
    if (const auto opened = openDatabase(); !opened)
        return Error{opened.error().code == "ledger_newer" ? "ledger_newer" : "ledger_unusable",
                     path.toStdString() + ": " + opened.error().message};
    if (const auto done = replay(); !done && done.error().code != "ledger_full")
        return Error{"ledger_unusable", path.toStdString() + ": " + done.error().message};
    health.fileBytes = QFile(path).size();
    return {};
}

Result<void> Ledger::Private::openDatabase()
{
    const bool unclean = QFile::exists(markerPath());
    QFile marker(markerPath());
    if (!marker.open(QIODevice::WriteOnly))
        return Error{"ledger_unusable", "cannot write to its folder"};
    QFile file(path);
    if (!file.exists() && file.open(QIODevice::WriteOnly))
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner); // SQLite's other files take these over
    file.close();

    const auto attempt = [this, unclean]() -> Result<void> {
        auto opened = Database::open(path, Database::Mode::ReadWrite);
        if (!opened)
            return opened.error();
        database = std::move(*opened);
        if (unclean && looksDamaged(database))
            return Error{"ledger_damaged", "the integrity check failed"};
        if (const auto ready = prepareForWriting(database); !ready)
            return ready;
        if (const auto migrated = migrate(database, path, schemaSteps()); !migrated)
            return migrated;
        auto made = LedgerWriter::make(database);
        if (!made)
            return made.error();
        writer = std::move(*made);
        return {};
    };
    auto opened = attempt();
    if (opened || opened.error().code != "ledger_damaged")
        return opened;
    writer.reset();
    database = Database();
    const auto old = salvage(path);
    if (!old)
        return old.error();
    health.salvagedFrom = old->toStdString();
    return attempt();
}

Result<void> Ledger::Private::replay()
{
    Result<void> outcome;
    if (!journal.open())
        health.problem = "the journal cannot be opened; rows are kept in memory until they are written";
    for (const int generation : {0, 1}) {
        const std::vector<RequestRecord> rows = journal.read(generation);
        for (size_t i = 0; i < rows.size() && outcome; i += batchRows) {
            const auto written = writer->write(std::span(rows).subspan(i, std::min(batchRows, rows.size() - i)));
            if (!written)
                outcome = written.error();
        }
        if (outcome)
            journal.clear(generation);
        else
            spilled[static_cast<size_t>(generation)] = true; // tried again with the next batch
    }
    return outcome;
}

void Ledger::record(RequestRecord &&row)
{
    const size_t weight = weightOf(row);
    bool first = false;
    {
        const std::lock_guard guard(d->mutex);
        const bool journalled = d->journal.append(row);
        if (d->queueBytes + d->batchBytes + weight > memoryBytes) {
            if (journalled)
                d->spilled[static_cast<size_t>(d->journal.active())] = true;
            else
                ++d->health.droppedRows;
            return;
        }
        first = d->queue.empty();
        if (first)
            d->firstQueuedAt = SteadyClock::now();
        d->queueBytes += weight;
        d->queue.push_back(std::move(row));
        first = first || d->queue.size() == batchRows;
    }
    if (first)
        d->wake.notify_one();
}

void Ledger::setRetention(int keepDays, int maxMiB)
{
    {
        const std::lock_guard guard(d->mutex);
        d->limits = {keepDays, maxMiB};
        d->nextRetention = {};
    }
    d->wake.notify_one();
}

void Ledger::noteConfigVersion(const std::string &json, const std::string &why)
{
    {
        const std::lock_guard guard(d->mutex);
        d->notes.push_back({SystemClock().wallMs(), why, json});
    }
    d->wake.notify_one();
}

LedgerHealth Ledger::health() const
{
    const std::lock_guard guard(d->mutex);
    LedgerHealth health = d->health;
    health.pendingRows = static_cast<int64_t>(d->queue.size()) + d->unwritten;
    return health;
}

QString Ledger::databasePath() const
{
    return d->path;
}

void Ledger::Private::setHealth(const std::string &problem)
{
    bool differs = false;
    {
        const std::lock_guard guard(mutex);
        differs = health.problem != problem;
        health.problem = problem;
        health.writable = problem.empty();
    }
    if (differs)
        Q_EMIT owner->healthChanged();
}

// Waits until a batch is due, retention is due, or the ledger stops (then false).
bool Ledger::Private::waitForWork(std::unique_lock<std::mutex> &guard)
{
    while (!stopping) {
        const auto now = SteadyClock::now();
        auto until = nextRetention;
        const bool work = !queue.empty() || !batch.empty() || !notes.empty() || spilled[0] || spilled[1];
        if (work && now >= notBefore && (queue.size() >= batchRows || !batch.empty() || queue.empty()))
            return true;
        if (work)
            until = std::min(until, std::max(notBefore, queue.empty() ? notBefore : firstQueuedAt + batchWindow));
        if (now >= until)
            return true;
        wake.wait_until(guard, until);
    }
    return false;
}

void Ledger::Private::run()
{
    const auto rows = database.integer("SELECT count(*) FROM request");
    {
        const std::lock_guard guard(mutex);
        health.rows = rows ? *rows : 0;
    }
    for (;;) {
        bool going = true;
        {
            std::unique_lock guard(mutex);
            going = waitForWork(guard);
        }
        if (SteadyClock::now() >= notBefore || !going)
            writeBatch();
        if (!going)
            break;
        tidy();
    }
    if (!batch.empty())
        return;
    const std::lock_guard guard(mutex);
    if (!queue.empty()) // rows came while the last batch was written
        writer->write(queue);
}

void Ledger::Private::writeBatch()
{
    {
        const std::lock_guard guard(mutex);
        if (batch.empty()) {
            batch.swap(queue);
            batchBytes = std::exchange(queueBytes, 0);
            unwritten = static_cast<int64_t>(batch.size());
        }
        // The other generation still has rows only when they could not be replayed at start: those go first.
        if (resting < 0)
            resting = journal.isEmpty(1 - journal.active()) ? journal.turn() : 1 - journal.active();
    }
    if (commitNotes() && commitRows())
        notBefore = {};
    else
        notBefore = SteadyClock::now() + retryPause;
}

bool Ledger::Private::commitNotes()
{
    std::vector<ConfigNote> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(notes);
    }
    for (size_t i = 0; i < taken.size(); ++i) {
        const auto done = writer->noteConfigVersion(taken[i].appliedAtMs, taken[i].why, taken[i].json);
        if (done)
            continue;
        {
            const std::lock_guard guard(mutex);
            notes.insert(notes.begin(), std::make_move_iterator(taken.begin() + static_cast<ptrdiff_t>(i)),
                         std::make_move_iterator(taken.end()));
        }
        setHealth(done.error().message);
        return false;
    }
    return true;
}

bool Ledger::Private::commitRows()
{
    const bool fromJournal = resting >= 0 && [this] {
        const std::lock_guard guard(mutex);
        return spilled[static_cast<size_t>(resting)];
    }();
    const std::vector<RequestRecord> left = fromJournal ? journal.read(resting) : std::vector<RequestRecord>();
    int64_t added = 0;
    for (const std::vector<RequestRecord> *rows : {&left, static_cast<const std::vector<RequestRecord> *>(&batch)}) {
        for (size_t i = 0; i < rows->size(); i += batchRows) {
            const auto written = writer->write(std::span(*rows).subspan(i, std::min(batchRows, rows->size() - i)));
            if (!written) {
                damaged = damaged || written.error().code == "ledger_damaged";
                setHealth(written.error().code == "ledger_full"
                              ? "the disk is full; rows wait in memory until there is room"
                              : "the ledger cannot be written: " + written.error().message);
                return false;
            }
            added += *written;
        }
    }
    const bool any = !batch.empty() || !left.empty();
    {
        const std::lock_guard guard(mutex);
        health.rows += added;
        unwritten = 0;
        batchBytes = 0;
        if (resting >= 0)
            spilled[static_cast<size_t>(resting)] = false;
    }
    if (resting >= 0)
        journal.clear(std::exchange(resting, -1));
    batch.clear();
    setHealth({});
    if (any)
        Q_EMIT owner->committed();
    return true;
}

void Ledger::Private::tidy()
{
    RetentionLimits wanted;
    {
        const std::lock_guard guard(mutex);
        if (SteadyClock::now() < nextRetention)
            return;
        nextRetention = SteadyClock::now() + retentionPause;
        if (!health.writable)
            return;
        wanted = limits;
    }
    const auto step = retentionStep(database, wanted, SystemClock().wallMs());
    if (!step)
        return; // a full or busy file is told by the next batch; retention comes round again
    const std::lock_guard guard(mutex);
    health.rows -= step->deleted;
    health.fileBytes = step->fileBytes;
    if (step->more)
        nextRetention = SteadyClock::now() + 20ms;
}

} // namespace signalbox
