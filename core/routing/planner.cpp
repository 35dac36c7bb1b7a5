// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/planner.h"

#include "core/routing/plan_text.h"
#include "core/routing/plan_walk.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char directRoute[] = "(direct)";

bool isAbout(const PlanStep &step, std::initializer_list<PlanStep::Verdict> verdicts)
{
    return std::find(verdicts.begin(), verdicts.end(), step.verdict) != verdicts.end();
}

bool isRefusal(const PlanStep &step)
{
    using Verdict = PlanStep::Verdict;
    return step.target != PlanStep::noTarget &&
           (isAbout(step, {Verdict::RegionRefused, Verdict::DeniedByPolicy, Verdict::QualityTooLow, Verdict::Unrated,
                           Verdict::TooDear, Verdict::DoesNotFit, Verdict::ContentRefused}) ||
            (step.verdict == Verdict::Unpriced && step.b > 0));
}

// What refused each target, in words; the first few.
std::string refusals(const Plan &plan)
{
    constexpr size_t most = 3;
    std::string text;
    size_t count = 0;
    for (const PlanStep &step : plan.steps) {
        if (isRefusal(step) && ++count <= most)
            text += (text.empty() ? "" : "; ") + stepTarget(plan, step) + ": " + stepText(plan, step);
    }
    if (count > most)
        text += "; and " + std::to_string(count - most) + " more";
    return text;
}

Error refused(const Plan &plan)
{
    using Verdict = PlanStep::Verdict;
    const auto all = [&](std::initializer_list<Verdict> verdicts) {
        return std::all_of(plan.steps.begin(), plan.steps.end(),
                           [&](const PlanStep &step) { return !isRefusal(step) || isAbout(step, verdicts); });
    };
    const std::string where = plan.route == directRoute   ? "No target"
                              : plan.route == pinnedRoute ? "The pinned target is no target that"
                                                          : "No target of route '" + std::string(plan.route) + "'";
    const std::string why = refusals(plan) + ".";
    if (all({Verdict::DoesNotFit}))
        return {"context_length_exceeded", where + " holds this request. " + why, 400};
    if (all({Verdict::DoesNotFit, Verdict::ContentRefused}))
        return {"unsupported_content", where + " takes this request. " + why, 400};
    return {"policy_refused", where + " may be asked. " + why, 403};
}

Error rejected(const PlanWalk &walk)
{
    const PolicyNode &node = *walk.table.nodes[walk.rejectedBy].config;
    return {"policy_refused",
            node.rejectMessage.empty() ? "Route '" + std::string(walk.plan.route) + "' rejects this request."
                                       : node.rejectMessage,
            node.rejectStatus};
}

Error tell(Error error, Plan &plan, Plan *reasons)
{
    if (reasons)
        *reasons = std::move(plan);
    return error;
}

Result<Plan> directPlan(const RoutingState &state, const RoutingFacts &facts, Plan *reasons)
{
    const RouteTable::Private &table = state.d().routes();
    const std::vector<ProviderConfig> &providers = table.config->providers;
    const size_t slash = facts.model.find('/');
    const std::string_view prefix = facts.model.substr(0, slash == std::string_view::npos ? 0 : slash);
    const auto named = std::find_if(providers.begin(), providers.end(), [&](const ProviderConfig &provider) {
        return !prefix.empty() && provider.id == prefix;
    });
    if (named == providers.end() && providers.size() != 1)
        return Error{"model_not_found",
                     "No route is configured, and the model '" + std::string(facts.model) +
                         "' does not name its provider. Ask for PROVIDER/MODEL, or add a route.",
                     404};
    Plan plan;
    plan.table = state.table();
    plan.route = directRoute;
    plan.asked = facts.model;
    plan.affinity = RouteConfig().affinity;
    PlanWalk walk(state.d(), facts, plan);
    walk.enterDirect();
    const auto provider = named == providers.end() ? 0U : static_cast<uint32_t>(named - providers.begin());
    walk.addTarget(TableNode::none, provider, named == providers.end() ? facts.model : facts.model.substr(slash + 1));
    walk.finish();
    if (plan.targets.empty() && plan.blocked.empty())
        return tell(refused(plan), plan, reasons);
    return plan;
}

