// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/packed_text.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"

namespace signalbox {

// Uses the writer piece by piece: sums of days come from the old table, since they reach farther back than the requests
// from which the hours are counted.
class SessionMigration
{
public:
    explicit SessionMigration(Database &database) : m_database(database) {}

    Result<void> run()
    {
        auto done = m_writer.prepare(m_database);
        if (done)
            done = readKeys();
        if (done)
            done = bringDays();
        return done ? countHours() : done;
    }

private:
    Result<void> readKeys()
    {
        const auto entered = m_database.exec(
            "INSERT OR IGNORE INTO spend_key (project, client, user, provider, model, credential, route, tag) SELECT "
            "project, '', '', '', '', '', '', '' FROM (SELECT DISTINCT project FROM rollup_session EXCEPT SELECT "
            "project FROM spend_key)");
        if (!entered)
            return entered;
        auto keys = m_database.prepare("SELECT project, min(id) FROM spend_key GROUP BY 1");
        if (!keys)
            return keys.error();
        return forEachRow(*keys, [this](const Statement &row) { m_keys[row.text(0)] = row.integer(1); });
    }

    Result<void> bringDays()
    {
        auto rows = m_database.prepare(std::string("SELECT day, project, session, ") + SpendSums::columns +
                                       " FROM rollup_session ORDER BY day, session");
        if (!rows)
            return rows.error();
        int64_t day = -1;
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            if (outcome && day != row.integer(0))
                outcome = m_writer.m_days.write();
            if (!outcome)
                return;
            day = row.integer(0);
            const std::string project = row.text(1);
            const auto known = m_writer.knownAs({project, PackedText::keyOf(row, 2)}, day);
            if (known)
                m_writer.m_days.at(day, known->id).add({readSums(row, 3), m_keys[project], known->back});
            else
                outcome = known.error();
        });
        if (!done || !outcome)
            return !done ? done : outcome;
        return m_writer.m_days.write();
    }

    Result<void> countHours()
    {
        auto rows = m_database.prepare(
            "SELECT x.started_at / 3600000, k.project, x.session, 1, CASE WHEN x.status = 499 OR (x.status BETWEEN 1 "
            "AND 399 AND x.error IS NULL) THEN 0 ELSE 1 END, x.cost_nanousd IS NULL, x.cost_nanousd, x.input_tokens, "
            "x.cached_input_tokens, x.cache_write_tokens, x.output_tokens, x.reasoning_tokens, k.id FROM exchange_row "
            "x "
            "JOIN spend_key k ON k.id = x.key WHERE x.session IS NOT NULL ORDER BY x.started_at");
        if (!rows)
            return rows.error();
        int64_t hour = -1;
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            if (outcome && hour != row.integer(0))
                outcome = m_writer.m_hours.write();
            if (!outcome)
                return;
            hour = row.integer(0);
            const auto known = m_writer.knownAs({row.text(1), PackedText::keyOf(row, 2)}, hour / 24);
            if (known)
                m_writer.m_hours.at(hour, known->id).add({readSums(row, 3), m_keys[row.text(1)], known->back});
            else
                outcome = known.error();
        });
        if (!done || !outcome)
            return !done ? done : outcome;
        return m_writer.m_hours.write();
    }

    Database &m_database;
    SessionWriter m_writer;
    std::map<std::string, int64_t> m_keys; // by project
};

namespace {

Result<void> bringSessionsOver(Database &database)
{
    return SessionMigration(database).run();
}

} // namespace

SchemaStep sessionRollupStep()
{
    return {sessionTablesSql(), &bringSessionsOver, "DROP TABLE rollup_session"};
}

} // namespace signalbox
