// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/usage.h"

#include "core/dialect/gemini/field_names.h"

#include <boost/json.hpp>

#include <algorithm>
#include <string_view>

namespace signalbox::gemini {

TokenUsage readUsage(const boost::json::object &metadata, DecodeContext &context)
{
    ObjectReader reader(metadata, context);
    const auto count = [&reader](std::string_view camel, std::string_view snake) {
        return reader.integer(spelled(reader, camel, snake)).value.value_or(0);
    };
    const int64_t prompt = count("promptTokenCount", "prompt_token_count");
    const int64_t cached = count("cachedContentTokenCount", "cached_content_token_count");
    const int64_t candidates = count("candidatesTokenCount", "candidates_token_count");
    const int64_t thoughts = count("thoughtsTokenCount", "thoughts_token_count");
    const int64_t tools = count("toolUsePromptTokenCount", "tool_use_prompt_token_count");
    reader.ignoreRest(); // totals and the same counts by modality
    TokenUsage usage;
    usage.input = std::max<int64_t>(0, prompt - cached) + tools;
    usage.cachedInput = cached;
    usage.cacheWrite = 0;
    usage.output = candidates + thoughts;
    usage.reasoning = thoughts;
    return usage;
}

void writeUsage(JsonWriter &out, const TokenUsage &usage)
{
    const int64_t cached = usage.cachedInput.value_or(0);
    const int64_t prompt = usage.input.value_or(0) + cached + usage.cacheWrite.value_or(0);
    const int64_t output = usage.output.value_or(0);
    const int64_t thoughts = std::min(usage.reasoning.value_or(0), output);
    out.beginObject();
    out.member("promptTokenCount", prompt);
    out.member("candidatesTokenCount", output - thoughts);
    out.member("totalTokenCount", prompt + output);
    if (cached > 0)
        out.member("cachedContentTokenCount", cached);
    if (thoughts > 0)
        out.member("thoughtsTokenCount", thoughts);
    out.endObject();
}

} // namespace signalbox::gemini
