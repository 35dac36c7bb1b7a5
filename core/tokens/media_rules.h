// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/families.h"
#include "core/tokens/image_size.h"

#include <cstdint>
#include <string_view>

namespace signalbox {

// What images, documents and sounds count, by the rules that vendors publish:
//
// OpenAI (platform.openai.com/docs/guides/images-vision): scaled into 2,048 × 2,048, then the shorter side to 768; a
//   base and so much for each tile of 512; `low` detail: the base alone. Small models: patches of 32 × 32, at most
//   1,536, times a factor. Sound: a token for each 100 ms (docs/guides/realtime-costs). PDF: the text and a picture of
//   each page (docs/guides/pdf-files), no number given.
// Anthropic (docs.claude.com/en/docs/build-with-claude/vision, …/pdf-support): width × height / 750 after the longer
// side
//   was scaled to 1,568, about 1,600 at most. PDF: 1,500 to 3,000 tokens of text a page and its picture.
// Gemini (ai.google.dev/gemini-api/docs/tokens, …/image-understanding, …/document-processing): 258 when both sides are
//   at most 384; else 258 for each crop, whose side is the shorter side / 1.5 within 256 and 768. PDF page: 258. Sound:
//   32 a second. Video: about 300 a second.
// Others publish nothing: OpenAI's tiles and Gemini's seconds stand in.
//
// `guessed`: the rule has no number for it, or the bytes do not tell the size. Pure, any thread.
struct MediaTokens {
    int64_t tokens = 0;
    bool guessed = false;
};

enum class MediaKind { Image, Audio, Video, Document };

struct MediaBytes {
    MediaKind kind = MediaKind::Image;
    std::string_view base64; // empty: a URL or a file id; its size is not known
    std::string_view detail; // images: low, high, auto, original
};

// An image of this size is assumed when its own is not known; and a document of one page, a sound of a minute.
inline constexpr ImageSize assumedImage{1024, 1024};
inline constexpr int assumedSeconds = 60;

MediaTokens mediaTokens(const TokenFamily &family, const MediaBytes &media);
int64_t imageTokens(const ImageRule &rule, ImageSize size, std::string_view detail);

// From the page tree where it can be read (the first and last 256 KiB are looked at), else 0.
int pdfPages(std::string_view base64);
// From a WAV header, else by 128 kbit/s.
double audioSeconds(std::string_view base64);

} // namespace signalbox
