// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_source.h"

#include "ui/data/ledger_feed.h"

#include <QtCore/QElapsedTimer>

namespace signalbox {

void LedgerRequestSource::slice(const RequestFilter &filter, int64_t offset, int limit, bool counted, QObject *context,
                                SliceDone done)
{
    const auto work = [filter, offset, limit, counted](LedgerReader &reader) -> Result<RequestSlice> {
        QElapsedTimer clock;
        clock.start();
        RequestSlice slice;
        auto rows = reader.window(filter, offset, limit);
        if (!rows)
            return rows.error();
        slice.rows = std::move(*rows);
        if (counted) {
            const auto count = reader.count(filter);
            if (!count)
                return count.error();
            slice.count = *count;
            const auto total = filter == RequestFilter{} ? count : reader.count({});
            if (!total)
                return total.error();
            slice.total = *total;
        }
        slice.ms = double(clock.nsecsElapsed()) / 1e6;
        return slice;
    };
    m_feed.ask<RequestSlice>(context, work, std::move(done));
}

void LedgerRequestSource::detail(const std::string &id, QObject *context, DetailDone done)
{
    m_feed.ask<std::optional<RequestDetail>>(
        context, [id](LedgerReader &reader) { return reader.detail(id); }, std::move(done));
}

} // namespace signalbox
