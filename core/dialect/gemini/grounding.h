// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <string_view>
#include <vector>

namespace signalbox::gemini {

// groundingMetadata and citationMetadata ⇄ citations. The API counts in bytes of UTF-8, a Citation in characters. What
// has no place in a Citation is left to the accounting. Pure.
std::vector<Citation> readGrounding(const boost::json::object &metadata, std::string_view text, DecodeContext &context);
std::vector<Citation> readCitations(const boost::json::object &metadata, std::string_view text, DecodeContext &context);

// Member groundingMetadata; nothing without citations.
void writeGrounding(JsonWriter &out, const std::vector<FoldedPart::CitationCopy> &citations, std::string_view text);

} // namespace signalbox::gemini
