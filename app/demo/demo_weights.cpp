// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_weights.h"

#include "app/demo/demo_random.h"
#include "core/catalogue/model_book.h"
#include "core/routing/routing_state.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t dayMs = 24 * hourMs;
constexpr int days = 90;
constexpr int whole = 10'000;

using Rows = std::vector<RoutingState::WeightRow>;

struct Trouble { // of one child: its share goes down and comes back
    size_t child = 0;
    int64_t fromMs = 0;
    int64_t toMs = 0;
};

std::string nodeOf(const RoutingState::WeightRow &row)
{
    return row.node.substr(0, row.node.rfind("/weighted/"));
}

class Shares
{
public:
    Shares(const Rows &rows, int64_t nowMs, DemoRandom &random) : m_rows(rows)
    {
        for (size_t i = 0; i < rows.size(); ++i)
            m_phases.push_back(random.uniform());
        for (int64_t at = nowMs - days * dayMs; at < nowMs; at += int64_t(random.between(0.7, 4) * double(dayMs)))
            add(random, at);
        add(random, nowMs - 5 * hourMs); // so that the last hours have one, too
    }

    // Of 10,000; in the order of the rows.
    std::vector<int> at(int64_t atMs) const
    {
        std::vector<double> parts;
        std::map<std::string, double> sums;
        for (size_t i = 0; i < m_rows.size(); ++i) {
            const double turn = double(atMs % (7 * dayMs)) / double(9 * hourMs) + m_phases[i];
            double part = m_rows[i].configured * (1 + 0.05 * std::sin(2 * std::numbers::pi * turn));
            for (const Trouble &trouble : m_troubles)
                part *= trouble.child == i ? left(trouble, atMs) : 1;
            parts.push_back(part);
            sums[nodeOf(m_rows[i])] += part;
        }
        std::vector<int> shares;
        for (size_t i = 0; i < parts.size(); ++i)
            shares.push_back(int(std::lround(whole * parts[i] / std::max(1e-9, sums[nodeOf(m_rows[i])]))));
        return shares;
    }

private:
    void add(DemoRandom &random, int64_t atMs)
    {
        const size_t child = size_t(random.below(int(m_rows.size())));
        m_troubles.push_back({child, atMs, atMs + int64_t(random.between(0.4, 3) * double(hourMs))});
    }

    // Down within minutes, back within half an hour.
    static double left(const Trouble &trouble, int64_t atMs)
    {
        if (atMs < trouble.fromMs)
            return 1;
        const double down = std::exp(-double(atMs - trouble.fromMs) / double(4 * minuteMs));
        const double back =
            atMs < trouble.toMs ? 0 : 1 - std::exp(-double(atMs - trouble.toMs) / double(12 * minuteMs));
        return std::clamp(0.12 + 0.88 * std::max(down, back), 0.0, 1.0);
    }

    const Rows &m_rows;
    std::vector<double> m_phases;
    std::vector<Trouble> m_troubles;
};

Rows weightedRows(const Config &config)
{
    const auto shared = std::make_shared<const Config>(config);
    RoutingState state;
    state.attach(std::make_shared<RouteTable>(shared, std::make_shared<const ModelBook>(nullptr, config)));
    return state.weights();
}

} // namespace

std::vector<WeightPoint> makeDemoWeights(const Config &config, int64_t nowMs, uint32_t seed)
{
    const Rows rows = weightedRows(config);
    std::vector<WeightPoint> points;
    if (rows.empty())
        return points;
    DemoRandom random(seed);
    const Shares shares(rows, nowMs, random);
    const auto add = [&](int64_t atMs, bool hourly, const std::vector<int> &now) {
        for (size_t i = 0; i < rows.size(); ++i)
            points.push_back({atMs, hourly, rows[i].node, rows[i].label, int(std::lround(whole * rows[i].configured)),
                              now[i], false});
    };
    const int64_t hour = nowMs / hourMs * hourMs;
    for (int64_t at = hour - days * dayMs; at < hour; at += hourMs) {
        std::vector<int> mean(rows.size());
        constexpr int looks = 6;
        for (int i = 0; i < looks; ++i) {
            const std::vector<int> now = shares.at(at + i * hourMs / looks);
            for (size_t child = 0; child < mean.size(); ++child)
                mean[child] += now[child];
        }
        for (int &share : mean)
            share /= looks;
        add(at, true, mean);
    }
    for (int64_t at = (nowMs - dayMs) / minuteMs * minuteMs; at < nowMs; at += minuteMs)
        add(at, false, shares.at(at));
    std::stable_sort(points.begin(), points.end(),
                     [](const WeightPoint &a, const WeightPoint &b) { return a.atMs < b.atMs; });
    return points;
}

} // namespace signalbox
