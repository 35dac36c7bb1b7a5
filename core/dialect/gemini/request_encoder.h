// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::gemini {

// Conversation → generateContent or streamGenerateContent. What stays the same from turn to turn stands first.
Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses);

} // namespace signalbox::gemini
