// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

#include <cstdint>
#include <string>

namespace signalbox {

// Requests that a person wants gone, with their bodies, attempts, losses and plans. Sums of spend stay: budgets and
// reports are made of them, and they hold no word of what was asked.
struct HistoryChoice {
    int64_t fromMs = 0;
    int64_t toMs = INT64_MAX; // not part of it
    std::string project;      // empty: of all

    bool operator==(const HistoryChoice &) const = default;
};

struct HistoryDeleted {
    int64_t requests = 0;
    int64_t freedBytes = 0; // given back to the file system

    bool operator==(const HistoryDeleted &) const = default;
};

// How many there are. For a reader's connection.
Result<int64_t> countHistory(Database &database, const HistoryChoice &choice);

// Deletes at most `atMost` requests, the oldest first. How many went; 0: there are no more.
Result<int64_t> deleteRequests(Database &database, const HistoryChoice &choice, int64_t atMost);

// How often requests were deleted from the middle, which readers that remember places must know.
int64_t historyCuts(Database &database);
Result<void> noteHistoryCut(Database &database);

// Gives free pages back, at most so many; bytes that the file is smaller by.
Result<int64_t> giveBackPages(Database &database, int64_t atMost);

} // namespace signalbox
