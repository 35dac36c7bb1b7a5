// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_chat {

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options);
std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options);

// As Chat names it; `calls`: tools were called.
std::string_view finishWord(FinishReason reason, bool calls);
// Whether the client asked with `functions`, and so reads function_call only.
bool usesFunctions(const ReplyOptions &options);

} // namespace signalbox::openai_chat
