// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/policy_reader.h"

#include "core/config/config_reader.h"
#include "core/config/json_text.h"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace signalbox {

namespace {

constexpr double highest = 1e9;

void readTarget(JsonCursor &node, PolicyNode &out)
{
    node.allow({"target", "disabled"});
    std::string target;
    node.text("target", target);
    const size_t slash = target.find('/'); // models may hold further slashes
    if (slash == std::string::npos || slash == 0 || slash + 1 == target.size())
        return node.problem("target", "must be provider/model (model `*` = as asked)");
    out.provider = target.substr(0, slash);
    out.model = target.substr(slash + 1);
    if (out.model != "*" && out.model.find('*') != std::string::npos)
        node.problem("target", "the model must be a name or `*` alone (as asked)");
}

void readChildren(JsonCursor &node, std::string_view key, PolicyNode &out)
{
    node.each(key, [&out](JsonCursor child) { readPolicyNode(child, out.children.emplace_back()); });
    if (out.children.empty())
        node.problem(key, "must have at least one entry");
}

void readShift(JsonCursor node, ShiftPolicy &shift)
{
    node.allow({"p95Above", "errorRateAbove", "minShare", "recovery"});
    if (node.has("p95Above"))
        node.duration("p95Above", shift.p95Above.emplace(0));
    readNumber(node, "errorRateAbove", shift.errorRateAbove, 0, 1);
    readNumber(node, "minShare", shift.minShare, 0.001, 1);
    node.duration("recovery", shift.recovery);
    if (!shift.p95Above && !shift.errorRateAbove && !node.log().failed())
        node.log().report(node.pointer(), "must have at least one of `p95Above` and `errorRateAbove`");
}

void readWeighted(JsonCursor &node, PolicyNode &out)
{
    node.allow({"weighted", "shift", "disabled"});
    node.each("weighted", [&out](JsonCursor entry) {
        entry.allow({"weight", "to"});
        entry.require("weight");
        double &weight = out.weights.emplace_back(0);
        entry.number("weight", weight);
        if (weight < 0 || weight > highest)
            entry.problem("weight", weight < 0 ? "must be above 0, or 0 for a child that only stands in for the others"
                                               : "must be at most 1000000000");
        entry.require("to");
        PolicyNode &child = out.children.emplace_back();
        entry.object("to", [&child](JsonCursor to) { readPolicyNode(to, child); });
    });
    if (out.children.empty())
        node.problem("weighted", "must have at least one entry");
    else if (std::accumulate(out.weights.begin(), out.weights.end(), 0.0) <= 0)
        node.problem("weighted", "the weights must add up to more than 0");
    node.object("shift", [&out](JsonCursor child) { readShift(child, out.shift.emplace()); });
}

void readFallback(JsonCursor &node, PolicyNode &out)
{
    constexpr std::array<std::string_view, 9> words{"connect", "timeout",    "408",   "409",       "429",
                                                    "5xx",     "overloaded", "quota", "credential"};
    node.allow({"fallback", "on", "disabled"});
    readChildren(node, "fallback", out);
    node.eachText("on", out.on);
    if (node.has("on") && out.on.empty())
        node.problem("on", "must have at least one entry; leave it out for the usual failures");
    for (size_t i = 0; i < out.on.size(); ++i) {
        if (std::find(words.begin(), words.end(), out.on[i]) == words.end())
            node.log().report(childPointer(node.at("on"), std::to_string(i)),
                              "must be one of connect, timeout, 408, 409, 429, 5xx, overloaded, quota, credential; "
                              "found `" +
                                  out.on[i] + "`");
        else if (std::find(out.on.begin(), out.on.begin() + static_cast<std::ptrdiff_t>(i), out.on[i]) !=
                 out.on.begin() + static_cast<std::ptrdiff_t>(i))
            node.log().report(childPointer(node.at("on"), std::to_string(i)), "is there twice");
    }
}

void readCheapest(JsonCursor &node, PolicyNode &out)
{
    node.allow({"cheapest", "minQuality", "qualityOf", "unrated", "maxUsd", "disabled"});
    readChildren(node, "cheapest", out);
    readNumber(node, "minQuality", out.minQuality, 0, highest);
    node.text("qualityOf", out.qualityOf, 200);
    readUnrated(node, out.unratedAllowed);
    readNumber(node, "maxUsd", out.maxUsd, 0, highest);
    if (out.maxUsd && *out.maxUsd <= 0)
        node.problem("maxUsd", "must be above 0");
    for (const std::string_view key : {"qualityOf", "unrated"}) {
        if (node.has(key) && !out.minQuality)
            node.problem(key, "says something about `minQuality`, which is not there");
    }
}

void readFastest(JsonCursor &node, PolicyNode &out)
{
    node.allow({"fastest", "metric", "explore", "disabled"});
    readChildren(node, "fastest", out);
    std::string metric = "ttft-p50";
    node.oneOf("metric", metric, {"ttft-p50", "ttft-p95", "duration-p50", "duration-p95", "tokens-per-second"});
    out.metric = metric == "ttft-p95"       ? PolicyNode::Metric::TtftP95
                 : metric == "duration-p50" ? PolicyNode::Metric::DurationP50
                 : metric == "duration-p95" ? PolicyNode::Metric::DurationP95
                 : metric == "ttft-p50"     ? PolicyNode::Metric::TtftP50
                                            : PolicyNode::Metric::TokensPerSecond;
    readNumber(node, "explore", out.explore, 0, 0.5);
}

void readHedge(JsonCursor &node, PolicyNode &out)
{
    node.allow({"hedge", "after", "max", "disabled"});
    readChildren(node, "hedge", out);
    if (out.children.size() == 1)
        node.problem("hedge", "must have at least two entries: the first is asked, the next ones when it is slow");
    node.require("after");
    std::string after;
    node.text("after", after);
    if (node.log().failed())
        return;
    if (const auto percentile = parsePercentile(after)) {
        out.hedgePercentile = percentile;
    } else if (const auto time = parseDuration(after)) {
        out.hedgeAfter = *time;
    } else {
        node.problem("after", "must be a duration such as 800ms, or a percentile such as p95");
    }
    readNumber(node, "max", out.hedgeMax, 0, 1);
}

void readFit(JsonCursor &node, PolicyNode &out)
{
    node.allow({"fit", "truncate", "disabled"});
    readChildren(node, "fit", out);
    std::string truncate = "never";
    node.oneOf("truncate", truncate, {"never", "middle", "oldest"});
    out.truncate = truncate == "middle"   ? PolicyNode::Truncate::Middle
                   : truncate == "oldest" ? PolicyNode::Truncate::Oldest
                                          : PolicyNode::Truncate::Never;
}

void readWhen(JsonCursor &node, PolicyNode &out)
{
    node.allow({"when", "then", "else", "disabled"});
    node.object("when", [&out](JsonCursor child) { readCondition(child, out.condition); });
    if (out.condition == Condition{})
        node.problem("when", "must name at least one condition");
    node.require("then");
    out.children.resize(node.has("else") ? 2 : 1);
    node.object("then", [&out](JsonCursor child) { readPolicyNode(child, out.children[0]); });
    node.object("else", [&out](JsonCursor child) { readPolicyNode(child, out.children[1]); });
}

void readReject(JsonCursor &node, PolicyNode &out)
{
    node.allow({"reject", "disabled"});
    if (node.find("reject")->is_string())
        return node.text("reject", out.rejectMessage);
    node.object("reject", [&out](JsonCursor child) {
        child.allow({"status", "message"});
        child.whole("status", out.rejectStatus, 400, 599);
        child.text("message", out.rejectMessage);
    });
}

struct NodeReader {
    std::string_view key;
    PolicyNode::Kind kind;
    void (*read)(JsonCursor &, PolicyNode &);
};
constexpr std::array<NodeReader, 9> readers{{
    {"target", PolicyNode::Kind::Target, readTarget},
    {"weighted", PolicyNode::Kind::Weighted, readWeighted},
    {"fallback", PolicyNode::Kind::Fallback, readFallback},
    {"cheapest", PolicyNode::Kind::Cheapest, readCheapest},
    {"fastest", PolicyNode::Kind::Fastest, readFastest},
    {"hedge", PolicyNode::Kind::Hedge, readHedge},
    {"fit", PolicyNode::Kind::Fit, readFit},
    {"when", PolicyNode::Kind::When, readWhen},
    {"reject", PolicyNode::Kind::Reject, readReject},
}};

} // namespace

