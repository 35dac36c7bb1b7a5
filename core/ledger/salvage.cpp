// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/salvage.h"

#include "core/ledger/schema.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>

#include <sqlite3.h>

#include <algorithm>
#include <chrono>

namespace signalbox {

namespace {

constexpr std::chrono::seconds checkBudget{3};

struct Table {
    const char *name;
    const char *order; // column list of its key
};
// Up to version 4, and from version 5.
constexpr Table wideTables[] = {{"request", "rowid"},
                                {"attempt", "request_id, n"},
                                {"loss", "request_id, n"},
                                {"plan", "request_id"},
                                {"rollup_minute", "minute, provider, model, project, client"},
                                {"rollup_hour", "hour, key"},
                                {"rollup_day", "day, key"},
                                {"rollup_session", "day, project, session"}};
constexpr Table compactTables[] = {
    {"name", "rowid"},         {"price", "rowid"},          {"target", "rowid"},
    {"exchange_row", "rowid"}, {"attempt_row", "row, n"},   {"loss_row", "row, n"},
    {"plan_row", "rowid"},     {"rollup_minute", "rowid"},  {"rollup_target_hour", "rowid"},
    {"rollup_speed", "rowid"}, {"rollup_quarter", "rowid"}, {"rollup_hour", "rowid"},
    {"rollup_shift", "rowid"}, {"rollup_day", "rowid"}};
// By day in rows, later in slots: only what both files have is copied. Lives of sessions are summed up anew.
constexpr Table sessionTables[] = {{"rollup_session", "day, session, project"},
                                   {"session_key", "rowid"},
                                   {"rollup_session_hour", "rowid"},
                                   {"rollup_session_day", "rowid"},
                                   {"rollup_session_month", "rowid"},
                                   {"rollup_named_quarter", "rowid"},
                                   {"rollup_named_hour", "rowid"},
                                   {"rollup_named_shift", "rowid"},
                                   {"rollup_named_day", "rowid"}};
constexpr Table tables[] = {{"body", "rowid"},
                            {"request_body", "request_id, kind"},
                            {"kept", "kind, key"},
                            {"spend_key", "rowid"},
                            {"budget_alert", "rule, account, period_start, threshold"},
                            {"config_version", "rowid"}};
constexpr Table auditTables[] = {{"audit", "rowid"}}; // from version 6
constexpr size_t firstCompact = 5;
constexpr size_t firstAudited = 6;
constexpr size_t firstWithMoments = 7;

std::string descending(const std::string &order)
{
    std::string out;
    for (const char c : order)
        out += c == ',' ? " DESC," : std::string(1, c);
    return out + " DESC";
}

// Copies until the end or the first unreadable row. True when the end was reached.
bool copyRows(Database &from, Database &to, const Table &table, const std::string &order)
{
    auto select = from.prepare(std::string("SELECT * FROM ") + table.name + " NOT INDEXED ORDER BY " + order);
    if (!select)
        return false;
    std::string marks = "?";
    for (int i = 1; i < select->columnCount(); ++i)
        marks += ",?";
    auto insert = to.prepare(std::string("INSERT OR IGNORE INTO ") + table.name + " VALUES (" + marks + ")");
    if (!insert)
        return false;
    for (;;) {
        const auto row = select->step();
        if (!row || !*row)
            return row.has_value();
        for (int i = 0; i < select->columnCount(); ++i)
            sqlite3_bind_value(insert->handle(), i + 1, sqlite3_column_value(select->handle(), i));
        if (!insert->run())
            return false;
    }
}

} // namespace

bool looksDamaged(Database &database)
{
    using Clock = std::chrono::steady_clock;
    Clock::time_point end = Clock::now() + checkBudget;
    const auto late = [](void *deadline) -> int { return Clock::now() > *static_cast<Clock::time_point *>(deadline); };
    sqlite3_progress_handler(database.handle(), 10'000, late, &end);
    auto check = database.prepare("PRAGMA quick_check(1)");
    bool damaged = !check && check.error().code == "ledger_damaged";
    if (check) {
        const auto row = check->step();
        damaged = row ? *row && check->text(0) != "ok" : row.error().code == "ledger_damaged";
    }
    sqlite3_progress_handler(database.handle(), 0, nullptr, nullptr);
    return damaged;
}

Result<QString> salvage(const QString &path)
{
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString old = path % QStringLiteral(".damaged-") % stamp;
    if (!QFile::rename(path, old))
        return Error{"ledger_unusable", "cannot move the damaged " + path.toStdString() + " aside"};
    QFile::rename(path % QStringLiteral("-wal"), old % QStringLiteral("-wal"));
    QFile::remove(path % QStringLiteral("-shm"));

    auto to = Database::open(path, Database::Mode::ReadWrite);
    if (!to)
        return to.error();
    if (const auto ready = prepareForWriting(*to); !ready)
        return ready.error();
    // As it was; what opens the new file brings it up to date.
    const auto steps = schemaSteps();
    const auto stored = static_cast<size_t>(std::max<int64_t>(0, schemaVersionOnDisk(old)));
    const size_t version = stored >= 1 && stored <= steps.size() ? stored : steps.size();
    if (const auto made = migrate(*to, path, steps.first(version)); !made)
        return made.error();
    auto from = Database::open(old, Database::Mode::ReadWrite);
    if (!from)
        return old;
    auto transaction = Transaction::begin(*to);
    if (!transaction)
        return transaction.error();
    const auto copyAll = [&](std::span<const Table> all) {
        for (const Table &table : all) {
            if (!copyRows(*from, *to, table, table.order))
                copyRows(*from, *to, table, descending(table.order));
        }
    };
    copyAll(tables);
    copyAll(version < firstCompact ? std::span<const Table>(wideTables) : std::span<const Table>(compactTables));
    if (version >= firstCompact)
        copyAll(sessionTables);
    if (version >= firstAudited)
        copyAll(auditTables);
    if (version >= firstWithMoments) { // the moments are not worth saving: what was saved is from before them
        const auto marked =
            to->exec("UPDATE moment_since SET since = (SELECT ifnull(max(started_at), -1) + 1 FROM exchange_row)");
        if (!marked)
            return marked.error();
    }
    if (const auto done = transaction->commit(); !done)
        return done.error();
    return old;
}

} // namespace signalbox
