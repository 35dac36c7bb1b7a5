// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <map>
#include <string>
#include <string_view>

namespace signalbox::gemini {

// Names of functions as Gemini takes them: a letter or underscore, then letters, digits and _ . : -, at most 64. The
// same conversation gives the same names for declarations, calls, results and the tool choice. Lives for one encoding.
class ToolNames
{
public:
    explicit ToolNames(const Conversation &conversation);

    // The name on the wire; `name` itself where it is legal and unambiguous.
    std::string_view of(std::string_view name, std::string_view nameSpace = {});

private:
    bool isAmbiguous(std::string_view name) const;

    const Conversation &m_conversation;
    std::map<std::string, std::string, std::less<>> m_made; // what differs from its origin
};

} // namespace signalbox::gemini
