// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <string_view>

namespace signalbox::gemini {

// Parts of a candidate's content, for whole and for streamed replies alike. Pure.
void writeTextPart(JsonWriter &out, std::string_view text, bool thought = false, std::string_view signature = {});
void writeCallPart(JsonWriter &out, std::string_view id, std::string_view name, std::string_view arguments,
                   std::string_view signature);
void writeBlobPart(JsonWriter &out, std::string_view mimeType, std::string_view data);

// A part that has ended, as any number of parts of the content, perhaps none. `id` is used where it has none.
void writePart(JsonWriter &out, const FoldedPart &part, std::string_view id, std::string_view signature = {});

} // namespace signalbox::gemini
