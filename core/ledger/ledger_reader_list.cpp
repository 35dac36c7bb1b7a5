// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger_reader_p.h"

#include "core/ledger/row_reader.h"
#include "core/ledger/row_sql.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t keptIndexes = 4;           // the filters used last
constexpr int64_t longestSlideMs = 600'000; // counting anew is quicker than counting down what leaves
constexpr size_t keptEntries = 500'000;     // of all but the last

} // namespace

Result<PositionIndex *> LedgerReader::Private::index(const RequestFilter &filter)
{
    auto found = std::find_if(indexes.begin(), indexes.end(),
                              [&](const PositionIndex &index) { return index.filter() == filter; });
    if (found == indexes.end()) {
        found = std::find_if(indexes.begin(), indexes.end(),
                             [&](const PositionIndex &index) { return index.canSlideTo(filter); });
        if (found != indexes.end())
            found->slideTo(filter.fromMs);
    }
    if (found != indexes.end())
        indexes.splice(indexes.begin(), indexes, found);
    else
        indexes.emplace_front(filter);
    size_t others = 0;
    for (auto index = std::next(indexes.begin()); index != indexes.end(); ++index)
        others += index->entries().size();
    while (indexes.size() > keptIndexes || (indexes.size() > 1 && others > keptEntries)) {
        others -= indexes.back().entries().size();
        indexes.pop_back();
    }
    if (const auto fresh = indexes.front().refresh(database); !fresh)
        return fresh.error();
    return &indexes.front();
}

Result<std::vector<RequestRow>> LedgerReader::page(const RequestFilter &filter, int64_t beforeMs, int64_t beforeRowid,
                                                   int limit)
{
    const FilterSql conditions(filter);
    const bool fromNewest = beforeMs == 0 && beforeRowid == 0;
    auto statement = d->database.prepare(rowListSql() + "x.started_at >= ? AND x.started_at < ? AND " +
                                         conditions.where + (fromNewest ? "" : " AND (x.started_at, x.row) < (?, ?)") +
                                         " ORDER BY x.started_at DESC, x.row DESC LIMIT ?");
    if (!statement)
        return statement.error();
    std::vector<RequestRow> rows;
    Result<void> outcome;
    const auto readStretch = [&](int64_t fromMs, int64_t toMs) {
        if (fromMs >= toMs)
            return true;
        statement->bind(1, fromMs);
        statement->bind(2, toMs);
        int next = conditions.bind(*statement, 3);
        if (!fromNewest) {
            statement->bind(next++, beforeMs);
            statement->bind(next++, beforeRowid);
        }
        statement->bind(next, limit - static_cast<int64_t>(rows.size()));
        auto found = collect(*statement, readRow);
        statement->reset();
        if (!found)
            outcome = found.error();
        else
            rows.insert(rows.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
        return outcome && static_cast<int64_t>(rows.size()) < limit;
    };
    const int64_t endMs = fromNewest ? INT64_MAX : beforeMs + 1;
    if (const auto walked = walkBack(d->database, filter, endMs, readStretch); !walked)
        return walked.error();
    if (!outcome)
        return outcome.error();
    return rows;
}

template<class Entries>
Result<std::vector<RequestRow>> LedgerReader::Private::rowsAt(const Entries &entries, int64_t offset, int limit)
{
    const auto size = static_cast<int64_t>(entries.size());
    std::vector<RequestRow> rows;
    for (int64_t i = std::max<int64_t>(0, offset); i < size && i - offset < limit; ++i) {
        byRowid.bind(1, entries[static_cast<size_t>(i)].rowid);
        const auto there = byRowid.step();
        if (!there)
            return there.error();
        if (*there) // retention may have taken it a moment ago
            rows.push_back(readRow(byRowid));
        byRowid.reset();
    }
    return rows;
}

Result<std::vector<RequestRow>> LedgerReader::window(const RequestFilter &filter, int64_t offset, int limit)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    if (const auto searched = (*index)->search(d->database, -1); !searched)
        return searched.error();
    return d->rowsAt((*index)->entries(), offset, limit);
}

Result<int64_t> LedgerReader::count(const RequestFilter &filter)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    if (const auto searched = (*index)->search(d->database, -1); !searched)
        return searched.error();
    return static_cast<int64_t>((*index)->entries().size());
}

