// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/part_writer.h"

#include "core/dialect/media.h"

#include <boost/json.hpp>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

std::string_view trimmedEnd(std::string_view text)
{
    const size_t last = text.find_last_not_of(" \t\r\n");
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool isAnthropicCitation(Node origin)
{
    const json::object *object = origin ? origin->if_object() : nullptr;
    const json::value *type = object ? object->if_contains("type") : nullptr;
    return type && type->is_string() && std::string_view(type->get_string()).ends_with("_location");
}

} // namespace

void PartWriter::entry(const Entry &entry, bool endsTrimmed)
{
    if (!entry.part) {
        if (entry.wireId.empty())
            return textBlock(entry.text, nullptr);
        m_writer.beginObject();
        m_writer.member("type", "tool_result");
        m_writer.member("tool_use_id", entry.wireId);
        m_writer.member("content", entry.text);
        m_writer.member("is_error", true);
        return m_writer.endObject();
    }
    const Part &part = *entry.part;
    const auto *text = part.as<TextPart>();
    const auto *result = part.as<ToolResultPart>();
    if (entry.form == Entry::Form::Wrapped && text) {
        std::string wrapped = "<system-reminder>\n";
        wrapped.append(text->text).append("\n</system-reminder>");
        textBlock(wrapped, &part);
    } else if (entry.form == Entry::Form::LooseResult && result) {
        looseResult(*result, part);
    } else if (const auto *call = part.as<ToolCallPart>()) {
        toolUse(*call, part, entry.wireId);
    } else if (result) {
        toolResult(*result, part, entry.wireId);
    } else if (endsTrimmed && text) {
        textBlock(shown(*text, part, true), &part);
    } else {
        block(part);
    }
}

void PartWriter::bareText(const Entry &entry, bool endsTrimmed)
{
    m_writer.text(shown(*entry.part->as<TextPart>(), *entry.part, endsTrimmed));
}

std::string_view PartWriter::shown(const TextPart &text, const Part &part, bool endsTrimmed)
{
    const std::string_view trimmed = endsTrimmed ? trimmedEnd(text.text) : text.text;
    if (trimmed.size() != text.text.size())
        m_run.losses.approximate(part.origin, "sent without the blanks at its end, which Anthropic's API refuses");
    return trimmed;
}

void PartWriter::block(const Part &part)
{
    if (part.origin && m_run.natives.has(part.origin, "type"))
        verbatim(part, part.origin);
    else if (const auto *text = part.as<TextPart>())
        textBlock(text->text, &part);
    else if (const auto *refusal = part.as<RefusalPart>())
        textBlock(refusal->text, &part);
    else if (const auto *mediaPart = part.as<MediaPart>())
        media(*mediaPart, part);
    else if (const auto *thought = part.as<ThinkingPart>())
        thinking(*thought, part);
    else if (const auto *native = part.as<NativePart>())
        verbatim(part, native->value);
}

void PartWriter::textBlock(std::string_view text, const Part *part)
{
    m_writer.beginObject();
    m_writer.member("type", "text");
    m_writer.member("text", text);
    if (part) {
        if (const auto *own = part->as<TextPart>())
            citations(*own);
        m_run.breakpoints.write(part->cache, m_writer);
    }
    m_writer.endObject();
}

void PartWriter::citations(const TextPart &text)
{
    bool open = false;
    for (const Citation &citation : text.citations) {
        if (!isAnthropicCitation(citation.origin)) {
            m_run.losses.drop(citation.origin, "Anthropic's API takes back only its own citations");
            continue;
        }
        if (!open) {
            m_writer.key("citations");
            m_writer.beginArray();
            open = true;
        }
        m_writer.value(*citation.origin);
    }
    if (open)
        m_writer.endArray();
}

void PartWriter::media(const MediaPart &media, const Part &part)
{
    const bool document = media.kind == MediaPart::Kind::Document;
    m_writer.beginObject();
    m_writer.member("type", document ? "document" : "image");
    m_writer.key("source");
    source(media);
    if (document)
        m_writer.memberUnlessEmpty("title", media.source.name);
    if (!media.detail.empty() && media.detail != "auto")
        m_run.losses.approximate(part.origin, "sent without `detail`: Anthropic's API has no such choice");
    natives(part.origin);
    m_run.breakpoints.write(part.cache, m_writer);
    m_writer.endObject();
}

void PartWriter::source(const MediaPart &media)
{
    const MediaSource &source = media.source;
    m_writer.beginObject();
    if (!source.fileId.empty()) {
        m_run.betas.insert("files-api-2025-04-14");
        m_writer.member("type", "file");
        m_writer.member("file_id", source.fileId);
    } else if (!source.url.empty()) {
        m_writer.member("type", "url");
        m_writer.member("url", source.url);
    } else if (!media.plainText.empty()) {
        m_writer.member("type", "text");
        m_writer.member("media_type", "text/plain");
        m_writer.member("data", media.plainText);
    } else {
        std::string_view type = source.mimeType.empty() ? sniffMimeType(source.data) : source.mimeType;
        m_writer.member("type", "base64");
        m_writer.member("media_type", type == "image/jpg" ? "image/jpeg" : type);
        m_writer.member("data", source.data);
    }
    m_writer.endObject();
}

