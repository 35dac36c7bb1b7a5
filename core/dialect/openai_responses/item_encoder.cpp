// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/item_encoder.h"

#include "core/dialect/openai_responses/tool_names.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace {

constexpr const char *noBreakpoints = "OpenAI's API caches prompts by itself and takes no breakpoints";

bool isOurs(const Part &part)
{
    const auto *thinking = part.as<ThinkingPart>();
    return !thinking || thinking->signer == Dialect::OpenAiResponses;
}

// Decoders give the summary as the text where there is no other.
bool isSummary(const ThinkingPart &thinking)
{
    std::string_view rest = thinking.text;
    for (size_t i = 0; i < thinking.summary.size(); ++i) {
        if (i > 0 && rest.starts_with("\n\n"))
            rest.remove_prefix(2);
        if (!rest.starts_with(thinking.summary[i]))
            return false;
        rest.remove_prefix(thinking.summary[i].size());
    }
    return !thinking.summary.empty() && rest.empty();
}

Node memberOf(Node object, std::string_view key)
{
    const boost::json::object *members = object ? object->if_object() : nullptr;
    return members ? members->if_contains(key) : nullptr;
}

} // namespace

bool isBillingText(std::string_view text)
{
    return text.starts_with("x-anthropic-billing-header:");
}

ItemEncoder::ItemEncoder(JsonWriter &json, const Conversation &conversation, const Quirks &quirks, LossReport &losses)
    : m_json(json), m_conversation(conversation), m_quirks(quirks), m_losses(losses), m_calls(conversation)
{
    // OpenAI knows by its own ids which reasoning belongs to which item: where some of it is left out, no ids are sent.
    for (const Message &message : conversation.messages)
        m_keepIds = m_keepIds && std::all_of(message.parts.begin(), message.parts.end(), isOurs);
}

std::string ItemEncoder::instructions()
{
    if (m_conversation.messages.size() < 2 || m_conversation.messages.front().role != Role::System)
        return {};
    const Message &first = m_conversation.messages.front();
    if (!std::all_of(first.parts.begin(), first.parts.end(), [](const Part &part) { return part.as<TextPart>(); }))
        return {};
    m_first = 1;
    std::string text;
    for (const Part &part : first.parts) {
        const std::string_view piece = part.as<TextPart>()->text;
        if (part.cache)
            m_losses.drop(part.cache->origin, noBreakpoints);
        if (isBillingText(piece)) {
            m_losses.drop(part.origin, "only for Anthropic");
            continue;
        }
        if (!text.empty() && !piece.empty())
            text += "\n\n";
        text += piece;
    }
    return text;
}

void ItemEncoder::write()
{
    m_json.key("input");
    m_json.beginArray();
    for (size_t i = m_first; i < m_conversation.messages.size(); ++i)
        writeMessage(m_conversation.messages[i]);
    m_json.endArray();
}

void ItemEncoder::writeMessage(const Message &message)
{
    if (!message.name.empty())
        m_losses.drop(memberOf(message.origin, "name"), "OpenAI's Responses API has no names of participants");
    for (const Part &part : message.parts) {
        if (part.cache)
            m_losses.drop(part.cache->origin, noBreakpoints);
        writePart(message, part);
    }
    endContent();
}

void ItemEncoder::writePart(const Message &message, const Part &part)
{
    if (const auto *text = part.as<TextPart>())
        return writeText(message, part, *text);
    if (const auto *media = part.as<MediaPart>())
        return writeMedia(message, part, *media);
    if (const auto *refusal = part.as<RefusalPart>()) {
        beginContent(message);
        m_json.beginObject();
        const bool own = message.role == Role::Assistant && !m_inOutput;
        m_json.member("type", own ? "refusal" : "input_text");
        m_json.member(own ? "refusal" : "text", refusal->text);
        return m_json.endObject();
    }
    if (m_inOutput)
        return m_losses.drop(part.origin, "a tool's output holds texts, images and files only");
    if (const auto *result = part.as<ToolResultPart>())
        return writeResult(message, part, *result);
    endContent();
    if (const auto *call = part.as<ToolCallPart>()) {
        writeCall(*call, part.origin);
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        writeThinking(part, *thinking);
    } else if (const auto *native = part.as<NativePart>()) {
        if (native->dialect == Dialect::OpenAiResponses && native->value)
            m_json.value(*native->value);
        else
            m_losses.drop(part.origin, "a block that only another provider's API knows");
    }
}

