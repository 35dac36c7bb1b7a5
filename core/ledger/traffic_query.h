// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/token_usage.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

class Database;

// What a request asked for and how much came of it, for those who play traffic again.
struct TrafficRow {
    struct Place { // in the order of time
        int64_t startedAtMs = INT64_MIN;
        int64_t rowid = 0;
    };
    Place place;
    std::string model; // as asked
    std::string project;
    std::string client;
    std::string user;
    std::string session;
    std::string tag;
    TokenUsage usage;
};

Result<std::vector<TrafficRow>> trafficAfter(Database &database, const TrafficRow::Place &after, int limit);

} // namespace signalbox
