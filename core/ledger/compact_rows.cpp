// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/compact_rows.h"

#include "core/ledger/row_migration.h"
#include "core/ledger/row_sql.h"
#include "core/ledger/session_rollup.h"

#include <string>

namespace signalbox {

namespace {

constexpr char tablesSql[] = R"sql(
ALTER TABLE request RENAME TO request_4;
ALTER TABLE attempt RENAME TO attempt_4;
ALTER TABLE loss RENAME TO loss_4;
ALTER TABLE plan RENAME TO plan_4;
ALTER TABLE rollup_minute RENAME TO rollup_minute_4;
ALTER TABLE rollup_hour RENAME TO rollup_hour_4;
ALTER TABLE rollup_day RENAME TO rollup_day_4;
ALTER TABLE rollup_session RENAME TO rollup_session_4;
DROP INDEX request_started;
DROP INDEX request_provider;
DROP INDEX request_problem;
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE price (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, json TEXT NOT NULL, valid_from INTEGER NOT NULL);
CREATE INDEX price_ref ON price(ref, valid_from);
CREATE TABLE target (
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, route TEXT NOT NULL, size INTEGER NOT NULL,
  UNIQUE (provider, model, route, size));
CREATE TABLE exchange_row (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, started_at INTEGER NOT NULL, key INTEGER NOT NULL, user TEXT,
  tag TEXT, dialect BLOB, requested_model BLOB, status INTEGER, error BLOB, stream INTEGER, attempts INTEGER,
  cache BLOB, ttft_us INTEGER, duration_us INTEGER, overhead_us INTEGER, input_tokens INTEGER,
  cached_input_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER,
  cost_nanousd INTEGER, cost_state INTEGER, price INTEGER, loss_count INTEGER, trace_id BLOB, span_id BLOB,
  session BLOB, try_started INTEGER, try_connect_us INTEGER, try_ttfb_us INTEGER, try_duration_us INTEGER);
CREATE INDEX exchange_started ON exchange_row(started_at);
CREATE TABLE attempt_row (
  row INTEGER NOT NULL, n INTEGER NOT NULL, provider BLOB, model BLOB, credential BLOB, error_class BLOB,
  status INTEGER, started INTEGER, connect_us INTEGER, ttfb_us INTEGER, duration_us INTEGER, retry_after_ms INTEGER,
  input_tokens INTEGER, cached_input_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
  reasoning_tokens INTEGER, cost_nanousd INTEGER, cost_state INTEGER, price INTEGER,
  PRIMARY KEY (row, n)) WITHOUT ROWID;
CREATE TABLE loss_row (
  row INTEGER NOT NULL, n INTEGER NOT NULL, pointer TEXT NOT NULL, kind BLOB, reason BLOB, reply INTEGER NOT NULL,
  PRIMARY KEY (row, n)) WITHOUT ROWID;
CREATE TABLE plan_row (row INTEGER PRIMARY KEY, zstd BLOB NOT NULL);
CREATE TABLE rollup_minute (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_target_hour (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_speed (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_quarter (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_shift (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_hour (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_day (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE rollup_session (
  day INTEGER NOT NULL, session BLOB NOT NULL, project TEXT NOT NULL, requests INTEGER, errors INTEGER,
  unpriced INTEGER, cost_nanousd INTEGER, input_tokens INTEGER, cached_input_tokens INTEGER,
  cache_write_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER,
  PRIMARY KEY (day, session, project)) WITHOUT ROWID;
CREATE INDEX rollup_session_days ON rollup_session(session);
)sql";

const std::string &viewsSql()
{
    static const std::string sql =
        "CREATE VIEW request AS " + requestSql() + "; CREATE VIEW attempt AS " + attemptInRowSql() + " UNION ALL " +
        attemptOwnSql() + "; CREATE VIEW loss AS " + lossSql() +
        ";"
        "DROP TABLE request_4; DROP TABLE attempt_4; DROP TABLE loss_4; DROP TABLE plan_4; DROP TABLE rollup_minute_4;"
        "DROP TABLE rollup_hour_4; DROP TABLE rollup_day_4; DROP TABLE rollup_session_4;";
    return sql;
}

} // namespace

// With the tables of later versions that the writers want.
SchemaStep compactRowsStep()
{
    static const std::string sql = std::string(tablesSql) + sessionTablesSql();
    return {sql.c_str(), &bringRowsOver, viewsSql().c_str()};
}

} // namespace signalbox
