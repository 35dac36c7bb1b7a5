// SPDX-License-Identifier: GPL-3.0-or-later
// What one can do with a draft; route_draft.cpp holds its nodes.
#include "core/config/route_draft.h"

#include <algorithm>

namespace signalbox {

namespace {

Error refused(std::string why)
{
    return {"draft_refused", std::move(why)};
}

bool sameTree(const DraftTree &a, const DraftTree &b)
{
    return a.fields == b.fields && a.children.size() == b.children.size() &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), sameTree);
}

} // namespace

// The operations.

Result<DraftEdit> RouteDraft::insert(DraftId parent, size_t place, const PolicyNode &node, double weight)
{
    if (parent == 0 || !contains(parent))
        return refused("a node stands in a route");
    if (const std::string why = whyFull(parent); !why.empty())
        return refused(why);
    DraftEdit edit;
    doInsert(edit, parent, place, draftTree(node, weight));
    return edit;
}

std::string RouteDraft::freeRouteId(const std::string &wanted) const
{
    const auto taken = [this](const std::string &id) {
        return std::any_of(children(0).begin(), children(0).end(),
                           [&](DraftId route) { return fields(route).route->id == id; });
    };
    std::string id = wanted.empty() ? "route" : wanted;
    const std::string stem = id;
    for (int n = 2; taken(id); ++n)
        id = stem + '-' + std::to_string(n);
    return id;
}

Result<DraftEdit> RouteDraft::insertRoute(size_t place, const RouteConfig &route)
{
    DraftTree tree = draftTree(route);
    tree.fields.route->id = freeRouteId(route.id);
    DraftEdit edit;
    doInsert(edit, 0, place, std::move(tree));
    return edit;
}

Result<DraftEdit> RouteDraft::remove(DraftId id)
{
    if (!contains(id))
        return refused("there is nothing to remove");
    DraftEdit edit;
    doLeave(edit, id);
    return edit;
}

Result<DraftEdit> RouteDraft::move(DraftId id, DraftId parent, size_t place)
{
    if (!contains(id) || (parent != 0 && !contains(parent)))
        return refused("there is nothing to move");
    if (isRoute(id) != (parent == 0))
        return refused(isRoute(id) ? "a route stands beside the others" : "a node stands in a route");
    if (isBelow(parent, id))
        return refused("a node cannot be put into itself");
    if (parent != parentOf(id)) {
        if (const std::string why = whyFull(parent); !why.empty())
            return refused(why);
    } else if (placeOf(id) == place) {
        return DraftEdit();
    }
    DraftEdit edit;
    DraftTree tree = treeOf(id);
    if (parent == parentOf(id))
        doRemove(edit, id);
    else
        doLeave(edit, id);
    doInsert(edit, parent, place, std::move(tree));
    return edit;
}

Result<DraftEdit> RouteDraft::wrap(DraftId id, PolicyNode::Kind kind)
{
    if (!contains(id) || isRoute(id))
        return refused("only a node can be put into a group");
    if (!holdsChildren(kind))
        return refused("a target or a reject holds no other node");
    DraftEdit edit;
    const DraftId parent = parentOf(id);
    const size_t place = placeOf(id);
    DraftTree inside = doRemove(edit, id);
    DraftTree group = draftTree(newPolicyNode(kind), inside.fields.weight);
    const DraftId made = doInsert(edit, parent, place, std::move(group));
    inside.fields.weight = 1;
    doInsert(edit, made, 0, std::move(inside));
    return edit;
}

Result<DraftEdit> RouteDraft::unwrap(DraftId id)
{
    if (!contains(id) || isRoute(id) || children(id).empty())
        return refused("there is nothing in it to take out");
    const DraftId parent = parentOf(id);
    const bool one = isRoute(parent) || fields(parent).node.kind == PolicyNode::Kind::When;
    if (one && children(id).size() > 1)
        return refused("there is room for one node here, and this holds several");
    DraftEdit edit;
    const size_t place = placeOf(id);
    DraftTree tree = doRemove(edit, id);
    for (size_t i = 0; i < tree.children.size(); ++i) {
        if (tree.fields.node.kind != PolicyNode::Kind::Weighted || tree.children.size() == 1)
            tree.children[i].fields.weight = tree.fields.weight;
        doInsert(edit, parent, place + i, std::move(tree.children[i]));
    }
    return edit;
}

