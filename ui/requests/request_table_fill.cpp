// SPDX-License-Identifier: GPL-3.0-or-later
// How rows come into the request table: answers of its source become resets, insertions and removals.
#include "ui/requests/request_table_model.h"

#include <QtCore/QScopedValueRollback>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t mostRows = 50'000'000; // times 28 px stays inside the view's int geometry
constexpr int rankEveryMs = 400;         // while places still change; more often nobody could read it

} // namespace

void RequestTableModel::ask(bool reset)
{
    if (m_countAsked) {
        m_dirty = true;
        return;
    }
    if (!m_loading)
        m_ms = 0;
    m_countAsked = true;
    setLoading(true);
    if (m_following)
        m_filter.fromMs = m_rangeStartMs;
    const auto done = [this, reset, generation = m_generation](const Result<RequestSlice> &slice) {
        if (generation != m_generation)
            return;
        m_countAsked = false;
        if (!slice) {
            setLoading(false);
            Q_EMIT failed(QString::fromStdString(slice.error().message));
            return;
        }
        m_ms += slice->ms;
        const bool goesOn = !slice->complete && !slice->paused && !m_cancelled;
        setLoading(goesOn);
        if (m_order)
            takeRanked(*slice, reset);
        else
            take(*slice, reset);
        if (goesOn)
            ask(false);
        else if (m_dirty)
            m_settle.start();
    };
    askSource(0, true, done);
}

void RequestTableModel::take(const RequestSlice &slice, bool reset)
{
    const int64_t count = std::min(slice.count, mostRows);
    const int64_t added = count - m_count - m_waiting;
    const int64_t waitingBefore = m_waiting;
    int64_t front = std::max<int64_t>(0, added);
    if (slice.search != 0) {
        reset = reset || slice.search != m_search;
        front = slice.addedInFront - m_inFront;
    } else if (added < 0) {
        reset = reset || !(m_following && m_filter.fromMs > 0); // its oldest rows fall out, as they should
    }
    m_search = slice.search;
    m_inFront = slice.addedInFront;
    m_paused = slice.paused;
    m_reachedMs = slice.reachedMs;
    if (reset) {
        startOver(count, slice.rows);
    } else {
        growAtEnd(std::max(added - front, -m_count));
        m_waiting += front;
        if (m_following)
            putInFront(std::exchange(m_waiting, 0), slice.rows);
    }
    if (m_waiting != waitingBefore)
        Q_EMIT waitingChanged(m_waiting);
    if (m_loading)
        Q_EMIT searching(count, m_reachedMs);
    else
        Q_EMIT counted(slice.count, slice.total, m_ms);
}

void RequestTableModel::takeRanked(const RequestSlice &slice, bool reset)
{
    m_reachedMs = slice.reachedMs;
    m_paused = false;
    m_search = 0;
    const bool moved = slice.version != m_rankedVersion;
    const int64_t waitingBefore = m_waiting;
    if (reset || (moved && (!m_loading || m_rankedAt.elapsed() >= rankEveryMs))) {
        m_rankedVersion = slice.version;
        m_rankedAt.start();
        if (reset)
            startOver(slice.count, slice.rows);
        else
            rank(slice.count, slice.rows);
    }
    if (m_waiting != waitingBefore)
        Q_EMIT waitingChanged(m_waiting);
    if (m_loading)
        Q_EMIT searching(slice.matching, m_reachedMs);
    else
        Q_EMIT counted(slice.matching, slice.total, m_ms);
}

// Other rows may stand everywhere. What is on screen stays there until it is known what is in its place.
void RequestTableModel::rank(int64_t count, std::vector<RequestRow> rows)
{
    growAtEnd(count - m_count);
    ++m_generation;
    m_pages.makeStale();
    m_wanted.clear();
    m_pages.keep(0, std::move(rows));
    announce(0, m_count - 1);
    Q_EMIT rowsMoved();
}

void RequestTableModel::startOver(int64_t count, std::vector<RequestRow> rows)
{
    const QScopedValueRollback changing(m_changing, true);
    beginResetModel();
    ++m_generation;
    m_pages.clear();
    m_wanted.clear();
    m_count = count;
    m_waiting = 0;
    m_pages.keep(0, std::move(rows));
    endResetModel();
    Q_EMIT rowsMoved();
}

// Older rows that were found, or that are gone.
void RequestTableModel::growAtEnd(int64_t added)
{
    if (added == 0)
        return;
    const QScopedValueRollback changing(m_changing, true);
    const int first = runningRows() + int(m_count);
    if (added > 0)
        beginInsertRows({}, first, first + int(added) - 1);
    else
        beginRemoveRows({}, first + int(added), first - 1);
    const int64_t cut = std::min(m_count, m_count + added) / pageRows; // this page and those after it change
    m_pages.dropFrom(cut);
    m_count += added;
    if (added > 0) {
        endInsertRows();
        announce(cut * pageRows, m_count - added - 1);
    } else {
        endRemoveRows();
    }
}

// `rows` is the first page as it is now.
void RequestTableModel::putInFront(int64_t added, std::vector<RequestRow> rows)
{
    if (added == 0 && m_pages.holds(0, rows))
        return;
    if (added == 0 && !m_pages.has(0)) {
        m_pages.keep(0, std::move(rows));
        announce(0, pageRows - 1);
        return;
    }
    const QScopedValueRollback changing(m_changing, true);
    if (added > 0)
        beginInsertRows({}, runningRows(), runningRows() + int(added) - 1);
    // Every page holds other positions now; the first is here, the rest is asked for when it is looked at.
    ++m_generation;
    m_pages.clear();
    m_wanted.clear();
    m_count += added;
    m_pages.keep(0, std::move(rows));
    if (added > 0)
        endInsertRows();
    announce(0, m_count - 1);
    Q_EMIT rowsMoved();
}

} // namespace signalbox
