// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/user_rules.h"

#include <QtCore/QString>

#include <simdjson.h>

#include <algorithm>

namespace signalbox {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t longestUser = 256;
constexpr size_t longestValue = 4096; // what an expression may look at

std::string plainText(ondemand::value value)
{
    std::string_view text;
    int64_t number = 0;
    if (!value.get_string().get(text))
        return std::string(text);
    return !value.get_int64().get(number) ? std::to_string(number) : std::string();
}

} // namespace

std::string textInBody(std::string_view body, std::string_view path)
{
    ondemand::parser parser;
    const simdjson::padded_string padded(body);
    ondemand::document document;
    ondemand::object object;
    if (parser.iterate(padded).get(document) || document.get_object().get(object))
        return {};
    while (true) {
        const size_t dot = path.find('.');
        ondemand::value value;
        if (object.find_field_unordered(path.substr(0, dot)).get(value))
            return {};
        if (dot == std::string_view::npos)
            return plainText(value);
        path.remove_prefix(dot + 1);
        if (value.get_object().get(object))
            return {};
    }
}

UserRules::UserRules(const std::vector<UserRule> &rules)
{
    for (const UserRule &rule : rules) {
        m_rules.push_back({rule, QRegularExpression(QString::fromStdString(rule.match))});
        m_rules.back().match.optimize();
    }
}

std::string UserRules::apply(const Rule &rule, std::string value)
{
    value.resize(std::min(value.size(), longestValue));
    if (!rule.config.match.empty()) {
        const QRegularExpressionMatch match = rule.match.match(QString::fromStdString(value));
        value = match.hasMatch() ? match.captured(rule.match.captureCount() > 0 ? 1 : 0).toStdString() : std::string();
    }
    if (!rule.config.map.empty()) {
        const auto known =
            std::lower_bound(rule.config.map.begin(), rule.config.map.end(), value,
                             [](const auto &entry, const std::string &key) { return entry.first < key; });
        value = known != rule.config.map.end() && known->first == value ? known->second : std::string();
    }
    value.resize(std::min(value.size(), longestUser));
    return value;
}

std::string UserRules::userOf(const Request &request) const
{
    for (const Rule &rule : m_rules) {
        std::string value;
        if (rule.config.from == UserRule::From::Header)
            value = request.head.headers.get(rule.config.name);
        else if (rule.config.from == UserRule::From::Client)
            value = request.clientUser;
        else if (rule.config.name == "user")
            value = request.bodyUser;
        else if (!request.body.empty())
            value = textInBody(request.body, rule.config.name);
        if (value.empty())
            continue;
        if (std::string user = apply(rule, std::move(value)); !user.empty())
            return user;
    }
    return {};
}

} // namespace signalbox
