// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/weight_history.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr int whole = 10'000;
constexpr int leastChange = 10;

int64_t floorTo(int64_t atMs, int64_t stepMs)
{
    return atMs / stepMs * stepMs;
}

} // namespace

void WeightHistory::look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows)
{
    const auto last = std::max(m_fine.empty() ? 0 : m_fine.back().atMs, m_coarse.empty() ? 0 : m_coarse.back().atMs);
    if (atMs < last) {
        for (std::deque<Look> *ring : {&m_fine, &m_coarse, &m_hours})
            std::erase_if(*ring, [atMs](const Look &one) { return one.atMs >= atMs; });
        m_sums.clear();
    }
    const auto due = [atMs](const std::deque<Look> &ring, int64_t stepMs) {
        return ring.empty() || ring.back().atMs / stepMs != atMs / stepMs;
    };
    const bool fine = due(m_fine, fineMs);
    const bool coarse = due(m_coarse, coarseMs);
    if (!fine && !coarse)
        return;
    const Look taken{atMs, rowsOf(rows)};
    if (coarse) {
        add(taken);
        noteChanges(taken, false);
    }
    if (fine)
        m_fine.push_back(taken);
    forget(atMs);
}

void WeightHistory::forget(int64_t nowMs)
{
    const auto drop = [nowMs](std::deque<Look> &ring, int64_t lengthMs) {
        while (!ring.empty() && ring.front().atMs < nowMs - lengthMs)
            ring.pop_front();
    };
    drop(m_fine, fineSpanMs);
    drop(m_coarse, spanMs);
    drop(m_hours, hoursSpanMs);
}

int WeightHistory::lineOf(const std::string &node, const std::string &label)
{
    const auto known = m_ids.find({node, label});
    if (known != m_ids.end())
        return known->second;
    if (m_lines.size() == mostLines)
        return -1;
    m_lines.emplace_back(node, label);
    return m_ids.emplace(m_lines.back(), static_cast<uint16_t>(m_lines.size() - 1)).first->second;
}

std::vector<WeightHistory::Row> WeightHistory::rowsOf(const std::vector<RoutingState::WeightRow> &rows)
{
    std::vector<Row> taken;
    taken.reserve(std::min(rows.size(), mostRows));
    for (const RoutingState::WeightRow &row : rows) {
        if (taken.size() == mostRows)
            break;
        const int line = lineOf(row.node, row.label);
        if (line >= 0)
            taken.push_back(
                {static_cast<uint16_t>(line), static_cast<float>(row.configured), static_cast<float>(row.effective)});
    }
    return taken;
}

// A minute into its ring and into the hour's sums.
void WeightHistory::add(const Look &minute)
{
    const int64_t hour = floorTo(minute.atMs, hourMs);
    if (hour != m_hour && !m_sums.empty())
        finishHour();
    m_hour = hour;
    for (const Row &row : minute.rows) {
        Sum &sum = m_sums[row.line];
        sum.configured += double(row.configured);
        sum.effective += double(row.effective);
        ++sum.looks;
    }
    m_coarse.push_back(minute);
}

void WeightHistory::finishHour()
{
    Look look{m_hour, {}};
    for (const auto &[line, sum] : m_sums)
        look.rows.push_back(
            {line, static_cast<float>(sum.configured / sum.looks), static_cast<float>(sum.effective / sum.looks)});
    m_sums.clear();
    if (!m_hours.empty() && m_hours.back().atMs >= m_hour)
        return;
    noteChanges(look, true);
    m_hours.push_back(std::move(look));
}

void WeightHistory::noteChanges(const Look &look, bool hourly)
{
    Known &known = hourly ? m_lastHour : m_minute;
    const int64_t atMs = floorTo(look.atMs, hourly ? hourMs : coarseMs);
    const auto note = [&](uint16_t line, Shares shares, bool gone) {
        m_changes.push_back(
            {atMs, hourly, m_lines[line].first, m_lines[line].second, shares.first, shares.second, gone});
    };
    Known now;
    for (const Row &row : look.rows) {
        const Shares shares{static_cast<int>(std::lround(row.configured * whole)),
                            static_cast<int>(std::lround(row.effective * whole))};
        const auto before = known.find(row.line);
        if (before != known.end() && std::abs(before->second.first - shares.first) < leastChange &&
            std::abs(before->second.second - shares.second) < leastChange) {
            now[row.line] = before->second; // so that small steps add up to a change
            continue;
        }
        now[row.line] = shares;
        note(row.line, shares, false);
    }
    for (const auto &[line, shares] : known) {
        if (!now.contains(line))
            note(line, {0, 0}, true);
    }
    known = std::move(now);
}

