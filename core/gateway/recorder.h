// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <string>

namespace signalbox {

class Ledger;
class LogSink;
class Statistics;

// Books a finished exchange: journal and ledger, log line, figures. Lives on the gateway thread.
class Recorder
{
public:
    Recorder(Ledger &ledger, LogSink &log, Statistics &statistics);
    void record(RequestRecord &&record);

private:
    Ledger &m_ledger;
    LogSink &m_log;
    Statistics &m_statistics;
};

// One JSON line with its line end (DESIGN section 5, Log). Never a body, never a secret.
std::string logLine(const RequestRecord &record, int64_t nowMs);

// Decimal USD without an exponent: 1234567 → "0.001234567".
std::string formatNanoUsd(int64_t nanoUsd);

} // namespace signalbox
