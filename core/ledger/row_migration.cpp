// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_migration.h"

#include "core/ledger/row_reader.h"
#include "core/ledger/row_writer.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"

namespace signalbox {

// Uses the writers piece by piece: what they would count again is dropped.
class RowMigration
{
public:
    explicit RowMigration(Database &database) : m_database(database) {}

    Result<void> run()
    {
        auto done = m_rows.prepare(m_database);
        if (done)
            done = prepareReads();
        if (done)
            done = bringRows();
        if (done)
            done = bringSpend();
        if (done)
            done = bringMinutes();
        return done ? bringSessions() : done;
    }

private:
    Result<void> prepareReads()
    {
        const std::pair<Statement *, const char *> wanted[] = {
            {&m_attempts, "SELECT * FROM attempt_4 WHERE request_id = ? ORDER BY n"},
            {&m_losses, "SELECT * FROM loss_4 WHERE request_id = ? ORDER BY n"},
            {&m_plan, "SELECT json FROM plan_4 WHERE request_id = ?"},
        };
        for (const auto &[statement, sql] : wanted) {
            auto prepared = m_database.prepare(sql);
            if (!prepared)
                return prepared.error();
            *statement = std::move(*prepared);
        }
        return {};
    }

    template<class Use>
    static Result<void> forId(Statement &statement, const std::string &id, Use use)
    {
        statement.bind(1, id);
        const auto done = forEachRow(statement, use);
        statement.reset();
        return done;
    }

    Result<void> bringRows()
    {
        auto rows = m_database.prepare("SELECT *, rowid FROM request_4 ORDER BY rowid");
        if (!rows)
            return rows.error();
        int64_t waiting = 0;
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            if (!outcome)
                return;
            constexpr int64_t rowsPerFlush = 5'000;
            outcome = bringRow(row);
            if (outcome && ++waiting >= rowsPerFlush) {
                waiting = 0;
                outcome = flushNew();
            }
        });
        if (!done || !outcome)
            return !done ? done : outcome;
        return flushNew();
    }

    Result<void> bringRow(const Statement &row)
    {
        RequestRecord record = readRecord(row);
        auto done =
            forId(m_attempts, record.id, [&](const Statement &s) { record.attempts.push_back(readAttempt(s)); });
        if (done)
            done = forId(m_losses, record.id, [&](const Statement &s) { record.losses.push_back(readLoss(s)); });
        if (done)
            done = forId(m_plan, record.id, [&](const Statement &s) { record.plan = s.text(0); });
        if (!done)
            return done;
        const auto added = m_rows.insert(record, row.integer(row.columnCount() - 1));
        return added ? Result<void>() : added.error();
    }

    // What version 4 had not counted.
    Result<void> flushNew()
    {
        m_rows.m_targets.m_minutes.clear();
        m_rows.m_spend.m_sessions->forget();
        auto done = m_rows.m_targets.m_speed.write();
        return done ? m_rows.m_spend.m_levels.m_quarters.write() : done;
    }

    Result<void> bringSpend()
    {
        struct Level {
            const char *unit;
            int64_t unitsPerSlot;
            SlotRollup<SpendSums> &into;
        };
        SpendLevels &spend = m_rows.m_spend.m_levels;
        for (const Level &level :
             {Level{"hour", 1, spend.m_hours}, Level{"hour", 6, spend.m_shifts}, Level{"day", 1, spend.m_days}}) {
            const std::string unit = level.unit;
            auto rows = m_database.prepare("SELECT " + unit + ", key, " + SpendSums::columns + " FROM rollup_" + unit +
                                           "_4 ORDER BY 1");
            if (!rows)
                return rows.error();
            const auto add = [&level](const Statement &row) {
                level.into.at(row.integer(0) / level.unitsPerSlot, row.integer(1)).add(readSums(row, 2));
                return Result<void>();
            };
            if (const auto done = copy(*rows, add, level.into); !done)
                return done;
        }
        return {};
    }

    template<class Use, class Into>
    static Result<void> copy(Statement &rows, Use use, Into &into)
    {
        constexpr int rowsPerFlush = 20'000;
        Result<void> outcome;
        int waiting = 0;
        const auto done = forEachRow(rows, [&](const Statement &row) {
            if (!outcome)
                return;
            outcome = use(row);
            if (outcome && ++waiting >= rowsPerFlush) {
                waiting = 0;
                outcome = into.write();
            }
        });
        if (!done || !outcome)
            return !done ? done : outcome;
        return into.write();
    }

    Result<void> bringMinutes()
    {
        auto rows = m_database.prepare(
            "SELECT minute, provider, model, requests, limited, failed, timeouts, other, cancelled, input_tokens, "
            "cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nanousd, unpriced, ttft, "
            "duration FROM rollup_minute_4 ORDER BY 1");
        if (!rows)
            return rows.error();
        return copy(
            *rows, [this](const Statement &row) { return bringMinute(row); }, m_rows.m_targets);
    }

    Result<void> bringMinute(const Statement &row)
    {
        constexpr int64_t minuteMs = 60'000;
        const auto target = m_rows.m_targets.idOf(row.view(1), row.view(2), {}, -1);
        if (!target)
            return target.error();
        TargetSums sums;
        int column = 3;
        for (int64_t *value :
             {&sums.requests, &sums.limited, &sums.failed, &sums.timeouts, &sums.other, &sums.cancelled, &sums.input,
              &sums.cachedInput, &sums.cacheWrite, &sums.output, &sums.reasoning, &sums.costNanoUsd, &sums.unpriced})
            *value = row.integer(column++);
        sums.takenTtft = row.view(16);
        sums.takenDuration = row.view(17);
        m_rows.m_targets.m_minutes.at(row.integer(0) / minuteMs, *target).add(sums);
        return {};
    }

    Result<void> bringSessions()
    {
        auto rows = m_database.prepare("SELECT * FROM rollup_session_4");
        auto add = m_database.prepare("INSERT INTO rollup_session VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
        if (!rows || !add)
            return !rows ? rows.error() : add.error();
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            if (!outcome)
                return;
            const std::string project = row.text(1);
            const std::string name = row.text(2);
            const PackedText session = PackedText::ofUuid(name);
            add->bind(1, row.integer(0));
            session.bindTo(*add, 2);
            add->bind(3, project);
            for (int column = 3; column < row.columnCount(); ++column)
                add->bind(column + 1, row.integer(column));
            outcome = add->run();
        });
        return done ? outcome : done;
    }

    Database &m_database;
    RowWriter m_rows;
    Statement m_attempts, m_losses, m_plan;
};

Result<void> bringRowsOver(Database &database)
{
    return RowMigration(database).run();
}

} // namespace signalbox
