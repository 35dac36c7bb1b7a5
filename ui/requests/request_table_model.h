// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "ui/requests/request_pages.h"
#include "ui/requests/request_source.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QElapsedTimer>
#include <QtCore/QSet>
#include <QtCore/QTimer>

namespace signalbox {

// Requests of the whole ledger, newest first, of which only a few pages are in memory. A row that is not loaded yet
// shows a quiet placeholder and is asked for. Running exchanges stand above the ledger's rows. GUI thread.
//
// While it follows, new rows are inserted at the top; otherwise they are only counted (waitingChanged) and the rows
// on screen stay where they are. In the order of a figure it holds only the first of what matches; they change their
// places while they are looked for, and afterwards only while it follows.
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
    static constexpr int pageRows = RequestPages::pageRows;
    static constexpr size_t maxPages = RequestPages::maxPages;
    enum Role { IdRole = Qt::UserRole + 1, RunningRole, SortRole };

    // `source` outlives the model.
    explicit RequestTableModel(RequestSource &source, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    void setFilter(const RequestFilter &filter); // asks anew
    const RequestFilter &filter() const { return m_filter; }
    void setOrder(const std::optional<RequestOrder> &order); // nothing: by time
    const std::optional<RequestOrder> &order() const { return m_order; }
    // Moves the start of the filter's range, at the next look and only while it follows: rows that are being read stay.
    void setRangeStart(int64_t fromMs) { m_rangeStartMs = fromMs; }
    void setFollowing(bool following);
    void noteCommitted(); // the ledger has grown: looks at it, at most four times a second
    void setRunning(const std::vector<InFlightRow> &running, int64_t nowMs);

    QString idAt(int row) const;                // empty when not loaded
    int rowOf(const QString &id) const;         // -1 when not loaded
    QString loadedId(int row) const;            // as idAt(), and asks for nothing
    const RequestRow *loadedRow(int row) const; // null: not loaded, or in flight; until anything else is called
    bool isRunning(int row) const { return row >= 0 && row < runningRows(); }
    QSet<QString> runningIds() const;
    template<class Use>
    void forEachLoaded(Use use) const // (row, id), in no order
    {
        for (int row = 0; row < runningRows(); ++row)
            use(row, m_running[size_t(row)].id);
        m_pages.forEach([this, &use](int64_t position, const RequestRow &row) {
            if (position < m_count)
                use(runningRows() + int(position), row.id);
        });
    }
    bool isChanging() const { return m_changing; } // what views tell of meanwhile nobody has meant
    size_t loadedRows() const { return m_pages.rows(); }
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
    void rowsMoved();  // rows came in or went: who holds an id looks for its row again
    void rowsLoaded(); // others than before are in memory, where they stood
    void orderChanged();

private:
    const RequestRow *rowAt(int64_t position) const;
    void want(int64_t page) const;
    void fetchWanted();
    void ask(bool reset);
    void take(const RequestSlice &slice, bool reset);
    void startOver(int64_t count, std::vector<RequestRow> rows);
    void putInFront(int64_t added, std::vector<RequestRow> rows);
    void growAtEnd(int64_t added);
    void takeRanked(const RequestSlice &slice, bool reset);
    void rank(int64_t count, std::vector<RequestRow> rows);
    void askSource(int64_t offset, bool counted, RequestSource::SliceDone done);
    void begin();
    void setLoading(bool loading);
    void announce(int64_t firstPosition, int64_t lastPosition);
    int runningRows() const { return int(m_running.size()); }
    QVariant runningData(const InFlightRow &row, int column, int role) const;
    QVariant placeholder(int column, int role) const;

    RequestSource &m_source;
    RequestFilter m_filter;
    std::optional<RequestOrder> m_order;
    int64_t m_count = 0;   // rows of the ledger that are shown
    int64_t m_waiting = 0; // newer ones that are not shown yet
    std::vector<InFlightRow> m_running;
    int64_t m_nowMs = 0;
    int64_t m_rangeStartMs = 0;
    mutable RequestPages m_pages;
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
    bool m_changing = false;
    uint64_t m_rankedVersion = 0; // of what is shown
    QElapsedTimer m_rankedAt;     // when it was last put in order
};

} // namespace signalbox
