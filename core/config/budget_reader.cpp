// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/budget_reader.h"

#include "core/config/config_checks.h"

#include <QtCore/QTimeZone>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

namespace signalbox {

namespace {

constexpr double mostUsd = 1e9; // 64-bit nano-dollars hold nine times as much
constexpr double mostCount = 1e15;

struct ScopeKey {
    const char *name;
    std::string BudgetScope::*glob;
};
constexpr std::array<ScopeKey, 6> scopeKeys{{{"project", &BudgetScope::project},
                                             {"client", &BudgetScope::client},
                                             {"user", &BudgetScope::user},
                                             {"provider", &BudgetScope::provider},
                                             {"model", &BudgetScope::model},
                                             {"credential", &BudgetScope::credential}}};

void readCount(JsonCursor &node, std::string_view key, std::optional<int64_t> &count)
{
    if (!node.has(key))
        return;
    double number = 0;
    node.number(key, number);
    if (number != std::floor(number) || number < 1 || number > mostCount)
        node.problem(key, "must be a whole number from 1 to 1000000000000000");
    else
        count = static_cast<int64_t>(number);
}

void readLimit(JsonCursor node, BudgetRule &rule)
{
    node.allow({"usd", "tokens", "requests", "concurrent"});
    if (node.has("usd")) {
        node.number("usd", rule.usd.emplace(0));
        if (*rule.usd <= 0 || *rule.usd > mostUsd)
            node.problem("usd", "must be above 0 and at most 1000000000");
    }
    readCount(node, "tokens", rule.tokens);
    readCount(node, "requests", rule.requests);
    readCount(node, "concurrent", rule.concurrent);
    if (!node.log().failed() && !rule.usd && !rule.tokens && !rule.requests && !rule.concurrent)
        node.log().report(node.pointer(), "must name at least one of `usd`, `tokens`, `requests`, `concurrent`");
}

void readScope(JsonCursor node, BudgetScope &scope)
{
    node.allow({"project", "client", "user", "provider", "model", "credential"});
    for (const auto &[name, glob] : scopeKeys) {
        node.text(name, scope.*glob);
        if (node.has(name) && (scope.*glob).empty())
            node.problem(name, "must be a pattern; `*` stands for any");
    }
}

BudgetPeriod periodFrom(std::string_view name)
{
    for (const BudgetPeriod period :
         {BudgetPeriod::Minute, BudgetPeriod::Hour, BudgetPeriod::Day, BudgetPeriod::Week, BudgetPeriod::Month}) {
        if (name == budgetPeriodName(period))
            return period;
    }
    return BudgetPeriod::Total;
}

void readOnLimit(JsonCursor &node, BudgetRule &rule)
{
    std::string action = "block";
    node.oneOf("onLimit", action, {"block", "warn", "downgrade"});
    rule.onLimit = action == "warn" ? OnLimit::Warn : action == "downgrade" ? OnLimit::Downgrade : OnLimit::Block;
    node.text("downgradeTo", rule.downgradeTo);
    if (rule.onLimit == OnLimit::Downgrade) {
        node.require("downgradeTo");
        if (rule.ofTarget())
            node.problem("onLimit", "`downgrade` works for limits by project, client or user only: a route is chosen "
                                    "before its target is known");
    } else if (node.has("downgradeTo")) {
        node.problem("downgradeTo", "has a meaning with \"onLimit\": \"downgrade\" only");
    }
}

std::string numberText(double value)
{
    char buffer[32];
    const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end};
}

std::string quoted(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

std::string writeLimit(const BudgetRule &rule)
{
    std::string out;
    const auto member = [&](const char *name, const std::string &value) {
        out += std::string(out.empty() ? "{ \"" : ", \"") + name + "\": " + value;
    };
    if (rule.usd)
        member("usd", numberText(*rule.usd));
    if (rule.tokens)
        member("tokens", std::to_string(*rule.tokens));
    if (rule.requests)
        member("requests", std::to_string(*rule.requests));
    if (rule.concurrent)
        member("concurrent", std::to_string(*rule.concurrent));
    return out + " }";
}

std::string writeRule(const BudgetRule &rule)
{
    std::string out = "{ \"id\": " + quoted(rule.id);
    std::string scope;
    for (const auto &[name, glob] : scopeKeys) {
        if (!(rule.scope.*glob).empty())
            scope += std::string(scope.empty() ? "{ \"" : ", \"") + name + "\": " + quoted(rule.scope.*glob);
    }
    if (!scope.empty())
        out += ", \"scope\": " + scope + " }";
    if (!rule.each.empty())
        out += ", \"each\": " + quoted(rule.each);
    out += ", \"limit\": " + writeLimit(rule);
    out += std::string(", \"period\": \"") + budgetPeriodName(rule.period) + '"';
    if (!rule.timeZone.empty())
        out += ", \"timeZone\": " + quoted(rule.timeZone);
    for (size_t i = 0; i < rule.alertAt.size(); ++i)
        out += (i == 0 ? ", \"alertAt\": [" : ", ") + numberText(rule.alertAt[i]);
    if (!rule.alertAt.empty())
        out += "]";
    if (rule.onLimit != OnLimit::Block)
        out += std::string(", \"onLimit\": \"") + onLimitName(rule.onLimit) + '"';
    if (!rule.downgradeTo.empty())
        out += ", \"downgradeTo\": " + quoted(rule.downgradeTo);
    return out + " }";
}

} // namespace

const char *budgetPeriodName(BudgetPeriod period)
{
    constexpr std::array<const char *, 6> names{"minute", "hour", "day", "week", "month", "total"};
    return names[static_cast<size_t>(period)];
}

const char *onLimitName(OnLimit action)
{
    constexpr std::array<const char *, 3> names{"block", "warn", "downgrade"};
    return names[static_cast<size_t>(action)];
}

void readBudgetRule(JsonCursor node, BudgetRule &rule)
{
    node.allow({"id", "scope", "each", "limit", "period", "timeZone", "alertAt", "onLimit", "downgradeTo"});
    node.require("id");
    node.text("id", rule.id);
    if (const std::string wrong = checkId(rule.id); !wrong.empty())
        node.problem("id", wrong);
    node.object("scope", [&](JsonCursor child) { readScope(child, rule.scope); });
    node.oneOf("each", rule.each, {"project", "client", "user", "provider", "model", "credential"});
    node.require("limit");
    node.object("limit", [&](JsonCursor child) { readLimit(child, rule); });
    std::string period = "month";
    node.oneOf("period", period, {"minute", "hour", "day", "week", "month", "total"});
    rule.period = periodFrom(period);
    node.text("timeZone", rule.timeZone);
    if (!rule.timeZone.empty() && !QTimeZone(QByteArray::fromStdString(rule.timeZone)).isValid())
        node.problem("timeZone", "there is no time zone `" + rule.timeZone + "`; use a name such as Europe/Paris");
    node.eachNumber("alertAt", rule.alertAt);
    for (size_t i = 0; i < rule.alertAt.size(); ++i) {
        if (rule.alertAt[i] <= 0 || rule.alertAt[i] > 1)
            node.log().report(node.at("alertAt") + '/' + std::to_string(i), "must be above 0 and at most 1");
    }
    readOnLimit(node, rule);
}

void checkBudgetRules(const Config &config, ProblemLog &log)
{
    std::set<std::string> ids;
    for (size_t i = 0; i < config.budgets.size(); ++i) {
        const BudgetRule &rule = config.budgets[i];
        const std::string pointer = "/budgets/" + std::to_string(i);
        if (!ids.insert(rule.id).second)
            log.report(pointer + "/id", "`" + rule.id + "` is there twice");
        const bool known = std::any_of(config.routes.begin(), config.routes.end(),
                                       [&](const RouteConfig &route) { return route.id == rule.downgradeTo; });
        if (rule.onLimit == OnLimit::Downgrade && !known)
            log.report(pointer + "/downgradeTo", "there is no route `" + rule.downgradeTo + "`");
    }
}

std::string writeBudgetRules(const std::vector<BudgetRule> &rules)
{
    std::string out = "[";
    for (size_t i = 0; i < rules.size(); ++i)
        out += (i == 0 ? "\n    " : ",\n    ") + writeRule(rules[i]);
    return out + "\n  ]";
}

std::vector<BudgetRule> allBudgetRules(const Config &config)
{
    std::vector<BudgetRule> rules = config.budgets;
    for (const ProjectConfig &project : config.projects) {
        if (!project.budget)
            continue;
        BudgetRule &rule = rules.emplace_back();
        rule.id = "project:" + project.id;
        rule.scope.project = project.id;
        rule.usd = project.budget->limitUsd;
        rule.period = periodFrom(project.budget->period);
        rule.alertAt = project.budget->alertAt;
        rule.onLimit = project.budget->onLimit == "warn" ? OnLimit::Warn : OnLimit::Block;
    }
    // A limit by the minute or hour is a matter of pace: nobody wants to hear of it every minute.
    for (BudgetRule &rule : rules) {
        if (rule.alertAt.empty() && rule.period != BudgetPeriod::Minute && rule.period != BudgetPeriod::Hour)
            rule.alertAt = config.alerts.thresholds;
    }
    return rules;
}

} // namespace signalbox
