// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/audit.h"
#include "core/ledger/body_shelf.h"
#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/history.h"
#include "core/ledger/records.h"
#include "core/ledger/weight_store.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

struct LedgerOptions {
    QString folder; // the data dir; holds signalbox.db and its journal
    int keepDays = 30;
    int maxMiB = 2048;
};

struct LedgerHealth { // value snapshot
    bool writable = true;
    std::string problem;     // why not, for a person; empty when writable
    int64_t pendingRows = 0; // journalled or in memory, not yet in the database
    int64_t takenRows = 0;   // given to the writer since open(),
    int64_t writtenRows = 0; // and those of them that are in the database
    int64_t droppedRows = 0; // lost because neither disk nor memory had room
    int64_t rows = 0;        // requests in the database
    int64_t fileBytes = 0;
    std::string salvagedFrom; // set when the file was damaged at start: where the old one is kept
};

// The durable record. The object belongs to the main thread; rows may be given from the gateway thread only,
// health() from any. It owns the ledger thread, the only SQLite writer: batches (≤ 250 ms or 500 rows), WAL.
//
// What was booked reaches the journal file with the next flush(), in one write(2), and from then on survives kill -9:
// flush before a client is sent the end of its reply. Then the writer takes the rows over. After a batch
// is committed its part of the journal is dropped; at open() a left-over journal is replayed, a row that is already in
// the database is not written twice. On a full disk rows wait in memory (bounded) and are written when there is room.
class Ledger final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Ledger)

public:
    // Blocks until schema, migration, integrity check and replay are done; call before the window is shown.
    // Errors: ledger_newer (file made by a newer version: left untouched), ledger_unusable, ledger_locked.
    static Result<std::unique_ptr<Ledger>> open(const LedgerOptions &options);
    ~Ledger() override; // writes what is queued, then stops the thread

    // Bodies wait in memory, and the ledger thread masks them before they are stored: a kill may lose those of the last
    // batch, never the row.
    void book(const RequestRecord &row, const BodyRedactorPtr &redactor = {});
    void flush();
    void record(const RequestRecord &row);       // both at once
    void keep(KeptItem item);                    // any thread; replaces an older one
    std::vector<KeptItem> takeKept();            // what was there at open(); once
    void setRetention(int keepDays, int maxMiB); // main thread
    // Main thread; applied configs, not the same twice in a row. The newest 200 are kept.
    void noteConfigVersion(const std::string &json, const std::string &why);
    void notePrice(PriceNote note);                    // any thread; before the first row that uses it is booked
    void noteAlerts(std::vector<BudgetAlert> alerts);  // gateway thread; told once, kept
    void noteAudit(std::vector<AuditEntry> entries);   // any thread; auditWritten() once they are kept
    void noteWeights(std::vector<WeightPoint> points); // any thread; written with the next batch
    WeightPast takeWeights();                          // what was there at open(); once
    // Removes requests, some at a time between batches. `done` runs on the ledger thread, also when the ledger closes
    // before the end (error ledger_closed; what went is gone).
    using HistoryDone = std::function<void(Result<HistoryDeleted>)>;
    void deleteHistory(HistoryChoice choice, HistoryDone done); // any thread
    LedgerHealth health() const;
    QString databasePath() const;

Q_SIGNALS:
    void committed(); // a batch is in the database; at most one signal a batch
    void healthChanged();
    void auditWritten();

private:
    struct Private;
    explicit Ledger(std::unique_ptr<Private> prepared);
    std::unique_ptr<Private> d;
};

} // namespace signalbox
