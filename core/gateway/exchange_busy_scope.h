// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/gateway/exchange.h"

namespace signalbox {

// Adds the time spent in one callback to the exchange's overhead; callbacks may nest.
class Exchange::BusyScope
{
public:
    explicit BusyScope(Exchange &exchange) : m_exchange(exchange)
    {
        if (m_exchange.m_busyDepth++ == 0)
            m_beginNs = m_exchange.m_services.clock.monotonicNs();
    }
    ~BusyScope()
    {
        if (--m_exchange.m_busyDepth == 0)
            m_exchange.m_busyNs += m_exchange.m_services.clock.monotonicNs() - m_beginNs;
    }
    Q_DISABLE_COPY_MOVE(BusyScope)

private:
    Exchange &m_exchange;
    int64_t m_beginNs = 0;
};

} // namespace signalbox
