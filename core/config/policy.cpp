// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/policy.h"

namespace signalbox {

const char *policyKindName(PolicyNode::Kind kind)
{
    switch (kind) {
    case PolicyNode::Kind::Target:
        return "target";
    case PolicyNode::Kind::Weighted:
        return "weighted";
    case PolicyNode::Kind::Fallback:
        return "fallback";
    case PolicyNode::Kind::Cheapest:
        return "cheapest";
    case PolicyNode::Kind::Fastest:
        return "fastest";
    case PolicyNode::Kind::Hedge:
        return "hedge";
    case PolicyNode::Kind::Fit:
        return "fit";
    case PolicyNode::Kind::When:
        return "when";
    case PolicyNode::Kind::Reject:
        return "reject";
    }
    return "target";
}

std::string policyChildPath(PolicyNode::Kind kind, size_t child)
{
    if (kind == PolicyNode::Kind::When)
        return child == 0 ? "then" : "else";
    std::string path = policyKindName(kind) + ('/' + std::to_string(child));
    if (kind == PolicyNode::Kind::Weighted)
        path += "/to";
    return path;
}

} // namespace signalbox
