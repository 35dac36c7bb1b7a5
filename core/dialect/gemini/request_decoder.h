// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::gemini {

// generateContent, streamGenerateContent and countTokens → Conversation.
Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses);

} // namespace signalbox::gemini
