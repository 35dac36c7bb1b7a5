// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/item_decoder.h"

#include "core/dialect/openai_responses/content_decoder.h"
#include "core/dialect/openai_responses/tool_decoder.h"
#include "core/dialect/openai_responses/tool_names.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace json = boost::json;

namespace {

std::optional<Role> roleOf(std::string_view name)
{
    if (name == "user")
        return Role::User;
    if (name == "assistant")
        return Role::Assistant;
    if (name == "system")
        return Role::System;
    if (name == "developer")
        return Role::Developer;
    return std::nullopt;
}

// summary: [{type: summary_text, text}], content: [{type: reasoning_text, text}]
std::vector<std::string_view> textsOf(const json::array *list, DecodeContext &context)
{
    std::vector<std::string_view> texts;
    if (!list)
        return texts;
    for (const json::value &value : *list) {
        const json::object *object = value.if_object();
        if (!object) {
            context.fail(&value, "must be an object");
            return texts;
        }
        ObjectReader reader(*object, context);
        reader.ignore("type");
        texts.push_back(reader.text("text"));
    }
    return texts;
}

std::string_view joined(const std::vector<std::string_view> &texts, TextPool &pool)
{
    if (texts.empty())
        return {};
    if (texts.size() == 1)
        return texts.front();
    std::string all(texts.front());
    for (size_t i = 1; i < texts.size(); ++i)
        all.append("\n\n").append(texts[i]);
    return pool.keep(std::move(all));
}

} // namespace

void ItemDecoder::take(const json::value &item)
{
    const json::object *object = item.if_object();
    if (!object)
        return m_context.fail(&item, "must be an object");
    const json::value *typeNode = object->if_contains("type");
    if (typeNode && !typeNode->is_string())
        return m_context.fail(typeNode, "must be a text");
    const std::string_view type = typeNode ? std::string_view(typeNode->get_string()) : "message";
    const bool known = type == "message" || type == "function_call" || type == "custom_tool_call" ||
                       type == "function_call_output" || type == "custom_tool_call_output" || type == "reasoning" ||
                       type == "additional_tools" || type == "item_reference";
    if (!known)
        return takeNative(type, item);
    ObjectReader reader(*object, m_context);
    reader.ignore("type");
    if (type == "message") {
        takeMessage(reader, item);
    } else if (type == "function_call" || type == "custom_tool_call") {
        takeCall(reader, item, type == "custom_tool_call");
    } else if (type == "function_call_output" || type == "custom_tool_call_output") {
        takeResult(reader, item, type == "custom_tool_call_output");
    } else if (type == "reasoning") {
        takeReasoning(reader, item);
    } else if (type == "additional_tools") {
        takeAdditionalTools(reader);
    } else {
        reader.ignoreRest();
        m_context.losses.drop(&item, "the item it refers to is not stored here");
    }
}

Message &ItemDecoder::open(Role role, const json::value &item)
{
    Message &message = m_conversation.messages.emplace_back();
    message.role = role;
    message.origin = &item;
    return message;
}

Message &ItemDecoder::assistant(const json::value &item)
{
    if (m_open == Open::Assistant || m_open == Open::AssistantWithText)
        return m_conversation.messages.back();
    m_open = Open::Assistant;
    return open(Role::Assistant, item);
}

Message &ItemDecoder::results(const json::value &item)
{
    if (m_open == Open::Results)
        return m_conversation.messages.back();
    m_open = Open::Results;
    return open(Role::User, item);
}

void ItemDecoder::takeMessage(ObjectReader &reader, const json::value &item)
{
    const Setting<std::string_view> roleName = reader.textSetting("role");
    const std::optional<Role> role = roleName ? roleOf(*roleName) : std::nullopt;
    if (!role) {
        m_context.fail(roleName.origin ? roleName.origin : &item,
                       "needs the role user, assistant, system or developer");
        return;
    }
    if (*role != Role::Assistant || m_open == Open::AssistantWithText)
        m_open = Open::Nothing;
    Message &message = *role == Role::Assistant ? assistant(item) : open(*role, item);
    if (*role == Role::Assistant)
        m_open = Open::AssistantWithText;
    message.itemId = reader.text("id");
    message.phase = reader.text("phase");
    message.origin = &item; // where its phase stands
    reader.ignore("status");
    if (!reader.has("content"))
        return m_context.fail(&item, "needs content");
    decodeContent(reader.take("content"), message.parts, m_context);
}

void ItemDecoder::takeCall(ObjectReader &reader, const json::value &item, bool custom)
{
    ToolCallPart call;
    call.custom = custom;
    call.id = reader.text("call_id");
    call.itemId = reader.text("id");
    call.name = reader.text("name");
    call.nameSpace = reader.text("namespace");
    call.arguments = reader.text(custom ? "input" : "arguments");
    reader.ignore("status");
    if (call.id.empty() || call.name.empty())
        return m_context.fail(&item, "needs the texts call_id and name");
    if (!call.nameSpace.empty())
        call.name = m_context.pool.keep(flatToolName(call.nameSpace, call.name));
    assistant(item).parts.push_back({call, &item});
}

void ItemDecoder::takeResult(ObjectReader &reader, const json::value &item, bool custom)
{
    ToolResultPart result;
    result.custom = custom;
    result.callId = reader.text("call_id");
    reader.ignore("id");
    reader.ignore("status");
    if (result.callId.empty() || !reader.has("output"))
        return m_context.fail(&item, "needs call_id and output");
    decodeContent(reader.take("output"), result.content, m_context);
    results(item).parts.push_back({std::move(result), &item});
}

void ItemDecoder::takeReasoning(ObjectReader &reader, const json::value &item)
{
    ThinkingPart thinking;
    thinking.signer = Dialect::OpenAiResponses;
    thinking.itemId = reader.text("id");
    thinking.summary = textsOf(reader.array("summary"), m_context);
    const std::vector<std::string_view> content = textsOf(reader.array("content"), m_context);
    thinking.text = joined(content.empty() ? thinking.summary : content, m_context.pool);
    const std::string_view encrypted = reader.text("encrypted_content");
    reader.ignore("status");
    thinking.signature = encrypted;
    thinking.encrypted = !encrypted.empty();
    assistant(item).parts.push_back({std::move(thinking), &item});
}

void ItemDecoder::takeAdditionalTools(ObjectReader &reader)
{
    reader.ignore("id");
    reader.ignore("role");
    if (const json::array *tools = reader.array("tools"))
        decodeTools(*tools, m_conversation, m_context);
}

void ItemDecoder::takeNative(std::string_view type, const json::value &item)
{
    const bool fromClient = type.ends_with("_output") || type.ends_with("_response");
    Message &message = fromClient ? results(item) : assistant(item);
    message.parts.push_back({NativePart{Dialect::OpenAiResponses, type, &item}, &item});
}

} // namespace signalbox::openai_responses
