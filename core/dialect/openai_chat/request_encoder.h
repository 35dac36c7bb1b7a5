// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_chat {

// Conversation → a Chat Completions request for one provider, by its quirks. Pure.
Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses);

} // namespace signalbox::openai_chat
