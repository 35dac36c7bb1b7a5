// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_chat {

// Finds the result of each call: by id, and among calls without one by their order and name. Pure; looks at one
// conversation, which outlives it.
class ToolResults
{
public:
    explicit ToolResults(const Conversation &conversation);
    // The result of a call that stands in this message, once; nullptr when there is none.
    const Part *take(const ToolCallPart &call, size_t message);
    bool isUsed(const Part &part) const;

private:
    struct Entry {
        const Part *part;
        size_t message;
        bool used;
    };
    std::vector<Entry> m_entries;
    size_t m_firstOpen = 0;
};

} // namespace signalbox::openai_chat
