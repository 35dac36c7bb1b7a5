// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_chat/encoding.h"

namespace signalbox::openai_chat {

// What a part becomes inside a content list.
enum class PartForm { None, Text, Image, Audio, Video, File, Native };

struct ContentItem {
    PartForm form = PartForm::None;
    std::string_view text{}; // Text
    const Part *part = nullptr;
    bool breakpoint = false;
};

// Decides, and notes what is lost by it. None: it has no place in a content list, which has been reported unless the
// part stands elsewhere in the message (calls, results, thinking).
ContentItem placePart(Encoding &encoding, const Part &part);

// One text alone is written as a text, since not every server takes lists; else a list.
void writeContent(Encoding &encoding, const std::vector<ContentItem> &items);

} // namespace signalbox::openai_chat
