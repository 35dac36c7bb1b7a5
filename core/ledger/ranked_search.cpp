// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ranked_search.h"

#include "core/ledger/history.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;

const char *columnOf(RequestOrder::Key key)
{
    switch (key) {
    case RequestOrder::Key::Status:
        return "x.status";
    case RequestOrder::Key::Attempts:
        return "x.attempts";
    case RequestOrder::Key::FirstToken:
        return "x.ttft_us";
    case RequestOrder::Key::Duration:
        return "x.duration_us";
    case RequestOrder::Key::Input:
        return "x.input_tokens";
    case RequestOrder::Key::Cached:
        return "x.cached_input_tokens";
    case RequestOrder::Key::Written:
        return "x.cache_write_tokens";
    case RequestOrder::Key::Output:
        return "x.output_tokens";
    case RequestOrder::Key::Reasoning:
        return "x.reasoning_tokens";
    case RequestOrder::Key::Cost:
        return "x.cost_nanousd";
    case RequestOrder::Key::Losses:
        return "x.loss_count";
    }
    return "NULL";
}

bool isBetter(const RankedSearch::Entry &a, const RankedSearch::Entry &b)
{
    if (a.figure != b.figure)
        return a.figure > b.figure;
    return a.startedAtMs != b.startedAtMs ? a.startedAtMs > b.startedAtMs : a.rowid > b.rowid;
}

} // namespace

RankedSearch::RankedSearch(const RequestFilter &filter, const RequestOrder &order, size_t most)
    : m_walk(filter), m_order(order), m_column(std::string(", ") + columnOf(order.key)), m_most(most)
{
}

void RankedSearch::restart(int64_t newestRowid)
{
    m_entries.clear();
    m_minutes.clear();
    m_matching = 0;
    m_sorted = false;
    m_gone = false;
    ++m_version;
    m_newestRowid = newestRowid;
    m_walk.begin(newestRowid);
}

// True, always: the walk goes on.
bool RankedSearch::offer(const RowWalk::Place &at, const Statement &row)
{
    ++m_matching;
    ++m_version;
    ++m_minutes[at.startedAtMs / minuteMs];
    constexpr int column = RowWalk::firstColumn;
    int64_t figure = INT64_MIN; // not known: behind all others
    if (!row.isNull(column))
        figure = m_order.descending ? row.integer(column) : -row.integer(column);
    const Entry entry{figure, at.startedAtMs, at.rowid};
    if (m_sorted) {
        std::make_heap(m_entries.begin(), m_entries.end(), &isBetter);
        m_sorted = false;
    }
    if (m_entries.size() >= m_most) {
        if (!isBetter(entry, m_entries.front()))
            return true;
        std::pop_heap(m_entries.begin(), m_entries.end(), &isBetter);
        m_entries.pop_back();
    }
    m_entries.push_back(entry);
    std::push_heap(m_entries.begin(), m_entries.end(), &isBetter);
    return true;
}

const std::vector<RankedSearch::Entry> &RankedSearch::entries()
{
    if (!m_sorted)
        std::sort(m_entries.begin(), m_entries.end(), &isBetter);
    m_sorted = true;
    return m_entries;
}

// Those of the minute in which the cut lies leave the list at once and the count with the minute.
void RankedSearch::dropBefore(int64_t oldestMs)
{
    const auto firstKept = m_minutes.lower_bound(oldestMs / minuteMs);
    const size_t had = m_entries.size();
    for (auto minute = m_minutes.begin(); minute != firstKept; minute = m_minutes.erase(minute)) {
        m_matching -= minute->second;
        ++m_version;
    }
    std::erase_if(m_entries, [oldestMs](const Entry &entry) { return entry.startedAtMs < oldestMs; });
    if (m_entries.size() == had)
        return;
    ++m_version;
    entries(); // no heap any more
    m_matching = std::max(m_matching, static_cast<int64_t>(m_entries.size()));
    // Whoever stood behind the last one was not kept: while few are missing, the list is only shorter.
    m_gone = m_gone || (m_matching > static_cast<int64_t>(m_most) && m_entries.size() < m_most - m_most / 10);
}

void RankedSearch::slideTo(int64_t fromMs)
{
    m_walk.slideTo(fromMs);
    dropBefore(fromMs);
}

Result<void> RankedSearch::refresh(Database &database)
{
    const auto version = database.integer("PRAGMA data_version");
    if (!version)
        return version.error();
    if (*version == m_dataVersion && !m_gone)
        return {};
    // One snapshot for all that follows.
    if (const auto begun = database.exec("BEGIN"); !begun)
        return begun;
    const int64_t cuts = historyCuts(database);
    const auto newest = database.integer("SELECT max(row) FROM exchange_row");
    const auto oldest = database.integer("SELECT min(started_at) FROM exchange_row");
    Result<void> done;
    if (!newest || !oldest)
        done = !newest ? newest.error() : oldest.error();
    else if (m_newestRowid < 0 || *newest < m_newestRowid || cuts != m_cuts || m_gone) {
        restart(*newest);
    } else {
        dropBefore(*oldest); // retention takes the oldest
        if (*newest != m_newestRowid)
            done = m_walk.useNewer(database, m_column, m_newestRowid,
                                   [this](const RowWalk::Place &at, const Statement &row) { return offer(at, row); });
        m_newestRowid = *newest;
    }
    m_cuts = cuts;
    database.exec("COMMIT");
    if (done)
        m_dataVersion = *version;
    return done;
}

Result<void> RankedSearch::search(Database &database, int budgetMs)
{
    if (isComplete())
        return {};
    if (const auto begun = database.exec("BEGIN"); !begun)
        return begun;
    const auto done = m_walk.advance(database, m_column, budgetMs,
                                     [this](const RowWalk::Place &at, const Statement &row) { return offer(at, row); });
    database.exec("COMMIT");
    return done;
}

} // namespace signalbox
