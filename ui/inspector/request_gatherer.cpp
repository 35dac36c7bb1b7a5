// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_gatherer.h"

#include "ui/requests/request_source.h"

#include <algorithm>
#include <utility>

namespace signalbox {

RequestGatherer::RequestGatherer(RequestSource &source, QObject *context, Done done)
    : QObject(context), m_source(source), m_done(std::move(done))
{
}

void RequestGatherer::gather(RequestSource &source, const RequestFilter &filter, QObject *context, Done done)
{
    auto *gatherer = new RequestGatherer(source, context, std::move(done));
    source.slice(filter, 0, most + 1, false, gatherer, [gatherer](const Result<RequestSlice> &slice) {
        if (!slice) {
            gatherer->m_gathered.problem = QString::fromStdString(slice.error().message);
            return gatherer->finish();
        }
        const size_t count = std::min(slice->rows.size(), size_t(most));
        gatherer->m_gathered.more = slice->rows.size() > count;
        for (size_t at = count; at > 0; --at)
            gatherer->m_ids.push_back(slice->rows[at - 1].id);
        gatherer->next();
    });
}

void RequestGatherer::next()
{
    if (m_ids.empty())
        return finish();
    if (m_bytes > mostBytes) {
        m_gathered.more = true;
        return finish();
    }
    const std::string id = std::move(m_ids.back());
    m_ids.pop_back();
    m_source.detail(id, this, [this](const Result<std::optional<RequestDetail>> &detail) {
        if (detail && *detail) { // else retention was faster
            for (const StoredBody &body : (*detail)->record.bodies)
                m_bytes += body.bytes.size();
            m_gathered.records.push_back((*detail)->record);
        }
        next();
    });
}

void RequestGatherer::finish()
{
    m_done(std::move(m_gathered));
    deleteLater();
}

} // namespace signalbox
