// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/plan.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace json = boost::json;

std::optional<size_t> Plan::next(size_t from, FailureClass why) const
{
    uint8_t shallowest = 0xff;
    FailureSet on;
    for (size_t i = from + 1; i < targets.size(); ++i) {
        if (targets[i].joinDepth < shallowest) {
            shallowest = targets[i].joinDepth;
            on = targets[i].on;
        }
        if (why == FailureClass::Unsuitable || on.has(why))
            return i;
    }
    return std::nullopt;
}

std::optional<int64_t> Plan::soonestNs() const
{
    std::optional<int64_t> soonest;
    for (const BlockedTarget &target : blocked) {
        if (target.availability.untilNs > 0)
            soonest = std::min(soonest.value_or(target.availability.untilNs), target.availability.untilNs);
    }
    return soonest;
}

std::string planJson(const Plan &plan, bool)
{
    json::array targets;
    for (const PlannedTarget &target : plan.targets)
        targets.push_back({{"target", std::string(target.provider) + "/" + std::string(target.model)},
                           {"provider", target.provider},
                           {"model", target.model},
                           {"reason", "target of route " + std::string(plan.route)}});
    return json::serialize(
        json::object{{"route", plan.route}, {"targets", std::move(targets)}, {"notes", json::array()}});
}

} // namespace signalbox
