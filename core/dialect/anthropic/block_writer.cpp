// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/block_writer.h"

#include "core/dialect/anthropic/names.h"
#include "core/dialect/conversation.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

namespace signalbox::anthropic {

namespace json = boost::json;

BlockKind blockKindOf(ReplyPartKind kind, Dialect dialect)
{
    switch (kind) {
    case ReplyPartKind::Thinking:
        return BlockKind::Thinking;
    case ReplyPartKind::RedactedThinking: // sealed by another API it says nothing to anybody here
        return dialect == Dialect::Anthropic ? BlockKind::RedactedThinking : BlockKind::None;
    case ReplyPartKind::ToolCall:
        return BlockKind::ToolUse;
    case ReplyPartKind::Native:
        return dialect == Dialect::Anthropic ? BlockKind::Native : BlockKind::Text;
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
    case ReplyPartKind::Image:
    case ReplyPartKind::Audio:
        break;
    }
    return BlockKind::Text;
}

bool needsWhole(const FoldedPart &part)
{
    switch (part.kind) {
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
    case ReplyPartKind::Thinking:
        return false;
    case ReplyPartKind::ToolCall:
        return part.custom;
    case ReplyPartKind::RedactedThinking:
    case ReplyPartKind::Native:
    case ReplyPartKind::Image:
    case ReplyPartKind::Audio:
        break;
    }
    return true;
}

std::string shownText(const FoldedPart &part)
{
    const bool empty = part.text.empty() && part.transcript.empty();
    if (part.kind == ReplyPartKind::Image)
        return empty ? std::string() : "[image " + part.mimeType + ", which this API cannot show]";
    if (part.kind == ReplyPartKind::Audio)
        return part.transcript.empty() && !empty ? "[audio, which this API cannot play]" : part.transcript;
    if (part.kind == ReplyPartKind::Native)
        return empty ? std::string() : "[" + part.nativeType + "] " + part.text;
    return part.text;
}

std::string toolUseId(std::string_view id, std::string_view requestId, int number)
{
    if (isPlainName(id))
        return std::string(id);
    return id.empty() ? makeId("toolu_", requestId, number) : makeId("toolu_", id, 0);
}

std::string toolUseName(const FoldedPart &part)
{
    return part.nameSpace.empty() ? part.name : part.nameSpace + "__" + part.name;
}

void writeBlock(JsonWriter &writer, const FoldedPart &part, std::string_view toolId)
{
    const BlockKind kind = blockKindOf(part.kind, part.dialect);
    if (kind == BlockKind::Native && isJsonObject(part.text))
        return writer.raw(part.text);
    writer.beginObject();
    if (kind == BlockKind::Thinking) {
        writer.member("type", "thinking");
        writer.member("thinking", part.text);
        writer.member("signature", part.dialect == Dialect::Anthropic ? part.signature : std::string());
    } else if (kind == BlockKind::RedactedThinking) {
        writer.member("type", "redacted_thinking");
        writer.member("data", part.signature);
    } else if (kind == BlockKind::ToolUse) {
        writer.member("type", "tool_use");
        writer.member("id", toolId);
        writer.member("name", toolUseName(part));
        writer.key("input");
        if (part.custom)
            writer.raw(json::serialize(json::object{{"input", part.text}}));
        else
            writer.raw(argumentsObject(part.text).json);
    } else {
        writer.member("type", "text");
        writer.member("text", shownText(part));
        if (!part.citations.empty()) {
            writer.key("citations");
            writer.beginArray();
            for (const FoldedPart::CitationCopy &copy : part.citations)
                writeCitation(writer, {copy.url, copy.title, copy.citedText, copy.begin, copy.end});
            writer.endArray();
        }
    }
    writer.endObject();
}

// Anthropic's own as it came; others in the shape of a web search's, the one that is made of an address.
void writeCitation(JsonWriter &writer, const Citation &citation)
{
    const json::object *origin = citation.origin ? citation.origin->if_object() : nullptr;
    const json::value *type = origin ? origin->if_contains("type") : nullptr;
    if (type && type->is_string() && std::string_view(type->get_string()).ends_with("_location"))
        return writer.value(*citation.origin);
    writer.beginObject();
    writer.member("type", "web_search_result_location");
    writer.member("url", citation.url);
    if (citation.title.empty())
        writer.memberNull("title");
    else
        writer.member("title", citation.title);
    writer.member("cited_text", citation.citedText);
    writer.member("encrypted_index", "");
    writer.endObject();
}

void writeUsage(JsonWriter &writer, const TokenUsage &usage, std::string_view serviceTier, bool whole)
{
    writer.beginObject();
    writer.member("input_tokens", usage.input.value_or(0));
    writer.member("cache_creation_input_tokens", usage.cacheWrite.value_or(0));
    writer.member("cache_read_input_tokens", usage.cachedInput.value_or(0));
    if (usage.cacheWrite1h) {
        writer.key("cache_creation");
        writer.beginObject();
        writer.member("ephemeral_5m_input_tokens", usage.cacheWrite.value_or(0) - *usage.cacheWrite1h);
        writer.member("ephemeral_1h_input_tokens", *usage.cacheWrite1h);
        writer.endObject();
    }
    writer.member("output_tokens", usage.output.value_or(0));
    if (usage.reasoning) {
        writer.key("output_tokens_details");
        writer.beginObject();
        writer.member("thinking_tokens", *usage.reasoning);
        writer.endObject();
    }
    // Clients know three tiers; another API's word for its own means nothing to them.
    if (whole) {
        if (serviceTier == "priority" || serviceTier == "batch")
            writer.member("service_tier", serviceTier);
        else if (serviceTier == "standard" || serviceTier == "default")
            writer.member("service_tier", "standard");
        else
            writer.memberNull("service_tier");
    }
    writer.endObject();
}

} // namespace signalbox::anthropic
