// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "ui/requests/request_source.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QTimer>

#include <list>
#include <unordered_map>

namespace signalbox {

// Requests of the whole ledger, newest first, of which only a few pages are in memory. A row that is not loaded yet
// shows a quiet placeholder and is asked for. Running exchanges stand above the ledger's rows. GUI thread.
//
// While it follows, new rows are inserted at the top; otherwise they are only counted (waitingChanged) and the rows
// on screen stay where they are.
class RequestTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestTableModel)

public:
    enum Column {
        Status,
        Time,
        Client,
        Model,
        Target,
        Try,
        FirstToken,
        Duration,
        Input,
        Cached,
        Output,
        CostUsd,
        Project,
        User,
        Route,
        Cache,
        Written,
        Reasoning,
        Losses,
        Session,
        Dialect,
        Credential
    };
    static constexpr int columns = Credential + 1;
    static constexpr int pageRows = 200;
    static constexpr size_t maxPages = 16;
    enum Role { IdRole = Qt::UserRole + 1, RunningRole, SortRole };

    // `source` outlives the model.
    explicit RequestTableModel(RequestSource &source, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    void setFilter(const RequestFilter &filter); // asks anew
    const RequestFilter &filter() const { return m_filter; }
    // Moves the start of the filter's range, at the next look and only while it follows: rows that are being read stay.
    void setRangeStart(int64_t fromMs) { m_rangeStartMs = fromMs; }
    void setFollowing(bool following);
    void noteCommitted(); // the ledger has grown: looks at it, at most four times a second
    void setRunning(const std::vector<InFlightRow> &running, int64_t nowMs);

    QString idAt(int row) const;        // empty when not loaded
    int rowOf(const QString &id) const; // -1 when not loaded
    QString loadedId(int row) const;    // as idAt(), and asks for nothing
    size_t loadedRows() const;
    bool isLoading() const { return m_loading; }
    bool isFollowing() const { return m_following; }
    qint64 waiting() const { return m_waiting; }
    bool isPaused() const { return m_paused; } // there are more, beyond those found
    int64_t reachedMs() const { return m_reachedMs; }
    // Rows come as they are found, the first of them at once; while this goes on, isLoading().
    void cancelSearch();

Q_SIGNALS:
    void counted(qint64 matching, qint64 total, double ms);
    void searching(qint64 found, qint64 reachedMs); // so far, at each step
    void waitingChanged(qint64 rows);
    void loadingChanged(bool loading);
    void failed(const QString &message);
    void rowsMoved(); // rows came in or went: who holds an id looks for its row again

private:
    struct LoadedPage {
        std::vector<RequestRow> rows;
        std::list<int64_t>::iterator use;
    };

    const RequestRow *rowAt(int64_t position) const;
    void want(int64_t page) const;
    void fetchWanted();
    void keep(int64_t page, std::vector<RequestRow> rows);
    void ask(bool reset);
    void take(const RequestSlice &slice, bool reset);
    void startOver(int64_t count, std::vector<RequestRow> rows);
    void putInFront(int64_t added, std::vector<RequestRow> rows);
    void growAtEnd(int64_t added);
    void setLoading(bool loading);
    void announce(int64_t firstPosition, int64_t lastPosition);
    int runningRows() const { return int(m_running.size()); }
    QVariant runningData(const InFlightRow &row, int column, int role) const;
    QVariant placeholder(int column, int role) const;

    RequestSource &m_source;
    RequestFilter m_filter;
    int64_t m_count = 0;   // rows of the ledger that are shown
    int64_t m_waiting = 0; // newer ones that are not shown yet
    std::vector<InFlightRow> m_running;
    int64_t m_nowMs = 0;
    int64_t m_rangeStartMs = 0;
    std::unordered_map<int64_t, LoadedPage> m_pages;
    mutable std::list<int64_t> m_use; // most recently used first
    mutable std::vector<int64_t> m_wanted;
    mutable QTimer m_fetch;
    QTimer m_settle;
    quint64 m_generation = 0;
    bool m_fetching = false;
    int64_t m_fetchedPage = 0; // while m_fetching
    quint64 m_fetchedGeneration = 0;
    bool m_countAsked = false;
    bool m_loading = false;
    bool m_paused = false;
    bool m_cancelled = false;
    int64_t m_reachedMs = 0;
    int64_t m_inFront = 0; // of the search, as it was last told
    uint64_t m_search = 0;
    double m_ms = 0; // of the search so far
    bool m_dirty = false;
    bool m_following = true;
};

} // namespace signalbox