const char *ItemEncoder::roleOf(const Message &message)
{
    switch (message.role) {
    case Role::Assistant:
        return "assistant";
    case Role::System:
        return "system";
    case Role::Developer:
        if (m_quirks.developerRole)
            return "developer";
        m_losses.rename(message.origin, "the provider has no developer role: sent as system");
        return "system";
    case Role::User:
        break;
    }
    return "user";
}

void ItemEncoder::beginContent(const Message &message)
{
    if (m_inContent || m_inOutput)
        return;
    m_inContent = true;
    m_json.beginObject();
    m_json.member("type", "message");
    if (m_keepIds && message.itemId.starts_with("msg_") && m_idWritten != &message)
        m_json.member("id", message.itemId);
    m_idWritten = &message;
    m_json.member("role", roleOf(message));
    m_json.memberUnlessEmpty("phase", message.phase);
    m_json.key("content");
    m_json.beginArray();
}

void ItemEncoder::endContent()
{
    if (!m_inContent)
        return;
    m_json.endArray();
    m_json.endObject();
    m_inContent = false;
}

void ItemEncoder::writeText(const Message &message, const Part &part, const TextPart &text)
{
    if (message.role == Role::System && isBillingText(text.text))
        return m_losses.drop(part.origin, "only for Anthropic");
    if (text.text.empty())
        return;
    beginContent(message);
    const bool output = message.role == Role::Assistant && !m_inOutput;
    m_json.beginObject();
    m_json.member("type", output ? "output_text" : "input_text");
    m_json.member("text", text.text);
    if (output) {
        writeCitations(text);
    } else {
        for (const Citation &citation : text.citations)
            m_losses.drop(citation.origin, "OpenAI's API has citations in assistants' messages only");
    }
    m_json.endObject();
}

void ItemEncoder::writeCitations(const TextPart &text)
{
    bool any = false;
    for (const Citation &citation : text.citations) {
        if (citation.url.empty() || !citation.begin || !citation.end) {
            m_losses.drop(citation.origin, "OpenAI's API cites addresses with their place in the text only");
            continue;
        }
        if (!any) {
            m_json.key("annotations");
            m_json.beginArray();
        }
        any = true;
        m_json.beginObject();
        m_json.member("type", "url_citation");
        m_json.member("url", citation.url);
        m_json.member("title", citation.title);
        m_json.member("start_index", *citation.begin);
        m_json.member("end_index", *citation.end);
        m_json.endObject();
        if (!citation.citedText.empty())
            m_losses.drop(citation.origin, "OpenAI's API does not take the cited text");
    }
    if (any)
        m_json.endArray();
}

void ItemEncoder::writeCall(const ToolCallPart &call, Node origin)
{
    const CallMatcher::Call &place = m_calls.callOf(call);
    m_json.beginObject();
    m_json.member("type", call.custom ? "custom_tool_call" : "function_call");
    if (m_keepIds && call.itemId.starts_with(call.custom ? "ctc_" : "fc_"))
        m_json.member("id", call.itemId);
    m_json.member("call_id", place.callId);
    m_json.member("name", bareToolName(call.name, call.nameSpace));
    m_json.memberUnlessEmpty("namespace", call.nameSpace);
    if (call.custom)
        m_json.member("input", call.arguments);
    else
        m_json.member("arguments", call.arguments.empty() ? "{}" : call.arguments);
    m_json.endObject();
    if (!call.signature.empty())
        m_losses.drop(origin, "only the API that made it takes a call's thought signature back");
    if (place.answered)
        return;
    m_losses.approximate(origin, "a call without a result, which OpenAI refuses: sent with an empty one");
    m_json.beginObject();
    m_json.member("type", call.custom ? "custom_tool_call_output" : "function_call_output");
    m_json.member("call_id", place.callId);
    m_json.member("output", "(no result)");
    m_json.endObject();
}

