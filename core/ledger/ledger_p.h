// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/folder_lock.h"
#include "core/ledger/journal.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/retention.h"

#include <QtCore/QDir>

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signalbox {

// The inside of a Ledger: open and what other threads ask of it are in ledger.cpp, the ledger thread in
// ledger_thread.cpp.
struct Ledger::Private {
    using SteadyClock = std::chrono::steady_clock;
    static constexpr size_t batchRows = 500;
    static constexpr size_t memoryBytes = 64UL << 20; // rows that wait for the disk
    struct ConfigNote {
        int64_t appliedAtMs;
        std::string why;
        std::string json;
    };

    explicit Private(const LedgerOptions &options)
        : path(QDir(options.folder).filePath(QStringLiteral("signalbox.db"))),
          lock(path % QStringLiteral(".lock")),
          journal(path),
          limits{options.keepDays, options.maxMiB}
    {
    }

    struct HistoryJob {
        HistoryChoice choice;
        HistoryDone done;
        HistoryDeleted sum;
        bool emptied = false; // the rows are gone, pages are given back
    };

    Result<void> prepare(const QString &folder);
    Result<void> openDatabase();
    Result<void> replay();
    void run();
    bool waitForWork(std::unique_lock<std::mutex> &guard);
    void writeBatch();
    void takeRows();
    bool commitRows();
    bool commitNotes();
    bool commitAlerts();
    bool commitAudit();
    bool commitPrices();
    bool commitKept();
    bool commitWeights();
    void deleteSome();
    void tidy();
    void setHealth(const std::string &problem);
    QString markerPath() const { return path % QStringLiteral(".open"); }

    Ledger *owner = nullptr;
    const QString path;
    FolderLock lock;
    Database database;
    std::unique_ptr<LedgerWriter> writer;
    std::thread thread;

    // The gateway thread's own: frames that are not journalled yet.
    std::string booked;
    size_t bookedRows = 0;
    BodyShelf bookedBodies;

    mutable std::mutex mutex; // guards all below but the writer's own part
    std::condition_variable wake;
    Journal journal;   // append(), turn(): under the mutex; the generation at rest belongs to the writer
    std::string queue; // frames
    size_t queuedRows = 0;
    BodyShelf queuedBodies;
    SteadyClock::time_point firstQueuedAt;
    std::array<bool, 2> spilled{}; // the journal generation has rows that memory had no room for
    std::vector<ConfigNote> notes;
    std::vector<BudgetAlert> alerts;
    std::vector<AuditEntry> audit;
    std::vector<HistoryJob> historyJobs; // the first one is under way
    std::vector<PriceNote> prices;
    std::vector<WeightPoint> weights;
    WeightPast weightPast;
    std::vector<KeptItem> toKeep;
    std::vector<KeptItem> keptAtOpen;
    RetentionLimits limits;
    LedgerHealth health;
    size_t unwritten = 0;  // rows in `batch`
    size_t batchBytes = 0; // their size, with their bodies
    bool stopping = false;

    // The writer's own.
    std::string batch; // frames
    BodyShelf bodies;  // of the batch
    int resting = -1;  // journal generation that holds `batch`; -1: none
    bool damaged = false;
    SteadyClock::time_point notBefore;
    SteadyClock::time_point nextRetention;
    SteadyClock::time_point nextWeightDrop;
};

void clearKeepingSome(std::string &buffer); // what stays allocated between batches is bounded

} // namespace signalbox
