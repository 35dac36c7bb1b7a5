// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <string>
#include <vector>

namespace signalbox {

struct RoutingFacts {  // what is known of a request before it is sent
    std::string model; // as asked
    std::string project;
    std::string client;
};

struct PlannedTarget {
    std::string provider;
    std::string model;  // as the provider is asked
    std::string reason; // for a person: "first in the fallback of route default"

    bool operator==(const PlannedTarget &) const = default;
};

struct Plan {
    std::string route; // id; "(direct)" when no route is configured
    OnLoss onLoss = OnLoss::Allow;
    std::vector<PlannedTarget> targets; // in the order of trying; never empty
    std::vector<std::string> notes;     // routes passed over, targets left out, and why
};

// Route tree → ordered targets. Pure: no clock, no sockets; the same config and facts give the same plan.
// Without any route, `PROVIDER/MODEL` names its target directly and, with a single provider, so does any model.
// Errors: model_not_found (404: no route or provider for it), no_provider (503: none configured).
Result<Plan> makePlan(const Config &config, const RoutingFacts &facts);

// How a provider's answer is to be taken (DESIGN section 3; PITFALLS gateway and routing).
enum class Outcome { Success, TryNext, ClientMistake };
Outcome classifyStatus(int status);

} // namespace signalbox
