// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/name_book.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/records.h"
#include "core/ledger/spend_rollup.h"
#include "core/ledger/sqlite.h"
#include "core/ledger/target_rollup.h"

#include <array>
#include <span>

namespace signalbox {

// Writes an exchange as a compact row with what hangs on it (not its bodies), and counts it in the rollups. Tables
// exchange_row, attempt_row, loss_row and plan_row; ledger thread, in the caller's transaction.
class RowWriter
{
public:
    static constexpr size_t rowsTogether = 8; // in one statement, which is opened and closed once

    Result<void> prepare(Database &database);
    // False: a row with this id was there already, nothing was done. `atRow`: where it stands; 0: behind the last.
    Result<bool> insert(const RequestRecord &record, int64_t atRow = 0);
    // All with one statement. False: some were there already, and which is not known.
    Result<bool> insertTogether(std::span<const RequestRecord, rowsTogether> records);
    Result<void> writeRollups();
    void forget(); // after a rollback
    PriceBook &prices() { return m_prices; }

private:
    friend class RowMigration;
    static constexpr int columns = 33;
    struct Refs { // what a row points at, and its packed ids: must live until the statement has run
        SpendWriter::KeyOf key;
        PackedText id, trace, span, session;
        NameRef dialect, requestedModel, error, cache;
        int64_t price = 0;
    };
    Result<void> lookUp(const RequestRecord &record, Refs &refs);
    int bind(Statement &statement, int after, int64_t row, const RequestRecord &record, const Refs &refs) const;
    Result<void> insertAttempts(int64_t row, const RequestRecord &record);
    Result<void> insertRest(int64_t row, const RequestRecord &record, int64_t keyId);

    Database *m_database = nullptr;
    Statement m_one, m_many, m_attempt, m_loss, m_plan;
    std::array<Refs, rowsTogether> m_refs;
    NameBook m_names;
    PriceBook m_prices;
    SpendWriter m_spend;
    TargetWriter m_targets;
    int64_t m_nextRow = 1;
    bool m_keepsPhases = true; // false: the file is on its way from an older version, and has no room for them yet
};

std::string packPlan(std::string_view json);
std::string unpackPlan(std::string_view packed);

} // namespace signalbox
