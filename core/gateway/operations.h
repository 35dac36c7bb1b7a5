// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/gateway/authenticator.h"
#include "core/gateway/gateway_host.h"
#include "core/routing/route_checks.h"
#include "core/routing/routing_state.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// Bodies of the operations endpoints. Pure.

// GET /signalbox/v1/status
std::string statusJson(const GatewaySnapshot &snapshot, const Config &config, int64_t startedAtMs,
                       const std::vector<ConfigWarning> &warnings);

// POST /signalbox/v1/explain: a chat request in, the plan and its reasons out; nobody is called.
Result<std::string> explainBody(const RoutingState &routing, const Caller &caller, std::string_view request);

} // namespace signalbox
