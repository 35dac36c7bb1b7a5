// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_table_model.h"

#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int refreshEveryMs = 250;
constexpr size_t mostWanted = 3;         // when scrolled fast, the pages that flew by are not worth a question
constexpr int64_t mostRows = 50'000'000; // times 28 px stays inside the view's int geometry

} // namespace

RequestTableModel::RequestTableModel(RequestSource &source, QObject *parent)
    : QAbstractTableModel(parent), m_source(source)
{
    m_fetch.setSingleShot(true);
    m_fetch.setInterval(0);
    connect(&m_fetch, &QTimer::timeout, this, &RequestTableModel::fetchWanted);
    m_settle.setSingleShot(true);
    m_settle.setInterval(refreshEveryMs);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        if (std::exchange(m_dirty, false))
            ask(false);
    });
}

int RequestTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : runningRows() + int(m_count);
}

int RequestTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant RequestTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columns)
        return {};
    if (role == Qt::DisplayRole)
        return requestColumnTitle(section);
    if (role == Qt::TextAlignmentRole)
        return int(requestColumnAlignment(section));
    return {};
}

QVariant RequestTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(requestColumnAlignment(index.column()));
    if (index.row() < runningRows())
        return runningData(m_running[size_t(index.row())], index.column(), role);
    const RequestRow *row = rowAt(index.row() - runningRows());
    if (!row)
        return placeholder(index.column(), role);
    if (role == IdRole)
        return QString::fromStdString(row->id);
    if (role == RunningRole)
        return false;
    return requestCell(*row, index.column(), role);
}

QVariant RequestTableModel::runningData(const InFlightRow &row, int column, int role) const
{
    if (role == IdRole)
        return QString::fromStdString(row.id);
    if (role == RunningRole)
        return true;
    return runningCell(row, m_nowMs, column, role);
}

QVariant RequestTableModel::placeholder(int column, int role) const
{
    if (role == Qt::DisplayRole)
        return column == Status ? u"…"_s : QString();
    if (role == Qt::AccessibleTextRole)
        return tr("Loading");
    return {};
}

const RequestRow *RequestTableModel::rowAt(int64_t position) const
{
    const int64_t page = position / pageRows;
    const auto found = m_pages.find(page);
    if (found == m_pages.end()) {
        want(page);
        return nullptr;
    }
    m_use.splice(m_use.begin(), m_use, found->second.use);
    const auto at = size_t(position % pageRows);
    return at < found->second.rows.size() ? &found->second.rows[at] : nullptr;
}

void RequestTableModel::want(int64_t page) const
{
    if (m_fetching && page == m_fetchedPage && m_fetchedGeneration == m_generation)
        return; // painted again before the answer came
    std::erase(m_wanted, page);
    m_wanted.push_back(page);
    if (m_wanted.size() > mostWanted)
        m_wanted.erase(m_wanted.begin());
    if (!m_fetching && !m_fetch.isActive())
        m_fetch.start();
}

void RequestTableModel::fetchWanted()
{
    if (m_fetching || m_wanted.empty())
        return;
    const int64_t page = m_wanted.back();
    m_wanted.pop_back();
    m_fetching = true;
    m_fetchedPage = page;
    m_fetchedGeneration = m_generation;
    const auto done = [this, page, generation = m_generation](const Result<RequestSlice> &slice) {
        m_fetching = false;
        if (!slice)
            Q_EMIT failed(QString::fromStdString(slice.error().message));
        else if (generation == m_generation) {
            keep(page, slice->rows);
            announce(page * pageRows, page * pageRows + pageRows - 1);
        }
        if (!slice)
            return;
        // Somebody looks at the end of a search that paused there: it goes on.
        if (generation == m_generation && m_paused && !slice->paused && !slice->complete && !m_loading)
            ask(false);
        fetchWanted();
    };
    m_source.slice(m_filter, page * pageRows + m_waiting, pageRows, false, this, done);
}

void RequestTableModel::keep(int64_t page, std::vector<RequestRow> rows)
{
    if (const auto found = m_pages.find(page); found != m_pages.end()) {
        found->second.rows = std::move(rows);
        return;
    }
    while (m_pages.size() >= maxPages) {
        m_pages.erase(m_use.back());
        m_use.pop_back();
    }
    m_use.push_front(page);
    m_pages.emplace(page, LoadedPage{std::move(rows), m_use.begin()});
}

void RequestTableModel::announce(int64_t firstPosition, int64_t lastPosition)
{
    const int64_t last = std::min(lastPosition, m_count - 1);
    if (firstPosition <= last)
        Q_EMIT dataChanged(index(runningRows() + int(firstPosition), 0), index(runningRows() + int(last), columns - 1));
}

void RequestTableModel::setFilter(const RequestFilter &filter)
{
    m_filter = filter;
    m_rangeStartMs = filter.fromMs;
    ++m_generation;
    m_countAsked = false;
    m_dirty = false;
    m_cancelled = false;
    ask(true);
}

