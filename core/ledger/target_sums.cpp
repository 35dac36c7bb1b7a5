// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/target_sums.h"

#include "core/ledger/varint.h"

#include <array>
#include <cmath>

namespace signalbox {

namespace {

template<class Sums>
auto numbersOf(Sums &s)
{
    return std::array{&s.requests,    &s.limited,    &s.failed, &s.timeouts,  &s.other,       &s.cancelled, &s.input,
                      &s.cachedInput, &s.cacheWrite, &s.output, &s.reasoning, &s.costNanoUsd, &s.unpriced};
}

template<class Sums>
void mergeSpreads(Sums &into, const Sums &from)
{
    into.ttft.merge(from.ttft);
    into.ttft.mergeBlob(from.takenTtft);
    into.duration.merge(from.duration);
    into.duration.mergeBlob(from.takenDuration);
}

} // namespace

void TargetSums::count(const RequestRecord &record)
{
    ++requests;
    switch (outcomeOf(record.status, record.error)) {
    case RequestOutcome::Clear:
        break;
    case RequestOutcome::Limited:
        ++limited;
        break;
    case RequestOutcome::Failed:
        ++failed;
        break;
    case RequestOutcome::Timeout:
        ++timeouts;
        break;
    case RequestOutcome::Other:
        ++other;
        break;
    case RequestOutcome::Cancelled:
        ++cancelled;
        break;
    }
    input += record.usage.input.value_or(0);
    cachedInput += record.usage.cachedInput.value_or(0);
    cacheWrite += record.usage.cacheWrite.value_or(0);
    output += record.usage.output.value_or(0);
    reasoning += record.usage.reasoning.value_or(0);
    costNanoUsd += record.cost.nanoUsd.value_or(0);
    unpriced += record.cost.nanoUsd ? 0 : 1;
    if (record.ttftMs)
        ttft.add(*record.ttftMs);
    duration.add(record.durationMs);
}

void TargetSums::add(const TargetSums &from)
{
    const auto theirs = numbersOf(from);
    const auto ours = numbersOf(*this);
    for (size_t i = 0; i < ours.size(); ++i)
        *ours[i] += *theirs[i];
    mergeSpreads(*this, from);
}

void TargetSums::put(std::string &out) const
{
    for (const int64_t *number : numbersOf(*this))
        putNumber(out, static_cast<uint64_t>(*number));
    putBytes(out, ttft.toBlob());
    putBytes(out, duration.toBlob());
}

bool TargetSums::take(std::string_view &in)
{
    for (int64_t *number : numbersOf(*this)) {
        if (!takeNumber(in, *number))
            return false;
    }
    return takeBytes(in, takenTtft) && takeBytes(in, takenDuration);
}

bool countsForSpeed(const RequestRecord &record)
{
    return record.status < 400 && record.error.empty() && !record.provider.empty();
}

int sizeClassOf(int64_t inputTokens)
{
    return inputTokens < 1'000 ? 0 : inputTokens < 10'000 ? 1 : inputTokens < 100'000 ? 2 : 3;
}

void SpeedSums::count(const RequestRecord &record)
{
    duration.add(record.durationMs);
    if (!record.stream || !record.ttftMs)
        return;
    ttft.add(*record.ttftMs);
    if (record.usage.output && record.durationMs > *record.ttftMs) {
        streamedTokens += *record.usage.output;
        streamedUs += std::llround((record.durationMs - *record.ttftMs) * 1'000);
    }
}

void SpeedSums::add(const SpeedSums &from)
{
    streamedTokens += from.streamedTokens;
    streamedUs += from.streamedUs;
    mergeSpreads(*this, from);
}

void SpeedSums::put(std::string &out) const
{
    putNumber(out, static_cast<uint64_t>(streamedTokens));
    putNumber(out, static_cast<uint64_t>(streamedUs));
    putBytes(out, ttft.toBlob());
    putBytes(out, duration.toBlob());
}

bool SpeedSums::take(std::string_view &in)
{
    return takeNumber(in, streamedTokens) && takeNumber(in, streamedUs) && takeBytes(in, takenTtft) &&
           takeBytes(in, takenDuration);
}

} // namespace signalbox
