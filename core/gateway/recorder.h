// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json_line.h"
#include "core/catalogue/model_facts.h"
#include "core/ledger/records.h"

#include <functional>
#include <string>
#include <unordered_map>

namespace signalbox {

class Ledger;
class LogSink;
class RunningConfig;
class Statistics;

// Books a finished exchange: journal and ledger (with the prices that it used), log line, figures. Rows and lines wait
// for flush(), which everything that finishes in one turn of the event loop shares; it comes before the end of any of
// their replies leaves. Lives on the gateway thread.
class Recorder
{
public:
    Recorder(Ledger &ledger, LogSink &log, Statistics &statistics);
    void record(const RequestRecord &record, const RunningConfig &config);
    // Told of requests with more than one attempt.
    void setOnSeveralAttempts(std::function<void(const RequestRecord &)> told) { m_onSeveral = std::move(told); }
    void flush();

private:
    void notePrices(const RequestRecord &record, const RunningConfig &config);

    Ledger &m_ledger;
    LogSink &m_log;
    Statistics &m_statistics;
    JsonLine m_line;
    std::string m_lines;
    std::function<void(const RequestRecord &)> m_onSeveral;
    std::unordered_map<std::string, ModelFactsPtr> m_noted; // by price; those that the ledger was told of last
};

// The fields of one line (DESIGN section 5, Log). Never a body, never a secret.
void writeLogLine(const RequestRecord &record, int64_t nowMs, JsonLine &line);

// Decimal USD without an exponent: 1234567 → "0.001234567".
std::string formatNanoUsd(int64_t nanoUsd);

} // namespace signalbox
