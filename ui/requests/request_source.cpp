// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_source.h"

#include "ui/data/ledger_feed.h"

#include <QtCore/QElapsedTimer>

namespace signalbox {

namespace {
// So long at most is each step of a search, and so long at most do other questions wait for it.
constexpr int searchMs = 60;
constexpr int countMs = 40;
} // namespace

void RequestSource::facets(const RequestFilter &, QObject *, FacetsDone) {}

void RequestSource::values(QObject *, ValuesDone) {}

void LedgerRequestSource::slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
                                SliceDone done)
{
    const auto work = [filter, offset, limit, counted](LedgerReader &reader) -> Result<RequestSlice> {
        QElapsedTimer clock;
        clock.start();
        auto found = reader.search(filter, offset, limit, counted ? searchMs : 0);
        if (!found)
            return found.error();
        RequestSlice slice;
        slice.rows = std::move(found->rows);
        slice.count = counted ? found->count : 0;
        slice.complete = found->complete;
        slice.paused = found->paused;
        slice.reachedMs = found->reachedMs;
        slice.addedInFront = found->addedInFront;
        slice.search = found->search;
        if (counted && (found->complete || found->paused)) {
            const bool all = found->complete && filter == RequestFilter{};
            const auto total = all ? Result<int64_t>(found->count) : reader.rows();
            if (!total)
                return total.error();
            slice.total = *total;
        }
        slice.ms = double(clock.nsecsElapsed()) / 1e6;
        return slice;
    };
    m_feed.ask<RequestSlice>(context, work, std::move(done));
}

void LedgerRequestSource::ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit,
                                 bool counted, QObject *context, SliceDone done)
{
    const auto work = [filter, order, offset, limit, counted](LedgerReader &reader) -> Result<RequestSlice> {
        QElapsedTimer clock;
        clock.start();
        auto found = reader.ranked(filter, order, offset, limit, counted ? searchMs : 0);
        if (!found)
            return found.error();
        RequestSlice slice;
        slice.rows = std::move(found->rows);
        slice.count = found->count;
        slice.matching = found->matching;
        slice.complete = found->complete;
        slice.reachedMs = found->reachedMs;
        slice.version = found->version;
        if (counted && found->complete) {
            const auto total = reader.rows();
            if (!total)
                return total.error();
            slice.total = *total;
        }
        slice.ms = double(clock.nsecsElapsed()) / 1e6;
        return slice;
    };
    m_feed.ask<RequestSlice>(context, work, std::move(done));
}

void LedgerRequestSource::facets(const RequestFilter &filter, QObject *context, FacetsDone done)
{
    m_feed.ask<FacetReport>(
        context, [filter](LedgerReader &reader) { return reader.facets(filter, countMs); }, std::move(done));
}

void LedgerRequestSource::values(QObject *context, ValuesDone done)
{
    m_feed.ask<Values>(
        context, [](LedgerReader &reader) { return reader.filterValues(); }, std::move(done));
}

QString LedgerRequestSource::databasePath() const
{
    return m_feed.databasePath();
}

void LedgerRequestSource::detail(const std::string &id, QObject *context, DetailDone done)
{
    m_feed.ask<std::optional<RequestDetail>>(
        context, [id](LedgerReader &reader) { return reader.detail(id); }, std::move(done));
}

} // namespace signalbox
