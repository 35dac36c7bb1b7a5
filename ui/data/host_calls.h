// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/console_calls.h"

namespace signalbox {

class ConsoleLine;

// ConsoleCalls over the gateway of this process, which outlives it.
class HostCalls final : public ConsoleCalls
{
public:
    explicit HostCalls(ConsoleLine &line, QObject *parent = nullptr);

    quint64 ask(const ConsoleRequest &request) override;
    void cancel(quint64 call) override;
    void explain(const ConsoleRequest &request, QObject *context, Plan done) override;

private:
    ConsoleLine &m_line;
};

} // namespace signalbox
