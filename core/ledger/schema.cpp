// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/schema.h"

#include "core/ledger/audit.h"
#include "core/ledger/compact_rows.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/weight_store.h"

#include <QtCore/QFile>

#include <array>

namespace signalbox {

namespace {

constexpr const char *version1 = R"sql(
CREATE TABLE request (
  id TEXT PRIMARY KEY NOT NULL, started_at INTEGER NOT NULL, project TEXT, client TEXT, user TEXT, dialect TEXT,
  route TEXT, requested_model TEXT, provider TEXT, model TEXT, credential TEXT, status INTEGER, error TEXT,
  stream INTEGER, attempts INTEGER, cache TEXT, ttft_ms REAL, duration_ms REAL, overhead_us INTEGER,
  input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
  reasoning_tokens INTEGER, cost_nanousd INTEGER, cost_state TEXT, price_id TEXT, loss_count INTEGER,
  trace_id TEXT, span_id TEXT, session TEXT);
CREATE INDEX request_started ON request(started_at);
CREATE INDEX request_provider ON request(provider, started_at);
CREATE INDEX request_problem ON request(started_at) WHERE status >= 400;
CREATE TABLE attempt (
  request_id TEXT NOT NULL, n INTEGER NOT NULL, provider TEXT, model TEXT, credential TEXT, status INTEGER,
  error_class TEXT, started_at INTEGER, connect_ms REAL, ttfb_ms REAL, duration_ms REAL, retry_after_ms INTEGER,
  input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
  reasoning_tokens INTEGER, cost_nanousd INTEGER, cost_state TEXT, price_id TEXT,
  PRIMARY KEY (request_id, n)) WITHOUT ROWID;
CREATE TABLE body (sha256 BLOB PRIMARY KEY NOT NULL, size INTEGER NOT NULL, zstd BLOB NOT NULL);
CREATE TABLE request_body (
  request_id TEXT NOT NULL, kind INTEGER NOT NULL, cut INTEGER NOT NULL, content_type TEXT, sha256 BLOB NOT NULL,
  PRIMARY KEY (request_id, kind)) WITHOUT ROWID;
CREATE INDEX request_body_sha256 ON request_body(sha256);
CREATE TABLE rollup_minute (
  minute INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, project TEXT NOT NULL, client TEXT NOT NULL,
  requests INTEGER, limited INTEGER, failed INTEGER, timeouts INTEGER, other INTEGER, cancelled INTEGER,
  input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
  reasoning_tokens INTEGER, cost_nanousd INTEGER, unpriced INTEGER, ttft BLOB, duration BLOB,
  PRIMARY KEY (minute, provider, model, project, client)) WITHOUT ROWID;
CREATE TABLE config_version (
  id INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL, why TEXT NOT NULL, json TEXT NOT NULL);
)sql";

// What translation lost, and what is kept of earlier turns for a limited time (continuity, stored responses).
constexpr char version2[] = R"sql(
CREATE TABLE loss (
  request_id TEXT NOT NULL, n INTEGER NOT NULL, pointer TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  reply INTEGER NOT NULL, PRIMARY KEY (request_id, n)) WITHOUT ROWID;
CREATE TABLE kept (
  kind INTEGER NOT NULL, key TEXT NOT NULL, expires_at INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE INDEX kept_expires ON kept(expires_at);
)sql";

// Why a request went where it went.
constexpr char version3[] = R"sql(
CREATE TABLE plan (request_id TEXT PRIMARY KEY NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
)sql";

// Spend by hour and day of UTC for every combination of what it is grouped by, and alerts of budgets that were given.
// What is there already is summed up once.
constexpr char version4[] = R"sql(
ALTER TABLE request ADD COLUMN tag TEXT;
CREATE TABLE spend_key (
  id INTEGER PRIMARY KEY, project TEXT NOT NULL, client TEXT NOT NULL, user TEXT NOT NULL, provider TEXT NOT NULL,
  model TEXT NOT NULL, credential TEXT NOT NULL, route TEXT NOT NULL, tag TEXT NOT NULL,
  UNIQUE (project, client, user, provider, model, credential, route, tag));
CREATE TABLE rollup_hour (
  hour INTEGER NOT NULL, key INTEGER NOT NULL, requests INTEGER, errors INTEGER, unpriced INTEGER,
  cost_nanousd INTEGER, input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER,
  output_tokens INTEGER, reasoning_tokens INTEGER, PRIMARY KEY (hour, key)) WITHOUT ROWID;
CREATE TABLE rollup_day (
  day INTEGER NOT NULL, key INTEGER NOT NULL, requests INTEGER, errors INTEGER, unpriced INTEGER,
  cost_nanousd INTEGER, input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER,
  output_tokens INTEGER, reasoning_tokens INTEGER, PRIMARY KEY (day, key)) WITHOUT ROWID;
CREATE TABLE rollup_session (
  day INTEGER NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL, requests INTEGER, errors INTEGER,
  unpriced INTEGER, cost_nanousd INTEGER, input_tokens INTEGER, cached_input_tokens INTEGER,
  cache_write_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER,
  PRIMARY KEY (day, project, session)) WITHOUT ROWID;
CREATE TABLE budget_alert (
  rule TEXT NOT NULL, account TEXT NOT NULL, period_start INTEGER NOT NULL, threshold REAL NOT NULL,
  at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (rule, account, period_start, threshold)) WITHOUT ROWID;
INSERT INTO spend_key (project, client, user, provider, model, credential, route, tag)
  SELECT DISTINCT ifnull(project, ''), ifnull(client, ''), ifnull(user, ''), ifnull(provider, ''), ifnull(model, ''),
    ifnull(credential, ''), ifnull(route, ''), '' FROM request;
INSERT INTO rollup_hour SELECT started_at / 3600000, k.id, count(*),
    sum(CASE WHEN r.status = 499 OR (r.status BETWEEN 1 AND 399 AND ifnull(r.error, '') = '') THEN 0 ELSE 1 END),
    sum(r.cost_nanousd IS NULL), ifnull(sum(r.cost_nanousd), 0), ifnull(sum(r.input_tokens), 0), ifnull(sum(r.cached_input_tokens), 0),
    ifnull(sum(r.cache_write_tokens), 0), ifnull(sum(r.output_tokens), 0), ifnull(sum(r.reasoning_tokens), 0)
  FROM request r JOIN spend_key k ON k.project = ifnull(r.project, '') AND k.client = ifnull(r.client, '') AND
    k.user = ifnull(r.user, '') AND k.provider = ifnull(r.provider, '') AND k.model = ifnull(r.model, '') AND
    k.credential = ifnull(r.credential, '') AND k.route = ifnull(r.route, '') AND k.tag = '' GROUP BY 1, 2;
INSERT INTO rollup_day SELECT hour / 24, key, sum(requests), sum(errors), sum(unpriced), sum(cost_nanousd),
    sum(input_tokens), sum(cached_input_tokens), sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens)
  FROM rollup_hour GROUP BY 1, 2;
