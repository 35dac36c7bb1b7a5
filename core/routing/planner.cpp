// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/planner.h"

#include "core/base/glob.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char directRoute[] = "(direct)";

// `box/llama3` asked of provider box is its model llama3; `openai/gpt-5` asked of openrouter stays whole.
std::string modelFor(const std::string &provider, const std::string &pattern, const std::string &asked)
{
    if (pattern != "*")
        return pattern;
    if (asked.size() > provider.size() + 1 && asked.starts_with(provider) && asked[provider.size()] == '/')
        return asked.substr(provider.size() + 1);
    return asked;
}

bool matches(const RouteMatch &match, const RoutingFacts &facts)
{
    return globMatch(match.model, facts.model) && (match.project.empty() || match.project == facts.project) &&
           (match.client.empty() || match.client == facts.client);
}

void collect(const Config &config, const PolicyNode &node, const RoutingFacts &facts, const std::string &reason,
             Plan &plan)
{
    if (node.kind == PolicyNode::Kind::Fallback) {
        for (size_t i = 0; i < node.children.size(); ++i) {
            const std::string place =
                i == 0 ? std::string("first choice")
                       : "fallback " + std::to_string(i) + " of " + std::to_string(node.children.size() - 1);
            collect(config, node.children[i], facts, place + " of route " + plan.route, plan);
        }
        return;
    }
    PlannedTarget target{node.provider, modelFor(node.provider, node.model, facts.model), reason};
    const auto same = [&](const PlannedTarget &t) { return t.provider == target.provider && t.model == target.model; };
    if (!config.provider(target.provider))
        plan.notes.push_back("left out " + target.provider + "/" + target.model + ": no such provider");
    else if (std::any_of(plan.targets.begin(), plan.targets.end(), same))
        plan.notes.push_back("left out " + target.provider + "/" + target.model + ": already tried before");
    else
        plan.targets.push_back(std::move(target));
}

Result<Plan> directPlan(const Config &config, const RoutingFacts &facts)
{
    Plan plan;
    plan.route = directRoute;
    const size_t slash = facts.model.find('/');
    const std::string prefix = facts.model.substr(0, slash == std::string::npos ? 0 : slash);
    if (!prefix.empty() && config.provider(prefix)) {
        plan.targets.push_back({prefix, facts.model.substr(slash + 1), "named by the model " + facts.model});
        return plan;
    }
    if (config.providers.size() == 1) {
        const std::string &only = config.providers.front().id;
        plan.targets.push_back({only, facts.model, "the only provider; no route is configured"});
        return plan;
    }
    return Error{"model_not_found",
                 "No route is configured, and the model '" + facts.model +
                     "' does not name its provider. Ask for PROVIDER/MODEL, or add a route.",
                 404};
}

} // namespace

Result<Plan> makePlan(const Config &config, const RoutingFacts &facts)
{
    if (config.providers.empty())
        return Error{"no_provider", "No provider is configured yet. Add one under Providers, or in the config file.",
                     503};
    if (config.routes.empty())
        return directPlan(config, facts);
    Plan plan;
    for (const RouteConfig &route : config.routes) {
        if (!matches(route.match, facts)) {
            plan.notes.push_back("passed over route " + route.id + ": it matches " + route.match.model);
            continue;
        }
        plan.route = route.id;
        plan.onLoss = route.onLoss;
        collect(config, route.to, facts, "target of route " + route.id, plan);
        if (!plan.targets.empty())
            return plan;
    }
    return Error{"model_not_found", "No route matches the model '" + facts.model + "'.", 404};
}

Outcome classifyStatus(int status)
{
    if (status >= 200 && status < 400)
        return Outcome::Success;
    // 401, 402, 403: the provider refuses our credential, which is not the client's mistake.
    if (status == 401 || status == 402 || status == 403 || status == 408 || status == 409 || status == 429 ||
        status >= 500)
        return Outcome::TryNext;
    return Outcome::ClientMistake;
}

} // namespace signalbox
