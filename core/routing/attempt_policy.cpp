// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/attempt_policy.h"

#include "core/routing/route_table.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;
using Kind = AttemptAction::Kind;
using Reason = AttemptAction::Reason;

// Another try of the same target may go better.
constexpr FailureSet passing{
    FailureClass::Connect,    FailureClass::Timeout, FailureClass::RequestTimeout, FailureClass::Conflict,
    FailureClass::Overloaded, FailureClass::Server,  FailureClass::RateLimited,
};
// It is the key's fault: another one may do.
constexpr FailureSet ofCredential{FailureClass::RateLimited, FailureClass::Quota, FailureClass::Credential};

Availability availabilityOf(HealthBook &health, const PlannedTarget &target, int64_t nowNs)
{
    const TargetHealth *handle = health.target(target.provider, target.model);
    return handle ? health.availability(*handle, nowNs) : Availability{Block::Breaker, 0};
}

// What is left for a target that cannot be tried right now.
struct Outlook {
    std::optional<int64_t> soonestNs;
    bool anybody = false;      // somebody may be asked again as soon as the backoff allows
    bool onlyThrottled = true; // all that is in the way are cool-downs
};

void consider(Outlook &outlook, const Availability &availability)
{
    outlook.onlyThrottled = outlook.onlyThrottled && availability.block == Block::CoolDown;
    if (availability.untilNs > 0)
        outlook.soonestNs = std::min(outlook.soonestNs.value_or(availability.untilNs), availability.untilNs);
}

} // namespace

AttemptPolicy::AttemptPolicy(RoutingState &state, uint64_t seed, int64_t deadlineNs, int64_t patientUntilNs)
    : m_state(state), m_random(seed), m_deadlineNs(deadlineNs), m_patientUntilNs(patientUntilNs)
{
}

AttemptAction AttemptPolicy::begin(const Plan &plan, int64_t nowNs)
{
    m_tried.clear();
    m_furthest = 0;
    m_running = 0;
    return tryFrom(plan, plan.targets.empty() ? std::nullopt : std::optional<size_t>(0), nowNs);
}

AttemptAction AttemptPolicy::failed(const Plan &plan, size_t target, std::string_view credential, FailureClass why,
                                    int64_t nowNs)
{
    m_running = std::max(0, m_running - 1);
    m_anyFailed = true;
    if (why == FailureClass::Unsuitable)
        --m_attempts;
    // Of two attempts that the exchange's deadline cuts the other one has yet to be told of.
    const bool cutBeside = why == FailureClass::Aborted && m_running > 0;
    if (why == FailureClass::Client || (why == FailureClass::Aborted && !cutBeside))
        return {Kind::GiveUp, Reason::Final, target, {}, 0};
    m_tried.push_back({target, std::string(credential), why});
    if (m_running > 0)
        return {Kind::RunOn, Reason::None, target, {}, 0};
    if (ofCredential.has(why) && !credential.empty() && !spent(plan, nowNs)) {
        if (auto other = credentialFor(plan, target, nowNs))
            return started(target, std::move(*other));
    }
    return tryFrom(plan, plan.next(m_furthest, why), nowNs);
}

std::optional<int64_t> AttemptPolicy::hedgeDueNs(const Plan &plan, size_t target, int64_t startedNs)
{
    if (target + 1 >= plan.targets.size() || !plan.targets[target + 1].hedgeAfterMs)
        return std::nullopt;
    return startedNs + int64_t(*plan.targets[target + 1].hedgeAfterMs * double(nsPerMs));
}

AttemptAction AttemptPolicy::hedge(const Plan &plan, size_t target, int64_t nowNs)
{
    const AttemptAction runOn{Kind::RunOn, Reason::None, target, {}, 0};
    const size_t other = target + 1;
    if (m_running == 0 || m_furthest != target || other >= plan.targets.size() || spent(plan, nowNs) ||
        !availabilityOf(m_state.health(), plan.targets[other], nowNs).available() ||
        !m_state.mayHedge(plan.targets[other].hedgeNode, nowNs, double(plan.targets[other].hedgeCost)))
        return runOn;
    auto credential = credentialFor(plan, other, nowNs);
    return credential ? started(other, std::move(*credential)) : runOn;
}

