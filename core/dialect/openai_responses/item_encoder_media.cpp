// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/media.h"
#include "core/dialect/openai_responses/item_encoder.h"

namespace signalbox::openai_responses {

namespace {

constexpr const char *notForAssistant = "OpenAI's API takes no media in an assistant's message";

} // namespace

void ItemEncoder::writeMedia(const Message &message, const Part &part, const MediaPart &media)
{
    if (message.role == Role::Assistant && !m_inOutput)
        return m_losses.drop(part.origin, notForAssistant);
    switch (media.kind) {
    case MediaPart::Kind::Image:
        return writeImage(message, part, media);
    case MediaPart::Kind::Audio:
        return writeAudio(message, part, media);
    case MediaPart::Kind::Document:
        return writeDocument(message, part, media);
    case MediaPart::Kind::Video:
        m_losses.drop(part.origin, "OpenAI's API takes no video");
    }
}

// Never joined in memory: an image may have 20 MB.
void ItemEncoder::writeDataUrl(std::string_view key, const MediaSource &source, std::string_view mimeType)
{
    m_json.key(key);
    m_json.textBegin();
    m_json.textPart("data:");
    m_json.textPart(mimeType);
    m_json.textPart(";base64,");
    m_json.textPart(source.data);
    m_json.textEnd();
}

void ItemEncoder::writeImage(const Message &message, const Part &part, const MediaPart &media)
{
    const MediaSource &source = media.source;
    if (source.data.empty() && source.url.empty() && !source.fileId.starts_with("file-"))
        return m_losses.drop(part.origin, "a file that only another provider holds");
    if (source.data.empty() && !source.url.empty() && !m_quirks.fileUrls)
        return m_losses.drop(part.origin, "the provider fetches no images by address");
    beginContent(message);
    m_json.beginObject();
    m_json.member("type", "input_image");
    if (!source.data.empty()) {
        std::string_view type = source.mimeType.empty() ? sniffMimeType(source.data) : source.mimeType;
        writeDataUrl("image_url", source, type.empty() ? "image/png" : type);
    } else if (!source.url.empty()) {
        m_json.member("image_url", source.url);
    } else {
        m_json.member("file_id", source.fileId);
    }
    m_json.member("detail", media.detail.empty() ? "auto" : media.detail);
    m_json.endObject();
}

void ItemEncoder::writeAudio(const Message &message, const Part &part, const MediaPart &media)
{
    const std::string_view type = media.source.mimeType;
    const bool mp3 = type == "audio/mpeg" || type == "audio/mp3";
    const bool wav = type == "audio/wav" || type == "audio/x-wav" || type == "audio/wave";
    if (media.source.data.empty() || !(mp3 || wav) || m_inOutput)
        return m_losses.drop(part.origin, "OpenAI's API takes audio as WAV or MP3 data in messages only");
    beginContent(message);
    m_json.beginObject();
    m_json.member("type", "input_audio");
    m_json.key("input_audio");
    m_json.beginObject();
    m_json.member("data", media.source.data);
    m_json.member("format", mp3 ? "mp3" : "wav");
    m_json.endObject();
    m_json.endObject();
}

void ItemEncoder::writeDocument(const Message &message, const Part &part, const MediaPart &media)
{
    const MediaSource &source = media.source;
    const bool known = !source.data.empty() || !source.url.empty() || source.fileId.starts_with("file-");
    if (!known && media.plainText.empty())
        return m_losses.drop(part.origin, "a file that only another provider holds");
    beginContent(message);
    m_json.beginObject();
    if (!known) {
        m_json.member("type", "input_text");
        m_json.key("text");
        m_json.textBegin();
        if (!source.name.empty()) {
            m_json.textPart(source.name);
            m_json.textPart("\n\n");
        }
        m_json.textPart(media.plainText);
        m_json.textEnd();
        m_losses.approximate(part.origin, "the document is sent as plain text");
        return m_json.endObject();
    }
    m_json.member("type", "input_file");
    if (!source.data.empty()) {
        const std::string_view type = source.mimeType.empty() ? sniffMimeType(source.data) : source.mimeType;
        m_json.member("filename", source.name.empty() ? "document.pdf" : source.name); // required beside file_data
        writeDataUrl("file_data", source, type.empty() ? "application/pdf" : type);
    } else if (!source.url.empty()) {
        m_json.member("file_url", source.url);
    } else {
        m_json.member("file_id", source.fileId);
    }
    m_json.endObject();
}

} // namespace signalbox::openai_responses
