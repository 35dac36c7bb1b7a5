// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/routing_state.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

// What routing knows at the moment, for people and programs. Pure.

// Gathered once for all that is told of the same moment: each row costs a dozen percentiles.
struct RoutingRows {
    int64_t atNs = 0;
    std::vector<HealthBook::TargetRow> targets;
    std::vector<RoutingState::WeightRow> weights;
    std::vector<HealthBook::ProviderRow> providers;
};
RoutingRows routingRows(const RoutingState &routing, int64_t nowNs);

// {"health":{"providers":[…],"targets":[…]},"weights":[…]}; moments are UTC milliseconds.
boost::json::object routingStatus(const RoutingRows &rows, const std::vector<HealthBook::ProviderRow> &providers,
                                  int64_t wallMs);

// Gauges for each target, in Prometheus' text format.
std::string routingMetrics(const RoutingState &routing, int64_t nowNs);

} // namespace signalbox
