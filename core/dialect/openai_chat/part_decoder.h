// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_chat {

// One item of a content list.
void decodePart(const boost::json::value &item, std::vector<Part> &parts, DecodeContext &context);

// What an assistant message carries beside its content.
void decodeThinking(ObjectReader &message, std::vector<Part> &parts);    // reasoning_content, reasoning(_details)
void decodeAnnotations(ObjectReader &message, std::vector<Part> &parts); // citations of the last text
void decodeImages(ObjectReader &message, std::vector<Part> &parts);      // OpenRouter

// Whose signature a reasoning detail of OpenRouter holds, by its `format`.
Dialect signerOf(std::string_view format);

// input_audio.format ↔ MIME type.
std::string_view mimeOfAudio(std::string_view format);
std::string_view audioFormatOf(std::string_view mimeType);

} // namespace signalbox::openai_chat
