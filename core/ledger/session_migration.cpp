// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/packed_text.h"
#include "core/ledger/session_life.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"

namespace signalbox {

namespace {

constexpr int64_t quarterMs = 900'000;

// A file may have been given them by an earlier step.
constexpr char emptySql[] =
    "DELETE FROM rollup_named_quarter; DELETE FROM rollup_named_hour; DELETE FROM rollup_named_shift;"
    "DELETE FROM rollup_named_day; DELETE FROM rollup_session_month; DELETE FROM session_life; UPDATE session_closed "
    "SET day = -1;";

} // namespace

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
            done = enterKeys();
        if (done)
            done = readKeys();
        if (done)
            done = bringDays();
        return done ? countHours() : done;
    }

    // The other step.
    Result<void> live()
    {
        auto done = m_writer.prepare(m_database);
        if (done)
            done = readKeys();
        if (done)
            done = sumUp("rollup_session_hour", 1, m_writer.m_all.m_hours);
        if (done)
            done = sumUp("rollup_session_hour", hoursPerShift, m_writer.m_all.m_shifts);
        if (done)
            done = sumUp("rollup_session_day", 1, m_writer.m_all.m_days);
        if (done)
            done = countQuarters();
        if (done)
            done = sumUpMonths();
        const auto newest = m_database.integer("SELECT max(at) FROM rollup_session_day");
        if (!done || !newest)
            return !done ? done : newest.error();
        return m_writer.m_life->closeBefore(slots::slotOf(*newest, SessionSums::partsPerSlot));
    }

private:
    static constexpr int64_t hoursPerShift = 6;

    int64_t keyOfKey(int64_t key)
    {
        const SpendKey *known = m_spendKeys.find(key);
        return known ? m_keys[known->values[SpendKey::Project]] : key;
    }

    Result<void> sumUp(const char *table, int64_t slotsTogether, SlotRollup<SpendSums> &into)
    {
        if (const auto known = m_spendKeys.refresh(m_database); !known)
            return known;
        auto rows = m_database.prepare(std::string("SELECT at, data FROM ") + table);
        if (!rows)
            return rows.error();
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            const int64_t slot = slots::slotOf(row.integer(0), SessionSums::partsPerSlot);
            slots::forEach<SessionSums>(row.integer(0), row.view(1), [&](int64_t, const SessionSums &sums) {
                into.at(slot / slotsTogether, keyOfKey(sums.key)).add(sums.spend);
            });
        });
        return done ? into.write() : done;
    }

    Result<void> sumUpMonths()
    {
        auto rows = m_database.prepare("SELECT at, data FROM rollup_session_day");
        if (!rows)
            return rows.error();
        SlotRollup<SessionSums> &months = m_writer.m_months;
        int64_t last = -1;
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            const int64_t month = slots::slotOf(row.integer(0), SessionSums::partsPerSlot) / SessionSums::daysPerMonth;
            if (std::exchange(last, month) != month && outcome)
                outcome = months.write();
            slots::forEach<SessionSums>(row.integer(0), row.view(1),
                                        [&](int64_t id, const SessionSums &sums) { months.at(month, id).add(sums); });
        });
        if (!done || !outcome)
            return !done ? done : outcome;
        return months.write();
    }

    Result<void> countQuarters()
    {
        SlotRollup<SpendSums> &quarters = m_writer.m_all.m_quarters;
        const auto done = readSpendPiece(
            m_database, m_spendKeys, {SpendPiece::Source::Request, 0, INT64_MAX}, SpendTables::Named,
            [&](const SpendLine &line) { quarters.at(line.startMs / quarterMs, keyOfKey(line.keyId)).add(line.sums); });
        return done ? quarters.write() : done;
    }

    Result<void> enterKeys()
    {
        return m_database.exec(
            "INSERT OR IGNORE INTO spend_key (project, client, user, provider, model, credential, route, tag) SELECT "
            "project, '', '', '', '', '', '', '' FROM (SELECT DISTINCT project FROM rollup_session EXCEPT SELECT "
            "project FROM spend_key)");
    }

    Result<void> readKeys()
    {
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
    SpendKeys m_spendKeys;
    std::map<std::string, int64_t> m_keys; // by project
};

namespace {

Result<void> bringSessionsOver(Database &database)
{
    return SessionMigration(database).run();
}

Result<void> bringLivesOver(Database &database)
{
    return SessionMigration(database).live();
}

} // namespace

SchemaStep sessionRollupStep()
{
    return {sessionTablesSql(), &bringSessionsOver, "DROP TABLE rollup_session"};
}

SchemaStep sessionLifeStep()
{
    static const std::string sql = std::string(sessionTablesSql()) + emptySql;
    return {sql.c_str(), &bringLivesOver};
}

} // namespace signalbox
