// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_index.h"

#include <algorithm>

namespace signalbox {

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

bool PositionIndex::canSlideTo(const RequestFilter &filter) const
{
    RequestFilter slid = m_filter;
    slid.fromMs = filter.fromMs;
    return m_filter.fromMs > 0 && filter.fromMs >= m_filter.fromMs && slid == filter;
}

void PositionIndex::slideTo(int64_t fromMs)
{
    m_filter.fromMs = fromMs;
    m_entries.erase(m_entries.begin(), std::lower_bound(m_entries.begin(), m_entries.end(), Entry{fromMs, 0}));
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
    if (*newest < m_newestRowid) { // the file was emptied: rowids begin anew
        m_entries.clear();
        m_newestRowid = 0;
    }
    if (*newest == m_newestRowid)
        return {};
    const FilterSql filter(m_filter);
    // Without a condition on rowid the first build walks the index on started_at alone, not the wide rows.
    const bool first = m_newestRowid == 0;
    auto statement = database.prepare("SELECT x.started_at, x.row FROM exchange_row x WHERE " + filter.where +
                                      (first ? " ORDER BY x.started_at, x.row" : " AND x.row > ?"));
    if (!statement)
        return statement.error();
    const int next = filter.bind(*statement);
    if (!first)
        statement->bind(next, m_newestRowid);
    const auto middle = static_cast<ptrdiff_t>(m_entries.size());
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        m_entries.push_back({statement->integer(0), statement->integer(1)});
    }
    std::sort(m_entries.begin() + middle, m_entries.end());
    std::inplace_merge(m_entries.begin(), m_entries.begin() + middle, m_entries.end());
    m_newestRowid = *newest;
    return {};
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
    if (!*row) {
        m_entries.clear();
        return {};
    }
    const Entry oldest{statement->integer(0), statement->integer(1)};
    m_entries.erase(m_entries.begin(), std::lower_bound(m_entries.begin(), m_entries.end(), oldest));
    return {};
}

} // namespace signalbox
