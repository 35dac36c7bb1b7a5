// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::anthropic {

// A conversation of any dialect → POST /messages. The same beginning of a conversation gives the same bytes. Pure.
Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses);

} // namespace signalbox::anthropic
