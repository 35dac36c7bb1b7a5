// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/client_config.h"
#include "core/net/http_head.h"

#include <QtCore/QRegularExpression>

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Whose request it is, by the `users` of the config: made once per config, so that a request only reads. Without rules
// it is not asked at all. Immutable, any thread.
class UserRules
{
public:
    explicit UserRules(const std::vector<UserRule> &rules);
    bool isEmpty() const { return m_rules.empty(); }

    struct Request {
        const HttpRequestHead &head;
        std::string_view body;     // JSON; empty: none
        std::string_view bodyUser; // the body's top-level `user`, which the scan has read anyway
        std::string_view clientUser;
    };
    std::string userOf(const Request &request) const; // empty: nobody is named

private:
    struct Rule {
        UserRule config;
        QRegularExpression match;
    };
    static std::string apply(const Rule &rule, std::string value);

    std::vector<Rule> m_rules;
};

// The text (or number) at a path such as metadata.user_id; empty when there is none. Pure.
std::string textInBody(std::string_view body, std::string_view path);

} // namespace signalbox
