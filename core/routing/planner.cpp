// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/planner.h"

#include "core/base/glob.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char directRoute[] = "(direct)";

// `box/llama3` asked of provider box is its model llama3; `openai/gpt-5` asked of openrouter stays whole.
std::string_view modelFor(std::string_view provider, std::string_view pattern, std::string_view asked)
{
    if (pattern != "*")
        return pattern;
    if (asked.size() > provider.size() + 1 && asked.starts_with(provider) && asked[provider.size()] == '/')
        return asked.substr(provider.size() + 1);
    return asked;
}

bool matches(const Condition &match, const RoutingFacts &facts)
{
    return globMatch(match.model, facts.model) && (match.project.empty() || match.project == facts.project) &&
           (match.client.empty() || match.client == facts.client);
}

PlannedTarget planned(std::string_view provider, std::string_view model)
{
    PlannedTarget target;
    target.provider = provider;
    target.model = model;
    target.on = usualFallback;
    return target;
}

void collect(const Config &config, const PolicyNode &node, const RoutingFacts &facts, Plan &plan)
{
    if (node.kind == PolicyNode::Kind::Fallback) {
        for (const PolicyNode &child : node.children)
            collect(config, child, facts, plan);
        return;
    }
    const std::string_view model = modelFor(node.provider, node.model, facts.model);
    const auto same = [&](const PlannedTarget &t) { return t.provider == node.provider && t.model == model; };
    if (config.provider(node.provider) && !std::any_of(plan.targets.begin(), plan.targets.end(), same))
        plan.targets.push_back(planned(node.provider, model));
}

Result<Plan> directPlan(const RoutingState &state, const RoutingFacts &facts)
{
    const Config &config = state.table()->config();
    Plan plan;
    plan.table = state.table();
    plan.route = directRoute;
    const size_t slash = facts.model.find('/');
    const std::string_view prefix = facts.model.substr(0, slash == std::string::npos ? 0 : slash);
    if (!prefix.empty() && config.provider(prefix)) {
        plan.targets.push_back(planned(config.provider(prefix)->id, facts.model.substr(slash + 1)));
        return plan;
    }
    if (config.providers.size() == 1) {
        plan.targets.push_back(planned(config.providers.front().id, facts.model));
        return plan;
    }
    return Error{"model_not_found",
                 "No route is configured, and the model '" + std::string(facts.model) +
                     "' does not name its provider. Ask for PROVIDER/MODEL, or add a route.",
                 404};
}

} // namespace

Result<Plan> makePlan(const RoutingState &state, const RoutingFacts &facts)
{
    const Config &config = state.table()->config();
    if (config.providers.empty())
        return Error{"no_provider", "No provider is configured yet. Add one under Providers, or in the config file.",
                     503};
    if (config.routes.empty())
        return directPlan(state, facts);
    Plan plan;
    plan.table = state.table();
    for (const RouteConfig &route : config.routes) {
        if (facts.route.empty() ? !matches(route.match, facts) : route.id != facts.route)
            continue;
        plan.route = route.id;
        plan.onLoss = route.onLoss;
        plan.affinity = route.affinity;
        collect(config, route.to, facts, plan);
        if (!plan.targets.empty())
            return plan;
    }
    return Error{"model_not_found", "No route matches the model '" + std::string(facts.model) + "'.", 404};
}

} // namespace signalbox
