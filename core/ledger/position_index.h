// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/row_filter.h"
#include "core/ledger/sqlite.h"

#include <vector>

namespace signalbox {

// SQL conditions of a filter over table exchange_row, called x, with their values.
struct FilterSql {
    std::string where; // "1" when everything matches
    std::vector<SqlValue> values;

    explicit FilterSql(const RequestFilter &filter);
    int bind(Statement &statement, int first = 1) const; // returns the next free parameter
};

// Which row stands at which place of a list: every so many-th row is remembered, so that a window far down a table of
// ten million needs no OFFSET scan and a few megabytes are enough. Built once for a filter, then only what the writer
// added is looked at.
class PositionIndex
{
public:
    struct Entry {
        int64_t startedAtMs = 0;
        int64_t rowid = 0;

        friend bool operator<(const Entry &a, const Entry &b)
        {
            return a.startedAtMs != b.startedAtMs ? a.startedAtMs < b.startedAtMs : a.rowid < b.rowid;
        }
    };
    // Where to read on from, oldest first: the row `skip` rows after `from`.
    struct Place {
        Entry from;
        int64_t skip = 0;
    };

    static constexpr size_t mostMarks = 262'144; // 6 MiB; beyond that neighbours become one

    explicit PositionIndex(const RequestFilter &filter, size_t marks = mostMarks);
    const RequestFilter &filter() const { return m_filter; }
    int64_t size() const { return m_size; }
    int64_t newestRowid() const { return m_newestRowid; } // later ones are not counted yet
    Place place(int64_t position) const;                  // 0 ≤ position < size()
    bool knowsEach() const { return m_span == 1; }        // no place has to skip
    Result<void> refresh(Database &database);

    // A range that only begins later needs no new index: its oldest entries go with the next refresh().
    bool canSlideTo(const RequestFilter &filter) const;
    void slideTo(int64_t fromMs);

private:
    struct Mark {
        Entry first;
        int64_t count = 0; // rows from this one up to the next mark
    };

    Result<void> addNew(Database &database);
    void append(const Entry &entry);
    Result<void> insert(Database &database, const std::vector<Entry> &entries);
    Result<void> split(Database &database, const Mark &mark, std::vector<Mark> &into) const;
    Result<void> dropOld(Database &database);
    void forget(); // all but the filter
    void thin();
    size_t markAt(const Entry &entry) const; // that it belongs to

    RequestFilter m_filter;
    size_t m_most;
    std::vector<Mark> m_marks;
    int64_t m_span = 1; // rows that a mark stands for, about
    int64_t m_size = 0;
    Entry m_newest;
    int64_t m_dataVersion = -1;
    int64_t m_cuts = 0; // of the history, when it was built
    int64_t m_newestRowid = 0;
};

} // namespace signalbox
