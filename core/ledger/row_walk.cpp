// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_walk.h"

#include "core/ledger/slot_walk.h"
#include "core/ledger/spend_range.h"

#include <QtCore/QElapsedTimer>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int rowsPerLook = 32; // at the clock

// Ids are found by their index, however many rows there are.
bool namesIds(const RequestFilter &filter)
{
    return std::any_of(filter.terms.begin(), filter.terms.end(), [](const FilterTerm &term) {
        const auto exact = [](const FilterTerm &one) { return !isGlob(one.glob); };
        return term.field == FilterTerm::Field::Id && !term.negated && exact(term) &&
               std::all_of(term.orElse.begin(), term.orElse.end(), exact);
    });
}

} // namespace

FilterSql::FilterSql(const RequestFilter &filter) : where("1")
{
    if (!filter.text.empty()) {
        const SqlCondition text = textCondition(filter.text);
        where += " AND (" + text.sql + ")";
        values = text.values;
    }
    if (!filter.terms.empty()) {
        const SqlCondition terms = rowCondition(filter.terms);
        where += " AND " + terms.sql;
        values.insert(values.end(), terms.values.begin(), terms.values.end());
    }
    switch (filter.outcome) {
    case RequestFilter::Outcome::Any:
        break;
    case RequestFilter::Outcome::Clear:
        where += " AND x.status < 400";
        break;
    case RequestFilter::Outcome::Limited:
        where += " AND x.status = 429";
        break;
    case RequestFilter::Outcome::Failed:
        where += " AND x.status >= 400 AND x.status NOT IN (429, 499)";
        break;
    case RequestFilter::Outcome::Cancelled:
        where += " AND x.status = 499";
        break;
    }
    if (!filter.provider.empty()) {
        where += " AND x.key IN (SELECT id FROM spend_key WHERE provider = ?)";
        values.emplace_back(filter.provider);
    }
    if (filter.fromMs > 0) {
        where += " AND x.started_at >= ?";
        values.emplace_back(filter.fromMs);
    }
    if (filter.toMs > 0) {
        where += " AND x.started_at < ?";
        values.emplace_back(filter.toMs);
    }
}

int FilterSql::bind(Statement &statement, int first) const
{
    return bindValues(statement, values, first);
}

void RowWalk::begin(int64_t newestRowid)
{
    m_last = {INT64_MAX, INT64_MAX};
    m_endMs = INT64_MAX;
    m_newestRowid = newestRowid;
    m_complete = false;
}

void RowWalk::goOnAfter(const Place &last, int64_t newestRowid)
{
    m_last = last;
    m_endMs = last.startedAtMs + 1;
    m_newestRowid = newestRowid;
    m_complete = false;
}

int64_t RowWalk::reachedMs() const
{
    return m_complete ? m_filter.fromMs : m_endMs;
}

bool RowWalk::hasPassed(const Place &place) const
{
    return m_complete || place.startedAtMs >= m_endMs ||
           (place.startedAtMs == m_last.startedAtMs && place.rowid >= m_last.rowid);
}

void RowWalk::takeOn(int64_t newestRowid)
{
    m_newestRowid = newestRowid;
}

Result<void> RowWalk::readAtOnce(Database &database, const std::string &columns, const Use &use)
{
    const FilterSql conditions(m_filter);
    auto statement = database.prepare("SELECT x.started_at, x.row, 1" + columns + " FROM exchange_row x WHERE " +
                                      conditions.where + " AND x.row <= ? ORDER BY x.started_at DESC, x.row DESC");
    if (!statement)
        return statement.error();
    statement->bind(conditions.bind(*statement), m_newestRowid);
    m_complete = true;
    return forEachRow(*statement, [&use](const Statement &row) { use({row.integer(0), row.integer(1)}, row); });
}

// Each row comes back, with whether it matches: a condition in WHERE would look for the next match without an end.
Result<void> RowWalk::advance(Database &database, const std::string &columns, int budgetMs, const Use &use)
{
    if (m_complete)
        return {};
    if (namesIds(m_filter))
        return readAtOnce(database, columns, use);
    const FilterSql conditions(m_filter);
    const bool all = conditions.where == "1";
    auto statement = database.prepare("SELECT x.started_at, x.row, " + conditions.where + columns +
                                      " FROM exchange_row x WHERE x.started_at >= ? AND x.started_at < ?"
                                      " ORDER BY x.started_at DESC, x.row DESC");
    if (!statement)
        return statement.error();
    const int next = conditions.bind(*statement);
    QElapsedTimer clock;
    clock.start();
    Result<void> outcome;
    bool stopped = false;
    int rows = 0;
    const auto read = [&](int64_t fromMs, int64_t toMs) {
        if (fromMs >= toMs) {
            if (fromMs < m_endMs) { // else of a day that was begun before
                m_endMs = fromMs;
                stopped = clock.elapsed() >= budgetMs;
            }
            return !stopped;
        }
        statement->bind(next, fromMs);
        statement->bind(next + 1, toMs);
        while (!stopped) {
            const auto there = statement->step();
            if (!there)
                outcome = there.error();
            if (!there || !*there)
                break;
            const Place place{statement->integer(0), statement->integer(1)};
            const bool seen = place.startedAtMs == m_last.startedAtMs && place.rowid >= m_last.rowid;
            if (seen)
                continue;
            m_last = place;
            if (place.rowid <= m_newestRowid && (all || statement->integer(2) != 0) && !use(place, *statement))
                stopped = true;
            if (++rows % rowsPerLook == 0 && clock.elapsed() >= budgetMs)
                stopped = true;
        }
        statement->reset();
        if (outcome)
            m_endMs = stopped ? m_last.startedAtMs + 1 : fromMs;
        if (clock.elapsed() >= budgetMs)
            stopped = true;
        return outcome && !stopped;
    };
    const auto walked = walkBack(database, m_filter, m_endMs, read);
    if (!walked)
        return walked;
    m_complete = outcome && !stopped;
    return outcome;
}

Result<void> RowWalk::useNewer(Database &database, const std::string &columns, int64_t afterRowid, const Use &use) const
{
    const FilterSql conditions(m_filter);
    auto statement = database.prepare("SELECT x.started_at, x.row, 1" + columns + " FROM exchange_row x WHERE " +
                                      conditions.where + " AND x.row > ?");
    if (!statement)
        return statement.error();
    statement->bind(conditions.bind(*statement), afterRowid);
    return forEachRow(*statement, [&use](const Statement &row) { use({row.integer(0), row.integer(1)}, row); });
}

bool RowWalk::canSlideTo(const RequestFilter &filter) const
{
    RequestFilter slid = m_filter;
    slid.fromMs = filter.fromMs;
    return m_filter.fromMs > 0 && filter.fromMs >= m_filter.fromMs && slid == filter;
}

void RowWalk::slideTo(int64_t fromMs)
{
    m_filter.fromMs = fromMs;
    m_complete = m_complete || m_endMs <= fromMs;
}

} // namespace signalbox
