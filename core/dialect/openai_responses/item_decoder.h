// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_responses {

// The items of `input` → messages. Reasoning, calls and the text around them become one assistant message, until a
// second message item or an item of another side comes; results that stand together become one user message. Items
// that only this API knows are NativeParts. Pure; lives on the stack.
class ItemDecoder
{
public:
    ItemDecoder(Conversation &conversation, DecodeContext &context) : m_conversation(conversation), m_context(context)
    {
    }
    void take(const boost::json::value &item);

private:
    void takeMessage(ObjectReader &reader, const boost::json::value &item);
    void takeCall(ObjectReader &reader, const boost::json::value &item, bool custom);
    void takeResult(ObjectReader &reader, const boost::json::value &item, bool custom);
    void takeReasoning(ObjectReader &reader, const boost::json::value &item);
    void takeAdditionalTools(ObjectReader &reader);
    void takeNative(std::string_view type, const boost::json::value &item);
    Message &assistant(const boost::json::value &item);
    Message &results(const boost::json::value &item);
    Message &open(Role role, const boost::json::value &item);

    enum class Open { Nothing, Assistant, AssistantWithText, Results };
    Conversation &m_conversation;
    DecodeContext &m_context;
    Open m_open = Open::Nothing;
};

} // namespace signalbox::openai_responses
