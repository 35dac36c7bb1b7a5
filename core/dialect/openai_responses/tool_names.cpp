// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/tool_names.h"

#include "core/dialect/media.h"

namespace signalbox::openai_responses {

namespace {

constexpr size_t longestName = 64;
constexpr std::string_view joint = "__";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::string plainPrefix(std::string_view nameSpace)
{
    std::string prefix(nameSpace);
    for (char &c : prefix) {
        if (!isNameCharacter(c))
            c = '_';
    }
    return prefix.append(joint);
}

std::string shortPrefix(std::string_view nameSpace)
{
    return makeId("", nameSpace, 0).substr(0, 8).append(joint);
}

} // namespace

std::string flatToolName(std::string_view nameSpace, std::string_view name)
{
    if (nameSpace.empty())
        return std::string(name);
    std::string prefix = plainPrefix(nameSpace);
    if (prefix.size() + name.size() > longestName)
        prefix = shortPrefix(nameSpace);
    return prefix.append(name);
}

std::string_view bareToolName(std::string_view flatName, std::string_view nameSpace)
{
    if (nameSpace.empty())
        return flatName;
    for (const std::string &prefix : {plainPrefix(nameSpace), shortPrefix(nameSpace)}) {
        if (flatName.starts_with(prefix))
            return flatName.substr(prefix.size());
    }
    return flatName;
}

const Tool *declaredTool(const Conversation &conversation, std::string_view name, std::string_view nameSpace)
{
    const std::string wanted = flatToolName(nameSpace, name);
    const Tool *byBareName = nullptr;
    bool several = false;
    for (const Tool &tool : conversation.tools) {
        if (tool.kind == Tool::Kind::Native)
            continue;
        if (tool.name == wanted || (tool.name == name && tool.nameSpace == nameSpace))
            return &tool;
        if (!nameSpace.empty() || tool.nameSpace.empty() || bareToolName(tool.name, tool.nameSpace) != name)
            continue;
        several = byBareName != nullptr;
        byBareName = &tool;
    }
    return several ? nullptr : byBareName;
}

} // namespace signalbox::openai_responses
