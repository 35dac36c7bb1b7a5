// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::ollama {

// /api/chat and /api/generate → Conversation. A request without messages is legal: it asks to load the model.
//
// Tool calls of an older turn usually have no ids here; they are made from the call's place, name and arguments, so
// that the same history gives the same ids in each turn. Results find their call by id, else by name in the order of
// the calls.
Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses);

// keep_alive: a duration in words, or a number of seconds (kept as its digits).
Setting<std::string_view> readKeepAlive(ObjectReader &reader);

} // namespace signalbox::ollama