void PartWriter::toolUse(const ToolCallPart &call, const Part &part, std::string_view wireId)
{
    m_writer.beginObject();
    m_writer.member("type", "tool_use");
    m_writer.member("id", wireId);
    m_writer.member("name", m_run.names.wireName(call.nameSpace, call.name));
    m_writer.key("input");
    if (call.custom) {
        m_writer.beginObject();
        m_writer.member("input", call.arguments);
        m_writer.endObject();
        m_run.losses.approximate(part.origin, "its free text was sent as the field \"input\" of an object");
    } else if (isJsonObject(call.arguments)) {
        m_writer.raw(call.arguments);
    } else {
        const ArgumentsObject arguments = argumentsObject(call.arguments);
        m_writer.raw(arguments.json);
        if (!arguments.fits)
            m_run.losses.approximate(part.origin, "its arguments are no object: sent as the field \"input\" of one");
    }
    natives(part.origin);
    m_run.breakpoints.write(part.cache, m_writer);
    m_writer.endObject();
}

void PartWriter::toolResult(const ToolResultPart &result, const Part &part, std::string_view wireId)
{
    m_writer.beginObject();
    m_writer.member("type", "tool_result");
    m_writer.member("tool_use_id", wireId);
    resultContent(result);
    if (result.isError)
        m_writer.member("is_error", true);
    natives(part.origin);
    m_run.breakpoints.write(part.cache, m_writer);
    m_writer.endObject();
}

bool PartWriter::fitsResult(const Part &part)
{
    const bool odd = part.as<ToolCallPart>() || part.as<ToolResultPart>() || part.as<ThinkingPart>();
    const std::string_view reason = odd ? std::string_view("Anthropic's API takes no such part in a tool result")
                                        : whyNot(part, Role::User, m_run.options.quirks);
    if (!reason.empty()) {
        m_run.losses.drop(part.origin, reason);
        return false;
    }
    const auto *text = part.as<TextPart>();
    const auto *refusal = part.as<RefusalPart>();
    return !(text && text->text.empty()) && !(refusal && isBlank(refusal->text));
}

void PartWriter::resultContent(const ToolResultPart &result)
{
    const Part *only = result.content.size() == 1 ? &result.content.front() : nullptr;
    const auto *text = only ? only->as<TextPart>() : nullptr;
    if (text && only->origin && only->origin->is_string() && !only->cache && text->citations.empty()) {
        m_writer.member("content", text->text); // blank ones are taken in this form
        return;
    }
    bool open = false;
    for (const Part &part : result.content) {
        if (!fitsResult(part))
            continue;
        if (!open) {
            m_writer.key("content");
            m_writer.beginArray();
            open = true;
        }
        block(part);
    }
    if (open)
        m_writer.endArray();
}

void PartWriter::looseResult(const ToolResultPart &result, const Part &part)
{
    const std::string_view name = result.name.empty() ? m_run.conversation.toolNameOf(result.callId) : result.name;
    std::string head = "Result of the tool call ";
    head.append(name.empty() ? result.callId : name).append(result.isError ? " (an error):" : ":");
    m_writer.beginObject();
    m_writer.member("type", "text");
    m_writer.member("text", head);
    m_run.breakpoints.write(part.cache, m_writer);
    m_writer.endObject();
    for (const Part &one : result.content) {
        if (fitsResult(one))
            block(one);
    }
}

void PartWriter::thinking(const ThinkingPart &thinking, const Part &part)
{
    m_writer.beginObject();
    if (thinking.redacted) {
        m_writer.member("type", "redacted_thinking");
        m_writer.member("data", thinking.signature);
    } else {
        m_writer.member("type", "thinking");
        m_writer.member("thinking", thinking.text);
        m_writer.member("signature", thinking.signature);
    }
    m_writer.endObject();
    if (part.cache)
        m_run.losses.drop(part.cache->origin, "Anthropic's API takes no breakpoint at thinking");
}

// As it came but for the breakpoint, which may be one too many.
void PartWriter::verbatim(const Part &part, Node value)
{
    m_writer.beginObject();
    for (const json::key_value_pair &member : value->get_object()) {
        if (member.key() == "cache_control")
            continue;
        m_writer.key(member.key());
        m_writer.value(member.value());
    }
    m_run.breakpoints.write(part.cache, m_writer);
    m_writer.endObject();
}

void PartWriter::natives(Node owner)
{
    if (!owner)
        return;
    for (const NativeSetting &field : m_run.natives.of(owner))
        m_writer.member(field.path, *field.value);
}

void PartWriter::collectBreakpoints(const Entry &entry)
{
    if (!entry.part || entry.part->as<ThinkingPart>())
        return;
    if (const auto *result = entry.part->as<ToolResultPart>()) {
        if (entry.form == Entry::Form::LooseResult)
            m_run.breakpoints.collect(entry.part->cache);
        for (const Part &part : result->content)
            m_run.breakpoints.collect(part.cache);
        if (entry.form == Entry::Form::LooseResult)
            return;
    }
    m_run.breakpoints.collect(entry.part->cache);
}

} // namespace signalbox::anthropic
