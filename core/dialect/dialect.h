// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace signalbox {

// The wire APIs (DESIGN section 1).
enum class Dialect { OpenAiChat, OpenAiResponses, Anthropic, Gemini, Ollama };

inline constexpr std::array allDialects = {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic,
                                           Dialect::Gemini, Dialect::Ollama};

const char *dialectName(Dialect dialect); // openai-chat, openai-responses, anthropic, gemini, ollama
std::optional<Dialect> dialectFromName(std::string_view name);

} // namespace signalbox
