// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/part_writer.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/part_decoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace {

std::string_view mimeOf(const MediaSource &source, std::string_view otherwise)
{
    if (!source.mimeType.empty())
        return source.mimeType;
    const std::string_view sniffed = sniffMimeType(source.data);
    return sniffed.empty() ? otherwise : sniffed;
}

void writeDataUrl(JsonWriter &json, std::string_view mimeType, std::string_view data)
{
    json.textBegin();
    json.textPart("data:");
    json.textPart(mimeType);
    json.textPart(";base64,");
    json.textPart(data);
    json.textEnd();
}

PartForm dropped(Encoding &encoding, const Part &part, std::string_view reason)
{
    encoding.losses.drop(part.origin, reason);
    return PartForm::None;
}

PartForm placeImage(Encoding &encoding, const Part &part, const MediaSource &source)
{
    if (!source.data.empty())
        return PartForm::Image;
    if (!source.url.empty())
        return encoding.quirks.fileUrls ? PartForm::Image
                                        : dropped(encoding, part, "the provider takes no images by address");
    return source.fileId.empty() ? dropped(encoding, part, "the image is empty") : PartForm::File;
}

PartForm placeDocument(Encoding &encoding, const Part &part, const MediaPart &media)
{
    if (!media.plainText.empty()) {
        encoding.losses.approximate(part.origin, "the document is sent as plain text");
        return PartForm::Text;
    }
    if (!media.source.data.empty() || !media.source.fileId.empty())
        return PartForm::File;
    // OpenRouter alone fetches documents.
    if (!media.source.url.empty() && encoding.quirks.thinking == "openrouter")
        return PartForm::File;
    return dropped(encoding, part, "the provider takes no documents by address");
}

PartForm placeMedia(Encoding &encoding, const Part &part, const MediaPart &media)
{
    switch (media.kind) {
    case MediaPart::Kind::Image:
        return placeImage(encoding, part, media.source);
    case MediaPart::Kind::Audio:
        return media.source.data.empty() ? dropped(encoding, part, "the provider takes audio as data only")
                                         : PartForm::Audio;
    case MediaPart::Kind::Video:
        if (encoding.quirks.videoParts && (!media.source.data.empty() || !media.source.url.empty()))
            return PartForm::Video;
        return dropped(encoding, part, "the provider takes no video");
    case MediaPart::Kind::Document:
        break;
    }
    return placeDocument(encoding, part, media);
}

PartForm formOf(Encoding &encoding, const Part &part, std::string_view &text)
{
    if (const auto *plain = part.as<TextPart>()) {
        text = plain->text;
        if (text.starts_with("x-anthropic-billing-header:"))
            return dropped(encoding, part, "billing text for Anthropic alone");
        for (const Citation &citation : plain->citations)
            encoding.losses.drop(citation.origin, "citations cannot be sent back in the Chat API");
        return PartForm::Text;
    }
    if (const auto *refusal = part.as<RefusalPart>()) {
        text = refusal->text;
        return PartForm::Text;
    }
    if (const auto *media = part.as<MediaPart>()) {
        text = media->plainText;
        return placeMedia(encoding, part, *media);
    }
    if (const auto *native = part.as<NativePart>())
        return native->dialect == Dialect::OpenAiChat && native->value
                   ? PartForm::Native
                   : dropped(encoding, part, "only the API that made this block knows it");
    return PartForm::None;
}

void writeImage(Encoding &encoding, const Part &part, const MediaPart &media)
{
    JsonWriter &json = encoding.json;
    json.member("type", "image_url");
    json.key("image_url");
    json.beginObject();
    json.key("url");
    if (media.source.data.empty())
        json.text(media.source.url);
    else
        writeDataUrl(json, mimeOf(media.source, "image/png"), media.source.data);
    if (media.detail == "original") {
        encoding.losses.approximate(part.origin, "detail original is sent as high");
        json.member("detail", "high");
    } else {
        json.memberUnlessEmpty("detail", media.detail);
    }
    json.endObject();
}

void writeFile(JsonWriter &json, const MediaPart &media)
{
    json.member("type", "file");
    json.key("file");
    json.beginObject();
    const MediaSource &source = media.source;
    if (!source.fileId.empty()) {
        json.member("file_id", source.fileId);
    } else if (!source.data.empty()) {
        json.member("filename", source.name.empty() ? std::string_view("document.pdf") : source.name);
        json.key("file_data");
        writeDataUrl(json, mimeOf(source, "application/pdf"), source.data);
    } else {
        json.memberUnlessEmpty("filename", source.name);
        json.member("file_data", source.url);
    }
    json.endObject();
}

void writeAddress(JsonWriter &json, const char *type, const MediaSource &source, std::string_view mimeType)
{
    json.member("type", type);
    json.key(type);
    json.beginObject();
    json.key("url");
    if (source.data.empty())
        json.text(source.url);
    else
        writeDataUrl(json, mimeOf(source, mimeType), source.data);
    json.endObject();
}

void writeAudio(JsonWriter &json, const MediaSource &source)
{
    json.member("type", "input_audio");
    json.key("input_audio");
    json.beginObject();
    json.member("data", source.data);
    json.member("format", audioFormatOf(mimeOf(source, "audio/wav")));
    json.endObject();
}

void writeMembers(Encoding &encoding, const ContentItem &item)
{
    JsonWriter &json = encoding.json;
    const auto *media = item.part ? item.part->as<MediaPart>() : nullptr;
    switch (media ? item.form : PartForm::Text) {
    case PartForm::Image:
        return writeImage(encoding, *item.part, *media);
    case PartForm::Audio:
        return writeAudio(json, media->source);
    case PartForm::Video:
        if (media->videoMetadata)
            encoding.losses.drop(media->videoMetadata,
                                 "the whole video is sent: the Chat API knows no stretches of it");
        return writeAddress(json, "video_url", media->source, "video/mp4");
    case PartForm::File:
        return writeFile(json, *media);
    case PartForm::Text:
    case PartForm::Native:
    case PartForm::None:
        break;
    }
    json.member("type", "text");
    json.member("text", item.text);
}

} // namespace

ContentItem placePart(Encoding &encoding, const Part &part)
{
    ContentItem item;
    item.form = formOf(encoding, part, item.text);
    item.part = &part;
    if (!part.cache)
        return item;
    item.breakpoint = item.form != PartForm::None && item.form != PartForm::Native && encoding.quirks.cacheControl &&
                      encoding.breakpointsLeft > 0;
    if (item.breakpoint)
        --encoding.breakpointsLeft;
    else if (!part.as<ToolResultPart>() && item.form != PartForm::Native)
        encoding.losses.drop(part.cache->origin, "the provider takes no cache breakpoint here");
    return item;
}

void writeContent(Encoding &encoding, const std::vector<ContentItem> &items)
{
    JsonWriter &json = encoding.json;
    if (items.empty())
        return json.text("");
    if (items.size() == 1 && items.front().form == PartForm::Text && !items.front().breakpoint)
        return json.text(items.front().text);
    json.beginArray();
    for (const ContentItem &item : items) {
        if (item.form == PartForm::Native) {
            json.value(*item.part->as<NativePart>()->value);
            continue;
        }
        json.beginObject();
        writeMembers(encoding, item);
        if (item.breakpoint) {
            json.key("cache_control");
            json.beginObject();
            json.member("type", "ephemeral");
            if (item.part->cache)
                json.memberUnlessEmpty("ttl", item.part->cache->ttl);
            json.endObject();
        }
        json.endObject();
    }
    json.endArray();
}

} // namespace signalbox::openai_chat
