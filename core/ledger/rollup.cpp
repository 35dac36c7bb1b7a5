// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/rollup.h"

namespace signalbox {

void RollupBatch::add(const RequestRecord &record)
{
    constexpr int64_t minuteMs = 60'000;
    Sums &sums = m_sums[{record.startedAtMs / minuteMs * minuteMs, record.provider, record.model, record.project,
                         record.client}];
    ++sums.requests;
    switch (outcomeOf(record.status, record.error)) {
    case RequestOutcome::Clear:
        break;
    case RequestOutcome::Limited:
        ++sums.limited;
        break;
    case RequestOutcome::Failed:
        ++sums.failed;
        break;
    case RequestOutcome::Timeout:
        ++sums.timeouts;
        break;
    case RequestOutcome::Other:
        ++sums.other;
        break;
    case RequestOutcome::Cancelled:
        ++sums.cancelled;
        break;
    }
    sums.input += record.usage.input.value_or(0);
    sums.cachedInput += record.usage.cachedInput.value_or(0);
    sums.cacheWrite += record.usage.cacheWrite.value_or(0);
    sums.output += record.usage.output.value_or(0);
    sums.reasoning += record.usage.reasoning.value_or(0);
    sums.costNanoUsd += record.cost.nanoUsd.value_or(0);
    sums.unpriced += record.cost.nanoUsd ? 0 : 1;
    m_spend.add(record);
    if (record.ttftMs)
        sums.ttft.add(*record.ttftMs);
    sums.duration.add(record.durationMs);
}

Result<void> RollupBatch::write(Statement &select, Statement &upsert)
{
    for (auto &[key, sums] : m_sums) {
        const auto &[minute, provider, model, project, client] = key;
        select.bindAll(minute, provider, model, project, client);
        const auto there = select.step();
        if (!there)
            return there.error();
        if (*there) {
            sums.ttft.merge(Histogram::fromBlob(select.text(0)));
            sums.duration.merge(Histogram::fromBlob(select.text(1)));
        }
        select.reset();
        upsert.bindAll(minute, provider, model, project, client, sums.requests, sums.limited, sums.failed,
                       sums.timeouts, sums.other, sums.cancelled, sums.input, sums.cachedInput, sums.cacheWrite,
                       sums.output, sums.reasoning, sums.costNanoUsd, sums.unpriced);
        upsert.bindBlob(19, sums.ttft.toBlob());
        upsert.bindBlob(20, sums.duration.toBlob());
        if (const auto done = upsert.run(); !done)
            return done;
    }
    return {};
}

} // namespace signalbox
