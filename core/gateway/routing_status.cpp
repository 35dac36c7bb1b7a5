// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing_status.h"

#include "core/gateway/metrics_text.h"

#include <boost/json.hpp>

namespace signalbox {

namespace json = boost::json;

namespace {

struct Moment {
    int64_t nowNs;
    int64_t wallMs;

    // Of a monotonic time; null where waiting does not help.
    json::value operator()(int64_t untilNs) const
    {
        return untilNs > 0 ? json::value(wallMs + (untilNs - nowNs) / 1'000'000) : json::value();
    }
};

template<class T>
json::value maybe(const std::optional<T> &value)
{
    return value ? json::value(*value) : json::value();
}

json::object credentialJson(const HealthBook::CredentialRow &row, const Moment &at)
{
    return {{"id", row.id},
            {"state", blockName(row.block)},
            {"until", at(row.untilNs)},
            {"in_flight", row.inFlight},
            {"requests_left", maybe(row.quota.requestsLeft)},
            {"requests_limit", maybe(row.quota.requestsLimit)},
            {"tokens_left", maybe(row.quota.tokensLeft)},
            {"tokens_limit", maybe(row.quota.tokensLimit)}};
}

json::object targetJson(const HealthBook::TargetRow &row, const Moment &at)
{
    const TargetFigures &figures = row.figures;
    return {{"provider", row.provider},
            {"model", row.model},
            {"state", blockName(row.availability.block)},
            {"until", at(row.availability.untilNs)},
            {"attempts", figures.attempts},
            {"error_rate", figures.errorRate},
            {"ttft_ms_p50", maybe(figures.ttftP50Ms)},
            {"ttft_ms_p95", maybe(figures.ttftP95Ms)},
            {"ttft_ms_p99", maybe(figures.ttftP99Ms)},
            {"duration_ms_p50", maybe(figures.durationP50Ms)},
            {"duration_ms_p95", maybe(figures.durationP95Ms)},
            {"tokens_per_second", maybe(figures.tokensPerSecond)},
            {"in_flight", figures.inFlight}};
}

std::string labelsOf(const HealthBook::TargetRow &row)
{
    return "provider=\"" + metricsLabel(row.provider) + "\",model=\"" + metricsLabel(row.model) + "\"";
}

void line(std::string &out, const char *name, const std::string &labels, double value)
{
    out.append(name).append("{").append(labels).append("} ").append(metricsNumber(value)).append("\n");
}

} // namespace

RoutingRows routingRows(const RoutingState &routing, int64_t nowNs)
{
    return {nowNs, routing.health().targetRows(nowNs), routing.weights(), routing.health().providerRows(nowNs)};
}

json::object routingStatus(const RoutingRows &rows, const std::vector<HealthBook::ProviderRow> &providerRows,
                           int64_t wallMs)
{
    const Moment at{rows.atNs, wallMs};
    json::array providers;
    for (const HealthBook::ProviderRow &row : providerRows) {
        json::array credentials;
        for (const HealthBook::CredentialRow &credential : row.credentials)
            credentials.push_back(credentialJson(credential, at));
        providers.push_back({{"id", row.id},
                             {"state", blockName(row.block)},
                             {"until", at(row.untilNs)},
                             {"credentials", std::move(credentials)}});
    }
    json::array targets;
    for (const HealthBook::TargetRow &row : rows.targets)
        targets.push_back(targetJson(row, at));
    json::array weights;
    for (const RoutingState::WeightRow &row : rows.weights)
        weights.push_back(
            {{"node", row.node}, {"label", row.label}, {"configured", row.configured}, {"effective", row.effective}});
    json::object health{{"providers", std::move(providers)}, {"targets", std::move(targets)}};
    return {{"health", std::move(health)}, {"weights", std::move(weights)}};
}

std::string routingMetrics(const RoutingState &routing, int64_t nowNs)
{
    const std::vector<HealthBook::TargetRow> targets = routing.health().targetRows(nowNs);
    std::string out;
    appendMetricsHead(out, "signalbox_target_available", "gauge", "1 when requests may go to the target now.");
    for (const HealthBook::TargetRow &row : targets)
        line(out, "signalbox_target_available", labelsOf(row), row.availability.available() ? 1 : 0);
    appendMetricsHead(out, "signalbox_target_in_flight", "gauge", "Attempts running at the target.");
    for (const HealthBook::TargetRow &row : targets)
        line(out, "signalbox_target_in_flight", labelsOf(row), row.figures.inFlight);
    appendMetricsHead(out, "signalbox_target_error_rate", "gauge", "Share of recent attempts that failed, decaying.");
    for (const HealthBook::TargetRow &row : targets)
        line(out, "signalbox_target_error_rate", labelsOf(row), row.figures.errorRate);
    appendMetricsHead(out, "signalbox_target_first_token_p95_seconds", "gauge",
                      "95th percentile of the recent time to the first token, decaying.");
    for (const HealthBook::TargetRow &row : targets) {
        if (row.figures.ttftP95Ms)
            line(out, "signalbox_target_first_token_p95_seconds", labelsOf(row), *row.figures.ttftP95Ms / 1000);
    }
    appendMetricsHead(out, "signalbox_route_weight", "gauge", "Share that a weighted node gives to a child now.");
    for (const RoutingState::WeightRow &row : routing.weights())
        line(out, "signalbox_route_weight",
             "node=\"" + metricsLabel(row.node) + "\",child=\"" + metricsLabel(row.label) + "\"", row.effective);
    return out;
}

} // namespace signalbox