Error unknownPin(const RoutingFacts &facts, const std::vector<ProviderConfig> &providers)
{
    std::string known;
    for (const ProviderConfig &provider : providers)
        known += (known.empty() ? "" : ", ") + provider.id;
    return {"target_unknown",
            "The pinned target '" + std::string(facts.pinned) +
                "' is not PROVIDER/MODEL of a configured provider; there are " + known + ".",
            400};
}

Result<Plan> pinnedPlan(const RoutingState &state, const RoutingFacts &facts, Plan *reasons)
{
    const RouteTable::Private &table = state.d().routes();
    const std::vector<ProviderConfig> &providers = table.config->providers;
    const size_t slash = std::min(facts.pinned.find('/'), facts.pinned.size());
    const auto named = std::find_if(providers.begin(), providers.end(), [&](const ProviderConfig &provider) {
        return provider.id == facts.pinned.substr(0, slash);
    });
    if (named == providers.end() || slash + 1 >= facts.pinned.size())
        return unknownPin(facts, providers);
    Plan plan;
    plan.table = state.table();
    plan.route = pinnedRoute;
    plan.asked = facts.model;
    plan.byConsole = true;
    PlanWalk walk(state.d(), facts, plan);
    const auto route = std::find_if(table.routes.begin(), table.routes.end(), [&](const TableRoute &one) {
        return one.match.failing(facts) == ConditionPart::None;
    });
    if (route != table.routes.end()) {
        plan.boundBy = route->config->id;
        plan.onLoss = route->config->onLoss;
        walk.enterRoute(*route);
    }
    walk.addTarget(TableNode::none, static_cast<uint32_t>(named - providers.begin()), facts.pinned.substr(slash + 1));
    walk.finish();
    if (plan.targets.empty() && plan.blocked.empty())
        return tell(refused(plan), plan, reasons);
    return plan;
}

} // namespace

Result<Plan> makePlan(const RoutingState &state, const RoutingFacts &facts, Plan *reasons)
{
    const RouteTable::Private &table = state.d().routes();
    if (table.config->providers.empty())
        return Error{"no_provider", "No provider is configured yet. Add one under Providers, or in the config file.",
                     503};
    if (!facts.pinned.empty())
        return pinnedPlan(state, facts, reasons);
    if (table.routes.empty())
        return directPlan(state, facts, reasons);
    Plan plan;
    plan.table = state.table();
    plan.asked = facts.model;
    plan.byConsole = facts.byConsole;
    for (const TableRoute &route : table.routes) {
        if (!facts.route.empty() && route.config->id != facts.route)
            continue;
        const ConditionPart failing = facts.route.empty() ? route.match.failing(facts) : ConditionPart::None;
        PlanStep taken;
        taken.node = route.root;
        taken.verdict =
            failing == ConditionPart::None ? PlanStep::Verdict::RouteTaken : PlanStep::Verdict::RoutePassedOver;
        taken.detail = static_cast<uint8_t>(failing);
        plan.steps.push_back(taken);
        if (failing != ConditionPart::None)
            continue;
        plan.route = route.config->id;
        plan.onLoss = route.config->onLoss;
        plan.affinity = route.config->affinity;
        PlanWalk walk(state.d(), facts, plan);
        walk.enterRoute(route);
        const bool rejects = walk.walk(route.root);
        walk.finish();
        if (rejects && plan.targets.empty())
            return tell(rejected(walk), plan, reasons);
        if (!plan.targets.empty() || !plan.blocked.empty())
            return plan;
        if (std::any_of(plan.steps.begin(), plan.steps.end(), isRefusal))
            return tell(refused(plan), plan, reasons);
        // A tree without a word for this request, such as a `when` without `else`: the next route may have one.
    }
    return tell({"model_not_found", "No route matches the model '" + std::string(facts.model) + "'.", 404}, plan,
                reasons);
}

} // namespace signalbox
