// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/retention.h"

#include "core/ledger/history.h"
#include "core/ledger/session_rollup.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t quarterMs = 15 * minuteMs;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t dayMs = 24 * hourMs;
constexpr int64_t rowsPerStep = 300;
constexpr int64_t rollupDays = 400;

Result<void> dropRollups(Database &database, const RetentionLimits &limits, int64_t nowMs)
{
    const int64_t rollupsBefore = nowMs - std::max<int64_t>(limits.keepDays, rollupDays) * dayMs;
    const std::string firstDay = std::to_string(rollupsBefore / dayMs);
    std::string rollups = "DELETE FROM session_key WHERE last_day < " + firstDay +
                          "; DELETE FROM session_life WHERE last_day < " + firstDay;
    for (const auto &[table, lengthMs] : {std::pair("rollup_session_hour", hourMs),
                                          {"rollup_session_day", dayMs},
                                          {"rollup_session_month", SessionSums::daysPerMonth * dayMs}})
        rollups += std::string("; DELETE FROM ") + table + " WHERE at < " +
                   std::to_string(slots::placeOf(rollupsBefore / lengthMs, 0, SessionSums::partsPerSlot));
    const std::pair<const char *, int64_t> slotsOf[] = {
        {"rollup_minute", minuteMs},         {"rollup_target_hour", hourMs}, {"rollup_speed", quarterMs},
        {"rollup_quarter", quarterMs},       {"rollup_hour", hourMs},        {"rollup_shift", 6 * hourMs},
        {"rollup_named_quarter", quarterMs}, {"rollup_named_hour", hourMs},  {"rollup_named_shift", 6 * hourMs}};
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
    const auto deleted =
        deleteRequests(database, {INT64_MIN, tooLarge ? INT64_MAX : nowMs - limits.keepDays * dayMs, {}}, rowsPerStep);
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
