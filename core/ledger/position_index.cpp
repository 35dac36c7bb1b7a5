// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_index.h"

#include "core/ledger/history.h"

#include <algorithm>
#include <atomic>
#include <limits>

namespace signalbox {

namespace {

bool isNewer(const PositionIndex::Entry &a, const PositionIndex::Entry &b)
{
    return a.startedAtMs != b.startedAtMs ? a.startedAtMs > b.startedAtMs : a.rowid > b.rowid;
}

uint64_t nextNumber()
{
    static std::atomic<uint64_t> last{0}; // readers are on several threads
    return ++last;
}

} // namespace

PositionIndex::PositionIndex(const RequestFilter &filter, size_t pauseAt)
    : m_walk(filter), m_number(nextNumber()), m_pauseAt(pauseAt)
{
}

void PositionIndex::restart(int64_t newestRowid)
{
    if (m_newestRowid >= 0)
        m_number = nextNumber();
    m_entries.clear();
    m_inFront = 0;
    m_newestRowid = newestRowid;
    m_walk.begin(newestRowid);
}

void PositionIndex::dropBefore(const Entry &oldest)
{
    const auto end = std::partition_point(m_entries.begin(), m_entries.end(),
                                          [&oldest](const Entry &entry) { return !isNewer(oldest, entry); });
    m_entries.erase(end, m_entries.end());
}

void PositionIndex::slideTo(int64_t fromMs)
{
    m_walk.slideTo(fromMs);
    dropBefore({fromMs, 0});
}

void PositionIndex::noteLookedAt(int64_t place)
{
    constexpr size_t times = 4;
    if (isPaused() && static_cast<size_t>(std::max<int64_t>(place, 0)) >= m_pauseAt - m_pauseAt / 10)
        m_pauseAt *= times;
}

Result<void> PositionIndex::refresh(Database &database)
{
    const auto version = database.integer("PRAGMA data_version");
    if (!version)
        return version.error();
    if (*version == m_dataVersion)
        return {};
    // One snapshot for all that follows.
    if (const auto begun = database.exec("BEGIN"); !begun)
        return begun;
    // Rows that were deleted from the middle leave no trace in what is remembered.
    if (const int64_t cuts = historyCuts(database); cuts != m_cuts) {
        m_cuts = cuts;
        if (m_newestRowid >= 0)
            restart(INT64_MAX);
    }
    Result<void> done = addNew(database);
    if (done)
        done = dropOld(database);
    database.exec("COMMIT");
    if (done)
        m_dataVersion = *version;
    return done;
}

Result<void> PositionIndex::addNew(Database &database)
{
    const auto newest = database.integer("SELECT max(row) FROM exchange_row");
    if (!newest)
        return newest.error();
    if (m_newestRowid < 0 || *newest < m_newestRowid) { // the file was emptied: rowids begin anew
        restart(*newest);
        return {};
    }
    if (*newest == m_newestRowid)
        return {};
    std::vector<Entry> added;
    const auto read = m_walk.useNewer(database, {}, m_newestRowid, [&](const RowWalk::Place &at, const Statement &) {
        if (m_walk.hasPassed(at)) // else it comes to it
            added.push_back({at.startedAtMs, at.rowid});
        return true;
    });
    if (!read)
        return read;
    m_newestRowid = *newest;
    m_walk.takeOn(*newest);
    if (added.empty())
        return {};
    std::sort(added.begin(), added.end(), &isNewer);
    m_inFront += static_cast<int64_t>(added.size());
    m_entries.insert(m_entries.begin(), added.begin(), added.end());
    const auto middle = m_entries.begin() + static_cast<ptrdiff_t>(added.size());
    const auto end = std::partition_point(
        middle, m_entries.end(), [oldest = added.back()](const Entry &entry) { return isNewer(entry, oldest); });
    std::inplace_merge(m_entries.begin(), middle, end, &isNewer);
    forgetTheEnd();
    return {};
}

void PositionIndex::forgetTheEnd()
{
    if (m_entries.size() <= m_pauseAt + m_pauseAt / 4)
        return;
    m_entries.resize(m_pauseAt);
    m_walk.goOnAfter({m_entries.back().startedAtMs, m_entries.back().rowid}, m_newestRowid);
}

// Retention removes the oldest rows only.
Result<void> PositionIndex::dropOld(Database &database)
{
    auto statement = database.prepare("SELECT started_at, row FROM exchange_row ORDER BY started_at, row LIMIT 1");
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (*row)
        dropBefore({statement->integer(0), statement->integer(1)});
    else
        m_entries.clear();
    return {};
}

Result<void> PositionIndex::search(Database &database, int budgetMs, size_t enough)
{
    const bool all = budgetMs < 0;
    if (isComplete() || (!all && isPaused()))
        return {};
    if (const auto begun = database.exec("BEGIN"); !begun)
        return begun;
    const int budget = all ? std::numeric_limits<int>::max() : budgetMs;
    const size_t pauseAt = all ? SIZE_MAX : std::min(enough, m_pauseAt);
    const auto done = m_walk.advance(database, {}, budget, [&](const RowWalk::Place &at, const Statement &) {
        m_entries.push_back({at.startedAtMs, at.rowid});
        return m_entries.size() < pauseAt;
    });
    database.exec("COMMIT");
    return done;
}

} // namespace signalbox
