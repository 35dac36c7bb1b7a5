// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_config.h"
#include "core/ledger/records.h"

#include <vector>

namespace signalbox {

// Made-up past requests of the demo's clients over `hours` up to now, oldest first, priced with the setup's prices: the
// console has something to show at once. Record them before the gateway starts (Ledger::record has one caller thread).
// Pure but for the ids; the same seed and time give the same rows.
std::vector<RequestRecord> makeDemoHistory(const DemoSetup &setup, int64_t nowMs, uint32_t seed, int rows = 3000,
                                           double hours = 6);
// What the rows' references of prices stand for.
std::vector<PriceNote> demoPriceNotes(const DemoSetup &setup, const std::vector<RequestRecord> &rows);

} // namespace signalbox
