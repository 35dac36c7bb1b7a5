// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/finish_reasons.h"

#include <algorithm>
#include <array>

namespace signalbox::gemini {

namespace {

struct Word {
    std::string_view native;
    FinishReason reason;
};
constexpr std::array<Word, 23> words = {{
    {"STOP", FinishReason::Stop},
    {"MAX_TOKENS", FinishReason::Length},
    {"SAFETY", FinishReason::ContentFilter},
    {"RECITATION", FinishReason::ContentFilter},
    {"BLOCKLIST", FinishReason::ContentFilter},
    {"PROHIBITED_CONTENT", FinishReason::ContentFilter},
    {"SPII", FinishReason::ContentFilter},
    {"IMAGE_SAFETY", FinishReason::ContentFilter},
    {"IMAGE_PROHIBITED_CONTENT", FinishReason::ContentFilter},
    {"IMAGE_RECITATION", FinishReason::ContentFilter},
    {"MODEL_ARMOR", FinishReason::ContentFilter},
    {"JAILBREAK", FinishReason::ContentFilter},
    {"LANGUAGE", FinishReason::Other},
    {"OTHER", FinishReason::Other},
    {"MALFORMED_FUNCTION_CALL", FinishReason::Other},
    {"UNEXPECTED_TOOL_CALL", FinishReason::Other},
    {"TOO_MANY_TOOL_CALLS", FinishReason::Other},
    {"MISSING_THOUGHT_SIGNATURE", FinishReason::Other},
    {"MALFORMED_RESPONSE", FinishReason::Other},
    {"NO_IMAGE", FinishReason::Other},
    {"IMAGE_OTHER", FinishReason::Other},
    {"BLOCKED_REASON_UNSPECIFIED", FinishReason::ContentFilter},
    {"FINISH_REASON_UNSPECIFIED", FinishReason::Other},
}};

const Word *find(std::string_view native)
{
    const auto found =
        std::find_if(words.begin(), words.end(), [native](const Word &word) { return word.native == native; });
    return found == words.end() ? nullptr : &*found;
}

} // namespace

FinishReason finishReasonOf(std::string_view native, bool hasCalls)
{
    const Word *word = find(native);
    const FinishReason reason = word ? word->reason : FinishReason::Other;
    return reason == FinishReason::Stop && hasCalls ? FinishReason::ToolCalls : reason;
}

std::string_view finishReasonName(FinishReason reason, std::string_view native)
{
    if (const Word *word = find(native); word && word->reason == reason)
        return word->native;
    switch (reason) {
    case FinishReason::Length:
        return "MAX_TOKENS";
    case FinishReason::ContentFilter:
    case FinishReason::Refusal:
        return "SAFETY";
    case FinishReason::Other:
        return "OTHER";
    case FinishReason::Stop:
    case FinishReason::StopSequence:
    case FinishReason::ToolCalls:
    case FinishReason::Pause:
        break;
    }
    return "STOP";
}

} // namespace signalbox::gemini
