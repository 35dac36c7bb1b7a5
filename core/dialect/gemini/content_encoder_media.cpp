// SPDX-License-Identifier: GPL-3.0-or-later
// Images, sound, videos and documents among the contents.
#include "core/dialect/gemini/content_encoder.h"
#include "core/dialect/gemini/media_rules.h"
#include "core/dialect/gemini/notes.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

namespace signalbox::gemini {

namespace json = boost::json;

void ContentEncoder::writeMedia(const MediaPart &media, bool model, std::string_view signature, Node origin)
{
    if (!media.detail.empty() && media.detail != "auto")
        noteText(origin, media.detail, "Gemini sets the resolution for the whole request only", m_losses);
    if (!media.plainText.empty()) {
        m_losses.approximate(origin, "a text document is sent as text, without its name");
        begin(model);
        beginPart();
        m_out.member("text", media.plainText);
        return endPart(signature);
    }
    if (media.source.data.empty() && !mayFetch(media, m_options.quirks.fileUrls, m_family)) {
        return m_losses.drop(origin, media.source.fileId.empty() ? "Gemini cannot fetch this address"
                                                                 : "a file of another provider");
    }
    noteText(origin, media.source.name, "Gemini's media have no name", m_losses);
    begin(model);
    beginPart();
    if (media.source.data.empty())
        writeFile(media);
    else
        writeBlob(media, false);
    if (media.videoMetadata)
        m_out.member("videoMetadata", *media.videoMetadata);
    endPart(signature);
}

void ContentEncoder::writeBlob(const MediaPart &media, bool named)
{
    m_out.key("inlineData");
    m_out.beginObject();
    m_out.member("mimeType", mimeTypeOf(media));
    if (named)
        m_out.memberUnlessEmpty("displayName", media.source.name);
    m_out.member("data", media.source.data);
    m_out.endObject();
}

void ContentEncoder::writeFile(const MediaPart &media)
{
    m_out.key("fileData");
    m_out.beginObject();
    m_out.memberUnlessEmpty("mimeType", mimeTypeOf(media));
    m_out.member("fileUri", media.source.fileId.empty() ? media.source.url : media.source.fileId);
    m_out.endObject();
}

} // namespace signalbox::gemini
