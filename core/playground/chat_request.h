// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/loss_report.h"
#include "core/gateway/console_request.h"
#include "core/playground/chat_draft.h"

#include <vector>

namespace signalbox {

struct ChatRequest {
    ConsoleRequest request;
    std::vector<LossEntry> losses; // what the dialect chosen has no place for; pointers name the fields of the draft
};

// The draft in its dialect, by the dialect's own encoder. Pure. Errors (400): json_invalid, tools_invalid,
// schema_invalid, turns_missing, model_missing, and those of the encoder.
Result<ChatRequest> makeChatRequest(const ChatDraft &draft, const ChatTarget &target, std::string project = {});

} // namespace signalbox
