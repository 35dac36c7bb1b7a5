// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/usage.h"

#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

std::optional<TokenUsage> tokensOf(const UsageCounts &counts)
{
    TokenUsage tokens;
    tokens.cachedInput = counts.cached;
    tokens.cacheWrite = counts.cacheWrite;
    tokens.reasoning = counts.reasoning;
    if (counts.prompt)
        splitPrompt(tokens, *counts.prompt);
    const int64_t reasoning = counts.reasoning.value_or(0);
    if (counts.completion) {
        const int64_t completion = *counts.completion;
        const bool proven =
            counts.prompt && counts.total && reasoning > 0 && *counts.total == *counts.prompt + completion + reasoning;
        // Without a total, more reasoning than completion can only stand beside it.
        const bool beside = proven || (!counts.total && reasoning > completion);
        tokens.output = completion + (beside ? reasoning : 0);
    } else if (counts.prompt && counts.total && *counts.total >= *counts.prompt) {
        tokens.output = *counts.total - *counts.prompt; // embeddings: 0
    }
    if (!tokens.input && !tokens.output)
        return std::nullopt;
    tokens.inputAudio = counts.inputAudio;
    tokens.outputAudio = counts.outputAudio;
    tokens.inputImage = counts.inputImage;
    tokens.outputImage = counts.outputImage;
    boundParts(tokens);
    return tokens;
}

std::optional<TokenUsage> readUsage(Node usage)
{
    if (!usage || !usage->is_object())
        return std::nullopt;
    auto tokens = tokensOf(readCounts([&](std::string_view first, std::string_view second) {
        const Node node = memberOf(usage, first);
        return countOf(second.empty() ? node : memberOf(node, second));
    }));
    if (tokens) {
        tokens->reportedNanoUsd = billedIn(usage->get_object());
        tokens->serviceTier = confirmedTier(textOf(usage, "service_tier"));
    }
    return tokens;
}

void writeUsage(JsonWriter &json, const TokenUsage &usage)
{
    const int64_t prompt = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
    const int64_t completion = usage.output.value_or(0);
    json.beginObject();
    json.member("prompt_tokens", prompt);
    json.member("completion_tokens", completion);
    json.member("total_tokens", prompt + completion);
    if (usage.cachedInput || usage.cacheWrite || usage.inputAudio || usage.inputImage) {
        json.key("prompt_tokens_details");
        json.beginObject();
        json.member("cached_tokens", usage.cachedInput.value_or(0));
        if (usage.cacheWrite)
            json.member("cache_write_tokens", *usage.cacheWrite);
        if (usage.inputAudio)
            json.member("audio_tokens", *usage.inputAudio);
        if (usage.inputImage)
            json.member("image_tokens", *usage.inputImage);
        json.endObject();
    }
    if (usage.reasoning || usage.outputAudio || usage.outputImage) {
        json.key("completion_tokens_details");
        json.beginObject();
        if (usage.reasoning)
            json.member("reasoning_tokens", *usage.reasoning);
        if (usage.outputAudio)
            json.member("audio_tokens", *usage.outputAudio);
        if (usage.outputImage)
            json.member("image_tokens", *usage.outputImage);
        json.endObject();
    }
    json.endObject();
}

} // namespace signalbox::openai_chat
