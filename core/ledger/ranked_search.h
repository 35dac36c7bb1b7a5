// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/row_walk.h"

#include <map>

namespace signalbox {

// The first few thousand requests that a filter lets through, in the order of a figure: the whole range is walked back
// a little at a time, and of what it shows only the best are kept. Bounded memory, whatever the ledger holds.
class RankedSearch
{
public:
    struct Entry {
        int64_t figure; // turned so that more is better
        int64_t startedAtMs;
        int64_t rowid;
    };

    RankedSearch(const RequestFilter &filter, const RequestOrder &order, size_t most);
    const RequestFilter &filter() const { return m_walk.filter(); }
    const RequestOrder &order() const { return m_order; }
    const std::vector<Entry> &entries(); // the best first
    int64_t matching() const { return m_matching; }
    uint64_t version() const { return m_version; } // another one when entries() or matching() are others
    bool isComplete() const { return m_walk.isComplete(); }
    int64_t reachedMs() const { return m_walk.reachedMs(); }

    Result<void> refresh(Database &database); // what came, and what retention took
    Result<void> search(Database &database, int budgetMs);

    bool canSlideTo(const RequestFilter &filter) const { return m_walk.canSlideTo(filter); }
    void slideTo(int64_t fromMs);

private:
    void restart(int64_t newestRowid);
    bool offer(const RowWalk::Place &at, const Statement &row);
    void dropBefore(int64_t oldestMs);

    RowWalk m_walk;
    RequestOrder m_order;
    std::string m_column;
    size_t m_most;
    std::vector<Entry> m_entries;         // a heap whose top is the worst, unless sorted
    std::map<int64_t, int64_t> m_minutes; // how many match, for a range whose beginning moves on
    int64_t m_matching = 0;
    uint64_t m_version = 1;
    bool m_sorted = false;
    bool m_gone = false; // some that would stand among the first were dropped before: they are looked for anew
    int64_t m_dataVersion = -1;
    int64_t m_cuts = 0;
    int64_t m_newestRowid = -1; // -1: not begun
};

} // namespace signalbox
