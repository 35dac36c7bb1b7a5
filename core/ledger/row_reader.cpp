// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_reader.h"

#include "core/ledger/name_book.h"
#include "core/ledger/packed_text.h"

namespace signalbox {

namespace {

TokenUsage readUsage(const Statement &s, int first)
{
    TokenUsage usage;
    usage.input = s.maybeInteger(first);
    usage.cachedInput = s.maybeInteger(first + 1);
    usage.cacheWrite = s.maybeInteger(first + 2);
    usage.output = s.maybeInteger(first + 3);
    usage.reasoning = s.maybeInteger(first + 4);
    return usage;
}

Cost readCost(const Statement &s, int first)
{
    return {s.maybeInteger(first), costStateFromName(s.text(first + 1)), s.text(first + 2)};
}

} // namespace

const std::string &rowListSql()
{
    static const std::string sql = [] {
        const auto ofKey = [](const char *part) {
            return std::string("(SELECT ") + part + " FROM spend_key WHERE id = x.key), ";
        };
        return "SELECT x.row, x.id, x.started_at, " + ofKey("project") + ofKey("client") + nameTextSql("x.dialect") +
               ", " + ofKey("route") + nameTextSql("x.requested_model") + ", " + ofKey("provider") + ofKey("model") +
               "x.status, " + nameTextSql("x.error") + ", x.stream, x.attempts, " + nameTextSql("x.cache") +
               ", x.ttft_us, x.duration_us, x.input_tokens, x.cached_input_tokens, x.cache_write_tokens, "
               "x.output_tokens, x.reasoning_tokens, x.cost_nanousd, x.cost_state, "
               "(SELECT ref FROM price WHERE id = x.price), x.loss_count, ifnull(x.user, (SELECT user FROM spend_key "
               "WHERE id = x.key)), (SELECT credential FROM spend_key WHERE id = x.key), x.session "
               "FROM exchange_row x WHERE ";
    }();
    return sql;
}

RequestRow readRow(const Statement &s)
{
    constexpr double usPerMs = 1'000;
    RequestRow row;
    row.rowid = s.integer(0);
    row.id = s.isBlob(1) ? uuidText(s.view(1)) : s.text(1);
    row.startedAtMs = s.integer(2);
    row.project = s.text(3);
    row.client = s.text(4);
    row.dialect = s.text(5);
    row.route = s.text(6);
    row.requestedModel = s.text(7);
    row.provider = s.text(8);
    row.model = s.text(9);
    row.status = static_cast<int>(s.integer(10));
    row.error = s.text(11);
    row.stream = s.integer(12) != 0;
    row.attempts = static_cast<int>(s.integer(13));
    row.cache = s.text(14);
    if (!s.isNull(15))
        row.ttftMs = s.real(15) / usPerMs;
    row.durationMs = s.real(16) / usPerMs;
    row.usage = readUsage(s, 17);
    row.cost = {s.maybeInteger(22), static_cast<CostState>(s.integer(23)), s.text(24)};
    row.lossCount = static_cast<int>(s.integer(25));
    row.user = s.text(26);
    row.credential = s.text(27);
    row.session = s.isBlob(28) ? uuidText(s.view(28)) : s.text(28);
    return row;
}

RequestRecord readRecord(const Statement &s)
{
    RequestRecord r;
    r.id = s.text(0);
    r.startedAtMs = s.integer(1);
    r.project = s.text(2);
    r.client = s.text(3);
    r.user = s.text(4);
    r.dialect = s.text(5);
    r.route = s.text(6);
    r.requestedModel = s.text(7);
    r.provider = s.text(8);
    r.model = s.text(9);
    r.credential = s.text(10);
    r.status = static_cast<int>(s.integer(11));
    r.error = s.text(12);
    r.stream = s.integer(13) != 0;
    r.cache = s.text(15);
    r.ttftMs = s.maybeReal(16);
    r.durationMs = s.real(17);
    r.overheadUs = s.integer(18);
    r.usage = readUsage(s, 19);
    r.cost = readCost(s, 24);
    r.lossCount = static_cast<int>(s.integer(27));
    r.traceId = s.text(28);
    r.spanId = s.text(29);
    r.session = s.text(30);
    r.tag = s.text(31);
    return r;
}

AttemptRecord readAttempt(const Statement &s)
{
    AttemptRecord a;
    a.n = static_cast<int>(s.integer(1));
    a.provider = s.text(2);
    a.model = s.text(3);
    a.credential = s.text(4);
    a.status = static_cast<int>(s.integer(5));
    a.errorClass = s.text(6);
    a.startedAtMs = s.integer(7);
    a.connectMs = s.maybeReal(8);
    a.ttfbMs = s.maybeReal(9);
    a.durationMs = s.real(10);
    a.retryAfterMs = s.maybeInteger(11);
    a.usage = readUsage(s, 12);
    a.cost = readCost(s, 17);
    return a;
}

LossRecord readLoss(const Statement &s)
{
    return {std::string(s.text(2)), std::string(s.text(3)), std::string(s.text(4)), s.integer(5) != 0};
}

} // namespace signalbox
