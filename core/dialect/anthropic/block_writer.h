// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::anthropic {

// Content blocks of replies, the same for whole and for streamed ones. Pure.

// What a part is for a client of Anthropic's API, which knows no images, sounds or other APIs' blocks in replies.
enum class BlockKind { None, Text, Thinking, RedactedThinking, ToolUse, Native };
BlockKind blockKindOf(ReplyPartKind kind, Dialect dialect);
// Whether the block can only be written once all of it is there.
bool needsWhole(const FoldedPart &part);
// The text that stands for a part without a block of its own; else the part's own text.
std::string shownText(const FoldedPart &part);

// A tool call's id as clients replay it: ^[a-zA-Z0-9_-]+$.
std::string toolUseId(std::string_view id, std::string_view requestId, int number);
std::string toolUseName(const FoldedPart &part);

// The whole block. `toolId`: for tool calls.
void writeBlock(JsonWriter &writer, const FoldedPart &part, std::string_view toolId);
void writeCitation(JsonWriter &writer, const Citation &citation);

void writeUsage(JsonWriter &writer, const TokenUsage &usage, std::string_view serviceTier, bool whole);

} // namespace signalbox::anthropic
