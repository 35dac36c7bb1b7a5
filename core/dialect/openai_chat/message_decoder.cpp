// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/part_decoder.h"
#include "core/dialect/openai_chat/request_decoder.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

std::optional<Role> roleOf(std::string_view role)
{
    if (role == "system")
        return Role::System;
    if (role == "developer")
        return Role::Developer;
    if (role == "user" || role == "tool" || role == "function")
        return Role::User;
    if (role == "assistant")
        return Role::Assistant;
    return std::nullopt;
}

void decodeContent(ObjectReader &reader, bool required, Node message, std::vector<Part> &parts)
{
    const Node content = reader.take("content");
    DecodeContext &context = reader.context();
    if (!content) {
        if (required)
            context.fail(message, "content is missing");
        return;
    }
    if (const json::string *text = content->if_string()) {
        parts.push_back({TextPart{*text}, content});
        return;
    }
    const json::array *list = content->if_array();
    if (!list) {
        context.fail(content, "must be a text or a list");
        return;
    }
    parts.reserve(list->size());
    for (const json::value &item : *list)
        decodePart(item, parts, context);
}

std::string_view textArgument(Node arguments, DecodeContext &context)
{
    if (!arguments)
        return {};
    if (const json::string *text = arguments->if_string())
        return *text;
    if (arguments->is_object())
        return context.pool.keep(json::serialize(*arguments));
    context.fail(arguments, "must be a text");
    return {};
}

// Google's endpoint for Chat: extra_content.google.thought_signature.
std::string_view thoughtSignature(ObjectReader &call)
{
    const json::object *extra = call.object("extra_content");
    if (!extra)
        return {};
    ObjectReader members(*extra, call.context());
    const json::object *google = members.object("google");
    if (!google)
        return {};
    ObjectReader signature(*google, call.context());
    return signature.text("thought_signature");
}

void decodeToolCall(const json::value &item, std::vector<Part> &parts, DecodeContext &context)
{
    const json::object *object = item.if_object();
    if (!object)
        return context.fail(&item, "must be an object");
    ObjectReader reader(*object, context);
    ToolCallPart call;
    call.id = reader.text("id");
    call.signature = thoughtSignature(reader);
    reader.ignore("index");
    const std::string_view type = reader.text("type");
    call.custom = type == "custom" || (type.empty() && !reader.has("function") && reader.has("custom"));
    const json::object *callee = reader.object(call.custom ? "custom" : "function");
    if (!callee)
        return context.fail(&item, call.custom ? "custom is missing" : "function is missing");
    ObjectReader members(*callee, context);
    call.name = members.text("name");
    if (call.name.empty())
        context.fail(&item, "the called tool has no name");
    call.arguments = textArgument(members.take(call.custom ? "input" : "arguments"), context);
    parts.push_back({call, &item});
}

void decodeFunctionCall(Node item, std::vector<Part> &parts, DecodeContext &context)
{
    const json::object *object = item->if_object();
    if (!object)
        return context.fail(item, "must be an object");
    ObjectReader reader(*object, context);
    ToolCallPart call;
    call.name = reader.text("name");
    call.arguments = textArgument(reader.take("arguments"), context);
    parts.push_back({call, item});
}

void decodeAssistant(ObjectReader &reader, Node origin, Message &message)
{
    DecodeContext &context = reader.context();
    decodeThinking(reader, message.parts);
    decodeContent(reader, false, origin, message.parts);
    if (const Node refusal = reader.peek("refusal")) {
        if (const std::string_view text = reader.text("refusal"); !text.empty())
            message.parts.push_back({RefusalPart{text}, refusal});
    }
    if (const Node audio = reader.peek("audio")) {
        if (const json::object *object = reader.object("audio")) {
            ObjectReader members(*object, context);
            MediaPart media{MediaPart::Kind::Audio};
            media.source.fileId = members.text("id");
            // A reply that is sent back as it came: the id stands for all of it.
            for (const char *echo : {"data", "transcript", "expires_at"})
                members.ignore(echo);
            if (!media.source.fileId.empty())
                message.parts.push_back({media, audio});
        }
    }
    decodeAnnotations(reader, message.parts);
    decodeImages(reader, message.parts);
    if (const json::array *calls = reader.array("tool_calls")) {
        for (const json::value &call : *calls)
            decodeToolCall(call, message.parts, context);
    }
    if (const Node call = reader.take("function_call"))
        decodeFunctionCall(call, message.parts, context);
    // Servers add these to their replies, and clients send replies back as they are.
    for (const char *echo : {"index", "reasoning_tokens"})
        reader.ignore(echo);
}

ToolResultPart decodeToolResult(ObjectReader &reader, Node origin)
{
    ToolResultPart result;
    result.callId = reader.text("tool_call_id");
    result.name = reader.text("name");
    decodeContent(reader, false, origin, result.content);
    return result;
}

bool onlyResults(const Message &message)
{
    return message.role == Role::User && !message.parts.empty() &&
           std::all_of(message.parts.begin(), message.parts.end(),
                       [](const Part &part) { return part.as<ToolResultPart>() != nullptr; });
}

void decodeMessage(const json::value &item, Conversation &conversation, DecodeContext &context)
{
    const json::object *object = item.if_object();
    if (!object)
        return context.fail(&item, "must be an object");
    ObjectReader reader(*object, context);
    const Node roleNode = reader.peek("role");
    const std::string_view roleName = reader.text("role");
    if (!roleNode)
        return context.fail(&item, "role is missing");
    const std::optional<Role> role = roleOf(roleName);
    if (!role)
        return context.fail(roleNode, "must be system, developer, user, assistant, tool or function");
    if (roleName == "tool" || roleName == "function") {
        if (roleName == "tool" && !reader.has("tool_call_id") && !reader.has("name"))
            return context.fail(&item, "tool_call_id is missing");
        Part part{decodeToolResult(reader, &item), &item};
        // Results of one turn stand in one message, as in the dialects that know no tool role.
        if (conversation.messages.empty() || !onlyResults(conversation.messages.back()))
            conversation.messages.push_back({Role::User, {}, &item});
        conversation.messages.back().parts.push_back(std::move(part));
        return;
    }
    Message message{*role, {}, &item};
    message.name = reader.text("name");
    if (*role == Role::Assistant)
        decodeAssistant(reader, &item, message);
    else
        decodeContent(reader, true, &item, message.parts);
    conversation.messages.push_back(std::move(message));
}

} // namespace

void decodeMessages(const json::array &messages, Conversation &conversation, DecodeContext &context)
{
    conversation.messages.reserve(messages.size());
    for (const json::value &item : messages)
        decodeMessage(item, conversation, context);
}

} // namespace signalbox::openai_chat
