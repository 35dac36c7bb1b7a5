// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/policy_reader.h"

#include <boost/json/object.hpp>

#include <array>

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 7> otherNodes{"weighted", "cheapest", "fastest", "hedge",
                                                     "fit",      "when",     "reject"};

void readTarget(JsonCursor &node, PolicyNode &out)
{
    std::string target;
    node.text("target", target);
    const size_t slash = target.find('/'); // models may hold further slashes
    if (slash == std::string::npos || slash == 0 || slash + 1 == target.size())
        return node.problem("target", "must be provider/model (model `*` = as asked)");
    out.kind = PolicyNode::Kind::Target;
    out.provider = target.substr(0, slash);
    out.model = target.substr(slash + 1);
    if (out.model != "*" && out.model.find('*') != std::string::npos)
        node.problem("target", "the model must be a name or `*` alone (as asked)");
}

} // namespace

void readPolicyNode(JsonCursor node, PolicyNode &out)
{
    for (const std::string_view name : otherNodes) {
        if (node.has(name))
            return node.problem(name, "this version routes by target and fallback only");
    }
    node.allow({"target", "fallback"});
    if (node.log().failed())
        return;
    if (node.has("target") == node.has("fallback"))
        return node.log().report(node.pointer(), "must have exactly one of `target` and `fallback`");
    if (node.has("target"))
        return readTarget(node, out);
    out.kind = PolicyNode::Kind::Fallback;
    node.each("fallback", [&out](JsonCursor child) { readPolicyNode(child, out.children.emplace_back()); });
    if (out.children.empty())
        node.problem("fallback", "must have at least one entry");
}

} // namespace signalbox
