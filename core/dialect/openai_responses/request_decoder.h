// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_responses {

// POST /responses → Conversation. Errors as Codec::decodeRequest. Pure.
Result<Conversation> decodeRequest(std::string_view body, LossReport &losses);

} // namespace signalbox::openai_responses
