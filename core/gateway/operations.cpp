// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/operations.h"

#include "core/base/version.h"
#include "core/dialect/openai_chat/request_scan.h"
#include "core/gateway/console_pin.h"
#include "core/gateway/facts_gatherer.h"
#include "core/gateway/response_store.h"
#include "core/routing/planner.h"
#include "core/tokens/token_book.h"

#include <QtCore/QByteArray>

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

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

std::string_view queryValue(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

std::string decoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(QByteArray(text.data(), static_cast<qsizetype>(text.size()))).toStdString();
}

// Only what the rule limits; a period without an end has none.
json::object budgetJson(const BudgetRow &row)
{
    json::object told{{"budget", row.rule},
                      {"account", row.account},
                      {"period", budgetPeriodName(row.period)},
                      {"on_limit", onLimitName(row.onLimit)},
                      {"share", row.share},
                      {"in_flight", row.inFlight}};
    if (row.periodEndMs != INT64_MAX)
        told["resets_at"] = row.periodEndMs;
    const auto meter = [&told](const char *name, const std::optional<int64_t> &cap, int64_t used, int64_t reserved) {
        if (cap)
            told[name] = json::object{{"limit", *cap}, {"used", used}, {"reserved", reserved}};
    };
    meter("nanousd", row.capNanoUsd, row.nanoUsd, row.reservedNanoUsd);
    meter("tokens", row.capTokens, row.tokens, row.reservedTokens);
    meter("requests", row.capRequests, row.requests, 0);
    meter("concurrent", row.capConcurrent, row.inFlight, 0);
    return told;
}

} // namespace

std::string statusJson(const GatewaySnapshot &snapshot, const Config &config, int64_t startedAtMs,
                       const json::object &routing, const std::vector<ConfigWarning> &configWarnings)
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
    json::array budgets;
    for (const BudgetRow &row : snapshot.budgets)
        budgets.push_back(budgetJson(row));
    json::array alerts;
    for (const BudgetAlert &alert : snapshot.budgetAlerts)
        alerts.push_back({{"budget", alert.rule},
                          {"account", alert.account},
                          {"threshold", alert.threshold},
                          {"at", alert.atMs},
                          {"text", alert.text}});
    const LedgerHealth &ledger = snapshot.ledger;
    json::object status{{"version", versionText},
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
                        {"shares_5min", std::move(shares)},
                        {"budgets", std::move(budgets)},
                        {"budget_alerts", std::move(alerts)}};
    for (const auto &[key, value] : routing)
        status.emplace(key, value);
    return json::serialize(status);
}

Dialect dialectAsked(const ExplainRequest &request)
{
    if (const auto named = dialectFromName(queryValue(request.head.query(), "dialect")))
        return *named;
    // A key of its top level that no other dialect has gives a body away.
    const std::string_view body = request.body;
    const auto has = [body](std::string_view key) { return body.find(key) != std::string_view::npos; };
    if (has("\"contents\""))
        return Dialect::Gemini;
    if (!has("\"messages\"") && has("\"input\""))
        return Dialect::OpenAiResponses;
    const bool anthropic = request.head.headers.has("anthropic-version") || has("\"anthropic_version\"") ||
                           (has("\"messages\"") && has("\"system\":"));
    return anthropic ? Dialect::Anthropic : Dialect::OpenAiChat;
}

Result<std::string> explainBody(ExplainServices services, const Caller &caller, const ExplainRequest &request)
{
    const RoutingState &routing = services.routing;
    const auto scan = openai_chat::scanRequest(request.body);
    if (!scan)
        return scan.error();
    const std::string inQuery = decoded(queryValue(request.head.query(), "model"));
    const std::string &model = inQuery.empty() ? scan->model : inQuery;
    const UserRules &users = services.users;
    const std::string user = !users.isEmpty() ? users.userOf({request.head, request.body, scan->user, caller.user})
                                              : (scan->user.empty() ? caller.user : scan->user);
    if (caller.limits) {
        if (const auto allowed = caller.limits->model(model); !allowed)
            return allowed.error();
    }
    const FactsSource source{request.head, model, caller.project, caller.client, user, sessionOf(request.head),
                             request.body};
    std::string conversation;
    RoutingFacts facts = gatherFacts(source, routing.table()->needs(), conversation);
    if (routing.table()->needs().tokens) {
        std::optional<std::string> resolved;
        if (dialectAsked(request) == Dialect::OpenAiResponses) {
            auto stored = services.responses.resolve(request.body);
            if (!stored)
                return stored.error();
            resolved = std::move(*stored);
        }
        facts.inputTokens =
            services.tokens.countBody({}, model, resolved ? std::string_view(*resolved) : request.body).tokens;
    }
    if (caller.console)
        caller.console->layOver(facts);
    facts.nowNs = request.nowNs;
    facts.wallMs = request.wallMs;
    const auto plan = makePlan(routing, facts);
    if (!plan)
        return plan.error();
    if (caller.limits) {
        if (const auto allowed = caller.limits->route(plan->route); !allowed)
            return allowed.error();
    }
    json::object told{{"requested_model", model},
                      {"dialect", dialectName(dialectAsked(request))},
                      {"stream", scan->stream},
                      {"client", caller.client},
                      {"project", caller.project},
                      {"user", user},
                      {"input_tokens", facts.inputTokens ? json::value(*facts.inputTokens) : json::value()}};
    const json::value plain = json::parse(planJson(*plan, false));
    for (const auto &[key, value] : plain.get_object())
        told.emplace(key, value);
    return json::serialize(told);
}

} // namespace signalbox
