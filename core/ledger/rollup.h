// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/histogram.h"
#include "core/ledger/records.h"
#include "core/ledger/spend_rollup.h"
#include "core/ledger/sqlite.h"

#include <map>
#include <tuple>

namespace signalbox {

// Sums of one batch by minute, provider, model, project and client, added to rollup_minute in the batch's transaction.
class RollupBatch
{
public:
    static constexpr const char *selectSql =
        "SELECT ttft, duration FROM rollup_minute WHERE minute = ? AND provider = ? AND model = ? AND project = ? AND "
        "client = ?";
    static constexpr const char *upsertSql =
        "INSERT INTO rollup_minute VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
        "requests = requests + excluded.requests, limited = limited + excluded.limited, "
        "failed = failed + excluded.failed, timeouts = timeouts + excluded.timeouts, other = other + excluded.other, "
        "cancelled = cancelled + excluded.cancelled, input_tokens = input_tokens + excluded.input_tokens, "
        "cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens, "
        "cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens, "
        "output_tokens = output_tokens + excluded.output_tokens, "
        "reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens, "
        "cost_nanousd = cost_nanousd + excluded.cost_nanousd, unpriced = unpriced + excluded.unpriced, "
        "ttft = excluded.ttft, duration = excluded.duration";

    void add(const RequestRecord &record);
    Result<void> write(Statement &select, Statement &upsert);
    const SpendBatch &spend() const { return m_spend; }

private:
    using Key = std::tuple<int64_t, std::string, std::string, std::string, std::string>;
    struct Sums {
        int64_t requests = 0, limited = 0, failed = 0, timeouts = 0, other = 0, cancelled = 0;
        int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
        int64_t costNanoUsd = 0, unpriced = 0;
        Histogram ttft, duration;
    };
    std::map<Key, Sums> m_sums;
    SpendBatch m_spend;
};

} // namespace signalbox
