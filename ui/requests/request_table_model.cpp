// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_table_model.h"

#include "ui/requests/request_cells.h"
#include "ui/requests/request_order.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QScopedValueRollback>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int refreshEveryMs = 250;
constexpr size_t mostWanted = 3; // when scrolled fast, the pages that flew by are not worth a question

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
    const bool sorted = m_order ? section == columnOf(m_order->key) : section == Time;
    if (role == Qt::ToolTipRole)
        return requestColumnNote(section, sorted ? orderText(m_order) : QString());
    if (role == Qt::AccessibleTextRole)
        return sorted ? QVariant(QString(requestColumnTitle(section) + u". "_s + orderText(m_order))) : QVariant();
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
    const RequestPages::Look look = m_pages.look(position);
    if (look.isMissing)
        want(position / pageRows);
    return look.row;
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
            m_pages.keep(page, slice->rows);
            announce(page * pageRows, page * pageRows + pageRows - 1);
            Q_EMIT rowsLoaded();
        }
        if (!slice)
            return;
        // Somebody looks at the end of a search that paused there: it goes on.
        if (generation == m_generation && m_paused && !slice->paused && !slice->complete && !m_loading)
            ask(false);
        fetchWanted();
    };
    askSource(page * pageRows + m_waiting, false, done);
}

void RequestTableModel::askSource(int64_t offset, bool counted, RequestSource::SliceDone done)
{
    if (m_order)
        m_source.ranked(m_filter, *m_order, offset, pageRows, counted, this, std::move(done));
    else
        m_source.slice(m_filter, offset, pageRows, counted, this, std::move(done));
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
    begin();
}

void RequestTableModel::setOrder(const std::optional<RequestOrder> &order)
{
    if (order == m_order)
        return;
    m_order = order;
    if (order && runningRows() > 0) { // what runs has no figures yet
        const QScopedValueRollback changing(m_changing, true);
        beginRemoveRows({}, 0, runningRows() - 1);
        m_running.clear();
        endRemoveRows();
    }
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columns - 1);
    Q_EMIT orderChanged();
    begin();
}

void RequestTableModel::begin()
{
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
    const bool missed = m_waiting > 0 || (m_order && m_dirty);
    if (std::exchange(m_following, following) != following && following && missed)
        ask(false);
}

void RequestTableModel::noteCommitted()
{
    m_dirty = true;
    if (m_order && !m_following)
        return; // places stay as they are while somebody reads
    if (!m_settle.isActive() && !m_countAsked && !m_loading)
        m_settle.start();
}

void RequestTableModel::setLoading(bool loading)
{
    if (std::exchange(m_loading, loading) != loading)
        Q_EMIT loadingChanged(loading);
}

void RequestTableModel::setRunning(const std::vector<InFlightRow> &running, int64_t nowMs)
{
    m_nowMs = nowMs;
    const int before = runningRows();
    const int after = int(running.size());
    const bool same = before == after && std::equal(running.begin(), running.end(), m_running.begin(),
                                                    [](const auto &a, const auto &b) { return a.id == b.id; });
    const QScopedValueRollback changing(m_changing, true);
    if (!m_following && after != before) {
        for (InFlightRow &row : m_running) {
            const auto found = std::find_if(running.begin(), running.end(),
                                            [&](const InFlightRow &other) { return other.id == row.id; });
            if (found != running.end())
                row = *found;
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
    if (!same && (m_following || before == after))
        Q_EMIT rowsMoved();
}

QString RequestTableModel::idAt(int row) const
{
    return row < 0 || row >= rowCount() ? QString() : data(index(row, 0), IdRole).toString();
}

const RequestRow *RequestTableModel::loadedRow(int row) const
{
    return row < runningRows() || row >= rowCount() ? nullptr : m_pages.at(row - runningRows());
}

QString RequestTableModel::loadedId(int row) const
{
    if (row >= 0 && row < runningRows())
        return QString::fromStdString(m_running[size_t(row)].id);
    const RequestRow *loaded = loadedRow(row);
    return loaded ? QString::fromStdString(loaded->id) : QString();
}

QSet<QString> RequestTableModel::runningIds() const
{
    QSet<QString> ids;
    for (const InFlightRow &row : m_running)
        ids.insert(QString::fromStdString(row.id));
    return ids;
}

int RequestTableModel::rowOf(const QString &id) const
{
    const std::string wanted = id.toStdString();
    for (size_t i = 0; i < m_running.size(); ++i) {
        if (m_running[i].id == wanted)
            return int(i);
    }
    const int64_t position = m_pages.positionOf(wanted);
    return position < 0 || position >= m_count ? -1 : runningRows() + int(position);
}

} // namespace signalbox
