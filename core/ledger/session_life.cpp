// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_life.h"

#include "core/ledger/spend_range.h"

namespace signalbox {

Result<void> SessionLife::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, const char *> wanted[] = {
        {&m_add, "INSERT INTO session_life (id, nano_usd, tokens, first_day, last_day) VALUES (?,?,?,?,?) ON CONFLICT "
                 "(id) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd, tokens = tokens + excluded.tokens, "
                 "first_day = min(first_day, excluded.first_day), last_day = max(last_day, excluded.last_day)"},
        {&m_days, "SELECT at, data FROM rollup_session_day WHERE at >= ? AND at < ?"},
        {&m_mark, "UPDATE session_closed SET day = ?"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return {};
}

Result<void> SessionLife::know()
{
    if (m_closed)
        return {};
    const auto closed = m_database->integer("SELECT day FROM session_closed");
    if (closed)
        m_closed = *closed;
    return closed ? Result<void>() : closed.error();
}

Result<void> SessionLife::take(int64_t day, int64_t id, const SessionSums &sums)
{
    m_add.bindAll(id - sums.back, sums.spend.nanoUsd, sums.spend.tokens(), day, day);
    return m_add.run();
}

Result<void> SessionLife::add(int64_t day, int64_t id, const SessionSums &sums)
{
    const auto known = know();
    return known && day <= *m_closed ? take(day, id, sums) : known;
}

Result<void> SessionLife::closeBefore(int64_t day)
{
    if (const auto known = know(); !known || *m_closed >= day - 1)
        return known;
    constexpr int64_t parts = SessionSums::partsPerSlot;
    m_days.bindAll(slots::placeOf(*m_closed + 1, 0, parts), slots::placeOf(day, 0, parts));
    Result<void> outcome;
    const auto read = forEachRow(m_days, [&](const Statement &row) {
        const int64_t place = row.integer(0);
        slots::forEach<SessionSums>(place, row.view(1), [&](int64_t id, const SessionSums &sums) {
            if (outcome)
                outcome = take(slots::slotOf(place, parts), id, sums);
        });
    });
    m_days.reset();
    if (!read || !outcome)
        return !read ? read : outcome;
    m_closed = day - 1;
    m_mark.bind(1, *m_closed);
    return m_mark.run();
}

void SessionLife::forget()
{
    m_closed.reset();
}

} // namespace signalbox
