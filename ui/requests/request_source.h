// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

class LedgerFeed;

struct RequestSlice {
    int64_t count = 0; // rows that match, as far as the ledger was searched
    int64_t total = 0; // rows in the ledger; only when asked for and the search is not under way
    // How far it is; a source that knows everything at once says nothing here.
    bool complete = true;
    bool paused = false; // goes on when rows near the end are asked for
    int64_t reachedMs = 0;
    int64_t addedInFront = 0;
    uint64_t search = 0;  // 0: all rows that came since stand in front
    int64_t matching = 0; // of another order than by time: `count` are only the first of these
    uint64_t version = 0; // of such an order: another number when places have changed
    std::vector<RequestRow> rows;
    double ms = 0; // what the question took, off the GUI thread
};

// Where the request table gets its rows. Asynchronous: `done` comes on the GUI thread, never from inside the call; it
// is dropped when `context` has died.
class RequestSource
{
public:
    using SliceDone = std::function<void(Result<RequestSlice>)>;
    using DetailDone = std::function<void(Result<std::optional<RequestDetail>>)>;
    using FacetsDone = std::function<void(Result<FacetReport>)>;
    using Values = std::map<std::string, std::vector<std::string>>; // by field of the filter language
    using ValuesDone = std::function<void(Result<Values>)>;

    virtual ~RequestSource() = default;
    // Newest first; `counted` also asks how many there are. A search that is not complete goes on a little each time.
    virtual void slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
                       SliceDone done) = 0;
    // The same in the order of a figure: places change until it is complete, and only so many are kept.
    virtual void ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit, bool counted,
                        QObject *context, SliceDone done) = 0;
    virtual void detail(const std::string &id, QObject *context, DetailDone done) = 0;
    // Counted a little each time, until the report is complete. These three need not be there.
    virtual void facets(const RequestFilter &filter, QObject *context, FacetsDone done);
    virtual void values(QObject *context, ValuesDone done);
    virtual QString databasePath() const { return {}; } // for what reads it on a thread of its own
};

// The ledger's rows, read on the feed's thread.
class LedgerRequestSource final : public RequestSource
{
public:
    explicit LedgerRequestSource(LedgerFeed &feed) : m_feed(feed) {}

    void slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
               SliceDone done) override;
    void ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit, bool counted,
                QObject *context, SliceDone done) override;
    void detail(const std::string &id, QObject *context, DetailDone done) override;
    void facets(const RequestFilter &filter, QObject *context, FacetsDone done) override;
    void values(QObject *context, ValuesDone done) override;
    QString databasePath() const override;

private:
    LedgerFeed &m_feed;
};

} // namespace signalbox