void readPolicyNode(JsonCursor node, PolicyNode &out)
{
    if (node.log().failed())
        return;
    const NodeReader *found = nullptr;
    size_t count = 0;
    for (const NodeReader &reader : readers) {
        if (node.has(reader.key)) {
            found = &reader;
            ++count;
        }
    }
    if (count == 1) {
        out.kind = found->kind;
        node.flag("disabled", out.disabled);
        return found->read(node, out);
    }
    node.allow({"target", "weighted", "fallback", "cheapest", "fastest", "hedge", "fit", "when", "reject", "disabled"});
    if (!node.log().failed())
        node.log().report(node.pointer(), "must have exactly one of `target`, `weighted`, `fallback`, `cheapest`, "
                                          "`fastest`, `hedge`, `fit`, `when` and `reject`");
}

void readUnrated(JsonCursor &node, bool &allowed)
{
    std::string unrated = "refuse";
    node.oneOf("unrated", unrated, {"allow", "refuse"});
    allowed = unrated == "allow";
}

void readNumber(JsonCursor &node, std::string_view key, double &out, double least, double most)
{
    node.number(key, out);
    if (out >= least && out <= most)
        return;
    const auto text = [](double value) {
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
        return std::string(buffer.data(), end.ptr);
    };
    node.problem(key, "must be from " + text(least) + " to " + text(most));
}

void readNumber(JsonCursor &node, std::string_view key, std::optional<double> &out, double least, double most)
{
    if (node.has(key))
        readNumber(node, key, out.emplace(least), least, most);
}

std::optional<double> parsePercentile(std::string_view text)
{
    double percent = 0;
    if (text.size() < 2 || text.front() != 'p')
        return std::nullopt;
    const auto [end, status] =
        std::from_chars(text.data() + 1, text.data() + text.size(), percent, std::chars_format::fixed);
    if (status != std::errc{} || end != text.data() + text.size() || percent < 1 || percent > 99.9)
        return std::nullopt;
    return std::round(percent * 10) / 1000;
}

std::string formatPercentile(double percentile)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::round(percentile * 1000) / 10);
    return 'p' + std::string(buffer.data(), end.ptr);
}

} // namespace signalbox
