// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/histogram.h"
#include "core/ledger/records.h"

#include <string>
#include <string_view>

namespace signalbox {

// What the dashboard says of a target (provider and model) in a minute or an hour. Histograms stay bytes until they
// are merged; a value that was taken borrows them from what it was taken from.
struct TargetSums {
    int64_t requests = 0, limited = 0, failed = 0, timeouts = 0, other = 0, cancelled = 0;
    int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
    int64_t costNanoUsd = 0, unpriced = 0;
    Histogram ttft, duration;
    std::string_view takenTtft, takenDuration;

    void count(const RequestRecord &record);
    void add(const TargetSums &other);
    void put(std::string &out) const;
    bool take(std::string_view &in);
};

// How fast clear answers were for a route and size class at a target, in a quarter of an hour.
struct SpeedSums {
    int64_t streamedTokens = 0, streamedUs = 0;
    Histogram ttft, duration;
    std::string_view takenTtft, takenDuration;

    void count(const RequestRecord &record);
    void add(const SpeedSums &other);
    void put(std::string &out) const;
    bool take(std::string_view &in);
};
bool countsForSpeed(const RequestRecord &record);
int sizeClassOf(int64_t inputTokens);

} // namespace signalbox