AttemptAction AttemptPolicy::tryFrom(const Plan &plan, std::optional<size_t> target, int64_t nowNs)
{
    while (target && !spent(plan, nowNs)) {
        if (auto credential = credentialFor(plan, *target, nowNs))
            return started(*target, std::move(*credential));
        m_furthest = std::max(m_furthest, *target);
        target = plan.next(*target, FailureClass::Unsuitable); // blocked since it was planned
    }
    return waitOrGiveUp(plan, nowNs);
}

// Whether the target may be asked at all is known of a new plan's first one and asked again of all later ones.
std::optional<std::string> AttemptPolicy::credentialFor(const Plan &plan, size_t target, int64_t nowNs)
{
    const PlannedTarget &planned = plan.targets[target];
    if ((target > 0 || !m_tried.empty()) && !availabilityOf(m_state.health(), planned, nowNs).available())
        return std::nullopt;
    std::vector<std::string> tried;
    for (const Tried &one : m_tried) {
        if (one.target == target)
            tried.push_back(one.credential);
    }
    return m_state.health().pickCredential(planned.provider, tried, planned.credential, nowNs);
}

AttemptAction AttemptPolicy::started(size_t target, std::string credential)
{
    ++m_attempts;
    ++m_running;
    m_furthest = std::max(m_furthest, target);
    return {Kind::Try, Reason::None, target, std::move(credential), 0};
}

bool AttemptPolicy::spent(const Plan &plan, int64_t nowNs) const
{
    return m_attempts >= plan.table->config().retry.attempts || (m_deadlineNs > 0 && nowNs >= m_deadlineNs);
}

bool AttemptPolicy::worthRepeating(size_t target) const
{
    const auto mayPass = [target](const Tried &one) { return one.target == target && passing.has(one.why); };
    return std::any_of(m_tried.begin(), m_tried.end(), mayPass);
}

AttemptAction AttemptPolicy::waitOrGiveUp(const Plan &plan, int64_t nowNs)
{
    Outlook outlook;
    for (const BlockedTarget &target : plan.blocked)
        consider(outlook, target.availability);
    for (size_t i = 0; i < plan.targets.size() && i <= m_furthest; ++i) {
        const Availability availability = availabilityOf(m_state.health(), plan.targets[i], nowNs);
        if (!availability.available())
            consider(outlook, availability);
        else
            outlook.onlyThrottled = false;
        outlook.anybody = outlook.anybody || (availability.available() && worthRepeating(i));
    }
    const RetryConfig &retry = plan.table->config().retry;
    const int64_t capNs = std::chrono::nanoseconds(retry.maxBackoff).count();
    const int64_t doubled = std::chrono::nanoseconds(retry.backoff).count() << std::min(m_waits, 20);
    const double backoffNs = double(std::min(doubled, capNs));
    AttemptAction action{Kind::GiveUp, Reason::Failed, 0, {}, outlook.soonestNs.value_or(0)};
    if (!m_anyFailed)
        action.reason = outlook.onlyThrottled && outlook.soonestNs ? Reason::Throttled : Reason::Blocked;
    if (m_attempts + m_waits >= retry.attempts || (!outlook.anybody && !outlook.soonestNs))
        return action;

    std::optional<int64_t> atNs;
    // Jitter, because all that wait shall not come in one moment.
    if (outlook.soonestNs && *outlook.soonestNs <= std::max(nowNs + capNs, m_patientUntilNs))
        atNs = std::max(*outlook.soonestNs, nowNs) + int64_t(backoffNs * dice());
    if (outlook.anybody) {
        const int64_t againNs = nowNs + int64_t(backoffNs * (0.5 + dice() / 2));
        atNs = std::min(atNs.value_or(againNs), againNs);
    }
    if (!atNs || (m_deadlineNs > 0 && *atNs >= m_deadlineNs) || (m_attempts > 0 && !m_state.mayRetry(nowNs)))
        return action;
    ++m_waits;
    return {Kind::Wait, Reason::None, 0, {}, *atNs};
}

double AttemptPolicy::dice()
{
    m_random += 0x9e3779b97f4a7c15ULL; // splitmix64
    uint64_t z = m_random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return double((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

} // namespace signalbox
