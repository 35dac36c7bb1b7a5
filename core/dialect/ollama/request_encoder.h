// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/ollama/message_writer.h"

namespace signalbox::ollama {

// Conversation → /api/chat. Error field_invalid (400): no message is left that could be sent.
Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses);

// num_ctx for a prompt of this size: a power of two, at least 4,096 and what the client asked. `counted`: its tokens,
// where somebody counted them; else 0.
int64_t contextTokensFor(const PromptSize &size, int64_t maxTokens, int64_t asked, int64_t counted = 0);

// A keep_alive as its API has it: words as text, digits as a number of seconds.
void writeKeepAlive(JsonWriter &writer, std::string_view keepAlive);

} // namespace signalbox::ollama
