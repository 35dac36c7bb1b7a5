// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/route_draft.h"

#include <algorithm>

namespace signalbox {

DraftTree draftTree(const PolicyNode &node, double weight)
{
    DraftTree tree;
    tree.fields.node = node;
    tree.fields.node.children.clear();
    tree.fields.node.weights.clear();
    tree.fields.weight = weight;
    for (size_t i = 0; i < node.children.size(); ++i)
        tree.children.push_back(draftTree(node.children[i], i < node.weights.size() ? node.weights[i] : 1));
    return tree;
}

DraftTree draftTree(const RouteConfig &route)
{
    DraftTree tree;
    tree.fields.route = route;
    tree.fields.route->to = {};
    tree.children.push_back(draftTree(route.to, 1));
    return tree;
}

bool holdsChildren(PolicyNode::Kind kind)
{
    return kind != PolicyNode::Kind::Target && kind != PolicyNode::Kind::Reject;
}

PolicyNode newPolicyNode(PolicyNode::Kind kind)
{
    PolicyNode node;
    node.kind = kind;
    if (kind == PolicyNode::Kind::Target)
        node.model = "*";
    if (kind == PolicyNode::Kind::Hedge)
        node.hedgePercentile = 0.95;
    return node;
}

RouteDraft::RouteDraft(const std::vector<RouteConfig> &routes)
{
    m_entries.emplace(0, Entry());
    for (const RouteConfig &route : routes)
        link(numbered(draftTree(route)), 0, entry(0).children.size());
}

const DraftFields &RouteDraft::fields(DraftId id) const
{
    return entry(id).fields;
}

const std::vector<DraftId> &RouteDraft::children(DraftId id) const
{
    return entry(id).children;
}

DraftId RouteDraft::parentOf(DraftId id) const
{
    return entry(id).parent;
}

DraftId RouteDraft::routeOf(DraftId id) const
{
    while (id != 0 && !isRoute(id))
        id = parentOf(id);
    return id;
}

size_t RouteDraft::placeOf(DraftId id) const
{
    const std::vector<DraftId> &siblings = children(parentOf(id));
    return static_cast<size_t>(std::find(siblings.begin(), siblings.end(), id) - siblings.begin());
}

bool RouteDraft::isRoute(DraftId id) const
{
    return id != 0 && entry(id).fields.route.has_value();
}

bool RouteDraft::isWeighed(DraftId id) const
{
    const DraftId parent = parentOf(id);
    return parent != 0 && !isRoute(parent) && fields(parent).node.kind == PolicyNode::Kind::Weighted;
}

bool RouteDraft::isBelow(DraftId id, DraftId ancestor) const
{
    while (id != ancestor && id != 0)
        id = parentOf(id);
    return id == ancestor;
}

std::string RouteDraft::whyFull(DraftId parent) const
{
    if (parent == 0)
        return {};
    const size_t count = children(parent).size();
    if (isRoute(parent))
        return count == 0 ? std::string() : "a route leads to one node; put that into a group first";
    const PolicyNode::Kind kind = fields(parent).node.kind;
    if (!holdsChildren(kind))
        return kind == PolicyNode::Kind::Target ? "a target is where a route ends" : "a reject is where a route ends";
    if (kind == PolicyNode::Kind::When && count >= 2)
        return "a condition has its `then` and its `else` already";
    return {};
}

// The values, below their parents and with ids.

DraftTree RouteDraft::numbered(DraftTree tree)
{
    tree.id = ++m_last;
    for (DraftTree &child : tree.children)
        child = numbered(std::move(child));
    return tree;
}

void RouteDraft::link(const DraftTree &tree, DraftId parent, size_t place)
{
    m_entries[tree.id] = {tree.fields, parent, {}};
    std::vector<DraftId> &siblings = entry(parent).children;
    siblings.insert(siblings.begin() + static_cast<std::ptrdiff_t>(std::min(place, siblings.size())), tree.id);
    for (size_t i = 0; i < tree.children.size(); ++i)
        link(tree.children[i], tree.id, i);
}

void RouteDraft::forget(DraftId id)
{
    for (const DraftId child : entry(id).children)
        forget(child);
    m_entries.erase(id);
}

void RouteDraft::unlink(DraftId id)
{
    std::erase(entry(parentOf(id)).children, id);
    forget(id);
}

DraftTree RouteDraft::treeOf(DraftId id) const
{
    DraftTree tree{id, fields(id), {}};
    for (const DraftId child : children(id))
        tree.children.push_back(treeOf(child));
    return tree;
}

DraftTree RouteDraft::plainTreeOf(DraftId id) const
{
    DraftTree tree = treeOf(id);
    const auto settle = [](const auto &self, DraftTree &node, bool weighed) -> void {
        if (!weighed)
            node.fields.weight = 1;
        const bool weighs = !node.fields.route && node.fields.node.kind == PolicyNode::Kind::Weighted;
        for (DraftTree &child : node.children)
            self(self, child, weighs);
    };
    settle(settle, tree, isWeighed(id));
    return tree;
}

void RouteDraft::apply(const DraftStep &step, bool forward)
{
    if (step.kind == DraftStep::Kind::Set)
        entry(step.id).fields = forward ? step.after : step.before;
    else if ((step.kind == DraftStep::Kind::Insert) == forward)
        link(step.tree, step.parent, step.place);
    else
        unlink(step.tree.id);
}

void RouteDraft::revert(const DraftEdit &edit)
{
    std::for_each(edit.rbegin(), edit.rend(), [this](const DraftStep &step) { apply(step, false); });
}

void RouteDraft::repeat(const DraftEdit &edit)
{
    for (const DraftStep &step : edit)
        apply(step, true);
}

DraftId RouteDraft::doInsert(DraftEdit &edit, DraftId parent, size_t place, DraftTree tree)
{
    DraftStep step;
    step.kind = DraftStep::Kind::Insert;
    step.parent = parent;
    step.place = std::min(place, children(parent).size());
    step.tree = tree.id == 0 ? numbered(std::move(tree)) : std::move(tree);
    apply(step, true);
    edit.push_back(std::move(step));
    return edit.back().tree.id;
}

DraftTree RouteDraft::doRemove(DraftEdit &edit, DraftId id)
{
    DraftStep step;
    step.kind = DraftStep::Kind::Remove;
    step.parent = parentOf(id);
    step.place = placeOf(id);
    step.tree = treeOf(id);
    apply(step, true);
    edit.push_back(step);
    return step.tree;
}

void RouteDraft::doSet(DraftEdit &edit, DraftId id, DraftFields after)
{
    if (fields(id) == after)
        return;
    DraftStep step;
    step.id = id;
    step.before = fields(id);
    step.after = std::move(after);
    apply(step, true);
    edit.push_back(std::move(step));
}

// What stands under `else` must not slip into the place of `then`: it was not meant for those requests.
void RouteDraft::doLeave(DraftEdit &edit, DraftId id)
{
    const DraftId parent = parentOf(id);
    const bool then = parent != 0 && !isRoute(parent) && fields(parent).node.kind == PolicyNode::Kind::When &&
                      placeOf(id) == 0 && children(parent).size() == 2;
    doRemove(edit, id);
    if (then)
        doInsert(edit, parent, 0, draftTree(newPolicyNode(PolicyNode::Kind::Reject), 1));
}

} // namespace signalbox
