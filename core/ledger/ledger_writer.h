// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/journal.h"
#include "core/ledger/records.h"
#include "core/ledger/spend_rollup.h"
#include "core/ledger/sqlite.h"

#include <array>
#include <optional>
#include <span>

namespace signalbox {

class RollupBatch;

// Writes rows; used on the ledger thread only (and by open() before that thread starts). Borrows the database.
class LedgerWriter
{
public:
    static Result<std::unique_ptr<LedgerWriter>> make(Database &database);

    // One transaction with attempts, bodies and rollups; rows that are there already are left out. How many were new.
    Result<int64_t> write(std::span<const RequestRecord> batch);
    Result<int64_t> write(FrameWalker &frames, size_t atMost);
    Result<void> keep(std::span<const KeptItem> items); // and forgets what has expired
    Result<void> noteAlerts(std::span<const BudgetAlert> alerts);
    Result<void> noteConfigVersion(int64_t appliedAtMs, const std::string &why, const std::string &json);

private:
    explicit LedgerWriter(Database &database) : m_database(database) {}
    Result<void> prepare();
    template<class Next>
    Result<int64_t> writeAll(Next next); // next(): the next record, null at the end
    Result<std::optional<int64_t>> writeNew(FrameWalker &frames, size_t atMost);
    Result<bool> add(const RequestRecord &record, RollupBatch &rollup);
    Result<bool> addTogether(RollupBatch &rollup);
    Result<void> commit(Transaction &transaction, RollupBatch &rollup);
    Result<bool> insertRequest(const RequestRecord &record);
    Result<void> insertAttempts(const RequestRecord &record);
    Result<void> insertRest(const RequestRecord &record);
    Result<void> insertBody(const std::string &requestId, const StoredBody &body);

    Database &m_database;
    static constexpr size_t rowsTogether = 8;          // in one statement, which is opened and closed once
    std::array<RequestRecord, rowsTogether> m_records; // of frames; kept for their memory
    Statement m_request, m_attempt, m_requests, m_attempts, m_hasBody, m_body, m_requestBody, m_loss, m_plan, m_keep,
        m_expire, m_selectRollup, m_upsertRollup, m_config, m_alert;
    SpendWriter m_spend;
};

// Newest expiry first, at most 64 MiB.
Result<std::vector<KeptItem>> loadKept(Database &database, int64_t nowMs);

std::string compressBody(std::string_view bytes);
std::string expandBody(std::string_view packed, size_t size);

} // namespace signalbox
