// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/content_decoder.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

std::string_view textOf(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

std::string_view sourceTypeOf(const json::value &node)
{
    const json::value *source = node.get_object().if_contains("source");
    const json::object *object = source ? source->if_object() : nullptr;
    return object ? textOf(*object, "type") : std::string_view();
}

} // namespace

void ContentDecoder::content(Node content, std::vector<Part> &parts)
{
    if (!content)
        return;
    if (const json::string *text = content->if_string()) {
        parts.push_back({TextPart{*text}, content});
        return;
    }
    const json::array *blocks = content->if_array();
    if (!blocks)
        return m_context.fail(content, "must be a text or a list of content blocks");
    parts.reserve(parts.size() + blocks->size());
    for (const json::value &node : *blocks)
        block(node, parts);
}

void ContentDecoder::block(const json::value &node, std::vector<Part> &parts)
{
    using Decode = void (ContentDecoder::*)(const json::value &, Part &);
    struct Known {
        std::string_view type;
        Decode decode;
    };
    static constexpr std::array<Known, 8> known = {{{"text", &ContentDecoder::text},
                                                    {"tool_use", &ContentDecoder::toolUse},
                                                    {"tool_result", &ContentDecoder::toolResult},
                                                    {"thinking", &ContentDecoder::thinking},
                                                    {"redacted_thinking", &ContentDecoder::redactedThinking},
                                                    {"image", &ContentDecoder::image},
                                                    {"document", &ContentDecoder::document},
                                                    {"search_result", &ContentDecoder::searchResult}}};
    const json::object *object = node.if_object();
    if (!object)
        return m_context.fail(&node, "must be an object");
    const json::value *type = object->if_contains("type");
    if (!type || !type->is_string())
        return m_context.fail(type ? type : &node, "needs a text field \"type\"");
    const std::string_view name(type->get_string());
    const auto found = std::find_if(known.begin(), known.end(), [&](const Known &one) { return one.type == name; });
    Part &part = parts.emplace_back();
    part.origin = &node;
    (this->*(found == known.end() ? &ContentDecoder::native : found->decode))(node, part);
}

std::optional<CacheBreakpoint> ContentDecoder::cacheControl(ObjectReader &reader)
{
    const Node node = reader.peek("cache_control");
    const json::object *object = reader.object("cache_control");
    if (!object)
        return std::nullopt;
    ObjectReader control(*object, m_context);
    control.ignore("type");
    return CacheBreakpoint{control.text("ttl"), node};
}

void ContentDecoder::keepNative(ObjectReader &reader, Node owner, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (const Node value = reader.take(key))
            m_settings.native.push_back({Dialect::Anthropic, key, value, owner});
    }
}

// The block goes back to Anthropic as it came; what the part holds is for the others.
void ContentDecoder::keepWhole(const json::value &node)
{
    m_settings.native.push_back({Dialect::Anthropic, "type", node.get_object().if_contains("type"), &node});
}

void ContentDecoder::text(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    if (!reader.has("text"))
        m_context.fail(&node, "needs a field \"text\"");
    TextPart text{reader.text("text")};
    if (const json::array *citations = reader.array("citations")) {
        for (const json::value &one : *citations) {
            if (one.is_object())
                text.citations.push_back(citation(one));
            else
                m_context.fail(&one, "must be an object");
        }
    }
    part.cache = cacheControl(reader);
    part.value = std::move(text);
}

Citation ContentDecoder::citation(const json::value &node)
{
    ObjectReader reader(node.get_object(), m_context);
    Citation citation;
    citation.origin = &node;
    reader.ignore("type");
    citation.citedText = reader.text("cited_text");
    citation.url = reader.text("url");
    citation.title = reader.text(reader.has("title") ? "title" : "document_title");
    // Places in the cited document; the other APIs only know places in the text that cites.
    keepNative(reader, &node,
               {"encrypted_index", "document_index", "start_char_index", "end_char_index", "start_page_number",
                "end_page_number", "start_block_index", "end_block_index", "search_result_index", "source", "file_id"});
    return citation;
}

void ContentDecoder::source(ObjectReader &reader, const json::value &node, MediaPart &media)
{
    const json::object *object = reader.object("source");
    if (!object)
        return m_context.fail(&node, "needs a field \"source\"");
    ObjectReader source(*object, m_context);
    const std::string_view type = source.text("type");
    if (type == "base64" || type == "text") {
        media.source.mimeType = source.text("media_type");
        if (!source.has("data"))
            m_context.fail(&node, "needs a field \"source.data\"");
        (type == "text" ? media.plainText : media.source.data) = source.text("data");
    } else if (type == "url") {
        const std::string_view url = source.text("url");
        if (const std::optional<DataUrl> data = readDataUrl(url)) {
            media.source.mimeType = data->mimeType;
            media.source.data = data->data;
        } else {
            media.source.url = url;
        }
    } else {
        media.source.fileId = source.text("file_id");
    }
}

