// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/tool_names.h"

#include <algorithm>

namespace signalbox::gemini {

namespace {

constexpr size_t longest = 64;

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isLegal(char c)
{
    return isLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
}

bool isLegalName(std::string_view name)
{
    return !name.empty() && name.size() <= longest && isLetter(name.front()) &&
           std::all_of(name.begin(), name.end(), isLegal);
}

std::string legalName(std::string_view name)
{
    std::string made;
    if (name.empty() || !isLetter(name.front()))
        made = "_";
    for (const char c : name)
        made += isLegal(c) ? c : '_';
    made.resize(std::min(made.size(), longest));
    return made;
}

} // namespace

ToolNames::ToolNames(const Conversation &conversation) : m_conversation(conversation) {}

bool ToolNames::isAmbiguous(std::string_view name) const
{
    return std::count_if(m_conversation.tools.begin(), m_conversation.tools.end(),
                         [name](const Tool &tool) { return tool.kind != Tool::Kind::Native && tool.name == name; }) > 1;
}

std::string_view ToolNames::of(std::string_view name, std::string_view nameSpace)
{
    const bool joined = !nameSpace.empty() && isAmbiguous(name);
    if (!joined && isLegalName(name))
        return name;
    std::string whole = joined ? std::string(nameSpace) + "__" : std::string();
    whole += name;
    const auto known = m_made.find(whole);
    if (known != m_made.end())
        return known->second;
    std::string made = legalName(whole);
    return m_made.emplace(std::move(whole), std::move(made)).first->second;
}

} // namespace signalbox::gemini
