// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/dialect/dialect.h"
#include "core/gateway/authenticator.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/user_rules.h"
#include "core/net/http_head.h"
#include "core/routing/route_checks.h"
#include "core/routing/routing_state.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

class ResponseStore;
class TokenBook;

// Bodies of the operations endpoints. Pure.

// GET /signalbox/v1/status
std::string statusJson(const GatewaySnapshot &snapshot, const Config &config, int64_t startedAtMs,
                       const boost::json::object &routing, const std::vector<ConfigWarning> &warnings);

// POST /signalbox/v1/explain: a request of any dialect in, the plan and its reasons out; nobody is called. The head
// counts as that of the request itself. The query may say `dialect=` and, for Gemini, whose bodies do not name it,
// `model=`. Errors are told in that dialect: `dialectAsked`.
struct ExplainRequest {
    const HttpRequestHead &head;
    std::string_view body;
    int64_t nowNs;
    int64_t wallMs;
};
struct ExplainServices { // outlive the call
    const RoutingState &routing;
    TokenBook &tokens; // counts as an exchange would
    ResponseStore &responses;
    const UserRules &users;
};
Result<std::string> explainBody(ExplainServices services, const Caller &caller, const ExplainRequest &request);
Dialect dialectAsked(const ExplainRequest &request);

} // namespace signalbox
