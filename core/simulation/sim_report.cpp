// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_report.h"

#include <cstdarg>
#include <cstdio>

namespace signalbox {

namespace {

[[gnu::format(printf, 2, 3)]] void append(std::string &text, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length > 0)
        text.append(line, std::min(size_t(length), sizeof line - 1));
}

void appendLatency(std::string &text, const char *name, const LatencySummary &latency)
{
    append(text, "%s p50 %.0f p95 %.0f p99 %.0f max %.0f ms\n", name, latency.percentileMs(0.5),
           latency.percentileMs(0.95), latency.percentileMs(0.99), latency.maxMs());
}

} // namespace

double SimSlice::share(size_t target) const
{
    return served > 0 && target < servedBy.size() ? double(servedBy[target]) / double(served) : 0;
}

size_t SimReport::indexOf(std::string_view provider) const
{
    size_t index = 0;
    while (index < targets.size() && targets[index].provider != provider)
        ++index;
    return index;
}

double SimReport::share(std::string_view provider, int64_t fromMs, int64_t toMs) const
{
    int64_t all = 0;
    int64_t own = 0;
    for (const SimSlice &slice : slices) {
        if (slice.fromMs < fromMs || slice.fromMs >= toMs)
            continue;
        all += slice.served;
        for (size_t i = 0; i < slice.servedBy.size(); ++i)
            own += targets[i].provider == provider ? slice.servedBy[i] : 0;
    }
    return all > 0 ? double(own) / double(all) : 0;
}

int64_t SimReport::failedBetween(int64_t fromMs, int64_t toMs) const
{
    int64_t count = 0;
    for (const SimSlice &slice : slices)
        count += slice.fromMs >= fromMs && slice.fromMs < toMs ? slice.failed : 0;
    return count;
}

std::string SimReport::text() const
{
    std::string text;
    append(text,
           "%lld requests in %.1f s: %lld served, %lld failed; %lld attempts (%.3f each), %lld failovers, %lld waits\n",
           static_cast<long long>(requests), double(endMs) / 1'000, static_cast<long long>(served),
           static_cast<long long>(failed), static_cast<long long>(attempts), amplification(),
           static_cast<long long>(failovers), static_cast<long long>(waits));
    appendLatency(text, "first token", ttft);
    appendLatency(text, "duration", duration);
    append(text,
           "cost %.4f USD, of it wasted %.2f %%; %lld hedges, %lld won; %d switches; warm %.1f %% of %lld follow-ups\n",
           double(nanoUsd) / 1e9, 100 * wasted(), static_cast<long long>(hedges), static_cast<long long>(hedgesWon),
           switches, 100 * warmShare(), static_cast<long long>(followUps));
    for (const SimTargetShare &target : targets)
        append(text, "  %s/%s: served %lld (%.2f %%), %lld attempts, %lld failed, %.4f USD\n", target.provider.c_str(),
               target.model.c_str(), static_cast<long long>(target.served),
               served > 0 ? 100 * double(target.served) / double(served) : 0, static_cast<long long>(target.attempts),
               static_cast<long long>(target.failures), double(target.nanoUsd) / 1e9);
    for (const auto &[reason, count] : errors)
        append(text, "  error %s: %lld\n", reason.c_str(), static_cast<long long>(count));
    return text;
}

} // namespace signalbox
