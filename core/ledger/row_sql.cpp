// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_sql.h"

#include "core/ledger/name_book.h"
#include "core/ledger/packed_text.h"

namespace signalbox {

namespace {

std::string keyText(const char *part)
{
    return std::string("(SELECT ") + part + " FROM spend_key WHERE id = x.key)";
}

std::string ownOrKeyText(const char *part)
{
    return std::string("ifnull(x.") + part + ", " + keyText(part) + ")";
}

constexpr char priceText[] = "ifnull((SELECT ref FROM price WHERE id = x.price), '')";
constexpr char stateText[] = "CASE x.cost_state WHEN 0 THEN 'exact' WHEN 1 THEN 'reported' WHEN 2 THEN 'at-least' "
                             "WHEN 3 THEN 'estimated' ELSE 'unpriced' END";

} // namespace

std::string requestSql()
{
    return "SELECT " + uuidTextSql("x.id") + " AS id, x.started_at AS started_at, " + keyText("project") +
           " AS project, " + keyText("client") + " AS client, " + ownOrKeyText("user") + " AS user, " +
           nameTextSql("x.dialect") + " AS dialect, " + keyText("route") + " AS route, " +
           nameTextSql("x.requested_model") + " AS requested_model, " + keyText("provider") + " AS provider, " +
           keyText("model") + " AS model, " + keyText("credential") + " AS credential, x.status AS status, " +
           nameTextSql("x.error") + " AS error, x.stream AS stream, x.attempts AS attempts, " + nameTextSql("x.cache") +
           " AS cache, x.ttft_us / 1000.0 AS ttft_ms, x.duration_us / 1000.0 AS duration_ms, "
           "x.overhead_us AS overhead_us, x.input_tokens AS input_tokens, "
           "x.cached_input_tokens AS cached_input_tokens, x.cache_write_tokens AS cache_write_tokens, "
           "x.output_tokens AS output_tokens, x.reasoning_tokens AS reasoning_tokens, "
           "x.cost_nanousd AS cost_nanousd, " +
           stateText + " AS cost_state, " + priceText + " AS price_id, x.loss_count AS loss_count, " +
           hexTextSql("x.trace_id") + " AS trace_id, " + hexTextSql("x.span_id") + " AS span_id, " +
           uuidTextSql("x.session") + " AS session, " + ownOrKeyText("tag") + " AS tag FROM exchange_row x";
}

std::string attemptInRowSql()
{
    return "SELECT " + uuidTextSql("x.id") + " AS request_id, 1 AS n, " + keyText("provider") + " AS provider, " +
           keyText("model") + " AS model, " + keyText("credential") +
           " AS credential, x.status AS status, '' AS error_class, "
           "x.started_at + x.try_started AS started_at, x.try_connect_us / 1000.0 AS connect_ms, "
           "x.try_ttfb_us / 1000.0 AS ttfb_ms, ifnull(x.try_duration_us, x.duration_us) / 1000.0 "
           "AS duration_ms, NULL AS retry_after_ms, x.input_tokens AS input_tokens, "
           "x.cached_input_tokens AS cached_input_tokens, x.cache_write_tokens AS "
           "cache_write_tokens, x.output_tokens AS output_tokens, x.reasoning_tokens AS "
           "reasoning_tokens, x.cost_nanousd AS cost_nanousd, " +
           stateText + " AS cost_state, " + priceText +
           " AS price_id FROM exchange_row x WHERE x.try_started IS NOT NULL";
}

std::string attemptOwnSql()
{
    return "SELECT " + uuidTextSql("r.id") + ", x.n, " + nameTextSql("x.provider") + ", " + nameTextSql("x.model") +
           ", " + nameTextSql("x.credential") + ", x.status, " + nameTextSql("x.error_class") +
           ", r.started_at + x.started, x.connect_us / 1000.0, x.ttfb_us / 1000.0, x.duration_us / 1000.0, "
           "x.retry_after_ms, x.input_tokens, x.cached_input_tokens, x.cache_write_tokens, x.output_tokens, "
           "x.reasoning_tokens, x.cost_nanousd, " +
           stateText + ", " + priceText + " FROM attempt_row x JOIN exchange_row r ON r.row = x.row";
}

std::string lossSql()
{
    return "SELECT " + uuidTextSql("r.id") + " AS request_id, x.n AS n, x.pointer AS pointer, " +
           nameTextSql("x.kind") + " AS kind, " + nameTextSql("x.reason") +
           " AS reason, x.reply AS reply FROM loss_row x JOIN exchange_row r ON r.row = x.row";
}

} // namespace signalbox
