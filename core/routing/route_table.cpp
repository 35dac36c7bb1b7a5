// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/route_table_p.h"

#include <algorithm>

namespace signalbox {

namespace {

FailureSet failuresOf(const PolicyNode &node)
{
    if (node.on.empty())
        return usualFallback;
    FailureSet set;
    for (const std::string &word : node.on) {
        const auto named = failuresNamed(word);
        for (unsigned c = 0; named && c <= static_cast<unsigned>(FailureClass::Aborted); ++c) {
            if (named->has(static_cast<FailureClass>(c)))
                set.add(static_cast<FailureClass>(c));
        }
    }
    return set;
}

// Puts the nodes of one route behind each other, the children of each side by side.
class TableBuilder
{
public:
    explicit TableBuilder(RouteTable::Private &table) : m_table(table) {}

    void addProviders()
    {
        for (const ProviderConfig &provider : m_table.config->providers)
            m_table.targets.push_back({&provider, "*", true, nullptr});
    }

    void addRoute(const RouteConfig &route)
    {
        const auto index = static_cast<uint32_t>(m_table.routes.size());
        const auto root = static_cast<uint32_t>(m_table.nodes.size());
        m_table.routes.push_back({&route, ConditionTest(route.match), root, nullptr});
        m_table.nodes.push_back(nodeOf(route.to, index));
        for (uint32_t at = root; at < m_table.nodes.size(); ++at)
            addChildren(at);
        const ConditionTest &match = m_table.routes.back().match;
        noteNeeds(match);
        if (route.affinity.count() > 0 && affinityMatters(root))
            m_table.needs.conversation = true;
    }

    const TableConstraints *addConstraints(const Constraints &constraints)
    {
        if (!constraints.any())
            return nullptr;
        auto made = std::make_unique<TableConstraints>(TableConstraints{ConstraintTest(constraints), {}});
        for (const TableTarget &target : m_table.targets)
            made->byTarget.push_back(target.asAsked
                                         ? made->test.checkProvider(*target.provider)
                                         : made->test.check(*target.provider, target.model, target.facts.get()));
        return m_table.constraints.emplace_back(std::move(made)).get();
    }

    bool severalKeys(size_t firstTarget) const
    {
        return std::any_of(m_table.targets.begin() + static_cast<std::ptrdiff_t>(firstTarget), m_table.targets.end(),
                           [](const TableTarget &target) { return target.provider->credentials.size() > 1; });
    }

private:
    void addChildren(uint32_t at)
    {
        const PolicyNode &config = *m_table.nodes[at].config;
        m_table.nodes[at].firstChild = static_cast<uint32_t>(m_table.nodes.size());
        m_table.nodes[at].childCount = static_cast<uint32_t>(config.children.size());
        for (uint32_t place = 0; place < config.children.size(); ++place) {
            TableNode child = nodeOf(config.children[place], m_table.nodes[at].route);
            child.parent = at;
            child.place = place;
            child.depth = static_cast<uint8_t>(m_table.nodes[at].depth + 1);
            m_table.nodes.push_back(child);
        }
    }

    TableNode nodeOf(const PolicyNode &config, uint32_t route)
    {
        TableNode node;
        node.config = &config;
        node.route = route;
        switch (config.kind) {
        case PolicyNode::Kind::Target:
            node.target = targetOf(config);
            break;
        case PolicyNode::Kind::Weighted:
            node.slot = m_table.weightedCount++;
            break;
        case PolicyNode::Kind::Fastest:
            node.slot = m_table.fastestCount++;
            break;
        case PolicyNode::Kind::Hedge:
            node.slot = m_table.hedgeCount++;
            break;
        case PolicyNode::Kind::Fallback:
            node.on = failuresOf(config);
            break;
        case PolicyNode::Kind::When:
            node.condition = static_cast<uint32_t>(m_table.conditions.size());
            noteNeeds(m_table.conditions.emplace_back(config.condition));
            break;
        case PolicyNode::Kind::Cheapest:
            m_table.needs.tokens = true;
            break;
        case PolicyNode::Kind::Fit:
            m_table.needs.tokens = true;
            m_table.needs.contents = true;
            break;
        case PolicyNode::Kind::Reject:
            break;
        }
        return node;
    }

