// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/traffic_query.h"

#include "core/ledger/sqlite.h"

namespace signalbox {

Result<std::vector<TrafficRow>> trafficAfter(Database &database, const TrafficRow::Place &after, int limit)
{
    auto statement = database.prepare(
        "SELECT started_at, rowid, requested_model, project, client, user, session, tag, input_tokens, "
        "cached_input_tokens, cache_write_tokens, output_tokens FROM request WHERE (started_at, rowid) > (?, ?) "
        "ORDER BY started_at, rowid LIMIT ?");
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
