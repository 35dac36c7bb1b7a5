// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/traffic_query.h"

#include "core/ledger/name_book.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/sqlite.h"

namespace signalbox {

namespace {

// Not from the view: it has no row numbers to go on from.
const std::string &trafficSql()
{
    static const std::string sql = [] {
        const auto ofKey = [](const char *part) {
            return std::string("(SELECT ") + part + " FROM spend_key WHERE id = x.key)";
        };
        return "SELECT x.started_at, x.row, " + nameTextSql("x.requested_model") + ", " + ofKey("project") + ", " +
               ofKey("client") + ", ifnull(x.user, " + ofKey("user") + "), " + uuidTextSql("x.session") +
               ", ifnull(x.tag, " + ofKey("tag") +
               "), x.input_tokens, x.cached_input_tokens, x.cache_write_tokens, x.output_tokens FROM exchange_row x "
               "WHERE (x.started_at, x.row) > (?, ?) ORDER BY x.started_at, x.row LIMIT ?";
    }();
    return sql;
}

} // namespace

Result<std::vector<TrafficRow>> trafficAfter(Database &database, const TrafficRow::Place &after, int limit)
{
    auto statement = database.prepare(trafficSql());
    if (!statement)
        return statement.error();
    statement->bind(1, after.startedAtMs);
    statement->bind(2, after.rowid);
    statement->bind(3, limit);
    std::vector<TrafficRow> rows;
    for (;;) {
        const auto there = statement->step();
        if (!there)
            return there.error();
        if (!*there)
            return rows;
        TrafficRow &row = rows.emplace_back();
        row.place = {statement->integer(0), statement->integer(1)};
        row.model = statement->text(2);
        row.project = statement->text(3);
        row.client = statement->text(4);
        row.user = statement->text(5);
        row.session = statement->text(6);
        row.tag = statement->text(7);
        row.usage.input = statement->maybeInteger(8);
        row.usage.cachedInput = statement->maybeInteger(9);
        row.usage.cacheWrite = statement->maybeInteger(10);
        row.usage.output = statement->maybeInteger(11);
    }
}

} // namespace signalbox
