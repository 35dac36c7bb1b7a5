// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

// How one provider's API departs from its dialect: data of its preset, each overridable in the config.
// The defaults are those of a plain compatible server.
struct Quirks {
    std::string maxTokensField = "max_tokens"; // Chat; OpenAI: max_completion_tokens
    bool developerRole = false;                // false: the developer role is sent as system
    bool usageInStream = true;                 // Chat: stream_options.include_usage is understood
    std::string thinking = "openai";           // Chat: key of the thinking formats, see core/dialect/reasoning.h
    std::optional<std::pair<double, double>> temperature; // accepted range; outside it is clamped and reported
    bool store = true;                                    // Chat, Responses: false = the field is refused
    bool strictTools = true;                              // false: `strict` is refused
    bool parallelTools = true;                            // false: parallel_tool_calls is refused
    bool replayReasoning = false;                // Chat: reasoning_content must come back while a tool loop runs
    bool midSystem = false;                      // Anthropic: role system inside the conversation is accepted
    std::string seedField = "seed";              // Mistral: random_seed
    std::string requiredToolChoice = "required"; // Mistral: any
    bool shortToolIds = false;                   // Mistral: exactly nine letters or digits
    std::vector<std::string> refused;            // further request fields that are refused
    int maxStops = 0;                            // 0: no limit known
    bool jsonSchemaTools = true;                 // Gemini: parametersJsonSchema is understood
    bool fileUrls = true;                        // images by URL are fetched by the provider
    bool customTools = false;                    // Chat: custom tools and allowed_tools, which OpenAI alone knows
    bool cacheControl = false;                   // Chat: cache_control on content parts
    bool promptCacheKey = false;                 // Chat: prompt_cache_key
    bool videoParts = true;                      // Chat: video_url

    bool operator==(const Quirks &) const = default;

    bool refuses(std::string_view field) const;
};

// Reads the `quirks` object of a preset, whose values are partly notes for people: the word that counts comes first.
// Besides, every member above can stand there under its own name. What is not understood leaves the default.
Quirks quirksFromJson(const boost::json::object &quirks);

} // namespace signalbox
