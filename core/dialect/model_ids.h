// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A provider's own model list: where it is (after the base URL, with a query that asks for all of it) and what it says.
const char *modelListPath(Dialect dialect);
// Ids, and of each model's limits and abilities what the list names: the fields of the dialect's own API and, for
// openai-chat, those that OpenRouter, Groq, Mistral, Together, vLLM and LM Studio add. nullopt: the body is no model
// list. Pure.
std::optional<std::vector<ListedModel>> readModelList(Dialect dialect, std::string_view body);
std::optional<std::vector<std::string>> readModelIds(Dialect dialect, std::string_view body);

} // namespace signalbox
