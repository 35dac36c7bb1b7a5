// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <string_view>

namespace signalbox::gemini {

// The API's finishReason ⇄ ours. STOP after function calls is ToolCalls. Pure.
FinishReason finishReasonOf(std::string_view native, bool hasCalls);
// `native` is passed through when it is one of Gemini's own words.
std::string_view finishReasonName(FinishReason reason, std::string_view native);

} // namespace signalbox::gemini
