// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/stop_reasons.h"

#include <array>

namespace signalbox::anthropic {

namespace {

struct Pair {
    std::string_view wire;
    FinishReason reason;
};

constexpr std::string_view contextFull = "model_context_window_exceeded";

constexpr std::array<Pair, 8> pairs = {{{"end_turn", FinishReason::Stop},
                                        {"stop_sequence", FinishReason::StopSequence},
                                        {"max_tokens", FinishReason::Length},
                                        {"tool_use", FinishReason::ToolCalls},
                                        {"refusal", FinishReason::Refusal},
                                        {"pause_turn", FinishReason::Pause},
                                        {contextFull, FinishReason::Length},
                                        {"refusal", FinishReason::ContentFilter}}};

} // namespace

FinishReason finishOf(std::string_view stopReason)
{
    for (const Pair &pair : pairs) {
        if (pair.wire == stopReason)
            return pair.reason;
    }
    return FinishReason::Other;
}

std::string_view stopReasonOf(FinishReason reason, std::string_view native, bool calls)
{
    if (native == contextFull)
        return contextFull;
    if (reason == FinishReason::Stop && calls)
        return "tool_use";
    for (const Pair &pair : pairs) {
        if (pair.reason == reason)
            return pair.wire;
    }
    return calls ? "tool_use" : "end_turn";
}

} // namespace signalbox::anthropic
