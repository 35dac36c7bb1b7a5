// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/tool_results.h"

#include <algorithm>

namespace signalbox::openai_chat {

ToolResults::ToolResults(const Conversation &conversation)
{
    for (size_t i = 0; i < conversation.messages.size(); ++i) {
        for (const Part &part : conversation.messages[i].parts) {
            if (part.as<ToolResultPart>())
                m_entries.push_back({&part, i, false});
        }
    }
}

const Part *ToolResults::take(const ToolCallPart &call, size_t message)
{
    while (m_firstOpen < m_entries.size() && m_entries[m_firstOpen].used)
        ++m_firstOpen;
    for (size_t i = m_firstOpen; i < m_entries.size(); ++i) {
        Entry &entry = m_entries[i];
        const ToolResultPart &result = *entry.part->as<ToolResultPart>();
        if (entry.used || entry.message < message || result.callId != call.id)
            continue;
        if (call.id.empty() && !result.name.empty() && result.name != call.name)
            continue;
        entry.used = true;
        return entry.part;
    }
    return nullptr;
}

bool ToolResults::isUsed(const Part &part) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.part == &part; });
    return found != m_entries.end() && found->used;
}

} // namespace signalbox::openai_chat