    uint32_t targetOf(const PolicyNode &node)
    {
        for (uint32_t i = 0; i < m_table.targets.size(); ++i) {
            if (m_table.targets[i].model == node.model && m_table.targets[i].provider->id == node.provider)
                return i;
        }
        const ProviderConfig *provider = m_table.config->provider(node.provider);
        if (!provider) // a config that was never checked; the planner says so
            return TableNode::none;
        m_table.targets.push_back({provider, node.model, false, m_table.models->find(node.provider, node.model)});
        return static_cast<uint32_t>(m_table.targets.size() - 1);
    }

    void noteNeeds(const ConditionTest &test)
    {
        m_table.needs.contents |= test.asksContents();
        m_table.needs.tokens |= test.asksTokens();
        m_table.needs.header |= test.asksHeader();
    }

    // A conversation can be warm in one of several places only where there is a choice that is not by order.
    bool affinityMatters(uint32_t root) const
    {
        for (size_t i = root; i < m_table.nodes.size(); ++i) {
            const TableNode &node = m_table.nodes[i];
            const bool chooses = node.config->kind == PolicyNode::Kind::Weighted ||
                                 node.config->kind == PolicyNode::Kind::Fastest ||
                                 node.config->kind == PolicyNode::Kind::Cheapest;
            if ((chooses && node.childCount > 1) ||
                (node.target != TableNode::none && m_table.targets[node.target].provider->credentials.size() > 1))
                return true;
        }
        return false;
    }

    RouteTable::Private &m_table;
};

} // namespace

RouteTable::RouteTable(ConfigPtr config, std::shared_ptr<const ModelBook> models) : m_d(std::make_unique<Private>())
{
    m_d->config = std::move(config);
    m_d->models = std::move(models);
    TableBuilder builder(*m_d);
    builder.addProviders();
    for (const RouteConfig &route : m_d->config->routes)
        builder.addRoute(route);
    for (TableRoute &route : m_d->routes)
        route.constraints = builder.addConstraints(route.config->constraints);
    for (const ProjectConfig &project : m_d->config->projects) {
        if (const TableConstraints *constraints = builder.addConstraints(project.constraints))
            m_d->byProject.emplace(project.id, constraints);
    }
    for (const ClientConfig &client : m_d->config->clients) {
        if (client.regions.empty())
            continue;
        m_d->ofKeys.emplace_back().regions = client.regions;
        m_d->byClient.emplace(client.id, builder.addConstraints(m_d->ofKeys.back()));
    }
    if (m_d->config->routes.empty())
        m_d->needs.conversation = builder.severalKeys(0);
}

RouteTable::~RouteTable() = default;

const Config &RouteTable::config() const
{
    return *m_d->config;
}

const ModelBook &RouteTable::models() const
{
    return *m_d->models;
}

RouteTable::Needs RouteTable::needs() const
{
    return m_d->needs;
}

std::string RouteTable::pointer(uint32_t node) const
{
    if (node >= m_d->nodes.size())
        return {};
    const TableNode &entry = m_d->nodes[node];
    if (entry.parent == TableNode::none)
        return "/routes/" + std::to_string(entry.route) + "/to";
    return pointer(entry.parent) + '/' + policyChildPath(m_d->nodes[entry.parent].config->kind, entry.place);
}

std::string RouteTable::targetName(uint32_t target) const
{
    if (target >= m_d->targets.size())
        return {};
    const TableTarget &entry = m_d->targets[target];
    return entry.provider->id + '/' + std::string(entry.model);
}

} // namespace signalbox
