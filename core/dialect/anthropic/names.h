// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox::anthropic {

// Anthropic's patterns: tools ^[a-zA-Z0-9_-]{1,128}$, ids ^[a-zA-Z0-9_-]+$.
bool isPlainName(std::string_view text);

// What tools are called on the wire. A name that fits stays; of another one the bytes that do not fit become "_", the
// namespace goes before it with two of them, and a name that is then taken gets letters of its own. The same tools
// always give the same names. Pure.
class ToolNames
{
public:
    explicit ToolNames(const Conversation &conversation);
    std::string wireName(std::string_view nameSpace, std::string_view name) const;

private:
    std::map<std::pair<std::string_view, std::string_view>, std::string> m_changed;
};

// Ids of calls on the wire: those that came when they fit and are new, else made from them, the same each time.
class CallIds
{
public:
    std::string next(std::string_view id, std::string_view toolName);

private:
    std::set<std::string, std::less<>> m_used;
};

} // namespace signalbox::anthropic