Result<FoundRequests> LedgerReader::search(const RequestFilter &filter, int64_t offset, int limit, int budgetMs)
{
    const auto found = d->index(filter);
    if (!found)
        return found.error();
    PositionIndex &index = **found;
    index.noteLookedAt(offset + limit);
    const size_t had = index.entries().size();
    // The first page is shown as soon as it is full.
    const size_t enough = had < static_cast<size_t>(limit) ? static_cast<size_t>(limit) : SIZE_MAX;
    if (const auto searched = index.search(d->database, budgetMs, enough); !searched)
        return searched.error();
    auto rows = d->rowsAt(index.entries(), offset, limit);
    if (!rows)
        return rows.error();
    FoundRequests answer;
    answer.rows = std::move(*rows);
    answer.count = static_cast<int64_t>(index.entries().size());
    answer.complete = index.isComplete();
    answer.paused = index.isPaused();
    answer.reachedMs = index.reachedMs();
    answer.addedInFront = index.addedInFront();
    answer.search = index.number();
    return answer;
}

Result<RankedRequests> LedgerReader::ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset,
                                            int limit, int budgetMs)
{
    auto &search = d->ranked;
    const bool same = search && search->order() == order;
    if (same && search->filter() != filter && search->canSlideTo(filter))
        search->slideTo(filter.fromMs);
    else if (!same || search->filter() != filter)
        search.emplace(filter, order, static_cast<size_t>(mostRanked));
    if (const auto fresh = search->refresh(d->database); !fresh)
        return fresh.error();
    if (budgetMs > 0) {
        if (const auto searched = search->search(d->database, budgetMs); !searched)
            return searched.error();
    }
    auto rows = d->rowsAt(search->entries(), offset, limit);
    if (!rows)
        return rows.error();
    RankedRequests answer;
    answer.rows = std::move(*rows);
    answer.count = static_cast<int64_t>(search->entries().size());
    answer.matching = search->matching();
    answer.complete = search->isComplete();
    answer.reachedMs = search->reachedMs();
    answer.version = search->version();
    return answer;
}

// Counting walks a whole index, so that is done once; then only what came is added, and retention starts it over.
Result<int64_t> LedgerReader::rows()
{
    const auto newest = newestRowid();
    const auto oldest = d->database.integer("SELECT min(started_at) FROM exchange_row");
    if (!newest || !oldest)
        return !newest ? newest.error() : oldest.error();
    if (d->rowCount >= 0 && *oldest == d->rowsOldestMs && *newest >= d->rowsNewest) {
        const auto added =
            d->database.integer("SELECT count(*) FROM exchange_row WHERE row > " + std::to_string(d->rowsNewest));
        if (!added)
            return added;
        d->rowCount += *added;
    } else {
        const auto all = d->database.integer("SELECT count(*) FROM exchange_row");
        if (!all)
            return all;
        d->rowCount = *all;
        d->rowsOldestMs = *oldest;
    }
    d->rowsNewest = *newest;
    return d->rowCount;
}

Result<FacetReport> LedgerReader::facets(const RequestFilter &filter, int budgetMs)
{
    auto &counter = d->facets;
    const bool slides = counter && counter->filter() != filter && counter->canSlideTo(filter) &&
                        filter.fromMs - counter->filter().fromMs < longestSlideMs;
    if (slides) {
        if (const auto slid = counter->slideTo(d->database, filter.fromMs); !slid)
            return slid.error();
    } else if (!counter || counter->filter() != filter) {
        counter.emplace(filter);
    }
    if (const auto counted = counter->advance(d->database, budgetMs); !counted)
        return counted.error();
    return counter->report(d->database, d->spendKeys);
}

Result<std::map<std::string, std::vector<std::string>>> LedgerReader::filterValues()
{
    std::map<std::string, std::vector<std::string>> values;
    for (const char *part : {"project", "client", "user", "provider", "model", "credential", "route", "tag"}) {
        auto statement = d->database.prepare(std::string("SELECT DISTINCT ") + part + " FROM spend_key WHERE " + part +
                                             " <> '' AND " + part + " <> '(others)' ORDER BY 1 LIMIT 500");
        if (!statement)
            return statement.error();
        auto found = collect(*statement, [](const Statement &row) { return row.text(0); });
        if (!found)
            return found.error();
        values[part] = std::move(*found);
    }
    return values;
}

Result<int64_t> LedgerReader::newestRowid()
{
    return d->database.integer("SELECT max(row) FROM exchange_row");
}

} // namespace signalbox
