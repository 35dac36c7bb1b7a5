// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/spend_range.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

class TargetKeys;

// Questions about spend, answered from rollups over a reader's connection; never on the gateway or the GUI thread.
// Rollups are written with their rows, so an answer is never older than one batch (250 ms).

enum class SpendDimension { Nothing, Project, Client, User, Provider, Model, Credential, Route, Tag, Target, Session };
const char *spendByName(SpendDimension by);

struct SpendFilter { // exact values; absent: any
    std::optional<std::string> project, client, user, provider, model, credential, route, tag;
    bool holds(const SpendKey &key) const;
};

struct SpendRequest {
    int64_t fromMs = 0;
    int64_t toMs = 0;
    // Where further buckets begin, ascending inside the range (so that days may have 23 hours); the first begins with
    // the range. Buckets that do not begin on a quarter of an hour of UTC (for sessions: on an hour in which one that
    // is shown was used) read its requests, and are slower.
    std::vector<int64_t> bucketStarts;
    SpendDimension by = SpendDimension::Nothing; // Target: provider/model; Session: only `project` filters
    SpendFilter filter;
    size_t top = 50;                  // the dearest; the rest is put together as "(others)"
    std::optional<size_t> rankBucket; // the dearest of this bucket alone
};

struct SpendGroup {
    std::string name;
    SpendSums total;
    std::vector<SpendSums> buckets;
};

struct SpendReport {
    SpendSums total;
    std::vector<int64_t> bucketStarts; // the first is fromMs
    std::vector<SpendGroup> groups;    // the dearest first, then by tokens
};

// Errors: range_invalid, filter_unsupported, and SQLite's.
Result<SpendReport> querySpend(Database &database, SpendKeys &keys, const SpendRequest &request);

// What cost most, and what it cost in the period of the same length before.
struct CostDriver {
    std::string name;
    SpendSums now, before;
    int64_t changeNanoUsd = 0;
    std::optional<double> changeShare; // absent: it cost nothing before
};
Result<std::vector<CostDriver>> queryCostDrivers(Database &database, SpendKeys &keys, int64_t fromMs, int64_t toMs,
                                                 SpendDimension by, size_t top);

// What cached tokens would have cost more without the cache, less what writing them cost on top. `price` tells what a
// usage costs at a target today; absent: its price is not known, and its tokens are counted apart.
using PriceOf = std::function<std::optional<int64_t>(const std::string &provider, const std::string &model,
                                                     const TokenUsage &usage)>;
struct CacheSavings {
    int64_t cachedTokens = 0;
    int64_t inputTokens = 0; // all classes of input
    int64_t savedNanoUsd = 0;
    int64_t unpricedTokens = 0; // cached ones of unknown worth
};
Result<CacheSavings> queryCacheSavings(Database &database, SpendKeys &keys, int64_t fromMs, int64_t toMs,
                                       const SpendFilter &filter, const PriceOf &price);

// Who is fastest now, for each route and size of input: whole quarters of an hour from their histograms (percentiles
// within 2 %), the edges from the requests.
struct SpeedRow {
    std::string route;
    int sizeClass = 0; // input tokens: 0 under 1,000; 1 under 10,000; 2 under 100,000; 3 above
    std::string provider, model;
    int64_t requests = 0;
    double ttftP50 = 0, ttftP95 = 0;  // ms; of streams
    double durationP50 = 0;           // ms
    double outputTokensPerSecond = 0; // after the first token; 0: not known
    bool fastest = false;             // in its route and size: of those with 5 requests or more
};
Result<std::vector<SpeedRow>> querySpeed(Database &database, TargetKeys &keys, int64_t fromMs, int64_t toMs);

} // namespace signalbox
