// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/recorder.h"

#include "core/gateway/log_sink.h"
#include "core/gateway/statistics.h"
#include "core/ledger/ledger.h"

#include <charconv>

namespace signalbox {

Recorder::Recorder(Ledger &ledger, LogSink &log, Statistics &statistics)
    : m_ledger(ledger), m_log(log), m_statistics(statistics)
{
}

void Recorder::record(const RequestRecord &record)
{
    m_statistics.finished(record);
    writeLogLine(record, record.startedAtMs + static_cast<int64_t>(record.durationMs), m_line);
    m_line.appendTo(m_lines);
    m_ledger.book(record);
    if (record.attempts.size() > 1 && m_onSeveral)
        m_onSeveral(record);
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
    constexpr uint64_t whole = 1'000'000'000;
    const bool negative = nanoUsd < 0;
    const uint64_t value = negative ? -static_cast<uint64_t>(nanoUsd) : static_cast<uint64_t>(nanoUsd);
    char text[32] = "-";
    char *at = std::to_chars(text + negative, text + sizeof text, value / whole).ptr;
    *at = '.';
    uint64_t fraction = value % whole;
    for (char *digit = at + 9; digit > at; --digit, fraction /= 10)
        *digit = static_cast<char>('0' + fraction % 10);
    return {text, at + 10};
}

void writeLogLine(const RequestRecord &record, int64_t nowMs, JsonLine &line)
{
    line.plain("time", isoTime(nowMs))
        .plain("level", record.status >= 500   ? "error"
                        : record.status >= 400 ? "warn"
                                               : "info")
        .plain("request_id", record.id)
        .plain("trace_id", record.traceId)
        .text("project", record.project)
        .text("client", record.client)
        .plain("dialect", record.dialect)
        .text("route", record.route)
        .text("provider", record.provider)
        .text("model", record.model)
        .number("attempts", static_cast<int64_t>(record.attempts.size()))
        .number("retries", record.attempts.empty() ? int64_t{0} : static_cast<int64_t>(record.attempts.size()) - 1)
        .plain("cache", record.cache)
        .number("status", int64_t{record.status})
        .decimal("ttft_ms", record.ttftMs, 1)
        .decimal("duration_ms", record.durationMs, 1)
        .number("overhead_us", record.overheadUs)
        .number("input_tokens", record.usage.input)
        .number("cached_input_tokens", record.usage.cachedInput)
        .number("cache_write_tokens", record.usage.cacheWrite)
        .number("output_tokens", record.usage.output)
        .number("reasoning_tokens", record.usage.reasoning)
        .plain("cost_usd", record.cost.nanoUsd ? formatNanoUsd(*record.cost.nanoUsd) : std::string())
        .plain("cost_state", costStateName(record.cost.state))
        .text("error", record.error);
}

} // namespace signalbox
