// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/loss_report.h"

#include <initializer_list>
#include <string_view>

namespace signalbox::openai_chat {

// A usage object as its provider counts: cached tokens and cache writes inside the prompt, reasoning inside or beside
// the completion. Negative numbers count as missing.
struct UsageCounts {
    std::optional<int64_t> prompt;
    std::optional<int64_t> completion;
    std::optional<int64_t> total;
    std::optional<int64_t> cached;
    std::optional<int64_t> cacheWrite;
    std::optional<int64_t> reasoning;
    std::optional<int64_t> inputAudio;
    std::optional<int64_t> outputAudio;
    std::optional<int64_t> inputImage;
    std::optional<int64_t> outputImage;
};

// Disjoint classes (DESIGN section 5); nullopt when neither input nor output is known. Never negative: a cached part
// above its whole is cut to it.
std::optional<TokenUsage> tokensOf(const UsageCounts &counts);

// Reads the spellings of all vendors. `count(first, second)` gives the number at usage.first.second, or at usage.first
// when `second` is empty.
template<class Count>
UsageCounts readCounts(const Count &count)
{
    struct Path {
        std::string_view first;
        std::string_view second;
    };
    const auto first = [&](std::initializer_list<Path> paths) -> std::optional<int64_t> {
        for (const Path &path : paths) {
            if (const std::optional<int64_t> value = count(path.first, path.second))
                return value;
        }
        return std::nullopt;
    };
    UsageCounts counts;
    counts.prompt = first({{"prompt_tokens", {}}, {"input_tokens", {}}});
    counts.completion = first({{"completion_tokens", {}}, {"output_tokens", {}}});
    counts.total = count("total_tokens", std::string_view());
    counts.cached = first({{"prompt_tokens_details", "cached_tokens"},
                           {"prompt_cache_hit_tokens", {}},
                           {"prompt_token_details", "cached_tokens"},
                           {"num_cached_tokens", {}},
                           {"cached_tokens", {}},
                           {"input_tokens_details", "cached_tokens"}});
    counts.cacheWrite = first({{"prompt_tokens_details", "cache_write_tokens"},
                               {"prompt_tokens_details", "cache_creation_input_tokens"},
                               {"prompt_tokens_details", "cache_creation_tokens"}});
    counts.reasoning = first({{"completion_tokens_details", "reasoning_tokens"},
                              {"output_tokens_details", "reasoning_tokens"},
                              {"reasoning_tokens", {}}});
    counts.inputAudio = first({{"prompt_tokens_details", "audio_tokens"}, {"input_tokens_details", "audio_tokens"}});
    counts.inputImage = first({{"prompt_tokens_details", "image_tokens"}, {"input_tokens_details", "image_tokens"}});
    counts.outputImage =
        first({{"completion_tokens_details", "image_tokens"}, {"output_tokens_details", "image_tokens"}});
    counts.outputAudio =
        first({{"completion_tokens_details", "audio_tokens"}, {"output_tokens_details", "audio_tokens"}});
    return counts;
}

// From a parsed usage object; nullopt when it is none or says nothing.
std::optional<TokenUsage> readUsage(Node usage);

// The object as OpenAI shapes it.
void writeUsage(JsonWriter &json, const TokenUsage &usage);

} // namespace signalbox::openai_chat
