// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/row_walk.h"

#include <deque>

namespace signalbox {

// Which row stands at which place of a list, newest first: 16 bytes a row, so that a window far down a table of a
// million rows needs no OFFSET scan. It grows backwards while it is searched for; what the writer added meanwhile is
// looked at by itself, and the far end is forgotten when that makes too many: a list that is left open all day stays as
// small as it was.
class PositionIndex
{
public:
    struct Entry {
        int64_t startedAtMs;
        int64_t rowid;
    };
    static constexpr size_t firstPause = 1'000'000; // entries; further back only when somebody looks there

    explicit PositionIndex(const RequestFilter &filter, size_t pauseAt = firstPause);
    const RequestFilter &filter() const { return m_walk.filter(); }
    const std::deque<Entry> &entries() const { return m_entries; }
    uint64_t number() const { return m_number; }       // of this search; another after the file was emptied
    int64_t addedInFront() const { return m_inFront; } // by refresh(), since the search began
    bool isComplete() const { return m_walk.isComplete(); }
    bool isPaused() const { return !isComplete() && m_entries.size() >= m_pauseAt; }
    int64_t reachedMs() const { return m_walk.reachedMs(); }
    void noteLookedAt(int64_t place); // near the end of a paused search: it goes on

    Result<void> refresh(Database &database); // what came, and what retention took
    // Until there are `enough` entries, but no longer than that; complete at once for a budget below 0.
    Result<void> search(Database &database, int budgetMs, size_t enough = SIZE_MAX);

    bool canSlideTo(const RequestFilter &filter) const { return m_walk.canSlideTo(filter); }
    void slideTo(int64_t fromMs);

private:
    void restart(int64_t newestRowid);
    Result<void> addNew(Database &database);
    Result<void> dropOld(Database &database);
    void forgetTheEnd();
    void dropBefore(const Entry &oldest);

    RowWalk m_walk;
    std::deque<Entry> m_entries;
    uint64_t m_number = 0;
    int64_t m_inFront = 0;
    size_t m_pauseAt;
    int64_t m_dataVersion = -1;
    int64_t m_cuts = 0;         // of the history, when the search began
    int64_t m_newestRowid = -1; // -1: not begun
};

} // namespace signalbox
