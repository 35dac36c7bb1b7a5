// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/spend_range.h"

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

struct SessionRankRequest {
    int64_t fromMs = 0;
    int64_t toMs = 0;
    std::optional<std::string> project;
    size_t top = 50;
};

// The dearest sessions of a range, then by tokens, as PackedText's keys; what was put together when it was written is
// not among them. A month is read whole, with 16 bytes for each session. Of a longer range only those are read whose
// whole life (SessionLife) came to enough: more, until no other can be dearer.
Result<std::vector<std::string>> rankSessions(Database &database, const SpendKeys &keys,
                                              const SessionRankRequest &request);

// The requests of [fromMs, toMs) that named a session: use(PackedText's key, project, sums).
Result<void> forEachOfSessions(
    Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
    const std::function<void(const std::string &session, const std::string &project, const SpendSums &sums)> &use);

} // namespace signalbox
