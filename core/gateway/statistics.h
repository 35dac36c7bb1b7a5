// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "core/ledger/records.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace signalbox {

class Clock;

// Running figures in fixed memory: rings for the console, counters for Prometheus. Lives on the gateway thread.
class Statistics
{
public:
    explicit Statistics(const Clock &clock);

    void finished(const RequestRecord &record);
    void fill(GatewaySnapshot &snapshot) const;
    int64_t requestsTotal() const { return m_requests; }
    int64_t requestsOf(const std::string &provider) const; // finished since the start
    // Prometheus text format 0.0.4. `inFlight` and `connections` are gauges of the moment.
    std::string metrics(int inFlight, int connections, const LedgerHealth &ledger) const;

private:
    struct Second {
        int64_t second = -1;
        int64_t requests = 0, errors = 0, outputTokens = 0;
    };
    struct ShareSlice {
        int64_t slice = -1;
        int64_t requests = 0, errors = 0;
    };
    using Target = std::pair<std::string, std::string>; // provider, model
    static constexpr size_t buckets = 14;
    struct Counters {
        std::map<int, int64_t> byStatus;
        int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
        int64_t costNanoUsd = 0, unpriced = 0;
        std::array<int64_t, buckets + 1> duration{};
        std::array<int64_t, buckets + 1> ttft{};
        double durationSum = 0, ttftSum = 0;
        std::array<ShareSlice, 30> shares; // 10 s each
    };
    static void observe(std::array<int64_t, buckets + 1> &histogram, double seconds);
    static void appendHistogram(std::string &out, const char *name, const std::string &labels,
                                const std::array<int64_t, buckets + 1> &histogram, double sum);
    Target keyFor(const RequestRecord &record) const;

    const Clock &m_clock;
    std::array<Second, 300> m_seconds;
    std::array<int64_t, 512> m_overheadUs{};
    size_t m_overheadCount = 0;
    std::map<Target, Counters> m_targets; // at most maxTargets, then "other"
    int64_t m_requests = 0, m_errors = 0, m_costNanoUsd = 0;
};

} // namespace signalbox
