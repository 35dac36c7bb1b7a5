// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

class LedgerFeed;

struct RequestSlice {
    int64_t count = 0; // rows that match, in the whole ledger
    int64_t total = 0; // rows in the ledger; only when asked for
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

    virtual ~RequestSource() = default;
    // Newest first; `counted` also asks how many there are.
    virtual void slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
                       SliceDone done) = 0;
    virtual void detail(const std::string &id, QObject *context, DetailDone done) = 0;
};

// The ledger's rows, read on the feed's thread.
class LedgerRequestSource final : public RequestSource
{
public:
    explicit LedgerRequestSource(LedgerFeed &feed) : m_feed(feed) {}

    void slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
               SliceDone done) override;
    void detail(const std::string &id, QObject *context, DetailDone done) override;

private:
    LedgerFeed &m_feed;
};

} // namespace signalbox
