// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/part_decoder.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_chat/nodes.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

struct AudioFormat {
    std::string_view format;
    std::string_view mimeType;
};

constexpr std::array<AudioFormat, 10> audioFormats = {{{"wav", "audio/wav"},
                                                       {"mp3", "audio/mpeg"},
                                                       {"flac", "audio/flac"},
                                                       {"ogg", "audio/ogg"},
                                                       {"opus", "audio/opus"},
                                                       {"aac", "audio/aac"},
                                                       {"m4a", "audio/mp4"},
                                                       {"webm", "audio/webm"},
                                                       {"pcm16", "audio/pcm"},
                                                       {"wav", "audio/x-wav"}}};

void setAddress(MediaSource &source, std::string_view url)
{
    if (const auto data = readDataUrl(url)) {
        source.mimeType = data->mimeType;
        source.data = data->data;
    } else {
        source.url = url;
    }
}

// {"image_url": {"url", "detail"}} and the short {"image_url": "…"}.
bool readAddress(ObjectReader &part, const char *key, MediaPart &media)
{
    const Node node = part.take(key);
    if (!node)
        return false;
    if (const json::string *url = node->if_string()) {
        setAddress(media.source, *url);
        return true;
    }
    const json::object *object = node->if_object();
    if (!object) {
        part.context().fail(node, "must be an object");
        return true;
    }
    ObjectReader members(*object, part.context());
    media.detail = members.text("detail");
    if (const std::string_view format = members.text("format"); format.find('/') != std::string_view::npos)
        media.source.mimeType = format;
    if (!members.has("url"))
        part.context().fail(node, "url is missing");
    setAddress(media.source, members.text("url"));
    return true;
}

bool readAudio(ObjectReader &part, MediaPart &media)
{
    const json::object *object = part.object("input_audio");
    if (!object)
        return false;
    ObjectReader members(*object, part.context());
    const std::string_view data = members.text("data");
    const std::string_view format = members.text("format");
    if (const auto url = readDataUrl(data)) {
        media.source.data = url->data;
        media.source.mimeType = url->mimeType;
    } else if (data.starts_with("https://") || data.starts_with("http://")) {
        media.source.url = data;
    } else {
        media.source.data = data;
    }
    if (media.source.mimeType.empty() && !format.empty())
        media.source.mimeType = mimeOfAudio(format);
    return true;
}

bool readFile(ObjectReader &part, MediaPart &media)
{
    const json::object *object = part.object("file");
    if (!object)
        return false;
    ObjectReader members(*object, part.context());
    media.source.name = members.text("filename");
    media.source.fileId = members.text("file_id");
    const std::string_view data = members.text("file_data");
    if (data.starts_with("https://") || data.starts_with("http://")) {
        media.source.url = data;
    } else if (const auto url = readDataUrl(data)) {
        media.source.data = url->data;
        media.source.mimeType = url->mimeType;
    } else {
        media.source.data = data;
        media.source.mimeType = sniffMimeType(data);
    }
    if (media.source.mimeType.starts_with("image/"))
        media.kind = MediaPart::Kind::Image;
    else if (media.source.mimeType.starts_with("audio/"))
        media.kind = MediaPart::Kind::Audio;
    return true;
}

bool readMedia(std::string_view type, ObjectReader &reader, MediaPart &media)
{
    if (type == "image_url")
        return readAddress(reader, "image_url", media);
    if (type == "input_audio") {
        media.kind = MediaPart::Kind::Audio;
        return readAudio(reader, media);
    }
    if (type == "file") {
        media.kind = MediaPart::Kind::Document;
        return readFile(reader, media);
    }
    if (type == "video_url" || type == "audio_url") {
        media.kind = type == "video_url" ? MediaPart::Kind::Video : MediaPart::Kind::Audio;
        return readAddress(reader, type == "video_url" ? "video_url" : "audio_url", media);
    }
    media.kind = MediaPart::Kind::Document; // document_url of Mistral
    media.source.name = reader.text("document_name");
    return readAddress(reader, "document_url", media);
}

bool isMedia(std::string_view type)
{
    return type == "image_url" || type == "input_audio" || type == "file" || type == "video_url" ||
           type == "audio_url" || type == "document_url";
}

std::optional<CacheBreakpoint> readCache(ObjectReader &reader)
{
    const Node node = reader.peek("cache_control");
    const json::object *object = reader.object("cache_control");
    if (!object)
        return std::nullopt;
    ObjectReader members(*object, reader.context());
    members.ignore("type");
    return CacheBreakpoint{members.text("ttl"), node};
}

// Mistral: {"type": "thinking", "thinking": [{"type": "text", "text"}]}.
void readThinkingPart(ObjectReader &reader, const json::value &item, std::vector<Part> &parts)
{
    reader.ignore("closed");
    const std::string_view signature = reader.text("signature");
    const Node thinking = reader.take("thinking");
    if (!thinking)
        return;
    std::string_view text = textIn(thinking);
    if (const json::array *list = thinking->if_array()) {
        if (list->size() == 1) {
            text = textOf(&list->front(), "text");
        } else {
            std::string joined;
            for (const json::value &piece : *list)
                joined += textOf(&piece, "text");
            text = reader.context().pool.keep(std::move(joined));
        }
    }
    parts.push_back({ThinkingPart{text, signature}, &item});
}

