// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/tool_names.h"

#include "core/dialect/media.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t longestName = 64;
constexpr size_t suffixLetters = 6;
constexpr std::string_view separator = "__";

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

std::string flatToolName(std::string_view nameSpace, std::string_view name)
{
    std::string whole(nameSpace);
    whole += separator;
    // What the Responses dialect decodes is flat already.
    if (nameSpace.empty() || name.starts_with(whole))
        whole = name;
    else
        whole += name;
    if (!whole.empty() && whole.size() <= longestName && std::all_of(whole.begin(), whole.end(), isPlain))
        return whole;
    std::string fitted = whole.substr(0, longestName - suffixLetters - 1);
    std::replace_if(
        fitted.begin(), fitted.end(), [](char c) { return !isPlain(c); }, '_');
    return fitted + '_' + shortToolId(whole).substr(0, suffixLetters);
}

const Tool *toolOfFlatName(std::string_view flat, const Conversation &conversation)
{
    const auto fits = [&](const Tool &tool) {
        if (tool.kind == Tool::Kind::Native)
            return false;
        return tool.nameSpace.empty() && tool.name == flat;
    };
    auto found = std::find_if(conversation.tools.begin(), conversation.tools.end(), fits);
    if (found == conversation.tools.end())
        found = std::find_if(conversation.tools.begin(), conversation.tools.end(), [&](const Tool &tool) {
            return tool.kind != Tool::Kind::Native && flatToolName(tool.nameSpace, tool.name) == flat;
        });
    return found == conversation.tools.end() ? nullptr : &*found;
}

ToolName unflatToolName(std::string_view flat, const Conversation &conversation)
{
    const Tool *tool = toolOfFlatName(flat, conversation);
    return tool ? ToolName{tool->nameSpace, tool->name} : ToolName{{}, flat};
}

} // namespace signalbox
