// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <string>
#include <string_view>

namespace signalbox {

// Tool names for APIs without namespaces, whose names are at most 64 of a–z A–Z 0–9 _ -. Pure.

// NAMESPACE__name, or the name alone. A name that does not fit is cut and gets a suffix made from the whole of it, so
// that it is the same in every request and two long names stay apart.
std::string flatToolName(std::string_view nameSpace, std::string_view name);

struct ToolName {
    std::string_view nameSpace;
    std::string_view name;

    bool operator==(const ToolName &) const = default;
};

// The tool of this conversation that a flat name stands for; nullptr when it declares none.
const Tool *toolOfFlatName(std::string_view flat, const Conversation &conversation);
// Its name and namespace; the flat name itself when the conversation declares no such tool.
ToolName unflatToolName(std::string_view flat, const Conversation &conversation);

} // namespace signalbox
