// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/moment_rollup.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t dropEveryMs = 5 * 60'000;

} // namespace

Result<void> MomentRollup::prepare(Database &database)
{
    auto drop = database.prepare("DELETE FROM rollup_moment WHERE at < ?");
    auto mark = database.prepare("UPDATE moment_since SET since = ?");
    const auto since = momentsSince(database);
    if (!drop || !mark || !since)
        return !drop ? drop.error() : !mark ? mark.error() : since.error();
    m_drop = std::move(*drop);
    m_mark = std::move(*mark);
    m_sinceMs = m_markedMs = *since;
    m_database = &database;
    return m_slots.prepare(database, "rollup_moment");
}

void MomentRollup::count(int64_t target, const RequestRecord &record)
{
    m_newestMs = std::max(m_newestMs, record.startedAtMs);
    if (record.startedAtMs < m_newestMs - keptMs)
        m_sinceMs = std::max(m_sinceMs, record.startedAtMs + 1);
    else
        m_slots.at(record.startedAtMs / slotMs, target).count(record);
}

Result<void> MomentRollup::dropOld()
{
    const int64_t upToMs = (m_newestMs - keptMs) / slotMs * slotMs;
    if (upToMs < m_droppedToMs + dropEveryMs)
        return {};
    m_drop.bind(1, slots::placeOf(upToMs / slotMs));
    const auto done = m_drop.run();
    if (done) {
        m_droppedToMs = upToMs;
        m_sinceMs = std::max(m_sinceMs, upToMs);
    }
    return done;
}

Result<void> MomentRollup::write()
{
    auto done = m_slots.write();
    if (done)
        done = dropOld();
    if (!done || m_sinceMs == m_markedMs)
        return done;
    m_mark.bind(1, m_sinceMs);
    done = m_mark.run();
    if (done)
        m_markedMs = m_sinceMs;
    return done;
}

void MomentRollup::forget()
{
    m_slots.clear();
    m_droppedToMs = 0;
    m_markedMs = -1;
}

Result<int64_t> momentsSince(Database &database)
{
    return database.integer("SELECT since FROM moment_since");
}

} // namespace signalbox
