// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace signalbox::openai_responses {

// Gives each tool call of a conversation a call_id that this API takes (not empty, at most 64 characters, used once)
// and finds the call that each result answers: by id, where ids are missing by name and order. The ids of a
// conversation's beginning do not depend on what follows. Pure.
class CallMatcher
{
public:
    explicit CallMatcher(const Conversation &conversation);

    struct Call {
        const ToolCallPart *part = nullptr;
        std::string callId;
        bool answered = false;
    };
    const Call &callOf(const ToolCallPart &part) const { return m_calls[m_byCall.at(&part)]; }
    // nullptr: no call waits for this result.
    const Call *answeredBy(const ToolResultPart &part) const;

private:
    void addCall(const ToolCallPart &part);
    void addResult(const ToolResultPart &part);

    std::vector<Call> m_calls;
    std::unordered_map<const ToolCallPart *, size_t> m_byCall;
    std::unordered_map<const ToolResultPart *, size_t> m_byResult;
    std::unordered_map<std::string, size_t> m_ids;
};

} // namespace signalbox::openai_responses
