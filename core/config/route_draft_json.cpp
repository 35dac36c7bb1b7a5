// SPDX-License-Identifier: GPL-3.0-or-later
// The draft as config and text, and what people paste.
#include "core/config/config_reader.h"
#include "core/config/json_text.h"
#include "core/config/json_text_writer.h"
#include "core/config/policy_writer.h"
#include "core/config/route_draft.h"
#include "core/config/route_text.h"

#include <boost/json/object.hpp>

#include <algorithm>

namespace signalbox {

PolicyNode RouteDraft::node(DraftId id) const
{
    PolicyNode out = fields(id).node;
    for (const DraftId child : children(id)) {
        out.children.push_back(node(child));
        if (out.kind == PolicyNode::Kind::Weighted)
            out.weights.push_back(fields(child).weight);
    }
    return out;
}

RouteConfig RouteDraft::route(DraftId id) const
{
    RouteConfig out = *fields(id).route;
    if (!children(id).empty())
        out.to = node(children(id).front());
    return out;
}

std::vector<RouteConfig> RouteDraft::routes() const
{
    std::vector<RouteConfig> out;
    for (const DraftId id : children(0))
        out.push_back(route(id));
    return out;
}

std::string RouteDraft::json(DraftId id) const
{
    if (isRoute(id)) {
        Config config;
        config.routes.push_back(route(id));
        const std::string list = routesText(config);
        const auto span = spanOf(list, "/0");
        return span ? dedentedText(std::string_view(list).substr(span->begin, span->end - span->begin), 2) + '\n'
                    : list;
    }
    JsonTextWriter out;
    writePolicyNode(out, node(id));
    return out.take();
}

std::string RouteDraft::pointer(DraftId id) const
{
    if (!contains(id))
        return {};
    if (isRoute(id))
        return "/routes/" + std::to_string(placeOf(id));
    const DraftId parent = parentOf(id);
    if (isRoute(parent))
        return pointer(parent) + "/to";
    return pointer(parent) + '/' + policyChildPath(fields(parent).node.kind, placeOf(id));
}

DraftId RouteDraft::at(std::string_view wanted) const
{
    const auto leadsTo = [&](DraftId id) {
        const std::string own = pointer(id);
        return wanted.substr(0, own.size()) == own && (wanted.size() == own.size() || wanted[own.size()] == '/');
    };
    DraftId deepest = 0;
    for (const std::vector<DraftId> *below = &children(0);;) {
        const auto found = std::find_if(below->begin(), below->end(), leadsTo);
        if (found == below->end())
            return deepest;
        deepest = *found;
        below = &children(deepest);
    }
}

Result<PastedRoutes> readPastedRoutes(const Config &config, std::string_view json)
{
    const auto value = parseStrictJson(json);
    if (!value)
        return value.error();
    const auto isRoute = [](const boost::json::value &one) {
        return one.is_object() && one.get_object().contains("to") && one.get_object().contains("id");
    };
    std::string list(json);
    const bool single = value->is_object() && !isRoute(*value);
    if (single)
        list = "[{\"id\":\"pasted\",\"to\":" + list + "}]";
    else if (value->is_object())
        list = '[' + list + ']';
    Config others = config;
    others.routes.clear();
    const auto read = withRoutes(others, list);
    if (!read)
        return read.error();
    PastedRoutes pasted;
    if (single)
        pasted.node = read->routes.front().to;
    else
        pasted.routes = read->routes;
    return pasted;
}

} // namespace signalbox
