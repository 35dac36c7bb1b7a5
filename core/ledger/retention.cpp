// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/retention.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/slot_rollup.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t quarterMs = 15 * minuteMs;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t dayMs = 24 * hourMs;
constexpr int64_t rowsPerStep = 300;
constexpr int64_t rollupDays = 400;

// Deletes requests that began before the limit, at most `rowsPerStep`, with all that hangs on them.
Result<int64_t> deleteOldest(Database &database, int64_t beforeMs)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return transaction.error();
    const std::string fill = "CREATE TEMP TABLE IF NOT EXISTS leaving (row INTEGER PRIMARY KEY); DELETE FROM leaving;"
                             "CREATE TEMP TABLE IF NOT EXISTS leaving_id (id TEXT PRIMARY KEY);"
                             "DELETE FROM leaving_id;"
                             "CREATE TEMP TABLE IF NOT EXISTS leaving_body (sha256 BLOB PRIMARY KEY);"
                             "DELETE FROM leaving_body;"
                             "INSERT INTO leaving SELECT row FROM exchange_row WHERE started_at < " +
                             std::to_string(beforeMs) + " ORDER BY started_at LIMIT " + std::to_string(rowsPerStep) +
                             "; INSERT INTO leaving_id SELECT " + uuidTextSql("id") +
                             " FROM exchange_row WHERE row IN leaving";
    if (const auto done = database.exec(fill.c_str()); !done)
        return done.error();
    const auto count = database.integer("SELECT count(*) FROM leaving");
    if (!count || *count == 0)
        return count;
    const auto done = database.exec(
        "INSERT OR IGNORE INTO leaving_body SELECT sha256 FROM request_body WHERE request_id IN leaving_id;"
        "DELETE FROM request_body WHERE request_id IN leaving_id;"
        "DELETE FROM attempt_row WHERE row IN leaving;"
        "DELETE FROM loss_row WHERE row IN leaving;"
        "DELETE FROM plan_row WHERE row IN leaving;"
        "DELETE FROM exchange_row WHERE row IN leaving;"
        "DELETE FROM body WHERE sha256 IN leaving_body AND NOT EXISTS "
        "(SELECT 1 FROM request_body WHERE request_body.sha256 = body.sha256)");
    if (!done)
        return done.error();
    if (const auto committed = transaction->commit(); !committed)
        return committed.error();
    return *count;
}

Result<void> dropRollups(Database &database, const RetentionLimits &limits, int64_t nowMs)
{
    const int64_t rollupsBefore = nowMs - std::max<int64_t>(limits.keepDays, rollupDays) * dayMs;
    std::string rollups = "DELETE FROM rollup_session WHERE day < " + std::to_string(rollupsBefore / dayMs);
    const std::pair<const char *, int64_t> slotsOf[] = {{"rollup_minute", minuteMs}, {"rollup_target_hour", hourMs},
                                                        {"rollup_speed", quarterMs}, {"rollup_quarter", quarterMs},
                                                        {"rollup_hour", hourMs},     {"rollup_shift", 6 * hourMs}};
    for (const auto &[table, lengthMs] : slotsOf)
        rollups += std::string("; DELETE FROM ") + table + " WHERE at < " +
                   std::to_string(slots::placeOf(rollupsBefore / lengthMs));
    return database.exec(rollups.c_str());
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
    RetentionStep step;
    step.deleted = *deleted;
    step.more = *deleted == rowsPerStep || (tooLarge && *deleted > 0);
    step.tidied = dropRollups(database, limits, nowMs);
    if (step.tidied)
        step.tidied = database.exec("PRAGMA incremental_vacuum(256)");
    const auto pagesNow = database.integer("PRAGMA page_count");
    const auto freeNow = database.integer("PRAGMA freelist_count");
    if (!pagesNow || !freeNow)
        return step;
    // Some free pages are kept for the next rows; the rest goes back to the file system.
    constexpr int64_t spareFreePages = 1024;
    step.more = step.more || (*freeNow > spareFreePages && *pagesNow < *pages);
    step.fileBytes = *pagesNow * *pageSize;
    return step;
}

} // namespace signalbox
