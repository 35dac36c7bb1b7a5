// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/weight_store.h"
#include "core/routing/weight_history.h"

namespace signalbox {

class Ledger;

// The history of weights that outlives the program: begins with what the ledger knows, and hands over what changes, at
// most once a minute; the ledger's thread writes it. Belongs to one thread.
class WeightKeeper
{
public:
    explicit WeightKeeper(Ledger &ledger);
    ~WeightKeeper(); // the lines end here

    void look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows);
    const WeightHistory &history() const { return m_history; }
    // A past that somebody made up, in the order of its moments, up to `seenMs`; kept as if it had been so.
    void recall(const std::vector<WeightPoint> &past, int64_t seenMs);

private:
    void restore(const std::vector<WeightPoint> &past, int64_t seenMs);
    void handOver();

    Ledger &m_ledger;
    WeightHistory m_history;
    int64_t m_lastMs = 0;
};

} // namespace signalbox
