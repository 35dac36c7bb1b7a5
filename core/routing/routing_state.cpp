// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/routing_state_p.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace signalbox {

namespace {

void collectTargets(const RouteTable::Private &table, uint32_t node, std::vector<uint32_t> &out)
{
    const TableNode &entry = table.nodes[node];
    if (entry.target != TableNode::none && std::find(out.begin(), out.end(), entry.target) == out.end())
        out.push_back(entry.target);
    for (uint32_t i = 0; i < entry.childCount; ++i)
        collectTargets(table, entry.firstChild + i, out);
}

std::vector<std::vector<uint32_t>> targetsOfChildren(const RouteTable::Private &table, uint32_t node)
{
    std::vector<std::vector<uint32_t>> targets(table.nodes[node].childCount);
    for (uint32_t i = 0; i < targets.size(); ++i)
        collectTargets(table, table.nodes[node].firstChild + i, targets[i]);
    return targets;
}

void watch(RoutingState::Private &state, const std::vector<std::vector<uint32_t>> &children)
{
    for (const std::vector<uint32_t> &targets : children) {
        for (const uint32_t target : targets)
            state.targets[target].watched = true;
    }
}

void weigh(WeightedMemory &memory, const PolicyNode &config)
{
    memory.effective.assign(config.weights.begin(), config.weights.end());
    for (size_t i = 0; i < memory.effective.size(); ++i) {
        if (config.children[i].disabled)
            memory.effective[i] = 0;
    }
    memory.effective.resize(memory.children.size(), 0.0);
    for (size_t i = 0; i < memory.effective.size(); ++i)
        memory.effective[i] *= memory.children[i].factor();
    const double sum = std::accumulate(memory.effective.begin(), memory.effective.end(), 0.0);
    for (double &share : memory.effective)
        share = sum > 0 ? share / sum : 0;
}

// Less is better; nothing: not known.
std::optional<double> metricOf(PolicyNode::Metric metric, const TargetFigures &figures)
{
    switch (metric) {
    case PolicyNode::Metric::TtftP50:
        return figures.ttftP50Ms;
    case PolicyNode::Metric::TtftP95:
        return figures.ttftP95Ms;
    case PolicyNode::Metric::DurationP50:
        return figures.durationP50Ms;
    case PolicyNode::Metric::DurationP95:
        return figures.durationP95Ms;
    case PolicyNode::Metric::TokensPerSecond:
        if (figures.tokensPerSecond)
            return -*figures.tokensPerSecond;
        break;
    }
    return std::nullopt;
}

void look(FastestMemory &memory, const RoutingState::Private &state)
{
    const PolicyNode &config = *state.routes().nodes[memory.node].config;
    for (size_t i = 0; i < memory.targets.size(); ++i) {
        const TargetFigures figures = figuresOf(state, memory.targets[i]);
        constexpr double fewest = 3;
        constexpr double mostlyFailing = 0.5;
        const bool failing = figures.attempts >= fewest && figures.errorRate > mostlyFailing;
        const auto metric = metricOf(config.metric, figures);
        memory.known[i] = metric || failing ? 1 : 0;
        memory.figure[i] = failing ? std::numeric_limits<double>::infinity() : metric.value_or(0);
        memory.trials[i] = 0;
    }
}

// What a node is recognised by over a change of the config: its route, its place and all below it.
using NodeKey = std::pair<std::string, std::string>;

std::map<NodeKey, uint32_t> placesOf(const RouteTable &table)
{
    std::map<NodeKey, uint32_t> places;
    for (uint32_t i = 0; i < table.d().nodes.size(); ++i) {
        const TableNode &node = table.d().nodes[i];
        if (node.slot == TableNode::none)
            continue;
        std::string pointer = table.pointer(i);
        pointer.erase(0, pointer.find('/', sizeof "/routes/" - 1)); // routes may be put in another order
        places.emplace(NodeKey(table.d().routes[node.route].config->id, std::move(pointer)), i);
    }
    return places;
}

// `old`: what is remembered of the same node under the config before; nullptr: it is new.
WeightedMemory weightedMemory(RoutingState::Private &state, uint32_t node, WeightedMemory *old)
{
    const RouteTable::Private &routes = state.routes();
    const TableNode &entry = routes.nodes[node];
    WeightedMemory memory;
    if (old)
        memory = std::move(*old);
    else
        memory.spread = Spread(entry.childCount);
    memory.node = node;
    if (!old || !entry.config->shift)
        memory.children.assign(entry.childCount, {});
    memory.targets.clear();
    if (entry.config->shift)
        memory.targets = targetsOfChildren(routes, node);
    watch(state, memory.targets);
    weigh(memory, *entry.config);
    return memory;
}

FastestMemory fastestMemory(RoutingState::Private &state, uint32_t node, FastestMemory *old)
{
    const RouteTable::Private &routes = state.routes();
    const uint32_t children = routes.nodes[node].childCount;
    FastestMemory memory;
    if (old) {
        memory = std::move(*old);
    } else {
        memory.figure.assign(children, 0);
        memory.known.assign(children, 0);
        memory.trials.assign(children, 0);
    }
    memory.node = node;
    memory.targets = targetsOfChildren(routes, node);
    watch(state, memory.targets);
    return memory;
}

} // namespace

