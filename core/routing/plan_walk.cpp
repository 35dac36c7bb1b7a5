// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/plan_walk.h"

#include "core/routing/nodes/nodes.h"

#include <algorithm>

namespace signalbox {

namespace {

// Waiting does not help, a mended account does.
bool heldByKey(Block block)
{
    return block == Block::BadCredential || block == Block::OutOfCredit;
}

constexpr int64_t usualTokens = 1'000; // where neither is known

PlanStep::Verdict verdictOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::RegionUnknown:
    case Refusal::Region:
        return PlanStep::Verdict::RegionRefused;
    case Refusal::Quality:
        return PlanStep::Verdict::QualityTooLow;
    case Refusal::Unrated:
        return PlanStep::Verdict::Unrated;
    case Refusal::Denied:
    case Refusal::NotAllowed:
    case Refusal::None:
        break;
    }
    return PlanStep::Verdict::DeniedByPolicy;
}

} // namespace

std::string_view modelAsAsked(std::string_view provider, std::string_view asked)
{
    if (asked.size() > provider.size() + 1 && asked.starts_with(provider) && asked[provider.size()] == '/')
        return asked.substr(provider.size() + 1);
    return asked;
}

PlanWalk::PlanWalk(const RoutingState::Private &routingState, const RoutingFacts &routingFacts, Plan &planned)
    : state(routingState),
      table(routingState.routes()),
      facts(routingFacts),
      plan(planned),
      m_ofProject(table.ofProject(routingFacts.project)),
      m_ofClient(table.ofClient(routingFacts.client))
{
}

void PlanWalk::enterRoute(const TableRoute &route)
{
    m_ofRoute = route.constraints;
    if (!facts.boundBy.empty() && facts.boundBy != route.config->id) {
        const auto origin = std::find_if(table.routes.begin(), table.routes.end(),
                                         [&](const TableRoute &one) { return one.config->id == facts.boundBy; });
        m_ofOrigin = origin == table.routes.end() ? nullptr : origin->constraints;
    }
    if (route.config->affinity.count() > 0 && !facts.conversation.empty())
        m_warm = state.affinity.find(route.config->id, facts.conversation);
    // A route with one target is the commonest; it needs no room for more.
    const uint32_t size = table.nodes[route.root].childCount;
    if (size > 0) {
        candidates.reserve(16);
        m_branches.reserve(16);
        plan.steps.reserve(16);
    }
}

void PlanWalk::enterDirect()
{
    if (!facts.conversation.empty())
        m_warm = state.affinity.find(plan.route, facts.conversation);
}

bool PlanWalk::walk(uint32_t node)
{
    if (table.nodes[node].config->disabled)
        return false;
    switch (table.nodes[node].config->kind) {
    case PolicyNode::Kind::Target:
        return planTarget(*this, node);
    case PolicyNode::Kind::Weighted:
        return planWeighted(*this, node);
    case PolicyNode::Kind::Fallback:
        return planFallback(*this, node);
    case PolicyNode::Kind::Cheapest:
        return planCheapest(*this, node);
    case PolicyNode::Kind::Fastest:
        return planFastest(*this, node);
    case PolicyNode::Kind::Hedge:
        return planHedge(*this, node);
    case PolicyNode::Kind::Fit:
        return planFit(*this, node);
    case PolicyNode::Kind::When:
        return planWhen(*this, node);
    case PolicyNode::Kind::Reject:
        return planReject(*this, node);
    }
    return false;
}

void PlanWalk::step(uint32_t node, PlanStep::Verdict verdict, uint32_t target, float a, float b, uint8_t detail,
                    float c)
{
    PlanStep made;
    made.node = node;
    made.target = target;
    made.verdict = verdict;
    made.detail = detail;
    made.a = a;
    made.b = b;
    made.c = c;
    plan.steps.push_back(made);
}

void PlanWalk::addTarget(uint32_t node, uint32_t target, std::string_view model)
{
    const TableTarget &entry = table.targets[target];
    Candidate candidate;
    candidate.target = target;
    candidate.model = model;
    candidate.facts = factsOf(entry, model);
    if (refusedByConstraints(node, m_ofClient, candidate) || refusedByConstraints(node, m_ofProject, candidate) ||
        refusedByConstraints(node, m_ofRoute, candidate) || refusedByConstraints(node, m_ofOrigin, candidate))
        return;
    for (const Demand *demand = demands; demand; demand = demand->above) {
        if (!meetsDemand(node, *table.nodes[demand->node].config, candidate))
            return;
    }
    if (!isBlocked(node, candidate))
        candidates.push_back(candidate);
}

