// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <string_view>

namespace signalbox::anthropic {

FinishReason finishOf(std::string_view stopReason);
// `calls`: the reply holds tool calls; some APIs finish those with an ordinary stop.
std::string_view stopReasonOf(FinishReason reason, std::string_view native, bool calls);

} // namespace signalbox::anthropic