TargetFigures figuresOf(const RoutingState::Private &state, const std::vector<uint32_t> &targets)
{
    const TargetFigures *busiest = nullptr;
    for (const uint32_t target : targets) {
        const TargetFigures &figures = state.targets[target].figures;
        if (!busiest || figures.attempts > busiest->attempts)
            busiest = &figures;
    }
    return busiest ? *busiest : TargetFigures{};
}

RoutingState::RoutingState(uint64_t seed) : m_d(std::make_unique<Private>(seed)) {}
RoutingState::~RoutingState() = default;

void RoutingState::attach(RouteTablePtr table)
{
    const RouteTablePtr before = std::exchange(m_d->table, std::move(table));
    m_d->health->configure(m_d->table->config());
    const RouteTable::Private &routes = m_d->routes();

    m_d->targets.assign(routes.targets.size(), {});
    for (size_t i = 0; i < routes.targets.size(); ++i) {
        const TableTarget &target = routes.targets[i];
        if (!target.asAsked)
            m_d->targets[i].health = m_d->health->target(target.provider->id, target.model);
    }

    m_d->remember(before);
}

std::unique_ptr<RoutingState> RoutingState::preview(RouteTablePtr table, int64_t nowNs) const
{
    auto other = std::make_unique<RoutingState>();
    Private &state = *other->m_d;
    state.health = m_d->health;
    state.table = std::move(table);
    // No handles: taking one may make one. What decides by figures finds them by name.
    state.targets.assign(state.routes().targets.size(), {});
    for (size_t i = 0; i < state.targets.size(); ++i) {
        if (!state.routes().targets[i].asAsked)
            state.targets[i].lastModel = state.routes().targets[i].model;
    }
    state.weighted = m_d->weighted;
    state.fastest = m_d->fastest;
    state.hedges = m_d->hedges;
    state.remember(m_d->table);
    other->tick(nowNs);
    return other;
}

void RoutingState::Private::remember(const RouteTablePtr &before)
{
    const RouteTable::Private &now = routes();
    const auto kept = before ? placesOf(*before) : std::map<NodeKey, uint32_t>();
    std::vector<WeightedMemory> nextWeighted(now.weightedCount);
    std::vector<FastestMemory> nextFastest(now.fastestCount);
    std::vector<HedgeMemory> nextHedges(now.hedgeCount);
    for (const auto &[key, node] : placesOf(*table)) {
        const TableNode &entry = now.nodes[node];
        const auto same = kept.find(key);
        const TableNode *old = same == kept.end() ? nullptr : &before->d().nodes[same->second];
        if (old && (old->config->kind != entry.config->kind || old->config->children != entry.config->children))
            old = nullptr;
        if (entry.config->kind == PolicyNode::Kind::Weighted)
            nextWeighted[entry.slot] = weightedMemory(*this, node, old ? &weighted[old->slot] : nullptr);
        else if (entry.config->kind == PolicyNode::Kind::Fastest)
            nextFastest[entry.slot] = fastestMemory(*this, node, old ? &fastest[old->slot] : nullptr);
        else
            nextHedges[entry.slot] = {node, old ? hedges[old->slot].budget : ShareBudget()};
    }
    weighted = std::move(nextWeighted);
    fastest = std::move(nextFastest);
    hedges = std::move(nextHedges);
}

const RouteTablePtr &RoutingState::table() const
{
    return m_d->table;
}

HealthBook &RoutingState::health()
{
    return *m_d->health;
}

const HealthBook &RoutingState::health() const
{
    return *m_d->health;
}