const ModelFacts *PlanWalk::factsOf(const TableTarget &target, std::string_view model)
{
    if (!target.asAsked)
        return target.facts.get();
    ModelFactsPtr found = table.models->find(target.provider->id, model);
    if (!found)
        return nullptr;
    m_asked.push_back(std::move(found));
    return m_asked.back().get();
}

bool PlanWalk::refusedByConstraints(uint32_t node, const TableConstraints *constraints, const Candidate &candidate)
{
    if (!constraints)
        return false;
    const Refusal refusal = constraints->check(table.targets, candidate.target, candidate.model, candidate.facts);
    if (refusal == Refusal::None)
        return false;
    const Constraints &rule = constraints->test.constraints();
    const QualityScore *score =
        refusal == Refusal::Quality && candidate.facts ? candidate.facts->qualityBy(rule.qualityOf) : nullptr;
    constexpr uint8_t byProject = 0x80;
    constexpr uint8_t byClient = 0x40;
    const uint8_t whose = constraints == m_ofProject ? byProject : constraints == m_ofClient ? byClient : 0;
    const auto detail = static_cast<uint8_t>(static_cast<uint8_t>(refusal) | whose);
    step(node, verdictOf(refusal), candidate.target, score ? static_cast<float>(score->score) : 0,
         static_cast<float>(rule.minQuality.value_or(0)), detail);
    return true;
}

bool PlanWalk::meetsDemand(uint32_t node, const PolicyNode &demand, Candidate &candidate)
{
    return demand.kind == PolicyNode::Kind::Fit ? fits(*this, node, demand, candidate)
                                                : affordable(*this, node, demand, candidate);
}

bool PlanWalk::isBlocked(uint32_t node, const Candidate &candidate)
{
    const TableTarget &entry = table.targets[candidate.target];
    const TargetHealth *health = state.targets[candidate.target].health;
    const Availability availability =
        health ? state.health->availability(*health, facts.nowNs)
               : state.health->availability(entry.provider->id, candidate.model, facts.nowNs);
    if (availability.available())
        return false;
    constexpr double nsPerSecond = 1e9;
    step(node, PlanStep::Verdict::Blocked, candidate.target,
         availability.untilNs > 0
             ? static_cast<float>(static_cast<double>(availability.untilNs - facts.nowNs) / nsPerSecond)
             : 0);
    plan.steps.back().block = availability.block;
    const auto same = [&](const BlockedTarget &other) {
        return other.model == candidate.model && other.provider == entry.provider->id;
    };
    if (std::none_of(plan.blocked.begin(), plan.blocked.end(), same))
        plan.blocked.push_back({entry.provider->id, candidate.model, availability});
    if (heldByKey(availability.block))
        m_held.push_back(candidate);
    return true;
}

size_t PlanWalk::openBranches(uint32_t node)
{
    const TableNode &entry = table.nodes[node];
    const size_t from = m_branches.size();
    for (uint32_t i = 0; i < entry.childCount; ++i) {
        Branch branch;
        branch.node = entry.firstChild + i;
        branch.begin = static_cast<uint32_t>(candidates.size());
        branch.rejects = walk(branch.node);
        branch.end = static_cast<uint32_t>(candidates.size());
        m_branches.push_back(branch);
    }
    return from;
}

bool PlanWalk::closeBranches(uint32_t node, size_t from)
{
    const TableNode &entry = table.nodes[node];
    const std::span<Branch> mine = branches(from);
    if (mine.empty())
        return false;
    const uint32_t begin = std::min_element(mine.begin(), mine.end(), [](const Branch &a, const Branch &b) {
                               return a.begin < b.begin;
                           })->begin;
    bool inOrder = true;
    uint32_t expected = begin;
    for (const Branch &branch : mine) {
        inOrder = inOrder && branch.begin == expected;
        expected = branch.end;
    }
    if (!inOrder) {
        m_sorted.clear();
        for (const Branch &branch : mine)
            m_sorted.insert(m_sorted.end(), candidates.begin() + branch.begin, candidates.begin() + branch.end);
        std::copy(m_sorted.begin(), m_sorted.end(), candidates.begin() + begin);
    }
    bool rejects = false;
    uint32_t at = begin;
    for (const Branch &branch : mine) {
        rejects = rejects || branch.rejects;
        if (at != begin && !branch.empty()) {
            candidates[at].joinDepth = entry.depth;
            candidates[at].on = entry.on;
        }
        at += branch.end - branch.begin;
    }
    m_branches.resize(from);
    return rejects && at == begin;
}

uint32_t PlanWalk::firstTarget(const Branch &branch) const
{
    return branch.empty() ? PlanStep::noTarget : candidates[branch.begin].target;
}

