// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"

#include "core/base/clock.h"
#include "core/ledger/backup.h"
#include "core/ledger/ledger_p.h"
#include "core/ledger/salvage.h"
#include "core/ledger/schema.h"

#include <QtCore/QFile>

#include <algorithm>

namespace signalbox {

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
    flush();
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
    switch (lock.take()) {
    case FolderLock::Taken::Yes:
        break;
    case FolderLock::Taken::ByAnother:
        return Error{"ledger_locked", "another Signalbox uses " + folder.toStdString()};
    case FolderLock::Taken::NotPossible:
        return Error{"ledger_unusable", "the folder " + folder.toStdString() + " cannot be locked or written to"};
    }
    if (const auto restored = takeStagedRestore(path); !restored)
        return Error{"ledger_unusable", restored.error().message};
    if (schemaVersionOnDisk(path) > static_cast<int64_t>(schemaSteps().size()))
        return Error{"ledger_newer",
                     path.toStdString() + " was made by a newer version of Signalbox; it is left as it is"};
    if (const auto opened = openDatabase(); !opened)
        return Error{opened.error().code == "ledger_newer" ? "ledger_newer" : "ledger_unusable",
                     path.toStdString() + ": " + opened.error().message};
    if (const auto done = replay(); !done && done.error().code != "ledger_full")
        return Error{"ledger_unusable", path.toStdString() + ": " + done.error().message};
    health.fileBytes = QFile(path).size();
    if (auto kept = loadKept(database, SystemClock().wallMs()))
        keptAtOpen = std::move(*kept);
    if (auto past = loadWeights(database))
        weightPast = std::move(*past);
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
        writer->setBodies(&bodies);
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

void Ledger::book(const RequestRecord &row, const BodyRedactorPtr &redactor)
{
    if (!appendFrame(row, d->booked, RecordBodies::Without))
        return;
    ++d->bookedRows;
    if (!row.bodies.empty())
        d->bookedBodies.put(row.id, row.bodies, redactor);
}

void Ledger::flush()
{
    if (d->booked.empty())
        return;
    bool due = false;
    {
        const std::lock_guard guard(d->mutex);
        const bool journalled = d->journal.append(d->booked);
        if (d->queue.size() + d->batchBytes + d->booked.size() > Private::memoryBytes) {
            if (journalled)
                d->spilled[static_cast<size_t>(d->journal.active())] = true;
            else
                d->health.droppedRows += static_cast<int64_t>(d->bookedRows);
        } else {
            if (d->queue.empty())
                d->firstQueuedAt = Private::SteadyClock::now();
            due = d->queue.empty() ||
                  (d->queuedRows < Private::batchRows && d->queuedRows + d->bookedRows >= Private::batchRows);
            d->queue += d->booked;
            const size_t taken = d->queue.size() + d->queuedBodies.bytes() + d->batchBytes;
            d->queuedBodies.absorb(d->bookedBodies, Private::memoryBytes - std::min(Private::memoryBytes, taken));
            d->queuedRows += d->bookedRows;
            d->health.takenRows += static_cast<int64_t>(d->bookedRows);
        }
    }
    clearKeepingSome(d->booked);
    d->bookedBodies.clear();
    d->bookedRows = 0;
    if (due)
        d->wake.notify_one();
}

void Ledger::record(const RequestRecord &row)
{
    book(row);
    flush();
}

void Ledger::keep(KeptItem item)
{
    // Written with the next batch of rows, or the next tidying: nobody waits for it.
    const std::lock_guard guard(d->mutex);
    d->toKeep.push_back(std::move(item));
}

std::vector<KeptItem> Ledger::takeKept()
{
    return std::exchange(d->keptAtOpen, {});
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

void Ledger::notePrice(PriceNote note)
{
    // Rows that are booked later are written later; nobody waits for it.
    const std::lock_guard guard(d->mutex);
    d->prices.push_back(std::move(note));
}

void Ledger::noteAlerts(std::vector<BudgetAlert> alerts)
{
    {
        const std::lock_guard guard(d->mutex);
        d->alerts.insert(d->alerts.end(), std::make_move_iterator(alerts.begin()),
                         std::make_move_iterator(alerts.end()));
    }
    d->wake.notify_one();
}

void Ledger::noteAudit(std::vector<AuditEntry> entries)
{
    {
        const std::lock_guard guard(d->mutex);
        d->audit.insert(d->audit.end(), std::make_move_iterator(entries.begin()),
                        std::make_move_iterator(entries.end()));
    }
    d->wake.notify_one();
}

void Ledger::noteWeights(std::vector<WeightPoint> points)
{
    {
        const std::lock_guard guard(d->mutex);
        d->weights.insert(d->weights.end(), std::make_move_iterator(points.begin()),
                          std::make_move_iterator(points.end()));
    }
    d->wake.notify_one();
}

WeightPast Ledger::takeWeights()
{
    return std::exchange(d->weightPast, {});
}

void Ledger::deleteHistory(HistoryChoice choice, HistoryDone done)
{
    {
        const std::lock_guard guard(d->mutex);
        d->historyJobs.push_back({std::move(choice), std::move(done), {}});
    }
    d->wake.notify_one();
}

LedgerHealth Ledger::health() const
{
    const std::lock_guard guard(d->mutex);
    LedgerHealth health = d->health;
    health.pendingRows = static_cast<int64_t>(d->queuedRows + d->unwritten);
    return health;
}

QString Ledger::databasePath() const
{
    return d->path;
}

} // namespace signalbox
