// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <cmath>
#include <random>

namespace signalbox {

// A plausible day of traffic, the same every time: a morning rise, a provider that throttles, one that fails.
inline DashboardData sampleDashboard(int64_t toMs, int64_t spanMs, int64_t bucketMs)
{
    struct Target {
        const char *provider;
        const char *model;
        double share;
        double costPerRequest;
        double p95;
    };
    static constexpr Target targets[]{{"openai", "gpt-5", 30, 0.021, 2310},
                                      {"anthropic", "claude-sonnet-4-5", 46, 0.018, 1840},
                                      {"gemini", "gemini-2.5-flash", 14, 0.006, 740},
                                      {"gemini", "gemini-2.5-pro", 3, 0.012, 0},
                                      {"deepseek", "deepseek-chat", 8, 0.002, 1120},
                                      {"openrouter", "qwen3-coder", 6, 0.004, 3960},
                                      {"box", "qwen3:32b", 2, 0, 580}};
    std::mt19937 random(7);
    std::uniform_real_distribution<double> noise(0.8, 1.2);
    DashboardData data;
    data.toMs = (toMs / bucketMs + 1) * bucketMs;
    data.fromMs = data.toMs - spanMs;
    data.bucketMs = bucketMs;
    const int buckets = int(spanMs / bucketMs);
    const double perMinute = 46;
    for (const Target &target : targets)
        data.targets.push_back({target.provider, target.model, 0, 0, 0, target.p95, std::vector<uint8_t>(60, 1)});
    for (int b = 0; b < buckets; ++b) {
        const double at = double(b) / buckets;
        const double load = 0.55 + 0.45 * std::sin(at * 4.2 - 0.6);
        const bool burst = at > 0.66 && at < 0.76;
        for (size_t t = 0; t < std::size(targets); ++t) {
            const Target &target = targets[t];
            SpendBucket bucket;
            bucket.startMs = data.fromMs + b * bucketMs;
            bucket.provider = target.provider;
            bucket.model = target.model;
            bucket.requests =
                int64_t(perMinute * double(bucketMs) / 60'000 * load * target.share / 109 * noise(random));
            bucket.costNanoUsd = int64_t(double(bucket.requests) * target.costPerRequest * 1e9);
            bucket.outputTokens = bucket.requests * 412;
            if (t == 0 && burst)
                bucket.errors429 = bucket.requests / 6 + 1;
            if (t == 3 && at > 0.85)
                bucket.errors5xx = bucket.requests;
            if (t == 5 && b % 9 == 4)
                bucket.errorsTimeout = 1;
            data.targets[t].requests += bucket.requests;
            data.targets[t].errors += bucket.errors429 + bucket.errors5xx + bucket.errorsTimeout;
            data.targets[t].costNanoUsd += bucket.costNanoUsd;
            data.spend.push_back(bucket);
        }
        LatencyBucket latency;
        latency.startMs = data.fromMs + b * bucketMs;
        latency.count = 400;
        const double slow = burst ? 1.6 : 1;
        latency.ttftP50 = 410 * noise(random);
        latency.ttftP95 = 1920 * noise(random) * slow;
        latency.ttftP99 = 3400 * noise(random) * slow;
        data.latency.push_back(latency);
    }
    for (int cell = 38; cell < 46; ++cell)
        data.targets[0].strip[size_t(cell)] = 2;
    for (int cell = 51; cell < 60; ++cell)
        data.targets[3].strip[size_t(cell)] = 3;
    for (int cell = 54; cell < 60; ++cell)
        data.targets[5].strip[size_t(cell)] = 2;
    data.overall = {data.fromMs, 15'000, 410, 1920, 3400, 4800, 21'400, 48'000};
    data.spendTodayNanoUsd = 84'170'000'000;
    data.unpricedToday = 12;
    data.requestsToday = 12'846;
    return data;
}

} // namespace signalbox
