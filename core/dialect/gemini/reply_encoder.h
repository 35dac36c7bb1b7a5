// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::gemini {

// Chunks of generateContent's reply, as server-sent events or as one JSON array.
std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options);
std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options);

} // namespace signalbox::gemini
