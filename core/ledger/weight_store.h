// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

#include <span>
#include <string>
#include <vector>

namespace signalbox {

// A share of a weighted node from a minute on, or the mean of hours from one on, until the line's next point.
struct WeightPoint {
    int64_t atMs = 0;
    bool hourly = false;
    std::string node; // JSON pointer into the config
    std::string label;
    int configured = 0; // of 10,000
    int effective = 0;
    bool gone = false; // the line ends

    bool operator==(const WeightPoint &) const = default;
};

struct WeightPast {
    std::vector<WeightPoint> points; // by their moments
    int64_t seenMs = 0;              // the last moment that the file knows of; 0: none
};

// Shares of weighted nodes in the ledger. Only what changes is written: at most 64 lines a minute for a day and one
// point a line and hour for 90 days, at most 20 bytes each, so 1.8 MiB and 2.6 MiB at the worst.
const char *weightTablesSql();
Result<void> writeWeights(Database &database, std::span<const WeightPoint> points);
Result<WeightPast> loadWeights(Database &database);
// Minutes after a day, hours after 90; of each line the last point before stays, since it still holds.
Result<void> dropWeights(Database &database, int64_t nowMs);

} // namespace signalbox