INSERT INTO rollup_session SELECT started_at / 86400000, ifnull(project, ''), session, count(*),
    sum(CASE WHEN status = 499 OR (status BETWEEN 1 AND 399 AND ifnull(error, '') = '') THEN 0 ELSE 1 END),
    sum(cost_nanousd IS NULL), ifnull(sum(cost_nanousd), 0), ifnull(sum(input_tokens), 0), ifnull(sum(cached_input_tokens), 0),
    ifnull(sum(cache_write_tokens), 0), ifnull(sum(output_tokens), 0), ifnull(sum(reasoning_tokens), 0)
  FROM request WHERE session <> '' GROUP BY 1, 2, 3;
)sql";

// Who changed what; and how often requests were deleted from the middle (core/ledger/history.h).
const char *version6()
{
    static const std::string sql =
        std::string(auditTableSql()) +
        "CREATE TABLE history_cut (cuts INTEGER NOT NULL); INSERT INTO history_cut VALUES (0);";
    return sql.c_str();
}

// What the dashboard's short ranges read; requests that are there already stay without.
constexpr char version7[] = R"sql(
CREATE TABLE rollup_moment (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE moment_since (since INTEGER NOT NULL);
INSERT INTO moment_since SELECT ifnull(max(started_at), -1) + 1 FROM exchange_row;
)sql";

// When the phases of each request were over (core/ledger/phase_times.h).
constexpr char version8[] = "ALTER TABLE exchange_row ADD COLUMN phases BLOB;";

Result<void> copyBefore(Database &database, const QString &path, int64_t version)
{
    const auto folded = database.exec("PRAGMA wal_checkpoint(TRUNCATE)"); // so that the copy is whole
    if (!folded)
        return folded;
    const QString copy = path % QStringLiteral(".before-v") % QString::number(version);
    QFile::remove(copy);
    if (!QFile::copy(path, copy))
        return Error{"ledger_unusable", "cannot copy " + path.toStdString() + " before the migration"};
    return {};
}

} // namespace

std::span<const SchemaStep> schemaSteps()
{
    static const std::array<SchemaStep, 11> steps{{{version1},
                                                   {version2},
                                                   {version3},
                                                   {version4},
                                                   compactRowsStep(),
                                                   {version6()},
                                                   {version7},
                                                   {version8},
                                                   sessionRollupStep(),
                                                   {weightTablesSql()},
                                                   sessionLifeStep()}};
    return steps;
}

int64_t schemaVersionOnDisk(const QString &path)
{
    constexpr qint64 offset = 60; // database file format, section 1.3
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(offset))
        return 0;
    const QByteArray bytes = file.read(4);
    int64_t version = 0;
    for (const char byte : bytes)
        version = version << 8 | static_cast<uint8_t>(byte);
    return bytes.size() == 4 ? version : 0;
}

Result<void> migrate(Database &database, const QString &path, std::span<const SchemaStep> scripts)
{
    const auto version = database.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    const auto last = static_cast<int64_t>(scripts.size());
    if (*version > last)
        return Error{"ledger_newer",
                     path.toStdString() + " was made by a newer version of Signalbox; it is left as it is"};
    if (*version == last)
        return {};
    if (*version > 0) {
        if (const auto copied = copyBefore(database, path, last); !copied)
            return copied;
    }
    auto transaction = Transaction::begin(database);
    if (!transaction)
        return transaction.error();
    for (auto i = static_cast<size_t>(*version); i < scripts.size(); ++i) {
        auto done = database.exec(scripts[i].sql);
        if (done && scripts[i].fill)
            done = scripts[i].fill(database);
        if (done)
            done = database.exec(scripts[i].sqlAfter);
        if (!done)
            return done;
    }
    const std::string mark = "PRAGMA user_version = " + std::to_string(last);
    if (const auto marked = database.exec(mark.c_str()); !marked)
        return marked;
    return transaction->commit();
}

Result<void> prepareForWriting(Database &database)
{
    // auto_vacuum only takes effect before the first table is made.
    return database.exec(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA journal_size_limit = 67108864;");
}

} // namespace signalbox
