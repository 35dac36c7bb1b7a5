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

// Which row stands at which place of a list, oldest first: 16 bytes a row, so that a window far down a table of a
// million rows needs no OFFSET scan. Built once for a filter, then only what the writer added is looked at.
class PositionIndex
{
public:
    struct Entry {
        int64_t startedAtMs;
        int64_t rowid;

        friend bool operator<(const Entry &a, const Entry &b)
        {
            return a.startedAtMs != b.startedAtMs ? a.startedAtMs < b.startedAtMs : a.rowid < b.rowid;
        }
    };

    explicit PositionIndex(const RequestFilter &filter) : m_filter(filter) {}
    const RequestFilter &filter() const { return m_filter; }
    const std::vector<Entry> &entries() const { return m_entries; }
    Result<void> refresh(Database &database);

    // A range that only begins later needs no new index: its oldest entries go.
    bool canSlideTo(const RequestFilter &filter) const;
    void slideTo(int64_t fromMs);

private:
    Result<void> addNew(Database &database);
    Result<void> dropOld(Database &database);

    RequestFilter m_filter;
    std::vector<Entry> m_entries;
    int64_t m_dataVersion = -1;
    int64_t m_newestRowid = 0;
};

} // namespace signalbox