void RoutingState::commit(const Plan &plan)
{
    if (plan.table != m_d->table)
        return;
    const RouteTable::Private &routes = m_d->routes();
    for (size_t at = 0; at + 2 < plan.picks.size();) {
        const TableNode &node = routes.nodes[plan.picks[at]];
        const uint32_t child = plan.picks[at + 1];
        if (node.config->kind == PolicyNode::Kind::Weighted) {
            WeightedMemory &memory = m_d->weighted[node.slot];
            const size_t words = pickWords(node.childCount);
            memory.spread.commit(child, memory.effective, std::span(plan.picks).subspan(at + 2, words));
            at += 2 + words;
        } else {
            FastestMemory &memory = m_d->fastest[node.slot];
            memory.explored = std::min(memory.explored + node.config->explore, 1.0);
            if (plan.picks[at + 2] == 1) {
                memory.explored -= 1;
                ++memory.turn;
            } else if (plan.picks[at + 2] == 2 && memory.trials[child] < UINT8_MAX) {
                ++memory.trials[child];
            }
            at += 3;
        }
    }
    uint32_t hedge = TableNode::none;
    for (const PlannedTarget &target : plan.targets) {
        if (target.hedgeAfterMs && target.hedgeNode != hedge) {
            hedge = target.hedgeNode;
            m_d->hedges[routes.nodes[hedge].slot].budget.earn(routes.nodes[hedge].config->hedgeMax);
        }
        TargetMemory &memory = m_d->targets[target.entry];
        if (memory.watched && routes.targets[target.entry].asAsked && memory.lastModel != target.model)
            memory.lastModel = target.model;
    }
}

void RoutingState::settled(std::string_view conversation, const Plan &plan, const PlannedTarget &target,
                           std::string_view credential, int64_t cachedTokens, int64_t nowNs)
{
    constexpr int64_t nsPerMs = 1'000'000;
    if (conversation.empty() || plan.affinity.count() <= 0)
        return;
    m_d->affinity.settle(plan.route, conversation,
                         {std::string(target.provider), std::string(target.model), std::string(credential),
                          cachedTokens, nowNs + plan.affinity.count() * nsPerMs});
}

void RoutingState::tick(int64_t nowNs)
{
    if (!m_d->table)
        return;
    const RouteTable::Private &routes = m_d->routes();
    for (size_t i = 0; i < m_d->targets.size(); ++i) {
        TargetMemory &memory = m_d->targets[i];
        if (!memory.watched)
            continue;
        const TargetHealth *health = memory.health;
        if (!health && !memory.lastModel.empty())
            health = std::as_const(*m_d->health).find(routes.targets[i].provider->id, memory.lastModel);
        memory.figures = health ? m_d->health->figures(*health, nowNs) : TargetFigures{};
    }
    for (WeightedMemory &memory : m_d->weighted) {
        const PolicyNode &config = *routes.nodes[memory.node].config;
        if (!config.shift)
            continue;
        for (size_t i = 0; i < memory.children.size(); ++i)
            memory.children[i].move(*config.shift, figuresOf(*m_d, memory.targets[i]), nowNs,
                                    routes.config->breaker.halfLife);
        weigh(memory, config);
    }
    for (FastestMemory &memory : m_d->fastest)
        look(memory, *m_d);
}

bool RoutingState::mayHedge(uint32_t hedgeNode, int64_t nowNs, double cost)
{
    const RouteTable::Private &routes = m_d->routes();
    if (hedgeNode >= routes.nodes.size() || routes.nodes[hedgeNode].config->kind != PolicyNode::Kind::Hedge)
        return false;
    return routes.nodes[hedgeNode].config->hedgeMax > 0 &&
           m_d->hedges[routes.nodes[hedgeNode].slot].budget.spend(nowNs, cost);
}

bool RoutingState::mayRetry(int64_t nowNs)
{
    return m_d->routes().config->retry.budget > 0 && m_d->retries.spend(nowNs);
}

void RoutingState::countRequest(int64_t)
{
    m_d->retries.earn(m_d->routes().config->retry.budget);
}

std::vector<RoutingState::WeightRow> RoutingState::weights() const
{
    std::vector<WeightRow> rows;
    const RouteTable::Private &routes = m_d->routes();
    for (const WeightedMemory &memory : m_d->weighted) {
        const TableNode &node = routes.nodes[memory.node];
        const std::string pointer = m_d->table->pointer(memory.node);
        const double sum = std::accumulate(node.config->weights.begin(), node.config->weights.end(), 0.0);
        for (uint32_t i = 0; i < node.childCount; ++i) {
            std::vector<uint32_t> targets;
            collectTargets(routes, node.firstChild + i, targets);
            WeightRow row;
            row.node = pointer + "/weighted/" + std::to_string(i);
            row.label = targets.empty() ? policyKindName(routes.nodes[node.firstChild + i].config->kind)
                                        : m_d->table->targetName(targets.front());
            if (targets.size() > 1)
                row.label += " +" + std::to_string(targets.size() - 1);
            row.configured = sum > 0 ? node.config->weights[i] / sum : 0;
            row.effective = memory.effective[i];
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

} // namespace signalbox
