// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/operations.h"

#include "core/base/version.h"
#include "core/dialect/openai_chat/request_scan.h"
#include "core/routing/planner.h"

#include <boost/json.hpp>

namespace signalbox {

namespace json = boost::json;

namespace {

const char *stateName(GatewayState state)
{
    switch (state) {
    case GatewayState::Stopped:
        return "stopped";
    case GatewayState::Starting:
        return "starting";
    case GatewayState::Running:
        return "running";
    case GatewayState::Draining:
        return "draining";
    case GatewayState::Failed:
        return "failed";
    }
    return "unknown";
}

} // namespace

std::string statusJson(const GatewaySnapshot &snapshot, const Config &config, int64_t startedAtMs,
                       const std::vector<ConfigWarning> &configWarnings)
{
    json::array warnings;
    for (const ConfigWarning &warning : configWarnings)
        warnings.push_back({{"pointer", warning.pointer}, {"text", warning.text}});
    json::array providers;
    for (const ProviderConfig &provider : config.providers)
        providers.push_back({{"id", provider.id},
                             {"dialect", provider.dialect},
                             {"region", provider.region},
                             {"simulated", provider.simulated},
                             {"credentials", provider.credentials.size()}});
    json::array shares;
    for (const TargetShare &share : snapshot.shares)
        shares.push_back({{"provider", share.provider},
                          {"model", share.model},
                          {"requests", share.requests},
                          {"errors", share.errors}});
    const LedgerHealth &ledger = snapshot.ledger;
    return json::serialize(json::object{{"version", versionText},
                                        {"state", stateName(snapshot.state)},
                                        {"url", snapshot.url},
                                        {"problem", snapshot.problem},
                                        {"started_at", startedAtMs},
                                        {"now", snapshot.atMs},
                                        {"requests_total", snapshot.requestsTotal},
                                        {"errors_total", snapshot.errorsTotal},
                                        {"requests_per_minute", snapshot.requestsPerMinute},
                                        {"error_percent", snapshot.errorPercent},
                                        {"overhead_ms_p50", snapshot.overheadMsP50},
                                        {"in_flight", snapshot.inFlight},
                                        {"streams", snapshot.streams},
                                        {"connections", snapshot.connections},
                                        {"spend_since_start_nanousd", snapshot.spendSinceStartNanoUsd},
                                        {"ledger",
                                         {{"writable", ledger.writable},
                                          {"problem", ledger.problem},
                                          {"pending_rows", ledger.pendingRows},
                                          {"dropped_rows", ledger.droppedRows},
                                          {"rows", ledger.rows},
                                          {"bytes", ledger.fileBytes},
                                          {"salvaged_from", ledger.salvagedFrom}}},
                                        {"warnings", std::move(warnings)},
                                        {"providers", std::move(providers)},
                                        {"shares_5min", std::move(shares)}});
}

Result<std::string> explainBody(const RoutingState &routing, const Caller &caller, std::string_view request)
{
    const auto scan = openai_chat::scanRequest(request);
    if (!scan)
        return scan.error();
    RoutingFacts facts;
    facts.model = scan->model;
    facts.project = caller.project;
    facts.client = caller.client;
    const auto plan = makePlan(routing, facts);
    if (!plan)
        return plan.error();
    json::object told{{"requested_model", scan->model},
                      {"stream", scan->stream},
                      {"client", caller.client},
                      {"project", caller.project}};
    const json::value plain = json::parse(planJson(*plan, false));
    for (const auto &[key, value] : plain.get_object())
        told.emplace(key, value);
    return json::serialize(told);
}

} // namespace signalbox
