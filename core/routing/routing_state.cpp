// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/routing_state.h"

namespace signalbox {

struct RoutingState::Private {
    explicit Private(uint64_t seed) : health(seed) {}
    HealthBook health;
    RouteTablePtr table;
};

RoutingState::RoutingState(uint64_t seed) : m_d(std::make_unique<Private>(seed)) {}
RoutingState::~RoutingState() = default;

void RoutingState::attach(RouteTablePtr table)
{
    m_d->table = std::move(table);
    m_d->health.configure(m_d->table->config());
}

const RouteTablePtr &RoutingState::table() const
{
    return m_d->table;
}

HealthBook &RoutingState::health()
{
    return m_d->health;
}

const HealthBook &RoutingState::health() const
{
    return m_d->health;
}

void RoutingState::commit(const Plan &) {}
void RoutingState::settled(std::string_view, const Plan &, const PlannedTarget &, std::string_view, int64_t, int64_t) {}
void RoutingState::tick(int64_t) {}

bool RoutingState::mayHedge(uint32_t, int64_t)
{
    return false;
}

bool RoutingState::mayRetry(int64_t)
{
    return false;
}

void RoutingState::countRequest(int64_t) {}

std::vector<RoutingState::WeightRow> RoutingState::weights() const
{
    return {};
}

} // namespace signalbox