void ItemEncoder::writeResult(const Message &message, const Part &part, const ToolResultPart &result)
{
    const CallMatcher::Call *call = m_calls.answeredBy(result);
    if (!call) {
        m_losses.approximate(part.origin, "a result without its call, which OpenAI refuses: sent as the user's text");
        for (const Part &inner : result.content) {
            if (inner.as<TextPart>() || inner.as<MediaPart>() || inner.as<RefusalPart>())
                writePart(message, inner);
            else
                m_losses.drop(inner.origin, "a tool's output holds texts, images and files only");
        }
        return;
    }
    endContent();
    m_json.beginObject();
    m_json.member("type", call->part->custom ? "custom_tool_call_output" : "function_call_output");
    m_json.member("call_id", call->callId);
    m_json.key("output");
    writeOutput(result, part.origin);
    m_json.endObject();
}

void ItemEncoder::writeOutput(const ToolResultPart &result, Node origin)
{
    static constexpr std::string_view errorMark = "Error: ";
    if (result.isError)
        m_losses.approximate(origin, "OpenAI's API has no error flag on results: the text says it");
    for (const Part &part : result.content) {
        if (part.cache)
            m_losses.drop(part.cache->origin, noBreakpoints);
    }
    const TextPart *only = result.content.size() == 1 ? result.content.front().as<TextPart>() : nullptr;
    if (only || result.content.empty()) {
        m_json.textBegin();
        if (result.isError)
            m_json.textPart(errorMark);
        if (only) {
            m_json.textPart(only->text);
            for (const Citation &citation : only->citations)
                m_losses.drop(citation.origin, "OpenAI's API has citations in assistants' messages only");
        }
        return m_json.textEnd();
    }
    static const Message holder;
    m_inOutput = true;
    m_json.beginArray();
    if (result.isError) {
        m_json.beginObject();
        m_json.member("type", "input_text");
        m_json.member("text", errorMark);
        m_json.endObject();
    }
    for (const Part &part : result.content)
        writePart(holder, part);
    m_json.endArray();
    m_inOutput = false;
}

void ItemEncoder::writeThinking(const Part &part, const ThinkingPart &thinking)
{
    if (thinking.signer != Dialect::OpenAiResponses)
        return m_losses.drop(part.origin, "thinking of another provider's model, which OpenAI refuses");
    const bool encrypted = !thinking.signature.empty();
    const Setting<bool> &store = m_conversation.settings.store;
    m_json.beginObject();
    m_json.member("type", "reasoning");
    // Without its encrypted content an id is only good for an account that stores.
    if (m_keepIds && thinking.itemId.starts_with("rs_") && (encrypted || (store && *store)))
        m_json.member("id", thinking.itemId);
    m_json.key("summary");
    m_json.beginArray();
    for (const std::string_view text : thinking.summary) {
        m_json.beginObject();
        m_json.member("type", "summary_text");
        m_json.member("text", text);
        m_json.endObject();
    }
    m_json.endArray();
    if (!thinking.text.empty() && !isSummary(thinking)) {
        m_json.key("content");
        m_json.beginArray();
        m_json.beginObject();
        m_json.member("type", "reasoning_text");
        m_json.member("text", thinking.text);
        m_json.endObject();
        m_json.endArray();
    }
    if (encrypted)
        m_json.member("encrypted_content", thinking.signature);
    m_json.endObject();
}

} // namespace signalbox::openai_responses
