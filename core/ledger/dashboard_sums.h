// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/histogram.h"
#include "core/ledger/ledger_reader.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace signalbox {

// Sums up a dashboard from requests or from rows of rollups. A value of the thread that asks.
namespace dashboard {

inline constexpr size_t stripCells = 60;

// Either single values, for exact percentiles, or histograms.
class Spread
{
public:
    void add(double value) { m_values.push_back(value); }
    void merge(std::string_view histogram) { m_histogram.mergeBlob(histogram); }
    int64_t count() const { return static_cast<int64_t>(m_values.size()) + m_histogram.count(); }
    double percentile(double share); // share in 0..1

private:
    std::vector<double> m_values;
    Histogram m_histogram;
};

// One request, or one row of rollups.
struct Line {
    int64_t startMs = 0;
    std::string provider, model;
    int64_t requests = 0, limited = 0, failed = 0, timeouts = 0, other = 0;
    int64_t costNanoUsd = 0, unpriced = 0;
    int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
    std::optional<double> ttft, duration; // of a single request
    std::string_view ttfts, durations;    // histograms of many

    int64_t errors() const { return limited + failed + timeouts + other; }
    void addTtft(Spread &spread) const { ttft ? spread.add(*ttft) : spread.merge(ttfts); }
    void addDuration(Spread &spread) const { duration ? spread.add(*duration) : spread.merge(durations); }
};

struct Cell {
    int64_t requests = 0, caution = 0, stop = 0;
    Spread duration;
};

struct Target {
    TargetSummary sums;
    Spread duration;
    std::vector<Cell> cells = std::vector<Cell>(stripCells);
};

struct Latency {
    int64_t count = 0;
    Spread ttft, duration;

    void add(const Line &line);
    LatencyBucket toBucket(int64_t startMs);
};

class Dashboard
{
public:
    Dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs);

    void add(const Line &line);
    DashboardData take(); // once
    int64_t requests() const { return m_overall.count; }

private:
    void addToTarget(const Line &line);
    static TargetSummary summarise(const std::pair<std::string, std::string> &key, Target &target);

    DashboardData m_data;
    std::map<std::tuple<int64_t, std::string, std::string>, SpendBucket> m_spend;
    std::map<int64_t, Latency> m_latency;
    std::map<std::pair<std::string, std::string>, Target> m_targets;
    Latency m_overall;
};

} // namespace dashboard

} // namespace signalbox
