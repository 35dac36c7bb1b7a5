// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <cstdint>
#include <string_view>

namespace signalbox {

// Converts between the ways in which APIs ask for thinking: words (OpenAI, Ollama, newer Anthropic and Gemini) and
// token budgets (Anthropic, older Gemini). No vendor publishes a table; the budgets here are the middle of what their
// guides recommend for each word, so a conversion is always `approximated` in the loss report. Pure.

// none 0, minimal 1,024, low 4,096, medium 10,240, high 24,576, xhigh 32,768, max 65,536; unknown words as medium.
int64_t budgetOfEffort(std::string_view effort);
// The nearest word at or above: up to 1,024 minimal … over 32,768 max; 0 or below none.
std::string_view effortOfBudget(int64_t tokens);

// Whether the client asked for thinking at all: nullopt when it left that open.
std::optional<bool> wantsThinking(const Reasoning &reasoning);
// The word for it, from whatever the client said; empty when it only said on, or nothing.
std::string_view effortOf(const Reasoning &reasoning);
// The budget for it, kept below `maxTokens` and at least 1,024 (Anthropic's least); nullopt when nothing was said.
std::optional<int64_t> budgetOf(const Reasoning &reasoning, int64_t maxTokens);

} // namespace signalbox