void ContentDecoder::image(const json::value &node, Part &part)
{
    const std::string_view type = sourceTypeOf(node);
    if (!type.empty() && type != "base64" && type != "url" && type != "file")
        return native(node, part);
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    MediaPart media;
    source(reader, node, media);
    keepNative(reader, &node, {"transformations"});
    part.cache = cacheControl(reader);
    part.value = std::move(media);
}

void ContentDecoder::document(const json::value &node, Part &part)
{
    const std::string_view type = sourceTypeOf(node);
    const bool blocks = type == "content";
    if (!type.empty() && !blocks && type != "base64" && type != "url" && type != "file" && type != "text")
        return native(node, part);
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    MediaPart media;
    media.kind = MediaPart::Kind::Document;
    if (blocks) {
        const json::object *holder = reader.object("source");
        media.plainText = joinedTexts(holder->if_contains("content"), &node);
        media.source.mimeType = "text/plain";
        keepWhole(node);
    } else {
        source(reader, node, media);
    }
    media.source.name = reader.text("title");
    keepNative(reader, &node, {"context", "citations"});
    part.cache = cacheControl(reader);
    part.value = std::move(media);
}

void ContentDecoder::searchResult(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    MediaPart media;
    media.kind = MediaPart::Kind::Document;
    media.source.mimeType = "text/plain";
    media.source.name = reader.text("title");
    media.plainText = joinedTexts(reader.take("content"), &node);
    keepWhole(node);
    keepNative(reader, &node, {"source", "citations"});
    part.cache = cacheControl(reader);
    part.value = std::move(media);
}

std::string_view ContentDecoder::joinedTexts(Node content, Node owner)
{
    if (!content)
        return {};
    if (const json::string *text = content->if_string())
        return *text;
    const json::array *blocks = content->if_array();
    if (!blocks) {
        m_context.fail(content, "must be a text or a list of content blocks");
        return {};
    }
    std::string joined;
    for (const json::value &block : *blocks) {
        const json::object *object = block.if_object();
        if (!object || textOf(*object, "type") != "text") {
            m_settings.native.push_back({Dialect::Anthropic, "content", &block, owner});
            continue;
        }
        if (!joined.empty())
            joined += "\n\n";
        joined += textOf(*object, "text");
    }
    return m_context.pool.keep(std::move(joined));
}

void ContentDecoder::toolUse(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    ToolCallPart call;
    call.id = reader.text("id");
    call.name = reader.text("name");
    if (!reader.has("id") || !reader.has("name"))
        m_context.fail(&node, "needs the fields \"id\" and \"name\"");
    const Node input = reader.take("input");
    if (input && !input->is_object())
        m_context.fail(input, "must be an object");
    call.arguments = input ? m_context.pool.keep(jsonText(*input)) : std::string_view("{}");
    keepNative(reader, &node, {"caller", "toolset_name"});
    part.cache = cacheControl(reader);
    part.value = call;
}

void ContentDecoder::toolResult(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    ToolResultPart result;
    if (!reader.has("tool_use_id"))
        m_context.fail(&node, "needs a field \"tool_use_id\"");
    result.callId = reader.text("tool_use_id");
    result.isError = reader.boolean("is_error").value.value_or(false);
    content(reader.take("content"), result.content);
    keepNative(reader, &node, {"toolset_name"});
    part.cache = cacheControl(reader);
    part.value = std::move(result);
}

void ContentDecoder::thinking(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    ThinkingPart thinking;
    thinking.text = reader.text("thinking");
    thinking.signature = reader.text("signature");
    thinking.signer = Dialect::Anthropic;
    part.cache = cacheControl(reader);
    part.value = std::move(thinking);
}

void ContentDecoder::redactedThinking(const json::value &node, Part &part)
{
    ObjectReader reader(node.get_object(), m_context);
    reader.ignore("type");
    ThinkingPart thinking;
    thinking.signature = reader.text("data");
    thinking.redacted = true;
    thinking.signer = Dialect::Anthropic;
    part.cache = cacheControl(reader);
    part.value = std::move(thinking);
}

void ContentDecoder::native(const json::value &node, Part &part)
{
    const json::object &object = node.get_object();
    ObjectReader reader(object, m_context);
    reader.ignoreRest();
    part.cache = cacheControl(reader);
    part.value = NativePart{Dialect::Anthropic, textOf(object, "type"), &node};
}

} // namespace signalbox::anthropic
