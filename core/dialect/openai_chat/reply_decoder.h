// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_chat {

std::unique_ptr<ReplyDecoder> makeReplyDecoder();

// How a finish_reason of any vendor reads; `isError` for those that tell of a fault.
struct FinishWord {
    FinishReason reason = FinishReason::Other;
    bool isError = false;
};
FinishWord finishOf(std::string_view word);

} // namespace signalbox::openai_chat
