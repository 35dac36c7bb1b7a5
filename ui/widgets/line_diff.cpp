// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/line_diff.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int mostSteps = 1000; // memory and time grow with its square

struct Step {
    bool keepsLeft = false; // a line of the left side
    bool keepsRight = false;
};

// Myers, "An O(ND) difference algorithm" (1986), with the furthest points of each step kept for the way back.
std::vector<Step> shortestWay(const QStringList &a, int aFrom, int aTo, const QStringList &b, int bFrom, int bTo)
{
    const int n = aTo - aFrom;
    const int m = bTo - bFrom;
    const int limit = std::min(n + m, mostSteps);
    std::vector<std::vector<int>> kept;
    std::vector<int> furthest(size_t(2 * limit + 3), 0);
    const auto at = [&](std::vector<int> &points, int k) -> int & { return points[size_t(k + limit + 1)]; };
    for (int d = 0; d <= limit; ++d) {
        kept.emplace_back(furthest);
        for (int k = -d; k <= d; k += 2) {
            const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
            int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
            int y = x - k;
            while (x < n && y < m && a[aFrom + x] == b[bFrom + y])
                ++x, ++y;
            at(furthest, k) = x;
            if (x < n || y < m)
                continue;
            std::vector<Step> way;
            for (int back = d, endX = n, endY = m; back >= 0; --back) {
                std::vector<int> &points = kept[size_t(back)];
                const int line = endX - endY;
                const bool wentDown = line == -back || (line != back && at(points, line - 1) < at(points, line + 1));
                const int before = wentDown ? line + 1 : line - 1;
                const int startX = back == 0 ? 0 : at(points, before);
                const int startY = back == 0 ? 0 : startX - before;
                while (endX > startX && endY > startY) {
                    way.push_back({true, true});
                    --endX, --endY;
                }
                if (back > 0)
                    way.push_back({!wentDown, wentDown});
                endX = startX;
                endY = startY;
            }
            std::reverse(way.begin(), way.end());
            return way;
        }
    }
    std::vector<Step> way(size_t(n), {true, false});
    way.insert(way.end(), size_t(m), {false, true});
    return way;
}

// Runs of removed lines followed by added ones stand beside each other.
void pairUp(std::vector<DiffRow> &rows)
{
    std::vector<DiffRow> paired;
    for (size_t i = 0; i < rows.size();) {
        if (rows[i].kind == DiffRow::Kind::Same) {
            paired.push_back(std::move(rows[i++]));
            continue;
        }
        std::vector<DiffRow> removed;
        std::vector<DiffRow> added;
        for (; i < rows.size() && rows[i].kind != DiffRow::Kind::Same; ++i)
            (rows[i].kind == DiffRow::Kind::Removed ? removed : added).push_back(std::move(rows[i]));
        const size_t both = std::min(removed.size(), added.size());
        for (size_t j = 0; j < both; ++j)
            paired.push_back(
                {DiffRow::Kind::Changed, removed[j].left, added[j].right, removed[j].leftLine, added[j].rightLine});
        paired.insert(paired.end(), removed.begin() + std::ptrdiff_t(both), removed.end());
        paired.insert(paired.end(), added.begin() + std::ptrdiff_t(both), added.end());
    }
    rows = std::move(paired);
}

} // namespace

std::vector<DiffRow> diffLines(const QString &left, const QString &right)
{
    const QStringList a = left.isEmpty() ? QStringList() : left.split(u'\n');
    const QStringList b = right.isEmpty() ? QStringList() : right.split(u'\n');
    int begin = 0;
    while (begin < a.size() && begin < b.size() && a[begin] == b[begin])
        ++begin;
    int aEnd = int(a.size());
    int bEnd = int(b.size());
    while (aEnd > begin && bEnd > begin && a[aEnd - 1] == b[bEnd - 1])
        --aEnd, --bEnd;
    std::vector<Step> way(size_t(begin), {true, true});
    const std::vector<Step> middle = shortestWay(a, begin, aEnd, b, begin, bEnd);
    way.insert(way.end(), middle.begin(), middle.end());
    way.insert(way.end(), size_t(a.size() - aEnd), {true, true});
    std::vector<DiffRow> rows;
    rows.reserve(way.size());
    int x = 0;
    int y = 0;
    for (const Step &step : way) {
        DiffRow row;
        row.kind = !step.keepsRight  ? DiffRow::Kind::Removed
                   : !step.keepsLeft ? DiffRow::Kind::Added
                                     : DiffRow::Kind::Same;
        if (step.keepsLeft) {
            row.left = a[x++];
            row.leftLine = x;
        }
        if (step.keepsRight) {
            row.right = b[y++];
            row.rightLine = y;
        }
        rows.push_back(std::move(row));
    }
    pairUp(rows);
    return rows;
}

bool sameThroughout(const std::vector<DiffRow> &rows)
{
    return std::all_of(rows.begin(), rows.end(), [](const DiffRow &row) { return row.kind == DiffRow::Kind::Same; });
}

} // namespace signalbox
