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
// minute for 24 hours. In memory only, so it begins with the program. At most 64 children a look and 512 in all; what
// is beyond is left out. Pure; belongs to one thread.
class WeightHistory
{
public:
    static constexpr int64_t fineMs = 5'000;
    static constexpr int64_t coarseMs = 60'000;
    static constexpr int64_t fineSpanMs = 15 * coarseMs;
    static constexpr int64_t spanMs = 24 * 60 * coarseMs;
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

    // Cheap where nothing is due. A clock that went back starts anew.
    void look(int64_t atMs, const std::vector<RoutingState::WeightRow> &rows);
    struct Reading {
        int64_t stepMs = coarseMs; // between two looks
        int64_t beginsMs = 0;      // of all looks that are kept; 0: there is none
        std::vector<Line> lines;   // with a point in the range, by node
    };
    // Of [fromMs, toMs); the fine ring where it reaches back far enough.
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

    std::vector<Row> rowsOf(const std::vector<RoutingState::WeightRow> &rows);

    std::deque<Look> m_fine, m_coarse;
    std::map<std::pair<std::string, std::string>, uint16_t> m_ids;
    std::vector<std::pair<std::string, std::string>> m_lines; // node and label
};

} // namespace signalbox
