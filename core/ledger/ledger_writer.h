// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "core/ledger/sqlite.h"

#include <span>

namespace signalbox {

// Writes rows; used on the ledger thread only (and by open() before that thread starts). Borrows the database.
class LedgerWriter
{
public:
    static Result<std::unique_ptr<LedgerWriter>> make(Database &database);

    // One transaction with attempts, bodies and rollups; rows that are there already are left out. How many were new.
    Result<int64_t> write(std::span<const RequestRecord> batch);
    Result<void> noteConfigVersion(int64_t appliedAtMs, const std::string &why, const std::string &json);

private:
    explicit LedgerWriter(Database &database) : m_database(database) {}
    Result<void> prepare();
    Result<bool> insertRequest(const RequestRecord &record);
    Result<void> insertAttempts(const RequestRecord &record);
    Result<void> insertBody(const std::string &requestId, const StoredBody &body);

    Database &m_database;
    Statement m_request, m_attempt, m_hasBody, m_body, m_requestBody, m_selectRollup, m_upsertRollup, m_config;
};

std::string compressBody(std::string_view bytes);
std::string expandBody(std::string_view packed, size_t size);

} // namespace signalbox