void WeightHistory::end(int64_t atMs)
{
    noteChanges({floorTo(atMs, coarseMs) + coarseMs, {}}, false);
}

// Looks as they were, each as the changes before it say.
void WeightHistory::replay(const std::vector<Change> &past, bool hourly, int64_t fromMs, int64_t untilMs)
{
    const int64_t stepMs = hourly ? hourMs : coarseMs;
    Known known;
    auto change = past.begin();
    for (int64_t atMs = floorTo(fromMs, stepMs); atMs <= untilMs; atMs += stepMs) {
        for (; change != past.end() && change->atMs <= atMs; ++change) {
            const int line = change->hourly == hourly ? lineOf(change->node, change->label) : -1;
            if (line >= 0 && change->gone)
                known.erase(static_cast<uint16_t>(line));
            else if (line >= 0)
                known[static_cast<uint16_t>(line)] = {change->configured, change->effective};
        }
        if (known.empty() || atMs < fromMs)
            continue;
        Look look{atMs, {}};
        for (const auto &[line, shares] : known)
            look.rows.push_back(
                {line, static_cast<float>(shares.first) / whole, static_cast<float>(shares.second) / whole});
        hourly ? m_hours.push_back(std::move(look)) : add(look);
    }
    (hourly ? m_lastHour : m_minute) = std::move(known);
}

void WeightHistory::restore(const std::vector<Change> &past, int64_t seenMs, int64_t nowMs)
{
    seenMs = std::min(seenMs, nowMs);
    // The hour of that moment may not have been over; its minutes are at hand for a day and tell it anew.
    const bool again = nowMs - seenMs < spanMs;
    replay(past, true, nowMs - hoursSpanMs, floorTo(seenMs, hourMs) - (again ? hourMs : 0));
    replay(past, false, nowMs - spanMs, seenMs);
    if (floorTo(seenMs, hourMs) < floorTo(nowMs, hourMs)) {
        if (!m_sums.empty())
            finishHour();
        noteChanges({floorTo(seenMs, hourMs) + hourMs, {}}, true);
    }
    end(seenMs);
    forget(nowMs);
}

WeightHistory::Reading WeightHistory::read(int64_t fromMs, int64_t toMs) const
{
    // A ring also while it holds all that the coarser one does.
    const auto reaches = [fromMs](const std::deque<Look> &ring, const std::deque<Look> &coarser, int64_t stepMs) {
        return !ring.empty() && (ring.front().atMs <= fromMs || coarser.empty() ||
                                 ring.front().atMs / stepMs <= coarser.front().atMs / stepMs);
    };
    const bool minutes = reaches(m_coarse, m_hours, hourMs) || m_hours.empty();
    const bool fine = minutes && reaches(m_fine, m_coarse, coarseMs);
    std::vector<Line> found(m_lines.size());
    const auto take = [&](const std::deque<Look> &ring, int64_t beginMs) {
        for (const Look &one : ring) {
            if (one.atMs < std::max(fromMs, beginMs) || one.atMs >= toMs)
                continue;
            for (const Row &row : one.rows)
                found[row.line].points.push_back({one.atMs, double(row.configured), double(row.effective)});
        }
    };
    if (!minutes)
        take(m_hours, fromMs);
    if (!fine) // behind the last whole hour minutes tell the rest
        take(m_coarse, minutes ? fromMs : m_hours.back().atMs + hourMs);
    else
        take(m_fine, fromMs);
    const std::deque<Look> &longest = m_hours.empty() ? m_coarse : m_hours;
    int64_t beginsMs = longest.empty() ? 0 : longest.front().atMs;
    if (!m_coarse.empty())
        beginsMs = std::min(beginsMs, m_coarse.front().atMs);
    Reading reading{fine ? fineMs : minutes ? coarseMs : hourMs, beginsMs, {}};
    for (const auto &[key, id] : m_ids) {
        if (!found[id].points.empty())
            reading.lines.push_back({key.first, key.second, std::move(found[id].points)});
    }
    return reading;
}

} // namespace signalbox
