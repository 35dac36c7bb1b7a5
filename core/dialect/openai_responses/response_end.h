// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <string_view>

namespace signalbox::openai_responses {

// How a response ends; its own `status` is not always up to date in an event.
enum class End { NotYet, Completed, Incomplete, Failed, Cancelled, AsItSays };

End endOf(std::string_view eventType);
End endOfStatus(std::string_view status, bool hasError);

// OpenAI's `usage` as disjoint classes: cached and written tokens are inside input_tokens, reasoning inside
// output_tokens.
TokenUsage usageOf(const boost::json::object &usage);

} // namespace signalbox::openai_responses
