// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/plan_text.h"

#include "core/routing/plan_walk.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace signalbox {

namespace {

using Verdict = PlanStep::Verdict;

std::string number(double value, int places)
{
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", places, value);
    return buffer.data();
}

std::string percent(double share)
{
    const double value = share * 100;
    const bool whole = std::abs(value - std::round(value)) < 0.05;
    return number(value, whole ? 0 : 1) + " %";
}

std::string duration(double ms)
{
    return ms < 1000 ? number(ms, 0) + " ms" : number(ms / 1000, 1) + " s";
}

std::string usd(double value)
{
    return number(value, value < 0.00995 ? 6 : 4) + " USD";
}

std::string tokens(double count)
{
    std::string text = number(count, 0);
    for (size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

const RouteTable::Private *tableOf(const Plan &plan)
{
    return plan.table ? &plan.table->d() : nullptr;
}

const TableNode *nodeOf(const Plan &plan, uint32_t node)
{
    const RouteTable::Private *table = tableOf(plan);
    return table && node < table->nodes.size() ? &table->nodes[node] : nullptr;
}

const PolicyNode *parentOf(const Plan &plan, const PlanStep &step)
{
    const TableNode *node = nodeOf(plan, step.node);
    const TableNode *parent = node ? nodeOf(plan, node->parent) : nullptr;
    return parent ? parent->config : nullptr;
}

const char *metricName(PolicyNode::Metric metric)
{
    switch (metric) {
    case PolicyNode::Metric::TtftP50:
        return "median time to the first token";
    case PolicyNode::Metric::TtftP95:
        return "p95 of the time to the first token";
    case PolicyNode::Metric::DurationP50:
        return "median duration";
    case PolicyNode::Metric::DurationP95:
        return "p95 of the duration";
    case PolicyNode::Metric::TokensPerSecond:
        return "median speed";
    }
    return "";
}

std::string weightedText(const Plan &plan, const PlanStep &step)
{
    std::string text = percent(step.a) + " of route " + std::string(plan.route);
    if (step.detail == PlanStep::SlowNow || step.detail == PlanStep::FailingNow) {
        text += ", now " + percent(step.b) + " because ";
        text +=
            step.detail == PlanStep::SlowNow ? "p95 is " + duration(step.c) : percent(step.c) + " of its requests fail";
    } else if (std::abs(step.a - step.b) >= 0.0005F) {
        text += ", now " + percent(step.b);
    }
    if (step.detail == PlanStep::Warm)
        text += "; the conversation's prompt cache is warm there";
    else
        text += step.verdict == Verdict::Chosen ? "; its turn is due" : "; stands in by its weight";
    return text;
}

std::string fastestText(const PolicyNode &parent, const PlanStep &step)
{
    const bool speed = parent.metric == PolicyNode::Metric::TokensPerSecond;
    std::string figure =
        std::string(metricName(parent.metric)) + " is " + (speed ? number(-step.a, 0) + " tokens/s" : duration(step.a));
    if (std::isinf(step.a))
        figure = "most of its requests fail";
    switch (step.detail) {
    case PlanStep::NotKnown:
        return step.verdict == Verdict::Chosen ? "nothing is known of its speed yet, so it is tried"
                                               : "nothing is known of its speed yet";
    case PlanStep::Exploring:
        return "tried to learn how fast it is now (" + percent(parent.explore) + " of requests); " + figure;
    case PlanStep::Warm:
        return "the conversation's prompt cache is warm there; " + figure;
    default:
        return (step.verdict == Verdict::Chosen ? "the fastest: " : "slower: ") + figure;
    }
}

std::string hedgeText(const PlanStep &step)
{
    if (step.verdict == Verdict::Chosen)
        return "asked first";
    if (step.detail == PlanStep::NotKnown)
        return "stands in; how long the first one usually takes is not known yet, so it is not started early";
    return "started beside the first one when that has shown nothing for " + duration(step.a) + ", for " +
           percent(step.b) + " of requests at most";
}

std::string choiceText(const Plan &plan, const PlanStep &step)
{
    const PolicyNode *parent = parentOf(plan, step);
    if (!parent)
        return "chosen";
    switch (parent->kind) {
    case PolicyNode::Kind::Weighted:
        return weightedText(plan, step);
    case PolicyNode::Kind::Cheapest:
        return (step.verdict == Verdict::Chosen ? "the cheapest for this request: about " : "about ") + usd(step.a);
    case PolicyNode::Kind::Fastest:
        return fastestText(*parent, step);
    case PolicyNode::Kind::Hedge:
        return hedgeText(step);
    default:
        return "chosen";
    }
}

// What the request would have to be, for a condition that did not hold.
std::string conditionText(const Condition &condition, ConditionPart part)
{
    const auto list = [](const std::vector<std::string> &words) {
        std::string text;
        for (const std::string &word : words)
            text += (text.empty() ? "" : ", ") + word;
        return text;
    };
    switch (part) {
    case ConditionPart::None:
        return "its condition holds";
    case ConditionPart::Model:
        return "it is for models like " + condition.model;
    case ConditionPart::Project:
        return "it is for project " + condition.project;
    case ConditionPart::Client:
        return "it is for client " + condition.client;
    case ConditionPart::User:
        return "it is for user " + condition.user;
    case ConditionPart::Tag:
        return "it is for requests with the tag " + condition.tag;
    case ConditionPart::Header:
        return "it is for requests with certain headers";
    case ConditionPart::Contents:
        return "it is for requests with " + list(condition.has);
    case ConditionPart::TokensAbove:
        return "it is for more than " + tokens(static_cast<double>(condition.tokensAbove.value_or(0))) + " tokens";
    case ConditionPart::TokensBelow:
        return "it is for less than " + tokens(static_cast<double>(condition.tokensBelow.value_or(0))) + " tokens";
    case ConditionPart::Time:
        return "it is for the time " + condition.time;
    case ConditionPart::Day:
        return "it is for " + list(condition.days);
    }
    return {};
}

constexpr uint8_t byProject = 0x80;
constexpr uint8_t byClient = 0x40;

std::string constraintsOf(const PlanStep &step)
{
    return (step.detail & byProject) != 0  ? "its project's constraints"
           : (step.detail & byClient) != 0 ? "the regions of its client's key"
                                           : "the route's constraints";
}

std::string regionText(const Plan &plan, const PlanStep &step)
{
    const RouteTable::Private *table = tableOf(plan);
    const std::string who = constraintsOf(step);
    const ProviderConfig *provider =
        table && step.target < table->targets.size() ? table->targets[step.target].provider : nullptr;
    if (!provider || provider->region.empty())
        return "its region is not known, and " + who + " name the regions allowed";
    return "its region is " + provider->region + ", which " + who + " do not allow";
}

std::string deniedText(const PlanStep &step)
{
    const bool denied = static_cast<Refusal>(step.detail & ~(byProject | byClient)) == Refusal::Denied;
    return constraintsOf(step) + (denied ? " deny it" : " do not allow it");
}

std::string contextText(const PlanStep &step)
{
    switch (step.verdict) {
    case Verdict::DoesNotFit:
        return "the request needs " + tokens(step.a) + " tokens, its context has " + tokens(step.b);
    case Verdict::WillTruncate:
        return "the request needs " + tokens(step.a) + " tokens, its context has " + tokens(step.b) +
               ", so the request would be cut";
    default:
        return "its context is not known, so it comes behind those known to hold " + tokens(step.a) + " tokens";
    }
}

} // namespace

const char *verdictName(Verdict verdict)
{
    constexpr std::array<const char *, 21> names{
        "route-passed-over", "route-taken",     "chosen",           "alternative",      "entered",  "not-entered",
        "blocked",           "region-refused",  "denied-by-policy", "quality-too-low",  "unrated",  "too-dear",
        "does-not-fit",      "content-refused", "unpriced",         "unknown-provider", "repeated", "stays-warm",
        "rejected",          "context-unknown", "will-truncate",
    };
    return names[static_cast<size_t>(verdict)];
}

std::string stepTarget(const Plan &plan, const PlanStep &step)
{
    const RouteTable::Private *table = tableOf(plan);
    if (!table || step.target >= table->targets.size())
        return {};
    const TableTarget &target = table->targets[step.target];
    const std::string &provider = target.provider->id;
    return provider + '/' + std::string(target.asAsked ? modelAsAsked(provider, plan.asked) : target.model);
}

std::string blockText(const Availability &availability, double seconds)
{
    std::string text;
    switch (availability.block) {
    case Block::Breaker:
        text = "it failed too often";
        break;
    case Block::CoolDown:
        text = "it asked to wait";
        break;
    case Block::OutOfCredit:
        text = "its account is out of credit";
        break;
    case Block::BadCredential:
        text = "its key was refused";
        break;
    case Block::None:
        return "it is available";
    }
    return availability.untilNs > 0 ? text + "; tried again in " + number(std::max(seconds, 0.0), 1) + " s" : text;
}

std::string stepText(const Plan &plan, const PlanStep &step)
{
    const TableNode *node = nodeOf(plan, step.node);
    const RouteTable::Private *table = tableOf(plan);
    const std::string route = node ? table->routes[node->route].config->id : std::string();
    switch (step.verdict) {
    case Verdict::RouteTaken:
        return "route " + route + " matches";
    case Verdict::RoutePassedOver:
        return "route " + route + " does not match: " +
               (node ? conditionText(table->routes[node->route].config->match, static_cast<ConditionPart>(step.detail))
                     : std::string());
    case Verdict::Chosen:
    case Verdict::Alternative:
        return choiceText(plan, step);
    case Verdict::Entered:
        if (node && node->config->kind == PolicyNode::Kind::When && step.target == PlanStep::noTarget)
            return "the condition holds";
        return "the request of " + tokens(step.a) + " tokens fits into its context of " + tokens(step.b);
    case Verdict::NotEntered:
        return "the condition does not hold: " +
               (node ? conditionText(node->config->condition, static_cast<ConditionPart>(step.detail)) : std::string());
    case Verdict::Blocked:
        return blockText({step.block, step.a > 0 ? 1 : 0}, step.a);
    case Verdict::RegionRefused:
        return regionText(plan, step);
    case Verdict::DeniedByPolicy:
        return deniedText(step);
    case Verdict::QualityTooLow:
        return "its quality is " + number(step.a, 1) + ", the least allowed is " + number(step.b, 1);
    case Verdict::Unrated:
        return "its quality is not known, the least allowed is " + number(step.b, 1);
    case Verdict::TooDear:
        return "the request would cost about " + usd(step.a) + ", the limit is " + usd(step.b);
    case Verdict::DoesNotFit:
    case Verdict::ContextUnknown:
    case Verdict::WillTruncate:
        return contextText(step);
    case Verdict::ContentRefused:
        return std::string("it does not take ") + contentName(static_cast<Content>(step.detail));
    case Verdict::Unpriced:
        return step.b > 0 ? "its price is not known, so it cannot be known to stay within " + usd(step.b)
                          : "its price is not known, so it comes last";
    case Verdict::UnknownProvider:
        return "its provider is not configured";
    case Verdict::Repeated:
        return "it stands in the plan already";
    case Verdict::StaysWarm:
        return "the conversation's prompt cache is warm there; leaving would cost about " + usd(step.a) + " more";
    case Verdict::Rejected:
        return "rejects the request";
    }
    return {};
}

std::string targetReason(const Plan &plan, size_t target)
{
    const PlannedTarget &planned = plan.targets[target];
    std::string reason;
    for (const PlanStep &step : plan.steps) {
        if (step.target != planned.entry)
            continue;
        switch (step.verdict) {
        case Verdict::Chosen:
        case Verdict::Alternative:
        case Verdict::StaysWarm:
        case Verdict::Unpriced:
        case Verdict::ContextUnknown:
        case Verdict::WillTruncate:
            reason += (reason.empty() ? "" : "; ") + stepText(plan, step);
            break;
        default:
            break;
        }
    }
    if (plan.route == pinnedRoute)
        reason = "pinned by the console" + (reason.empty() ? "" : "; " + reason);
    if (reason.empty())
        reason = target == 0 ? "target of route " + std::string(plan.route) : "stands in when those before it fail";
    return reason;
}

} // namespace signalbox
