// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_report.h"

#include <boost/json.hpp>

namespace signalbox {

namespace json = boost::json;

namespace {

json::object latencyJson(const LatencySummary &latency)
{
    return {{"mean", latency.meanMs()},          {"p50", latency.percentileMs(0.5)},
            {"p90", latency.percentileMs(0.9)},  {"p95", latency.percentileMs(0.95)},
            {"p99", latency.percentileMs(0.99)}, {"max", latency.maxMs()}};
}

double usdOf(int64_t nanoUsd)
{
    return double(nanoUsd) / 1e9;
}

} // namespace

std::string SimReport::json() const
{
    json::array told;
    for (const SimTargetShare &target : targets)
        told.push_back({{"provider", target.provider},
                        {"model", target.model},
                        {"share", served > 0 ? double(target.served) / double(served) : 0},
                        {"served", target.served},
                        {"attempts", target.attempts},
                        {"failures", target.failures},
                        {"cost_usd", usdOf(target.nanoUsd)}});
    json::object reasons;
    for (const auto &[reason, count] : errors)
        reasons.emplace(reason, count);
    const json::object report{{"requests", requests},
                              {"served", served},
                              {"failed", failed},
                              {"simulated_ms", endMs},
                              {"attempts", attempts},
                              {"amplification", amplification()},
                              {"failovers", failovers},
                              {"waits", waits},
                              {"hedges", hedges},
                              {"hedges_won", hedgesWon},
                              {"follow_ups", followUps},
                              {"follow_ups_warm", followUpsWarm},
                              {"cached_tokens", cachedTokens},
                              {"cost_usd", usdOf(nanoUsd)},
                              {"wasted_usd", usdOf(wastedNanoUsd)},
                              {"unpriced_attempts", unpriced},
                              {"ttft_ms", latencyJson(ttft)},
                              {"duration_ms", latencyJson(duration)},
                              {"until_error_ms", latencyJson(untilError)},
                              {"targets", std::move(told)},
                              {"errors", std::move(reasons)}};
    return json::serialize(report);
}

} // namespace signalbox
