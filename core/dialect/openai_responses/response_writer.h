// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"

#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// The `response` object with every member that typed SDKs ask for.

struct ResponseHead {
    std::string id;
    std::string model;
    int64_t createdAt = 0;
    std::string serviceTier; // empty: as asked
    std::string echo;        // echoOf()
};

struct ResponseState {
    std::string_view status;  // in_progress, completed, incomplete, failed
    std::string_view items{}; // of `output`: JSON values with commas between
    const TokenUsage *usage = nullptr;
    const Error *error = nullptr;
    std::string_view incompleteReason{};
};

// The members that repeat the request, `"instructions":…,"tools":…` without braces: the client's own values where it
// set them, else OpenAI's defaults. nullptr: defaults alone.
std::string echoOf(const Conversation *conversation);

void writeResponse(JsonWriter &json, const ResponseHead &head, const ResponseState &state);

// Disjoint classes → OpenAI's, where cached and written tokens are part of the input. Unknown counts are 0: typed SDKs
// take no response without them.
void writeUsage(JsonWriter &json, const TokenUsage &usage);

// Whether `include` of the request names this.
bool asksToInclude(const Conversation *conversation, std::string_view word);

// A stream that consists of response.failed alone.
std::string failedEvent(const Error &error);

} // namespace signalbox::openai_responses
