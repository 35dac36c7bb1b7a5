// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/host_calls.h"

#include "core/gateway/console_line.h"

namespace signalbox {

HostCalls::HostCalls(ConsoleLine &line, QObject *parent) : ConsoleCalls(parent), m_line(line)
{
    connect(&line, &ConsoleLine::head, this, &ConsoleCalls::head);
    connect(&line, &ConsoleLine::pieces, this, &ConsoleCalls::pieces);
    connect(&line, &ConsoleLine::finished, this, &ConsoleCalls::finished);
}

quint64 HostCalls::ask(const ConsoleRequest &request)
{
    return m_line.ask(request);
}

void HostCalls::cancel(quint64 call)
{
    m_line.cancel(call);
}

void HostCalls::explain(const ConsoleRequest &request, QObject *context, Plan done)
{
    m_line.explain(request, context, std::move(done));
}

} // namespace signalbox
