// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

namespace signalbox {

struct RetentionLimits {
    int keepDays = 30;
    int maxMiB = 2048;
};

struct RetentionStep {
    int64_t deleted = 0; // requests
    bool more = false;   // call again soon
    int64_t fileBytes = 0;
    Result<void> tidied; // rollups and free pages; the requests are gone whatever it says
};

// Removes what is too old or too much, oldest first, a few hundred rows at a time, so that batches never wait long.
// Rollups are small: those by minute, hour and session stay for at least 400 days, those by day for ever.
Result<RetentionStep> retentionStep(Database &database, const RetentionLimits &limits, int64_t nowMs);

} // namespace signalbox
