// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/recorder.h"

#include "core/catalogue/price_json.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/running_config.h"
#include "core/gateway/statistics.h"
#include "core/ledger/ledger.h"

#include <algorithm>
#include <charconv>

namespace signalbox {

Recorder::Recorder(Ledger &ledger, LogSink &log, Statistics &statistics)
    : m_ledger(ledger), m_log(log), m_statistics(statistics)
{
}

// The same facts cost a pointer's comparison; after a change of config or catalogue they are other ones.
void Recorder::notePrices(const RequestRecord &record, const RunningConfig &config)
{
    constexpr size_t mostNoted = 4'096;
    for (const AttemptRecord &attempt : record.attempts) {
        if (attempt.cost.priceId.empty())
            continue;
        const ModelFactsPtr facts = config.models().find(attempt.provider, attempt.model);
        if (!facts || !facts->price || facts->price->id != attempt.cost.priceId) // the provider named the money itself
            continue;
        ModelFactsPtr &noted = m_noted[attempt.cost.priceId];
        if (noted == facts)
            continue;
        if (!noted || *noted->price != *facts->price)
            m_ledger.notePrice(
                {attempt.cost.priceId, priceToJson(*facts->price), std::min(config.madeAtMs(), record.startedAtMs)});
        noted = facts;
        if (m_noted.size() > mostNoted)
            m_noted.clear();
    }
}

void Recorder::record(const RequestRecord &record, const RunningConfig &config)
{
    notePrices(record, config);
    m_statistics.finished(record);
    writeLogLine(record, record.startedAtMs + static_cast<int64_t>(record.durationMs), m_line);
    m_line.appendTo(m_lines);
    m_ledger.book(record, config.redactor());
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
