// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/history.h"

#include "core/ledger/packed_text.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string quotedText(const std::string &text)
{
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

std::string conditionOf(const HistoryChoice &choice)
{
    std::string condition = "started_at < " + std::to_string(choice.toMs);
    if (choice.fromMs > 0)
        condition += " AND started_at >= " + std::to_string(choice.fromMs);
    if (!choice.project.empty())
        condition += " AND key IN (SELECT id FROM spend_key WHERE project = " + quotedText(choice.project) + ")";
    return condition;
}

} // namespace

Result<int64_t> countHistory(Database &database, const HistoryChoice &choice)
{
    return database.integer("SELECT count(*) FROM exchange_row WHERE " + conditionOf(choice));
}

Result<int64_t> deleteRequests(Database &database, const HistoryChoice &choice, int64_t atMost)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return transaction.error();
    const std::string fill = "CREATE TEMP TABLE IF NOT EXISTS leaving (row INTEGER PRIMARY KEY); DELETE FROM leaving;"
                             "CREATE TEMP TABLE IF NOT EXISTS leaving_id (id TEXT PRIMARY KEY);"
                             "DELETE FROM leaving_id;"
                             "CREATE TEMP TABLE IF NOT EXISTS leaving_body (sha256 BLOB PRIMARY KEY);"
                             "DELETE FROM leaving_body;"
                             "INSERT INTO leaving SELECT row FROM exchange_row WHERE " +
                             conditionOf(choice) + " ORDER BY started_at LIMIT " + std::to_string(atMost) +
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

int64_t historyCuts(Database &database)
{
    const auto cuts = database.integer("SELECT cuts FROM history_cut");
    return cuts ? *cuts : 0; // a file of an older version had none
}

Result<void> noteHistoryCut(Database &database)
{
    return database.exec("UPDATE history_cut SET cuts = cuts + 1");
}

Result<int64_t> giveBackPages(Database &database, int64_t atMost)
{
    const auto before = database.integer("PRAGMA page_count");
    const auto size = database.integer("PRAGMA page_size");
    if (!before || !size)
        return before ? size.error() : before.error();
    if (const auto done = database.exec(("PRAGMA incremental_vacuum(" + std::to_string(atMost) + ")").c_str()); !done)
        return done.error();
    const auto after = database.integer("PRAGMA page_count");
    return after ? Result<int64_t>(std::max<int64_t>(0, *before - *after) * *size) : after;
}

} // namespace signalbox
