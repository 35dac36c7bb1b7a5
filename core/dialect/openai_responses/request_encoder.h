// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_responses {

// Any Conversation → POST /responses. Nothing is stored at the provider unless the client asked for it; encrypted
// reasoning is asked for instead. Pure.
EncodedRequest encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options, LossReport &losses);

} // namespace signalbox::openai_responses
