// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/dialect/gemini_support.h"

namespace signalbox::gemini_test {

// A conversation of another dialect: parts made by hand, each with its place in `root`.
class Made
{
public:
    Made()
    {
        conversation.source = std::make_shared<ConversationSource>();
        boost::json::object places;
        for (int i = 0; i < 40; ++i)
            places.emplace("n" + std::to_string(i), nullptr);
        conversation.source->root = places;
    }

    Node place() { return &conversation.source->root.get_object().at("n" + std::to_string(m_next++)); }
    Message &message(Role role)
    {
        Message message;
        message.role = role;
        message.origin = place();
        return conversation.messages.emplace_back(std::move(message));
    }
    template<class T>
    Made &add(Role role, T part)
    {
        if (conversation.messages.empty() || conversation.messages.back().role != role)
            message(role);
        conversation.messages.back().parts.push_back({std::move(part), place()});
        return *this;
    }
    Made &text(Role role, std::string_view text) { return add(role, TextPart{text}); }
    Made &call(std::string_view id, std::string_view name, std::string_view arguments = "{}")
    {
        return add(Role::Assistant, ToolCallPart{id, name, arguments});
    }
    Made &result(std::string_view id, std::string_view text)
    {
        ToolResultPart result;
        result.callId = id;
        result.content.push_back({TextPart{text}, nullptr});
        return add(Role::User, std::move(result));
    }

    std::string encode(std::string_view model = "gemini-2.5-flash", const Quirks &quirks = {})
    {
        losses.clear();
        const Result<EncodedRequest> encoded =
            gemini::codec().encodeRequest(conversation, EncodeRequestOptions{model, quirks}, losses);
        return encoded ? encoded->body : "ERROR " + encoded.error().message;
    }
    std::string contents(std::string_view model = "gemini-2.5-flash")
    {
        const boost::json::value body = boost::json::parse(encode(model));
        return jsonText(body.at("contents"));
    }
    std::string member(std::string_view name, std::string_view model = "gemini-2.5-flash")
    {
        const boost::json::value body = boost::json::parse(encode(model));
        const boost::json::value *value = body.get_object().if_contains(name);
        return value ? jsonText(*value) : std::string();
    }
    std::string noted() { return lossText(losses, conversation.source->root); }

    Conversation conversation;
    LossReport losses;

private:
    int m_next = 0;
};

} // namespace signalbox::gemini_test
