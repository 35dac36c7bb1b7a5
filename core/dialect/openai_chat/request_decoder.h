// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_chat {

// A Chat Completions request → Conversation, with the spellings of other vendors. Errors as Codec::decodeRequest. Pure.
Result<Conversation> decodeRequest(std::string_view body, LossReport &losses);

// Its parts, each in a file of its own.
void decodeMessages(const boost::json::array &messages, Conversation &conversation, DecodeContext &context);
void decodeTools(ObjectReader &reader, Conversation &conversation);
void decodeSettings(ObjectReader &reader, Settings &settings);
void decodeReasoning(ObjectReader &reader, Settings &settings);

} // namespace signalbox::openai_chat
