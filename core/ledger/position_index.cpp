// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_index.h"

#include "core/ledger/history.h"
#include "core/ledger/spend_range.h"

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

PositionIndex::PositionIndex(const RequestFilter &filter, size_t marks) : m_filter(filter), m_most(marks) {}

PositionIndex::Place PositionIndex::place(int64_t position) const
{
    if (knowsEach())
        return {m_marks[static_cast<size_t>(position)].first, 0};
    for (const Mark &mark : m_marks) {
        if (position < mark.count)
            return {mark.first, position};
        position -= mark.count;
    }
    return {m_newest, 0};
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
    m_dataVersion = -1;
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
        forget();
        m_cuts = cuts;
    }
    Result<void> done = dropOld(database);
    if (done)
        done = addNew(database);
    database.exec("COMMIT");
    if (done)
        m_dataVersion = *version;
    return done;
}

void PositionIndex::forget()
{
    const int64_t cuts = m_cuts;
    *this = PositionIndex(m_filter, m_most);
    m_cuts = cuts;
}

Result<void> PositionIndex::addNew(Database &database)
{
    const auto newest = database.integer("SELECT max(row) FROM exchange_row");
    if (!newest)
        return newest.error();
    if (*newest < m_newestRowid) // the file was emptied: rowids begin anew
        forget();
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
    std::vector<Entry> entries;
    const auto read = forEachRow(*statement, [&](const Statement &row) {
        const Entry entry{row.integer(0), row.integer(1)};
        if (first)
            append(entry);
        else
            entries.push_back(entry);
    });
    if (!read) {
        if (first)
            forget();
        return read;
    }
    std::sort(entries.begin(), entries.end());
    if (const auto done = insert(database, entries); !done)
        return done;
    m_newestRowid = *newest;
    return {};
}

void PositionIndex::append(const Entry &entry)
{
    if (m_marks.empty() || m_marks.back().count >= m_span)
        m_marks.push_back({entry, 1});
    else
        ++m_marks.back().count;
    m_newest = entry;
    ++m_size;
    if (m_marks.size() > m_most)
        thin();
}

// Most of them are newer than all before; some began earlier and took longer.
Result<void> PositionIndex::insert(Database &database, const std::vector<Entry> &entries)
{
    const auto later = m_marks.empty() ? entries.begin() : std::upper_bound(entries.begin(), entries.end(), m_newest);
    std::vector<Mark> tail;
    if (later != entries.begin()) {
        const auto from = m_marks.begin() + static_cast<ptrdiff_t>(markAt(entries.front()));
        tail.assign(from, m_marks.end());
        m_marks.erase(from, m_marks.end());
    }
    auto entry = entries.begin();
    for (size_t i = 0; i < tail.size(); ++i) {
        Mark mark = tail[i];
        const bool last = i + 1 == tail.size();
        std::vector<Entry> own;
        while (entry != later && (last || *entry < tail[i + 1].first))
            own.push_back(*entry++);
        m_size += static_cast<int64_t>(own.size());
        if (m_span == 1) {
            own.insert(std::upper_bound(own.begin(), own.end(), mark.first), mark.first);
            for (const Entry &each : own)
                m_marks.push_back({each, 1});
            continue;
        }
        mark.count += static_cast<int64_t>(own.size());
        if (!own.empty() && own.front() < mark.first)
            mark.first = own.front();
        if (mark.count < 4 * m_span)
            m_marks.push_back(mark);
        else if (const auto parted = split(database, mark, m_marks); !parted)
            return parted;
    }
    for (; entry != entries.end(); ++entry)
        append(*entry);
    while (m_marks.size() > m_most)
        thin();
    return {};
}

Result<void> PositionIndex::split(Database &database, const Mark &mark, std::vector<Mark> &into) const
{
    const FilterSql filter(m_filter);
    auto statement = database.prepare("SELECT x.started_at, x.row FROM exchange_row x WHERE x.started_at >= ? AND " +
                                      filter.where + " ORDER BY x.started_at, x.row LIMIT ?");
    if (!statement)
        return statement.error();
    statement->bind(1, mark.first.startedAtMs);
    statement->bind(filter.bind(*statement, 2), mark.count);
    int64_t seen = 0;
    const auto read = forEachRow(*statement, [&](const Statement &row) {
        const Entry entry{row.integer(0), row.integer(1)};
        if (!(entry < mark.first) && seen++ % m_span == 0)
            into.push_back({entry, std::min(m_span, mark.count - seen + 1)});
    });
    return read;
}

// Retention removes the oldest rows only; a range that begins later lets go of the oldest as well.
Result<void> PositionIndex::dropOld(Database &database)
{
    const FilterSql filter(m_filter);
    auto statement = database.prepare("SELECT started_at, row FROM exchange_row WHERE started_at >= ? "
                                      "ORDER BY started_at, row LIMIT 1");
    if (!statement)
        return statement.error();
    statement->bind(1, m_filter.fromMs);
    const auto row = statement->step();
    if (!row)
        return row.error();
    const Entry oldest = *row ? Entry{statement->integer(0), statement->integer(1)} : Entry{INT64_MAX, 0};
    if (m_marks.empty() || !(m_marks.front().first < oldest))
        return {};
    const size_t at = markAt(oldest);
    for (size_t i = 0; i < at; ++i)
        m_size -= m_marks[i].count;
    m_marks.erase(m_marks.begin(), m_marks.begin() + static_cast<ptrdiff_t>(at));
    if (!(m_marks.front().first < oldest))
        return {};
    // Some of the rows of this mark are gone.
    m_size -= m_marks.front().count;
    std::vector<Entry> left;
    if (*row) {
        auto rest = database.prepare("SELECT x.started_at, x.row FROM exchange_row x WHERE x.started_at >= ? AND " +
                                     (m_marks.size() > 1 ? std::string("x.started_at <= ? AND ") : std::string()) +
                                     filter.where + " ORDER BY x.started_at, x.row");
        if (!rest)
            return rest.error();
        int next = 1;
        rest->bind(next++, oldest.startedAtMs);
        if (m_marks.size() > 1)
            rest->bind(next++, m_marks[1].first.startedAtMs);
        filter.bind(*rest, next);
        const auto read = forEachRow(*rest, [&](const Statement &each) {
            const Entry entry{each.integer(0), each.integer(1)};
            if (entry.rowid <= m_newestRowid && (m_marks.size() == 1 || entry < m_marks[1].first))
                left.push_back(entry);
        });
        if (!read)
            return read;
    }
    m_size += static_cast<int64_t>(left.size());
    if (left.empty())
        m_marks.erase(m_marks.begin());
    else
        m_marks.front() = {left.front(), static_cast<int64_t>(left.size())};
    return {};
}

void PositionIndex::thin()
{
    m_span *= 2;
    size_t kept = 0;
    for (size_t i = 0; i < m_marks.size(); i += 2) {
        m_marks[kept] = m_marks[i];
        if (i + 1 < m_marks.size())
            m_marks[kept].count += m_marks[i + 1].count;
        ++kept;
    }
    m_marks.resize(kept);
}

size_t PositionIndex::markAt(const Entry &entry) const
{
    const auto after = std::upper_bound(m_marks.begin(), m_marks.end(), entry,
                                        [](const Entry &one, const Mark &mark) { return one < mark.first; });
    return after == m_marks.begin() ? 0 : static_cast<size_t>(after - m_marks.begin()) - 1;
}

} // namespace signalbox
