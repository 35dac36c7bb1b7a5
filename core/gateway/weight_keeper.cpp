// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/weight_keeper.h"

#include "core/base/clock.h"
#include "core/ledger/ledger.h"

#include <utility>

namespace signalbox {

WeightKeeper::WeightKeeper(Ledger &ledger) : m_ledger(ledger)
{
    const WeightPast past = ledger.takeWeights();
    restore(past.points, past.seenMs);
}

WeightKeeper::~WeightKeeper()
{
    if (m_lastMs == 0)
        return;
    m_history.end(m_lastMs);
    handOver();
}

void WeightKeeper::restore(const std::vector<WeightPoint> &past, int64_t seenMs)
{
    if (past.empty())
        return;
    std::vector<WeightHistory::Change> changes;
    changes.reserve(past.size());
    for (const WeightPoint &one : past)
        changes.push_back({one.atMs, one.hourly, one.node, one.label, one.configured, one.effective, one.gone});
    m_history.restore(changes, seenMs, SystemClock().wallMs());
    handOver();
}

void WeightKeeper::recall(const std::vector<WeightPoint> &past, int64_t seenMs)
{
    m_history = {};
    m_ledger.noteWeights(past);
    restore(past, seenMs);
}

void WeightKeeper::look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows)
{
    m_lastMs = atMs;
    m_history.look(atMs, rows);
    handOver();
}

void WeightKeeper::handOver()
{
    std::vector<WeightPoint> points;
    for (const WeightHistory::Change &one : m_history.takeChanges())
        points.push_back({one.atMs, one.hourly, one.node, one.label, one.configured, one.effective, one.gone});
    if (!points.empty())
        m_ledger.noteWeights(std::move(points));
}

} // namespace signalbox
