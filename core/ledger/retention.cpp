// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/retention.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t dayMs = 24 * hourMs;
constexpr int64_t rowsPerStep = 300;
constexpr int64_t rollupDays = 400;

// Deletes requests that began before the limit, at most `rowsPerStep`, with all that hangs on them.
Result<int64_t> deleteOldest(Database &database, int64_t beforeMs)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return transaction.error();
    const std::string fill = "CREATE TEMP TABLE IF NOT EXISTS leaving (id TEXT PRIMARY KEY); DELETE FROM leaving;"
                             "CREATE TEMP TABLE IF NOT EXISTS leaving_body (sha256 BLOB PRIMARY KEY);"
                             "DELETE FROM leaving_body;"
                             "INSERT INTO leaving SELECT id FROM request WHERE started_at < " +
                             std::to_string(beforeMs) + " ORDER BY started_at LIMIT " + std::to_string(rowsPerStep);
    if (const auto done = database.exec(fill.c_str()); !done)
        return done.error();
    const auto count = database.integer("SELECT count(*) FROM leaving");
    if (!count || *count == 0)
        return count;
    const auto done =
        database.exec("INSERT OR IGNORE INTO leaving_body SELECT sha256 FROM request_body WHERE request_id IN leaving;"
                      "DELETE FROM request_body WHERE request_id IN leaving;"
                      "DELETE FROM attempt WHERE request_id IN leaving;"
                      "DELETE FROM loss WHERE request_id IN leaving;"
                      "DELETE FROM plan WHERE request_id IN leaving;"
                      "DELETE FROM request WHERE id IN leaving;"
                      "DELETE FROM body WHERE sha256 IN leaving_body AND NOT EXISTS "
                      "(SELECT 1 FROM request_body WHERE request_body.sha256 = body.sha256)");
    if (!done)
        return done.error();
    if (const auto committed = transaction->commit(); !committed)
        return committed.error();
    return *count;
}

} // namespace

Result<RetentionStep> retentionStep(Database &database, const RetentionLimits &limits, int64_t nowMs)
{
    const auto pageSize = database.integer("PRAGMA page_size");
    const auto pages = database.integer("PRAGMA page_count");
    const auto freePages = database.integer("PRAGMA freelist_count");
    for (const auto &part : {pageSize, pages, freePages}) {
        if (!part)
            return part.error();
    }
    const int64_t used = (*pages - *freePages) * *pageSize;
    const bool tooLarge = used > limits.maxMiB * 1024LL * 1024LL;
    const auto deleted = deleteOldest(database, tooLarge ? INT64_MAX : nowMs - limits.keepDays * dayMs);
    if (!deleted)
        return deleted.error();
    const int64_t rollupsBefore = nowMs - std::max<int64_t>(limits.keepDays, rollupDays) * dayMs;
    const std::string hours = " WHERE hour < " + std::to_string(rollupsBefore / hourMs);
    const std::string rollups = "DELETE FROM rollup_minute WHERE minute < " + std::to_string(rollupsBefore) +
                                "; DELETE FROM rollup_hour" + hours + "; DELETE FROM rollup_session WHERE day < " +
                                std::to_string(rollupsBefore / dayMs);
    if (const auto done = database.exec(rollups.c_str()); !done)
        return done.error();
    if (const auto done = database.exec("PRAGMA incremental_vacuum(256)"); !done)
        return done.error();
    const auto pagesNow = database.integer("PRAGMA page_count");
    const auto freeNow = database.integer("PRAGMA freelist_count");
    if (!pagesNow || !freeNow)
        return !pagesNow ? pagesNow.error() : freeNow.error();
    // Some free pages are kept for the next rows; the rest goes back to the file system.
    constexpr int64_t spareFreePages = 1024;
    const bool shrinking = *freeNow > spareFreePages && *pagesNow < *pages;
    return RetentionStep{*deleted, *deleted == rowsPerStep || (tooLarge && *deleted > 0) || shrinking,
                         *pagesNow * *pageSize};
}

} // namespace signalbox
