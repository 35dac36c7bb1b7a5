// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// Only the Responses API has namespaces of tools. A tool in one is called NAMESPACE__NAME everywhere else: that is
// Tool::name and ToolCallPart::name, so that encoders of other dialects need not know of namespaces; characters other
// than letters, digits, - and _ become _. Where that were longer than 64 characters (OpenAI's limit), eight letters
// made from the namespace stand in its place. The way back goes over the declared tools. Pure.
std::string flatToolName(std::string_view nameSpace, std::string_view name);

// The name inside its namespace again.
std::string_view bareToolName(std::string_view flatName, std::string_view nameSpace);

// The declared function or custom tool that a name means: its flat name, its name within `nameSpace`, or a bare name
// that only one tool has. nullptr: none.
const Tool *declaredTool(const Conversation &conversation, std::string_view name, std::string_view nameSpace);

} // namespace signalbox::openai_responses
