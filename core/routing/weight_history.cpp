// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/weight_history.h"

#include <algorithm>

namespace signalbox {

void WeightHistory::look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows)
{
    if (!m_fine.empty() && atMs < m_fine.back().atMs) {
        std::erase_if(m_fine, [atMs](const Look &one) { return one.atMs >= atMs; });
        std::erase_if(m_coarse, [atMs](const Look &one) { return one.atMs >= atMs; });
    }
    const auto due = [atMs](const std::deque<Look> &ring, int64_t stepMs) {
        return ring.empty() || ring.back().atMs / stepMs != atMs / stepMs;
    };
    const bool fine = due(m_fine, fineMs);
    const bool coarse = due(m_coarse, coarseMs);
    if (!fine && !coarse)
        return;
    std::vector<Row> taken = rowsOf(rows);
    if (coarse)
        m_coarse.push_back({atMs, taken});
    if (fine)
        m_fine.push_back({atMs, std::move(taken)});
    while (m_fine.front().atMs < atMs - fineSpanMs)
        m_fine.pop_front();
    while (m_coarse.front().atMs < atMs - spanMs)
        m_coarse.pop_front();
}

std::vector<WeightHistory::Row> WeightHistory::rowsOf(const std::vector<RoutingState::WeightRow> &rows)
{
    std::vector<Row> taken;
    taken.reserve(std::min(rows.size(), mostRows));
    for (const RoutingState::WeightRow &row : rows) {
        if (taken.size() == mostRows)
            break;
        auto known = m_ids.find({row.node, row.label});
        if (known == m_ids.end()) {
            if (m_lines.size() == mostLines)
                continue;
            known = m_ids.emplace(std::pair(row.node, row.label), static_cast<uint16_t>(m_lines.size())).first;
            m_lines.emplace_back(row.node, row.label);
        }
        taken.push_back({known->second, static_cast<float>(row.configured), static_cast<float>(row.effective)});
    }
    return taken;
}

WeightHistory::Reading WeightHistory::read(int64_t fromMs, int64_t toMs) const
{
    // The fine ring also while it holds all there is.
    const bool fine = !m_fine.empty() && (m_fine.front().atMs <= fromMs ||
                                          m_fine.front().atMs / coarseMs <= m_coarse.front().atMs / coarseMs);
    std::vector<Line> found(m_lines.size());
    for (const Look &one : fine ? m_fine : m_coarse) {
        if (one.atMs < fromMs || one.atMs >= toMs)
            continue;
        for (const Row &row : one.rows)
            found[row.line].points.push_back({one.atMs, double(row.configured), double(row.effective)});
    }
    Reading reading{fine ? fineMs : coarseMs, m_coarse.empty() ? 0 : m_coarse.front().atMs, {}};
    for (const auto &[key, id] : m_ids) {
        if (!found[id].points.empty())
            reading.lines.push_back({key.first, key.second, std::move(found[id].points)});
    }
    return reading;
}

} // namespace signalbox
