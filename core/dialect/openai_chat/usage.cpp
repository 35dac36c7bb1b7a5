// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/usage.h"

#include "core/dialect/openai_chat/nodes.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace signalbox::openai_chat {

namespace {

std::optional<int64_t> countIn(Node node)
{
    if (!node)
        return std::nullopt;
    if (const int64_t *whole = node->if_int64())
        return *whole >= 0 ? std::optional(*whole) : std::nullopt;
    if (const double *real = node->if_double()) // some servers send 12.0
        return *real >= 0 && *real < 9e15 ? std::optional(static_cast<int64_t>(*real)) : std::nullopt;
    const std::string_view text = textIn(node);
    int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<TokenUsage> tokensOf(const UsageCounts &counts)
{
    TokenUsage tokens;
    tokens.cachedInput = counts.cached;
    tokens.cacheWrite = counts.cacheWrite;
    tokens.reasoning = counts.reasoning;
    if (counts.prompt) {
        int64_t rest = *counts.prompt;
        for (std::optional<int64_t> *part : {&tokens.cachedInput, &tokens.cacheWrite}) {
            if (!*part)
                continue;
            *part = std::min(**part, rest);
            rest -= **part;
        }
        tokens.input = rest;
    }
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
    return tokens;
}

std::optional<TokenUsage> readUsage(Node usage)
{
    if (!usage || !usage->is_object())
        return std::nullopt;
    return tokensOf(readCounts([&](const char *first, const char *second) {
        const Node node = memberOf(usage, first);
        return countIn(second ? memberOf(node, second) : node);
    }));
}

void writeUsage(JsonWriter &json, const TokenUsage &usage)
{
    const int64_t prompt = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
    const int64_t completion = usage.output.value_or(0);
    json.beginObject();
    json.member("prompt_tokens", prompt);
    json.member("completion_tokens", completion);
    json.member("total_tokens", prompt + completion);
    if (usage.cachedInput || usage.cacheWrite) {
        json.key("prompt_tokens_details");
        json.beginObject();
        json.member("cached_tokens", usage.cachedInput.value_or(0));
        if (usage.cacheWrite)
            json.member("cache_write_tokens", *usage.cacheWrite);
        json.endObject();
    }
    if (usage.reasoning) {
        json.key("completion_tokens_details");
        json.beginObject();
        json.member("reasoning_tokens", *usage.reasoning);
        json.endObject();
    }
    json.endObject();
}

} // namespace signalbox::openai_chat
