// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/codec.h"

#include <boost/json.hpp>

#include <string>

namespace signalbox::anthropic_test {

namespace json = boost::json;

struct Encoded {
    Result<Conversation> conversation = Error{};
    std::vector<LossEntry> losses;
    EncodedRequest request;
    json::value body;

    std::string lossLines() const
    {
        std::string lines;
        for (const LossEntry &loss : losses)
            lines += std::string(lossKindName(loss.kind)) + " " + loss.pointer + "\n";
        return lines;
    }
    std::string header(std::string_view name) const
    {
        for (const auto &[key, value] : request.headers) {
            if (key == name)
                return value;
        }
        return {};
    }
};

inline Encoded translate(std::string_view text, const Quirks &quirks = {}, std::string_view model = "claude-sonnet-4-5")
{
    Encoded encoded;
    LossReport losses;
    encoded.conversation = anthropic::codec().decodeRequest(text, {"/v1/messages", {}}, losses);
    if (!encoded.conversation)
        return encoded;
    const EncodeRequestOptions options{model, quirks};
    encoded.request = *anthropic::codec().encodeRequest(*encoded.conversation, options, losses);
    encoded.losses = losses.resolve(encoded.conversation->source->root, false);
    encoded.body = json::parse(encoded.request.body);
    return encoded;
}

// A conversation as another dialect makes it: `places` elements of an array stand for the client's request.
class Foreign
{
public:
    explicit Foreign(int places = 40)
    {
        conversation.source = std::make_shared<ConversationSource>();
        json::array list;
        for (int i = 0; i < places; ++i)
            list.push_back(json::object{{"n", i}});
        conversation.source->root = std::move(list);
        conversation.model = "x";
    }
    Node place() { return &conversation.source->root.as_array()[m_next++]; }
    Message &message(Role role)
    {
        Message &message = conversation.messages.emplace_back();
        message.role = role;
        message.origin = place();
        return message;
    }
    template<class T>
    Part &part(Role role, T value)
    {
        Part part;
        part.value = std::move(value);
        part.origin = place();
        return message(role).parts.emplace_back(std::move(part));
    }
    void text(Role role, std::string_view text) { part(role, TextPart{text}); }
    void call(std::string_view id, std::string_view name, std::string_view arguments = "{}")
    {
        ToolCallPart call;
        call.id = id;
        call.name = name;
        call.arguments = arguments;
        part(Role::Assistant, call);
    }
    void result(std::string_view id, std::string_view text)
    {
        ToolResultPart result;
        result.callId = id;
        result.content.push_back({TextPart{text}, place()});
        part(Role::User, std::move(result));
    }
    void tool(std::string_view name)
    {
        Tool &tool = conversation.tools.emplace_back();
        tool.name = name;
        tool.origin = place();
    }
    Encoded encode(const Quirks &quirks = {}, std::string_view model = "claude-sonnet-4-5")
    {
        Encoded encoded;
        LossReport losses;
        const EncodeRequestOptions options{model, quirks};
        encoded.request = *anthropic::codec().encodeRequest(conversation, options, losses);
        encoded.losses = losses.resolve(conversation.source->root, false);
        encoded.body = json::parse(encoded.request.body);
        return encoded;
    }

    Conversation conversation;

private:
    size_t m_next = 0;
};

inline std::string messagesOf(const Encoded &encoded)
{
    return json::serialize(encoded.body.at("messages"));
}

inline std::string memberOf(const Encoded &encoded, std::string_view key)
{
    const json::value *value = encoded.body.as_object().if_contains(key);
    return value ? json::serialize(*value) : std::string();
}

} // namespace signalbox::anthropic_test
