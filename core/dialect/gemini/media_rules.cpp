// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/media_rules.h"

#include "core/dialect/media.h"

#include <array>

namespace signalbox::gemini {

namespace {

struct Ending {
    std::string_view ending;
    std::string_view type;
};
constexpr std::array<Ending, 16> endings = {{{".png", "image/png"},
                                             {".jpg", "image/jpeg"},
                                             {".jpeg", "image/jpeg"},
                                             {".webp", "image/webp"},
                                             {".gif", "image/gif"},
                                             {".heic", "image/heic"},
                                             {".heif", "image/heif"},
                                             {".bmp", "image/bmp"},
                                             {".pdf", "application/pdf"},
                                             {".txt", "text/plain"},
                                             {".mp3", "audio/mp3"},
                                             {".wav", "audio/wav"},
                                             {".ogg", "audio/ogg"},
                                             {".flac", "audio/flac"},
                                             {".mp4", "video/mp4"},
                                             {".webm", "video/webm"}}};

std::string_view typeOfAddress(std::string_view url)
{
    const std::string_view path = url.substr(0, url.find_first_of("?#"));
    for (const Ending &ending : endings) {
        if (path.ends_with(ending.ending))
            return ending.type;
    }
    return {};
}

bool isYouTube(std::string_view url)
{
    for (const std::string_view prefix :
         {"https://www.youtube.com/", "https://youtube.com/", "https://m.youtube.com/", "https://youtu.be/"}) {
        if (url.starts_with(prefix))
            return true;
    }
    return false;
}

} // namespace

std::string_view mimeTypeOf(const MediaPart &media)
{
    const MediaSource &source = media.source;
    if (!source.mimeType.empty())
        return source.mimeType;
    if (source.data.empty())
        return typeOfAddress(source.url);
    if (const std::string_view type = sniffMimeType(source.data); !type.empty())
        return type;
    switch (media.kind) {
    case MediaPart::Kind::Image:
        return "image/png";
    case MediaPart::Kind::Audio:
        return "audio/wav";
    case MediaPart::Kind::Video:
        return "video/mp4";
    case MediaPart::Kind::Document:
        break;
    }
    return "application/pdf";
}

bool mayFetch(const MediaPart &media, bool fileUrls, const ModelFamily &family)
{
    const MediaSource &source = media.source;
    if (!source.fileId.empty())
        return source.fileId.starts_with("gs://") || source.fileId.starts_with("files/") ||
               source.fileId.starts_with("https://generativelanguage.googleapis.com/");
    if (source.url.starts_with("gs://") || isYouTube(source.url))
        return true;
    return fileUrls && family.fetchesUrls() && source.url.starts_with("https://");
}

} // namespace signalbox::gemini
