// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/recorder.h"

#include "core/base/json_line.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/statistics.h"
#include "core/ledger/ledger.h"

namespace signalbox {

Recorder::Recorder(Ledger &ledger, LogSink &log, Statistics &statistics)
    : m_ledger(ledger), m_log(log), m_statistics(statistics)
{
}

void Recorder::record(const RequestRecord &record)
{
    m_statistics.finished(record);
    m_lines += logLine(record, record.startedAtMs + static_cast<int64_t>(record.durationMs));
    m_ledger.book(record);
}

void Recorder::flush()
{
    m_ledger.flush();
    if (m_lines.empty())
        return;
    m_log.write(m_lines);
    m_lines.clear();
}

std::string formatNanoUsd(int64_t nanoUsd)
{
    const bool negative = nanoUsd < 0;
    const auto value = static_cast<uint64_t>(negative ? -nanoUsd : nanoUsd);
    std::string fraction = std::to_string(value % 1'000'000'000);
    fraction.insert(0, 9 - fraction.size(), '0');
    return (negative ? "-" : "") + std::to_string(value / 1'000'000'000) + "." + fraction;
}

std::string logLine(const RequestRecord &record, int64_t nowMs)
{
    JsonLine line;
    line.text("time", isoTime(nowMs))
        .text("level", record.status >= 500   ? "error"
                       : record.status >= 400 ? "warn"
                                              : "info")
        .text("request_id", record.id)
        .text("trace_id", record.traceId)
        .text("project", record.project)
        .text("client", record.client)
        .text("dialect", record.dialect)
        .text("route", record.route)
        .text("provider", record.provider)
        .text("model", record.model)
        .number("attempts", static_cast<int64_t>(record.attempts.size()))
        .number("retries", record.attempts.empty() ? int64_t{0} : static_cast<int64_t>(record.attempts.size()) - 1)
        .text("cache", record.cache)
        .number("status", int64_t{record.status})
        .decimal("ttft_ms", record.ttftMs, 1)
        .decimal("duration_ms", record.durationMs, 1)
        .number("overhead_us", record.overheadUs)
        .number("input_tokens", record.usage.input)
        .number("cached_input_tokens", record.usage.cachedInput)
        .number("cache_write_tokens", record.usage.cacheWrite)
        .number("output_tokens", record.usage.output)
        .number("reasoning_tokens", record.usage.reasoning)
        .text("cost_usd", record.cost.nanoUsd ? formatNanoUsd(*record.cost.nanoUsd) : std::string())
        .text("cost_state", costStateName(record.cost.state))
        .text("error", record.error);
    return line.take();
}

} // namespace signalbox
