// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/audit.h"
#include "core/ledger/body_shelf.h"
#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/journal.h"
#include "core/ledger/records.h"
#include "core/ledger/row_writer.h"
#include "core/ledger/sqlite.h"

#include <array>
#include <optional>
#include <span>

namespace signalbox {

// Writes rows; used on the ledger thread only (and by open() before that thread starts). Borrows the database.
class LedgerWriter
{
public:
    static Result<std::unique_ptr<LedgerWriter>> make(Database &database);

    // Where bodies of rows in frames are; must outlive their writing. Those in a record itself are stored as they are.
    void setBodies(const BodyShelf *bodies) { m_bodies = bodies; }

    // One transaction with attempts, bodies and rollups; rows that are there already are left out. How many were new.
    Result<int64_t> write(std::span<const RequestRecord> batch);
    Result<int64_t> write(FrameWalker &frames, size_t atMost);
    Result<void> keep(std::span<const KeptItem> items); // and forgets what has expired
    Result<void> noteAlerts(std::span<const BudgetAlert> alerts);
    Result<void> notePrices(std::span<const PriceNote> notes); // what references of prices stand for from now on
    Result<void> noteAudit(std::span<const AuditEntry> entries);
    Result<void> noteConfigVersion(int64_t appliedAtMs, const std::string &why, const std::string &json);

private:
    explicit LedgerWriter(Database &database) : m_database(database) {}
    Result<void> prepare();
    template<class Next>
    Result<int64_t> writeAll(Next next); // next(): the next record, null at the end
    Result<std::optional<int64_t>> writeNew(FrameWalker &frames, size_t atMost);
    Result<bool> add(const RequestRecord &record);
    Result<bool> addTogether();
    Result<void> commit(Transaction &transaction);
    Result<void> insertBodies(const RequestRecord &record);
    Result<void> insertBody(const std::string &requestId, const StoredBody &body);

    Database &m_database;
    const BodyShelf *m_bodies = nullptr;
    std::array<RequestRecord, RowWriter::rowsTogether> m_records; // of frames; kept for their memory
    RowWriter m_rows;
    Statement m_hasBody, m_body, m_requestBody, m_keep, m_expire, m_config, m_forgetConfigs, m_alert, m_audit;
};

// Newest expiry first, at most 64 MiB.
Result<std::vector<KeptItem>> loadKept(Database &database, int64_t nowMs);

std::string compressBody(std::string_view bytes);
std::string expandBody(std::string_view packed, size_t size);

} // namespace signalbox
