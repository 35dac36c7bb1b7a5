// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/facet_counter.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/position_index.h"
#include "core/ledger/ranked_search.h"
#include "core/ledger/slot_walk.h"
#include "core/ledger/sqlite.h"
#include "core/ledger/target_rollup.h"

#include <list>

namespace signalbox {

// What the reader's sources share: ledger_reader.cpp and ledger_reader_list.cpp (windows, searches, facets). Used by
// the thread that made the reader.
struct LedgerReader::Private {
    Result<PositionIndex *> index(const RequestFilter &filter);
    template<class Entries>
    Result<std::vector<RequestRow>> rowsAt(const Entries &entries, int64_t offset, int limit);

    Database database;
    std::list<PositionIndex> indexes;   // used last comes first
    std::optional<FacetCounter> facets; // of the filter asked last
    std::optional<RankedSearch> ranked; // of the order asked last
    int64_t rowCount = -1;
    int64_t rowsNewest = 0, rowsOldestMs = 0; // when rowCount was made
    SpendKeys spendKeys;
    TargetKeys targetKeys;
    Statement byRowid;
};

// Runs a statement to its end and collects what `read` makes of each row.
template<class Read>
auto collect(Statement &statement, Read read) -> Result<std::vector<decltype(read(statement))>>
{
    std::vector<decltype(read(statement))> items;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return items;
        items.push_back(read(statement));
    }
}

template<class Value, class Read>
auto collectOf(Database &database, std::string_view sql, const Value &value, Read read)
    -> Result<std::vector<decltype(read(std::declval<Statement &>()))>>
{
    auto statement = database.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, value);
    return collect(*statement, read);
}

} // namespace signalbox
