// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/row_filter.h"
#include "core/ledger/sqlite.h"

#include <functional>

namespace signalbox {

// SQL conditions of a filter over table exchange_row, called x, with their values.
struct FilterSql {
    std::string where; // "1" when everything matches
    std::vector<SqlValue> values;

    explicit FilterSql(const RequestFilter &filter);
    int bind(Statement &statement, int first = 1) const; // returns the next free parameter
};

// Looks through a ledger for what a filter lets through, from the newest request back, a little at a time: however
// rare it is, no step takes long, and other questions come in between. Rows that are booked after it began are not
// its own.
class RowWalk
{
public:
    struct Place {
        int64_t startedAtMs;
        int64_t rowid;
    };
    // A row that matches; columns that were asked for begin at `firstColumn`. False: that is enough for now.
    using Use = std::function<bool(const Place &, const Statement &)>;
    static constexpr int firstColumn = 3;

    explicit RowWalk(const RequestFilter &filter) : m_filter(filter) {}
    const RequestFilter &filter() const { return m_filter; }

    void begin(int64_t newestRowid);
    void goOnAfter(const Place &last, int64_t newestRowid); // as if that had been the last that was looked at
    bool isComplete() const { return m_complete; }
    int64_t reachedMs() const; // everything newer was looked at
    bool hasPassed(const Place &place) const;
    void takeOn(int64_t newestRowid); // rows that were booked since, but for those that it has passed
    // For so many milliseconds, and one row at least.
    Result<void> advance(Database &database, const std::string &columns, int budgetMs, const Use &use);

    // Of the rows that were booked since then.
    Result<void> useNewer(Database &database, const std::string &columns, int64_t afterRowid, const Use &use) const;

    // A range that only begins later is the same walk.
    bool canSlideTo(const RequestFilter &filter) const;
    void slideTo(int64_t fromMs);

private:
    Result<void> readAtOnce(Database &database, const std::string &columns, const Use &use);

    RequestFilter m_filter;
    Place m_last{INT64_MAX, INT64_MAX}; // looked at
    int64_t m_endMs = INT64_MAX;        // what lies before it is left
    int64_t m_newestRowid = 0;
    bool m_complete = false;
};

} // namespace signalbox