void RequestTableModel::cancelSearch()
{
    if (!m_loading)
        return;
    m_cancelled = true;
    m_countAsked = false;
    ++m_generation; // the answer on its way is not waited for
    setLoading(false);
    Q_EMIT counted(m_count + m_waiting, 0, m_ms);
}

void RequestTableModel::setFollowing(bool following)
{
    if (std::exchange(m_following, following) != following && following && m_waiting > 0)
        ask(false);
}

void RequestTableModel::noteCommitted()
{
    m_dirty = true;
    if (!m_settle.isActive() && !m_countAsked && !m_loading)
        m_settle.start();
}

void RequestTableModel::setLoading(bool loading)
{
    if (std::exchange(m_loading, loading) != loading)
        Q_EMIT loadingChanged(loading);
}

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
        take(*slice, reset);
        if (goesOn)
            ask(false);
        else if (m_dirty)
            m_settle.start();
    };
    m_source.slice(m_filter, 0, pageRows, true, this, done);
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

void RequestTableModel::startOver(int64_t count, std::vector<RequestRow> rows)
{
    beginResetModel();
    ++m_generation;
    m_pages.clear();
    m_use.clear();
    m_wanted.clear();
    m_count = count;
    m_waiting = 0;
    keep(0, std::move(rows));
    endResetModel();
    Q_EMIT rowsMoved();
}

// Older rows that were found, or that are gone.
void RequestTableModel::growAtEnd(int64_t added)
{
    if (added == 0)
        return;
    const int first = runningRows() + int(m_count);
    if (added > 0)
        beginInsertRows({}, first, first + int(added) - 1);
    else
        beginRemoveRows({}, first + int(added), first - 1);
    const int64_t cut = std::min(m_count, m_count + added) / pageRows; // this page and those after it change
    std::erase_if(m_pages, [this, cut](const auto &page) {
        if (page.first < cut)
            return false;
        m_use.erase(page.second.use);
        return true;
    });
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
    const auto first = m_pages.find(0);
    if (added == 0 && first != m_pages.end() && first->second.rows == rows)
        return;
    if (added == 0 && first == m_pages.end()) {
        keep(0, std::move(rows));
        announce(0, pageRows - 1);
        return;
    }
    if (added > 0)
        beginInsertRows({}, runningRows(), runningRows() + int(added) - 1);
    // Every page holds other positions now; the first is here, the rest is asked for when it is looked at.
    ++m_generation;
    m_pages.clear();
    m_use.clear();
    m_wanted.clear();
    m_count += added;
    keep(0, std::move(rows));
    if (added > 0)
        endInsertRows();
    announce(0, m_count - 1);
    Q_EMIT rowsMoved();
}

void RequestTableModel::setRunning(const std::vector<InFlightRow> &running, int64_t nowMs)
{
    m_nowMs = nowMs;
    const int before = runningRows();
    const int after = int(running.size());
    if (!m_following && after != before) {
        for (InFlightRow &row : m_running) {
            const auto same = std::find_if(running.begin(), running.end(),
                                           [&](const InFlightRow &other) { return other.id == row.id; });
            if (same != running.end())
                row = *same;
        }
    } else if (after > before) {
        beginInsertRows({}, 0, after - before - 1);
        m_running = running;
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows({}, 0, before - after - 1);
        m_running = running;
        endRemoveRows();
    } else {
        m_running = running;
    }
    if (runningRows() > 0)
        Q_EMIT dataChanged(index(0, 0), index(runningRows() - 1, columns - 1));
    if (after != before && m_following)
        Q_EMIT rowsMoved();
}

QString RequestTableModel::idAt(int row) const
{
    return row < 0 || row >= rowCount() ? QString() : data(index(row, 0), IdRole).toString();
}

QString RequestTableModel::loadedId(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    if (row < runningRows())
        return QString::fromStdString(m_running[size_t(row)].id);
    const int64_t position = row - runningRows();
    const auto page = m_pages.find(position / pageRows);
    const auto at = size_t(position % pageRows);
    return page == m_pages.end() || at >= page->second.rows.size() ? QString()
                                                                   : QString::fromStdString(page->second.rows[at].id);
}

int RequestTableModel::rowOf(const QString &id) const
{
    const std::string wanted = id.toStdString();
    for (size_t i = 0; i < m_running.size(); ++i) {
        if (m_running[i].id == wanted)
            return int(i);
    }
    for (const auto &[page, loaded] : m_pages) {
        for (size_t i = 0; i < loaded.rows.size(); ++i) {
            const int64_t position = page * pageRows + int64_t(i);
            if (loaded.rows[i].id == wanted && position < m_count)
                return runningRows() + int(position);
        }
    }
    return -1;
}

size_t RequestTableModel::loadedRows() const
{
    size_t rows = 0;
    for (const auto &[page, loaded] : m_pages)
        rows += loaded.rows.size();
    return rows;
}

} // namespace signalbox
