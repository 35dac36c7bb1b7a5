// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/spend_query.h"

namespace signalbox {

// The part of querySpend() for sessions, of which there may be a hundred thousand in a month: first which are shown
// (rankSessions), then only what these came to in each bucket; the rest comes from sums of all. `keys` is up to date,
// `starts` the buckets'.
Result<std::vector<SpendGroup>> querySessions(Database &database, const SpendKeys &keys, const SpendRequest &request,
                                              const std::vector<int64_t> &starts);

} // namespace signalbox
