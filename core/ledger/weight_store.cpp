// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/weight_store.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t dayMs = 24 * 60 * minuteMs;
constexpr int64_t hoursKeptDays = 90;
constexpr int64_t goneMark = -1; // in `configured`

} // namespace

const char *weightTablesSql()
{
    return "CREATE TABLE weight_line (id INTEGER PRIMARY KEY, node TEXT NOT NULL, label TEXT NOT NULL, "
           "UNIQUE (node, label));"
           "CREATE TABLE weight_point (hourly INTEGER NOT NULL, line INTEGER NOT NULL, minute INTEGER NOT NULL, "
           "configured INTEGER NOT NULL, effective INTEGER NOT NULL, PRIMARY KEY (hourly, line, minute)) WITHOUT "
           "ROWID;";
}

Result<void> writeWeights(Database &database, std::span<const WeightPoint> points)
{
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return transaction.error();
    auto line = database.prepare("INSERT OR IGNORE INTO weight_line (node, label) VALUES (?,?)");
    auto point = database.prepare("INSERT OR REPLACE INTO weight_point SELECT ?, id, ?, ?, ? FROM weight_line "
                                  "WHERE node = ? AND label = ?");
    if (!line || !point)
        return line ? point.error() : line.error();
    for (const WeightPoint &one : points) {
        line->bindAll(one.node, one.label);
        auto done = line->run();
        if (done) {
            point->bindAll(static_cast<int>(one.hourly), one.atMs / minuteMs,
                           one.gone ? goneMark : int64_t{one.configured}, int64_t{one.effective}, one.node, one.label);
            done = point->run();
        }
        if (!done)
            return done;
    }
    return transaction->commit();
}

Result<WeightPast> loadWeights(Database &database)
{
    auto statement =
        database.prepare("SELECT p.minute, p.hourly, l.node, l.label, p.configured, p.effective FROM weight_point p "
                         "JOIN weight_line l ON l.id = p.line ORDER BY p.minute");
    if (!statement)
        return statement.error();
    WeightPast past;
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        const bool gone = statement->integer(4) == goneMark;
        past.points.push_back({statement->integer(0) * minuteMs, statement->integer(1) != 0, statement->text(2),
                               statement->text(3), gone ? 0 : static_cast<int>(statement->integer(4)),
                               static_cast<int>(statement->integer(5)), gone});
        past.seenMs = std::max(past.seenMs, past.points.back().atMs);
    }
    // Nothing is written while nothing changes: requests tell that the gateway still ran.
    if (const auto newest = database.integer("SELECT max(started_at) FROM exchange_row");
        newest && !past.points.empty())
        past.seenMs = std::max(past.seenMs, *newest);
    return past;
}

Result<void> dropWeights(Database &database, int64_t nowMs)
{
    const auto drop = [](int hourly, int64_t beforeMs) {
        const std::string before = std::to_string(beforeMs / minuteMs);
        const std::string span = std::to_string(hourly);
        return "DELETE FROM weight_point WHERE hourly = " + span + " AND minute < " + before +
               " AND (configured = " + std::to_string(goneMark) +
               " OR EXISTS (SELECT 1 FROM weight_point n WHERE n.hourly = " + span +
               " AND n.line = weight_point.line AND n.minute > weight_point.minute AND n.minute <= " + before + "));";
    };
    const std::string sql = drop(0, nowMs - dayMs) + drop(1, nowMs - hoursKeptDays * dayMs) +
                            "DELETE FROM weight_line WHERE NOT EXISTS (SELECT 1 FROM weight_point p WHERE p.hourly = 0 "
                            "AND p.line = weight_line.id) AND NOT EXISTS (SELECT 1 FROM weight_point p WHERE "
                            "p.hourly = 1 AND p.line = weight_line.id)";
    return database.exec(sql.c_str());
}

} // namespace signalbox
