// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/target_rollup.h"

namespace signalbox {

class Database;

// Ranges up to 3 h with few requests read these themselves (exact percentiles, any bucket); those with many, longer
// ones and those whose requests are no longer kept read the rollups (percentiles within 2 %) of hours, minutes or
// moments, whichever make up whole buckets. Many requests in buckets of odd lengths, or of seconds some hours ago, take
// long.
Result<DashboardData> queryDashboard(Database &database, TargetKeys &keys, int64_t fromMs, int64_t toMs,
                                     int64_t bucketMs, int64_t todayMs);
Result<std::map<std::string, LedgerReader::ProviderToday>> queryProviders(Database &database, TargetKeys &keys,
                                                                          int64_t todayMs, int64_t nowMs);

} // namespace signalbox
