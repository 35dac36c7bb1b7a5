// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/loss_report.h"

#include <boost/json/object.hpp>

#include <string_view>

namespace signalbox::openai_chat {

// The member of an object; nullptr when `object` is none, has no such member, or it is null.
inline Node memberOf(Node object, std::string_view key)
{
    const boost::json::object *members = object ? object->if_object() : nullptr;
    const Node member = members ? members->if_contains(key) : nullptr;
    return member && !member->is_null() ? member : nullptr;
}

// The member when it is a text; else empty.
inline std::string_view textOf(Node object, std::string_view key)
{
    const Node member = memberOf(object, key);
    const boost::json::string *text = member ? member->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

// The member when it is a list; else nullptr.
inline const boost::json::array *listOf(Node object, std::string_view key)
{
    const Node member = memberOf(object, key);
    return member ? member->if_array() : nullptr;
}

// The text of a text node; empty for anything else.
inline std::string_view textIn(Node node)
{
    const boost::json::string *text = node ? node->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

} // namespace signalbox::openai_chat