const WarmPlace *PlanWalk::warmAt(const Candidate &candidate) const
{
    if (!m_warm)
        return nullptr;
    const std::string &provider = table.targets[candidate.target].provider->id;
    for (const WarmPlace &place : *m_warm) {
        if (place.untilNs > facts.nowNs && place.provider == provider && place.model == candidate.model)
            return &place;
    }
    return nullptr;
}

const Branch *PlanWalk::warmBranch(std::span<const Branch> all) const
{
    const Branch *warmest = nullptr;
    const WarmPlace *best = nullptr;
    if (!m_warm)
        return nullptr;
    for (const Branch &branch : all) {
        const WarmPlace *place = branch.empty() ? nullptr : warmAt(candidates[branch.begin]);
        if (place && (!best || place < best)) { // the latest stands first
            best = place;
            warmest = &branch;
        }
    }
    return warmest;
}

int64_t PlanWalk::inputTokens() const
{
    return facts.inputTokens.value_or(usualTokens);
}

int64_t PlanWalk::outputTokens() const
{
    return std::min(facts.maxOutputTokens.value_or(usualTokens), usualTokens);
}

std::optional<double> PlanWalk::usdOf(const Candidate &candidate, int64_t cachedTokens) const
{
    if (!candidate.facts || !candidate.facts->price)
        return std::nullopt;
    return estimatedUsd(*candidate.facts->price, inputTokens(), cachedTokens, outputTokens());
}

// A share of extra requests is a share of extra money only where both cost the same.
float PlanWalk::hedgeCostOf(const Candidate &candidate) const
{
    const auto usd = usdOf(candidate, 0);
    const auto before = m_before ? usdOf(*m_before, 0) : std::nullopt;
    if (!usd || !before || *before <= 0)
        return 1;
    return static_cast<float>(std::clamp(*usd / *before, 0.01, 1e6));
}

void PlanWalk::addPlanned(const Candidate &candidate)
{
    const TableTarget &entry = table.targets[candidate.target];
    PlannedTarget &target = plan.targets.emplace_back();
    target.provider = entry.provider->id;
    target.model = candidate.model;
    target.entry = candidate.target;
    target.truncate = candidate.truncate;
    target.mostInputTokens = candidate.mostInputTokens;
    target.joinDepth = candidate.joinDepth;
    target.on = candidate.on;
    if (!entry.asAsked) {
        target.facts = entry.facts;
    } else if (candidate.facts) {
        target.facts = *std::find_if(m_asked.begin(), m_asked.end(),
                                     [&](const ModelFactsPtr &known) { return known.get() == candidate.facts; });
    }
    if (candidate.hedgeAfterMs >= 0) {
        target.hedgeAfterMs = candidate.hedgeAfterMs;
        target.hedgeNode = candidate.hedgeNode;
        target.hedgeCost = hedgeCostOf(candidate);
    }
    m_before = &candidate;
    const WarmPlace *warm = warmAt(candidate);
    if (!warm)
        return;
    for (const CredentialConfig &credential : entry.provider->credentials) {
        if (credential.id == warm->credential)
            target.credential = credential.id; // the table's own text: the memory may forget its one at any time
    }
}

// A double is left out where it comes again; who comes after it then joins the one before it where both meet.
void PlanWalk::finish()
{
    // Where refused keys are all that is left, the provider is asked again: its own words help more than ours, and a
    // mended account works at once.
    const auto isHeld = [](const BlockedTarget &blocked) { return heldByKey(blocked.availability.block); };
    if (candidates.empty() && std::all_of(plan.blocked.begin(), plan.blocked.end(), isHeld))
        candidates = std::move(m_held);
    plan.targets.reserve(candidates.size());
    std::optional<Candidate> skipped;
    for (size_t i = 0; i < candidates.size(); ++i) {
        Candidate &candidate = candidates[i];
        const std::string_view provider = table.targets[candidate.target].provider->id;
        const bool again = std::any_of(plan.targets.begin(), plan.targets.end(), [&](const PlannedTarget &planned) {
            return planned.entry == candidate.target ||
                   (planned.model == candidate.model && planned.provider == provider);
        });
        if (skipped && skipped->joinDepth <= candidate.joinDepth) {
            candidate.joinDepth = skipped->joinDepth;
            candidate.on = skipped->on;
        }
        if (again) {
            step(TableNode::none, PlanStep::Verdict::Repeated, candidate.target);
            skipped = candidate;
            continue;
        }
        skipped.reset();
        addPlanned(candidate);
    }
}

} // namespace signalbox
