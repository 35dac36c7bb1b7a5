// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/names.h"

#include "core/dialect/media.h"

#include <algorithm>

namespace signalbox::anthropic {

namespace {

constexpr size_t longestName = 128;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool isToolName(std::string_view name)
{
    return name.size() <= longestName && isPlainName(name);
}

std::string cleaned(std::string_view nameSpace, std::string_view name)
{
    std::string wire;
    if (!nameSpace.empty())
        wire.append(nameSpace).append("__");
    wire += name;
    std::replace_if(
        wire.begin(), wire.end(), [](char c) { return !isPlain(c); }, '_');
    if (wire.empty())
        wire = "tool";
    if (wire.size() > longestName) { // the end of a long name tells it from its siblings
        const std::string mark = shortToolId(wire);
        wire.resize(longestName - mark.size() - 1);
        wire += '_' + mark;
    }
    return wire;
}

} // namespace

bool isPlainName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isPlain);
}

ToolNames::ToolNames(const Conversation &conversation)
{
    std::set<std::string, std::less<>> used;
    for (const Tool &tool : conversation.tools) {
        if (tool.nameSpace.empty() && isToolName(tool.name))
            used.emplace(tool.name);
    }
    for (const Tool &tool : conversation.tools) {
        if (tool.kind == Tool::Kind::Native || (tool.nameSpace.empty() && isToolName(tool.name)))
            continue;
        const std::pair key(tool.nameSpace, tool.name);
        if (m_changed.count(key))
            continue;
        std::string wire = cleaned(tool.nameSpace, tool.name);
        if (!used.insert(wire).second) {
            const std::string mark = shortToolId(std::string(tool.nameSpace) + '\n' + std::string(tool.name));
            wire = wire.substr(0, longestName - mark.size() - 1) + '_' + mark;
            used.insert(wire);
        }
        m_changed.emplace(key, std::move(wire));
    }
}

std::string ToolNames::wireName(std::string_view nameSpace, std::string_view name) const
{
    if (nameSpace.empty() && isToolName(name))
        return std::string(name);
    const auto found = m_changed.find({nameSpace, name});
    return found == m_changed.end() ? cleaned(nameSpace, name) : found->second;
}

std::string CallIds::next(std::string_view id, std::string_view toolName)
{
    std::string wire(id);
    if (!isPlainName(id))
        wire = makeId("toolu_", id.empty() ? toolName : id, 0);
    for (int number = 1; m_used.count(wire); ++number)
        wire = makeId("toolu_", id.empty() ? toolName : id, number);
    m_used.insert(wire);
    return wire;
}

} // namespace signalbox::anthropic
