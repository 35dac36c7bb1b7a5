// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/policy_writer.h"

#include "core/config/json_text_writer.h"
#include "core/config/policy_reader.h"

namespace signalbox {

namespace {

void writeTexts(JsonTextWriter &out, std::string_view key, const std::vector<std::string> &texts)
{
    out.list(key, texts, [&](const std::string &text) { out.text(text); });
}

void writeChildren(JsonTextWriter &out, const PolicyNode &node)
{
    out.key(policyKindName(node.kind)); // also when it is empty: a draft's node keeps its kind
    out.open('[');
    for (const PolicyNode &child : node.children) {
        out.item();
        writePolicyNode(out, child);
    }
    out.close(']');
}

void writeQuality(JsonTextWriter &out, const std::optional<double> &least, const std::string &of, bool unratedAllowed)
{
    out.member("minQuality", least);
    out.member("qualityOf", of, {});
    if (unratedAllowed) {
        out.key("unrated");
        out.text("allow");
    }
}

void writeWeighted(JsonTextWriter &out, const PolicyNode &node)
{
    out.key("weighted");
    out.open('[');
    for (size_t i = 0; i < node.children.size(); ++i) {
        out.item();
        out.object([&] {
            out.key("weight");
            out.number(i < node.weights.size() ? node.weights[i] : 0);
            out.key("to");
            writePolicyNode(out, node.children[i]);
        });
    }
    out.close(']');
    if (!node.shift)
        return;
    const ShiftPolicy usual;
    out.key("shift");
    out.object([&] {
        if (node.shift->p95Above)
            out.member("p95Above", *node.shift->p95Above, Millis(0));
        out.member("errorRateAbove", node.shift->errorRateAbove);
        out.member("minShare", node.shift->minShare, usual.minShare);
        out.member("recovery", node.shift->recovery, usual.recovery);
    });
}

void writeFastest(JsonTextWriter &out, const PolicyNode &node)
{
    const PolicyNode usual;
    writeChildren(out, node);
    const char *metric = node.metric == PolicyNode::Metric::TtftP95       ? "ttft-p95"
                         : node.metric == PolicyNode::Metric::DurationP50 ? "duration-p50"
                         : node.metric == PolicyNode::Metric::DurationP95 ? "duration-p95"
                         : node.metric == PolicyNode::Metric::TtftP50     ? "ttft-p50"
                                                                          : "tokens-per-second";
    out.member("metric", std::string(metric), "ttft-p50");
    out.member("explore", node.explore, usual.explore);
}

void writeHedge(JsonTextWriter &out, const PolicyNode &node)
{
    writeChildren(out, node);
    out.key("after");
    out.text(node.hedgePercentile ? formatPercentile(*node.hedgePercentile)
                                  : formatDuration(node.hedgeAfter.value_or(Millis(0))));
    out.member("max", node.hedgeMax, PolicyNode().hedgeMax);
}

void writeWhen(JsonTextWriter &out, const PolicyNode &node)
{
    out.key("when");
    writeCondition(out, node.condition);
    for (size_t i = 0; i < node.children.size(); ++i) {
        out.key(policyChildPath(node.kind, i));
        writePolicyNode(out, node.children[i]);
    }
}

void writeReject(JsonTextWriter &out, const PolicyNode &node)
{
    out.key("reject");
    if (node.rejectStatus == PolicyNode().rejectStatus)
        return out.text(node.rejectMessage);
    out.object([&] {
        out.key("status");
        out.number(node.rejectStatus);
        out.member("message", node.rejectMessage, {});
    });
}

void writeMembers(JsonTextWriter &out, const PolicyNode &node)
{
    switch (node.kind) {
    case PolicyNode::Kind::Target:
        out.key("target");
        return out.text(node.provider + '/' + node.model);
    case PolicyNode::Kind::Weighted:
        return writeWeighted(out, node);
    case PolicyNode::Kind::Fallback:
        writeChildren(out, node);
        return writeTexts(out, "on", node.on);
    case PolicyNode::Kind::Cheapest:
        writeChildren(out, node);
        writeQuality(out, node.minQuality, node.qualityOf, node.unratedAllowed);
        return out.member("maxUsd", node.maxUsd);
    case PolicyNode::Kind::Fastest:
        return writeFastest(out, node);
    case PolicyNode::Kind::Hedge:
        return writeHedge(out, node);
    case PolicyNode::Kind::Fit:
        writeChildren(out, node);
        if (node.truncate != PolicyNode::Truncate::Never)
            out.member("truncate", std::string(node.truncate == PolicyNode::Truncate::Middle ? "middle" : "oldest"),
                       {});
        return;
    case PolicyNode::Kind::When:
        return writeWhen(out, node);
    case PolicyNode::Kind::Reject:
        return writeReject(out, node);
    }
}

} // namespace

void writePolicyNode(JsonTextWriter &out, const PolicyNode &node)
{
    out.object([&] {
        writeMembers(out, node);
        if (node.disabled) {
            out.key("disabled");
            out.flag(true);
        }
    });
}

void writeCondition(JsonTextWriter &out, const Condition &condition)
{
    const Condition usual;
    out.object([&] {
        out.member("model", condition.model, usual.model);
        out.member("project", condition.project, {});
        out.member("client", condition.client, {});
        out.member("user", condition.user, {});
        out.member("tag", condition.tag, {});
        if (!condition.headers.empty()) {
            out.key("header");
            out.object([&] {
                for (const auto &[name, pattern] : condition.headers) {
                    out.key(name);
                    out.text(pattern);
                }
            });
        }
        writeTexts(out, "has", condition.has);
        for (const auto &[key, tokens] :
             {std::pair("tokensAbove", condition.tokensAbove), std::pair("tokensBelow", condition.tokensBelow)}) {
            if (tokens) {
                out.key(key);
                out.number(static_cast<double>(*tokens));
            }
        }
        out.member("time", condition.time, {});
        writeTexts(out, "days", condition.days);
        out.member("timeZone", condition.timeZone, {});
    });
}

void writeConstraints(JsonTextWriter &out, const Constraints &constraints)
{
    if (!constraints.any())
        return;
    out.key("constraints");
    out.object([&] {
        writeTexts(out, "regions", constraints.regions);
        writeTexts(out, "allow", constraints.allow);
        writeTexts(out, "deny", constraints.deny);
        writeQuality(out, constraints.minQuality, constraints.qualityOf, constraints.unratedAllowed);
    });
}

} // namespace signalbox
