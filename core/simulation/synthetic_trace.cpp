// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/synthetic_trace.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double nsPerMs = 1e6;

int64_t tokens(const Distribution &distribution, SimRandom &random)
{
    return std::max<int64_t>(1, std::llround(distribution.sample(random)));
}

} // namespace

SyntheticTrace::SyntheticTrace(SyntheticTraffic traffic) : m_traffic(std::move(traffic)), m_random(m_traffic.seed)
{
    for (const TrafficClass &one : m_traffic.classes)
        m_shares += one.share;
}

bool SyntheticTrace::next(SimRequest &request)
{
    const double endNs = double(m_traffic.length.count()) * nsPerMs;
    const bool fresh = m_nextNs < endNs && m_traffic.perSecond > 0;
    if (m_made >= m_traffic.most || (!fresh && m_later.empty()))
        return false;
    Later turn;
    if (fresh && (m_later.empty() || m_nextNs <= double(m_later.top().request.atNs))) {
        turn = begun();
    } else {
        turn = m_later.top();
        m_later.pop();
    }
    request = turn.request;
    ++m_made;
    if (turn.turnsLeft > 0)
        follow(turn);
    return true;
}

SyntheticTrace::Later SyntheticTrace::begun()
{
    Later turn;
    double at = m_traffic.classes.size() > 1 ? m_random.uniform() * m_shares : 0;
    while (turn.kind + 1 < m_traffic.classes.size() && at >= m_traffic.classes[turn.kind].share)
        at -= m_traffic.classes[turn.kind++].share;
    const TrafficClass &kind = m_traffic.classes[turn.kind];
    SimRequest &request = turn.request;
    request.atNs = int64_t(m_nextNs);
    request.model = kind.model;
    request.project = kind.project;
    request.client = kind.client;
    request.user = kind.user;
    request.tags = kind.tags;
    request.contents = kind.contents;
    request.inputTokens = tokens(kind.inputTokens, m_random);
    request.outputTokens = tokens(kind.outputTokens, m_random);
    request.maxOutputTokens = kind.maxOutputTokens;
    request.patienceNs = std::chrono::nanoseconds(kind.patience).count();
    if (kind.meanTurns > 1) {
        request.conversation = ++m_conversations;
        while (m_random.uniform() > 1 / kind.meanTurns)
            ++turn.turnsLeft;
    }
    const double gapNs = 1e9 / m_traffic.perSecond;
    m_nextNs += m_traffic.poisson ? m_random.exponential(gapNs) : gapNs;
    return turn;
}

void SyntheticTrace::follow(const Later &turn)
{
    const TrafficClass &kind = m_traffic.classes[turn.kind];
    Later next = turn;
    --next.turnsLeft;
    ++next.request.turn;
    next.request.atNs += int64_t(kind.pauseMs.sample(m_random) * nsPerMs);
    next.request.inputTokens += turn.request.outputTokens + tokens(kind.inputTokens, m_random);
    next.request.outputTokens = tokens(kind.outputTokens, m_random);
    m_later.push(next);
}

} // namespace signalbox