void readDetail(const json::value &item, std::string_view &plain, std::vector<Part> &parts)
{
    const std::string_view type = textOf(&item, "type");
    ThinkingPart thinking;
    thinking.signer = signerOf(textOf(&item, "format"));
    thinking.itemId = textOf(&item, "id");
    if (type == "reasoning.encrypted") {
        thinking.signature = textOf(&item, "data");
        thinking.redacted = true;
    } else {
        thinking.text = textOf(&item, type == "reasoning.summary" ? "summary" : "text");
        thinking.signature = textOf(&item, "signature");
    }
    if (!thinking.text.empty())
        plain = {}; // the plain field repeats it
    parts.push_back({thinking, &item});
}

} // namespace

std::string_view mimeOfAudio(std::string_view format)
{
    for (const AudioFormat &known : audioFormats) {
        if (known.format == format)
            return known.mimeType;
    }
    return format;
}

std::string_view audioFormatOf(std::string_view mimeType)
{
    for (const AudioFormat &known : audioFormats) {
        if (known.mimeType == mimeType)
            return known.format;
    }
    const size_t slash = mimeType.find('/');
    return slash == std::string_view::npos ? mimeType : mimeType.substr(slash + 1);
}

Dialect signerOf(std::string_view format)
{
    // Claude's signatures hold at every seller of the model; encrypted blocks of others are bound to an account.
    return format.starts_with("anthropic-") ? Dialect::Anthropic : Dialect::OpenAiChat;
}

void decodePart(const json::value &item, std::vector<Part> &parts, DecodeContext &context)
{
    if (const json::string *text = item.if_string()) {
        parts.push_back({TextPart{*text}, &item});
        return;
    }
    const json::object *object = item.if_object();
    if (!object)
        return context.fail(&item, "must be an object");
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    if (type.empty())
        return context.fail(&item, "type is missing");
    const std::optional<CacheBreakpoint> cache = readCache(reader);
    const size_t before = parts.size();
    if (type == "text") {
        if (!reader.has("text"))
            context.fail(&item, "text is missing");
        parts.push_back({TextPart{reader.text("text")}, &item});
    } else if (type == "refusal") {
        parts.push_back({RefusalPart{reader.text("refusal")}, &item});
    } else if (type == "thinking") {
        readThinkingPart(reader, item, parts);
    } else if (isMedia(type)) {
        MediaPart media;
        if (!readMedia(type, reader, media))
            return context.fail(&item, std::string(type) + " is missing");
        parts.push_back({media, &item});
    } else {
        reader.ignoreRest();
        parts.push_back({NativePart{Dialect::OpenAiChat, type, &item}, &item});
    }
    if (parts.size() > before)
        parts.back().cache = cache;
}

void decodeThinking(ObjectReader &message, std::vector<Part> &parts)
{
    const Node longName = message.peek("reasoning_content");
    const Node shortName = message.peek("reasoning");
    std::string_view plain = message.text("reasoning_content");
    const std::string_view other = message.text("reasoning");
    const Node origin = plain.empty() ? shortName : longName;
    if (plain.empty())
        plain = other;
    if (const json::array *details = message.array("reasoning_details")) {
        for (const json::value &detail : *details) {
            if (detail.is_object())
                readDetail(detail, plain, parts);
        }
    }
    if (!plain.empty())
        parts.push_back({ThinkingPart{plain, {}}, origin});
}

void decodeAnnotations(ObjectReader &message, std::vector<Part> &parts)
{
    const json::array *annotations = message.array("annotations");
    if (!annotations)
        return;
    TextPart *cited = nullptr;
    for (Part &part : parts) {
        if (auto *text = std::get_if<TextPart>(&part.value))
            cited = text;
    }
    for (size_t i = 0; i < annotations->size(); ++i) {
        const json::value &annotation = (*annotations)[i];
        const Node source = memberOf(&annotation, "url_citation");
        if (!source || !cited) {
            message.context().losses.drop(&annotation, "no such annotation in the provider's API");
            continue;
        }
        Citation citation{textOf(source, "url"), textOf(source, "title"), textOf(source, "content")};
        citation.origin = &annotation;
        if (const Node begin = memberOf(source, "start_index"); begin && begin->is_int64())
            citation.begin = begin->get_int64();
        if (const Node end = memberOf(source, "end_index"); end && end->is_int64())
            citation.end = end->get_int64();
        cited->citations.push_back(citation);
    }
}

void decodeImages(ObjectReader &message, std::vector<Part> &parts)
{
    const json::array *images = message.array("images");
    if (!images)
        return;
    for (const json::value &image : *images) {
        const json::object *object = image.if_object();
        if (!object)
            continue;
        ObjectReader reader(*object, message.context());
        reader.ignore("type");
        reader.ignore("index");
        MediaPart media;
        if (readAddress(reader, "image_url", media))
            parts.push_back({media, &image});
    }
}

} // namespace signalbox::openai_chat
