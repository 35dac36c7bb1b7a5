// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/routing_state.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace signalbox {

// The shares of weighted nodes over time, as configured and as they took effect: a look every 5 s for 15 minutes, one a
// minute for 24 hours, the mean of each hour for 90 days. It tells what changed, so that somebody can keep it, and
// takes it back (core/gateway/weight_keeper). At most 64 children a look and 512 in all; what is beyond is left out.
// Pure; belongs to one thread.
class WeightHistory
{
public:
    static constexpr int64_t fineMs = 5'000;
    static constexpr int64_t coarseMs = 60'000;
    static constexpr int64_t hourMs = 60 * coarseMs;
    static constexpr int64_t fineSpanMs = 15 * coarseMs;
    static constexpr int64_t spanMs = 24 * hourMs;
    static constexpr int64_t hoursSpanMs = 90 * 24 * hourMs;
    static constexpr size_t mostRows = 64;
    static constexpr size_t mostLines = 512;

    struct Point {
        int64_t atMs = 0;
        double configured = 0; // shares of 1
        double effective = 0;
    };
    struct Line {
        std::string node; // JSON pointer into the config: /routes/0/to/weighted/1
        std::string label;
        std::vector<Point> points; // oldest first
    };
    // Holds from its minute on, or is the mean of the hours from its own on, until the next one of its line.
    struct Change {
        int64_t atMs = 0; // begins a minute or an hour
        bool hourly = false;
        std::string node;
        std::string label;
        int configured = 0; // shares of 10,000
        int effective = 0;
        bool gone = false; // the line ends

        bool operator==(const Change &) const = default;
    };

    // Cheap where nothing is due. A clock that went back starts anew.
    void look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows);
    // Since the last call: minutes and hours in which a share is another than before, by 0.1 % or more.
    std::vector<Change> takeChanges() { return std::exchange(m_changes, {}); }
    // What was kept, in the order of its moments, by a run that was seen last at `seenMs`. Into an empty history.
    void restore(const std::vector<Change> &past, int64_t seenMs, int64_t nowMs);
    // The run ends: lines end with this minute.
    void end(int64_t atMs);

    struct Reading {
        int64_t stepMs = coarseMs; // between two looks
        int64_t beginsMs = 0;      // of all looks that are kept; 0: there is none
        std::vector<Line> lines;   // with a point in the range, by node
    };
    // Of [fromMs, toMs); the finest ring that reaches back far enough.
    Reading read(int64_t fromMs, int64_t toMs) const;

private:
    struct Row {
        uint16_t line = 0;
        float configured = 0;
        float effective = 0;
    };
    struct Look {
        int64_t atMs = 0;
        std::vector<Row> rows;
    };
    struct Sum { // of an hour
        double configured = 0;
        double effective = 0;
        int looks = 0;
    };
    using Shares = std::pair<int, int>; // configured and effective, of 10,000
    using Known = std::map<uint16_t, Shares>;

    int lineOf(const std::string &node, const std::string &label); // below 0: there are too many
    std::vector<Row> rowsOf(const std::vector<RoutingState::WeightRow> &rows);
    void add(const Look &minute);
    void finishHour();
    void noteChanges(const Look &look, bool hourly);
    void replay(const std::vector<Change> &past, bool hourly, int64_t fromMs, int64_t untilMs);
    void forget(int64_t nowMs);

    std::deque<Look> m_fine, m_coarse, m_hours;
    std::map<std::pair<std::string, std::string>, uint16_t> m_ids;
    std::vector<std::pair<std::string, std::string>> m_lines; // node and label
    int64_t m_hour = 0;                                       // that m_sums are of
    std::map<uint16_t, Sum> m_sums;
    Known m_minute, m_lastHour; // as the last changes said
    std::vector<Change> m_changes;
};

} // namespace signalbox