Result<DraftEdit> RouteDraft::duplicate(DraftId id)
{
    if (!contains(id))
        return refused("there is nothing to copy");
    if (isRoute(id))
        return insertRoute(placeOf(id) + 1, route(id));
    if (const std::string why = whyFull(parentOf(id)); !why.empty())
        return refused(why);
    return insert(parentOf(id), placeOf(id) + 1, node(id), fields(id).weight);
}

Result<DraftEdit> RouteDraft::setFields(DraftId id, DraftFields after)
{
    if (!contains(id))
        return refused("it is not there any more");
    if (after.route.has_value() != isRoute(id) || (!isRoute(id) && after.node.kind != fields(id).node.kind))
        return refused("it is of another kind");
    after.node.children.clear();
    after.node.weights.clear();
    if (after.route)
        after.route->to = {};
    DraftEdit edit;
    doSet(edit, id, std::move(after));
    return edit;
}

Result<DraftEdit> RouteDraft::setKind(DraftId id, PolicyNode::Kind kind)
{
    if (!contains(id) || isRoute(id))
        return refused("a route has no kind");
    const size_t count = children(id).size();
    if (count > 0 && !holdsChildren(kind))
        return refused("it holds other nodes; take them out first");
    if (kind == PolicyNode::Kind::When && count > 2)
        return refused("a condition holds two nodes, and this holds more");
    DraftFields after = fields(id);
    const bool disabled = after.node.disabled;
    if (after.node.kind != kind)
        after.node = newPolicyNode(kind);
    after.node.disabled = disabled;
    DraftEdit edit;
    doSet(edit, id, std::move(after));
    return edit;
}

// Becoming what somebody wrote.

void RouteDraft::syncChildren(DraftEdit &edit, DraftId id, const std::vector<DraftTree> &want)
{
    const std::vector<DraftId> now = children(id);
    const size_t most = std::min(now.size(), want.size());
    size_t front = 0;
    while (front < most && sameTree(plainTreeOf(now[front]), want[front]))
        ++front;
    size_t back = 0;
    while (back < most - front && sameTree(plainTreeOf(now[now.size() - 1 - back]), want[want.size() - 1 - back]))
        ++back;
    const size_t wanted = want.size() - front - back;
    for (size_t i = front; i < now.size() - back; ++i) {
        if (i - front < wanted)
            sync(edit, now[i], want[i]);
        else
            doRemove(edit, now[i]);
    }
    for (size_t i = now.size() - back; i < front + wanted; ++i)
        doInsert(edit, id, i, want[i]);
}

void RouteDraft::sync(DraftEdit &edit, DraftId id, const DraftTree &want)
{
    if (isRoute(id) != want.fields.route.has_value() ||
        (!isRoute(id) && fields(id).node.kind != want.fields.node.kind)) {
        const DraftId parent = parentOf(id);
        const size_t place = placeOf(id);
        doRemove(edit, id);
        doInsert(edit, parent, place, want);
        return;
    }
    DraftFields after = want.fields;
    if (!isWeighed(id))
        after.weight = fields(id).weight;
    doSet(edit, id, std::move(after));
    syncChildren(edit, id, want.children);
}

DraftEdit RouteDraft::become(const std::vector<RouteConfig> &routes)
{
    DraftEdit edit;
    const auto wanted = [&](const std::string &id) {
        return std::any_of(routes.begin(), routes.end(), [&](const RouteConfig &route) { return route.id == id; });
    };
    for (size_t i = 0; i < routes.size(); ++i) {
        const DraftTree want = draftTree(routes[i]);
        const std::vector<DraftId> now = children(0);
        const auto found = std::find_if(now.begin() + static_cast<std::ptrdiff_t>(std::min(i, now.size())), now.end(),
                                        [&](DraftId id) { return fields(id).route->id == routes[i].id; });
        if (found != now.end()) {
            if (placeOf(*found) != i)
                doInsert(edit, 0, i, doRemove(edit, *found));
            sync(edit, *found, want);
        } else if (i < now.size() && !wanted(fields(now[i]).route->id)) {
            sync(edit, now[i], want); // renamed
        } else {
            doInsert(edit, 0, i, want);
        }
    }
    while (children(0).size() > routes.size())
        doRemove(edit, children(0).back());
    return edit;
}

} // namespace signalbox
