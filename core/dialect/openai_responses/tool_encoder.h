// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"

namespace signalbox::openai_responses {

// `tools` with namespaces grouped again; nothing when there are none. Returns whether any was written. Pure.
bool writeTools(JsonWriter &json, const Conversation &conversation, const Quirks &quirks, LossReport &losses);

// `tool_choice`; `anyTools` as writeTools said: without tools the API refuses a choice.
void writeToolChoice(JsonWriter &json, const ToolChoice &choice, Node origin, const Conversation &conversation,
                     bool anyTools, LossReport &losses);

} // namespace signalbox::openai_responses
