// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/routing_state.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace signalbox {

// What routing knows at the moment, for people and programs. Pure.

// {"health":{"providers":[…],"targets":[…]},"weights":[…]}; moments are UTC milliseconds.
boost::json::object routingStatus(const RoutingState &routing, int64_t nowNs, int64_t wallMs);

// Gauges for each target, in Prometheus' text format.
std::string routingMetrics(const RoutingState &routing, int64_t nowNs);

} // namespace signalbox
