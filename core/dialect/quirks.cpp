// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/quirks.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox {

namespace json = boost::json;

namespace {

// What OpenAI's own API has and servers that refuse unknown fields do not.
constexpr std::array<const char *, 5> rareFields = {"verbosity", "top_k", "min_p", "repetition_penalty",
                                                    "prompt_cache_retention"};
// Mistral answers 422 to each of these.
constexpr std::array<const char *, 11> openAiFields = {
    "logprobs", "top_logprobs", "logit_bias",     "user",         "safety_identifier", "store",
    "audio",    "modalities",   "stream_options", "service_tier", "web_search_options"};
constexpr std::array<const char *, 3> otherVendorsFields = {"top_k", "min_p", "repetition_penalty"};

const json::value *find(const json::object &quirks, const char *key)
{
    const json::value *value = quirks.if_contains(key);
    return value && !value->is_null() ? value : nullptr;
}

std::string_view textOf(const json::object &quirks, const char *key)
{
    const json::value *value = find(quirks, key);
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

std::string_view leadingWord(std::string_view text)
{
    return text.substr(0, text.find_first_of(" ,;("));
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

void readFlag(const json::object &quirks, const char *key, bool &flag)
{
    const json::value *value = find(quirks, key);
    if (const bool *truth = value ? value->if_bool() : nullptr)
        flag = *truth;
}

void readMaxTokens(const json::object &quirks, Quirks &read)
{
    const std::string_view word = leadingWord(textOf(quirks, "maxTokensField"));
    // Dotted names belong to the provider's own API; its Chat endpoint takes the usual field.
    if (!word.empty() && word.find('.') == std::string_view::npos)
        read.maxTokensField = word;
}

void readUsageInStream(const json::object &quirks, Quirks &read)
{
    const std::string_view text = textOf(quirks, "usageInStream");
    if (!text.empty())
        read.usageInStream = text.find("include_usage") != std::string_view::npos;
    readFlag(quirks, "usageInStream", read.usageInStream);
}

void readTemperature(const json::object &quirks, Quirks &read)
{
    const json::value *value = find(quirks, "temperature");
    const json::array *range = value ? value->if_array() : nullptr;
    if (range && range->size() == 2 && (*range)[0].is_number() && (*range)[1].is_number())
        read.temperature = {{(*range)[0].to_number<double>(), (*range)[1].to_number<double>()}};
}

void readThinking(const json::object &quirks, Quirks &read)
{
    if (const std::string_view thinking = textOf(quirks, "thinking"); !thinking.empty())
        read.thinking = thinking;
    const std::string_view note = textOf(quirks, "reasoningContent");
    read.replayReasoning = note.find("must come back") != std::string_view::npos;
    readFlag(quirks, "replayReasoning", read.replayReasoning);
}

void readTools(const json::object &quirks, Quirks &read)
{
    readFlag(quirks, "strictTools", read.strictTools);
    readFlag(quirks, "parallelTools", read.parallelTools);
    readFlag(quirks, "jsonSchemaTools", read.jsonSchemaTools);
    // "any" where OpenAI says "required": the quoted word comes first.
    std::string_view choice = textOf(quirks, "toolChoice");
    if (choice.starts_with('"') && choice.find('"', 1) != std::string_view::npos)
        read.requiredToolChoice = choice.substr(1, choice.find('"', 1) - 1);
    if (const std::string_view own = textOf(quirks, "requiredToolChoice"); !own.empty())
        read.requiredToolChoice = own;
    read.shortToolIds = textOf(quirks, "toolCallId").starts_with("exactly 9");
    readFlag(quirks, "shortToolIds", read.shortToolIds);
    // Organisation headers mark OpenAI's own API.
    read.customTools = quirks.contains("organizationHeaders");
    readFlag(quirks, "customTools", read.customTools);
}

void refuse(Quirks &read, std::string_view field)
{
    if (!field.empty() && !read.refuses(field))
        read.refused.emplace_back(field);
}

// "reasoning models: stop, n above 1" → stop, n. A limit to some models is taken for all: a field that is left out
// harms less than a request that is refused.
void readRefusedText(std::string_view text, Quirks &read)
{
    if (const size_t colon = text.find(':'); colon != std::string_view::npos)
        text.remove_prefix(colon + 1);
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        refuse(read, leadingWord(trimmed(text.substr(0, comma))));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
}

void readRefused(const json::object &quirks, Quirks &read)
{
    const json::value *value = find(quirks, "refused");
    if (const json::array *list = value ? value->if_array() : nullptr) {
        for (const json::value &field : *list) {
            if (const json::string *text = field.if_string())
                refuse(read, *text);
        }
    }
    readRefusedText(textOf(quirks, "refused"), read);
    const bool strict = quirks.contains("unknownFields");
    if (strict || quirks.contains("refused")) {
        for (const char *field : rareFields)
            refuse(read, field);
    }
    if (strict) {
        for (const char *field : openAiFields)
            refuse(read, field);
    }
    if (read.customTools) {
        for (const char *field : otherVendorsFields)
            refuse(read, field);
    }
}

} // namespace

bool Quirks::refuses(std::string_view field) const
{
    return std::find(refused.begin(), refused.end(), field) != refused.end();
}

Quirks quirksFromJson(const json::object &quirks)
{
    Quirks read;
    readMaxTokens(quirks, read);
    // A text limits it to some models; those of others refuse it, and all take system.
    readFlag(quirks, "developerRole", read.developerRole);
    readUsageInStream(quirks, read);
    readThinking(quirks, read);
    readTemperature(quirks, read);
    readFlag(quirks, "store", read.store);
    readTools(quirks, read);
    readFlag(quirks, "midSystem", read.midSystem);
    readFlag(quirks, "fileUrls", read.fileUrls);
    if (const std::string_view seed = leadingWord(textOf(quirks, "seed")); !seed.empty())
        read.seedField = seed;
    if (const std::string_view seed = textOf(quirks, "seedField"); !seed.empty())
        read.seedField = seed;
    const json::value *maxStops = find(quirks, "maxStops");
    if (const int64_t *most = maxStops ? maxStops->if_int64() : nullptr)
        read.maxStops = static_cast<int>(*most);
    else if (const size_t at = textOf(quirks, "stop").find("at most "); at != std::string_view::npos)
        read.maxStops = std::atoi(std::string(textOf(quirks, "stop").substr(at + 8)).c_str());
    else if (read.customTools)
        read.maxStops = 4;
    read.cacheControl = !textOf(quirks, "cacheControl").empty() || read.thinking == "openrouter";
    readFlag(quirks, "cacheControl", read.cacheControl);
    readFlag(quirks, "promptCacheKey", read.promptCacheKey);
    read.videoParts = !read.customTools;
    readFlag(quirks, "videoParts", read.videoParts);
    readRefused(quirks, read);
    return read;
}

} // namespace signalbox
