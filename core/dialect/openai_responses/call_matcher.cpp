// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/call_matcher.h"

#include "core/dialect/media.h"

namespace signalbox::openai_responses {

namespace {

constexpr size_t longestId = 64;

} // namespace

CallMatcher::CallMatcher(const Conversation &conversation)
{
    for (const Message &message : conversation.messages) {
        for (const Part &part : message.parts) {
            if (const auto *call = part.as<ToolCallPart>())
                addCall(*call);
            else if (const auto *result = part.as<ToolResultPart>())
                addResult(*result);
        }
    }
}

void CallMatcher::addCall(const ToolCallPart &part)
{
    Call call{&part, std::string(part.id)};
    if (call.callId.empty())
        call.callId = makeId("call_", part.name, static_cast<int>(m_calls.size()));
    else if (call.callId.size() > longestId)
        call.callId = makeId("call_", part.id, 0);
    if (m_ids.contains(call.callId))
        call.callId = makeId("call_", call.callId, static_cast<int>(m_calls.size()));
    m_ids.emplace(call.callId, m_calls.size());
    m_byCall.emplace(&part, m_calls.size());
    m_calls.push_back(std::move(call));
}

void CallMatcher::addResult(const ToolResultPart &part)
{
    const auto answer = [&](size_t i) {
        m_calls[i].answered = true;
        m_byResult.emplace(&part, i);
    };
    if (!part.callId.empty()) {
        for (size_t i = m_calls.size(); i-- > 0;) {
            if (!m_calls[i].answered && m_calls[i].part->id == part.callId)
                return answer(i);
        }
    }
    for (size_t i = 0; i < m_calls.size(); ++i) {
        const Call &call = m_calls[i];
        if (call.answered || (!part.callId.empty() && !call.part->id.empty()))
            continue;
        if (part.name.empty() || call.part->name == part.name)
            return answer(i);
    }
}

const CallMatcher::Call *CallMatcher::answeredBy(const ToolResultPart &part) const
{
    const auto found = m_byResult.find(&part);
    return found == m_byResult.end() ? nullptr : &m_calls[found->second];
}

} // namespace signalbox::openai_responses
