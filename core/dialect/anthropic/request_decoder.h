// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::anthropic {

// POST /v1/messages and /v1/messages/count_tokens. Pure.
Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses);

} // namespace signalbox::anthropic
