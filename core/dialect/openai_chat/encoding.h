// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"

namespace signalbox::openai_chat {

// One run of the request encoder.
struct Encoding {
    const Conversation &conversation;
    const EncodeRequestOptions &options;
    const Quirks &quirks;
    LossReport &losses;
    JsonWriter &json;
    SettingsTaker &taker;
    int breakpointsLeft = 4; // Anthropic's limit, wherever the request ends up
    // A JSON schema that the provider only takes as a wish in words.
    std::string formatNote{};
};

void writeMessages(Encoding &encoding); // the list's items
void writeTools(Encoding &encoding);    // tools, tool_choice, parallel_tool_calls, web_search_options
void writeReasoning(Encoding &encoding);
void writeOutputFormat(Encoding &encoding);

} // namespace signalbox::openai_chat
