// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace signalbox {

namespace json = boost::json;

std::optional<int64_t> countOf(double number)
{
    return number >= 0 && number < 9e15 ? std::optional(static_cast<int64_t>(number)) : std::nullopt;
}

std::optional<int64_t> countOf(std::string_view text)
{
    int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<int64_t> countOf(Node node)
{
    if (!node)
        return std::nullopt;
    if (const int64_t *whole = node->if_int64())
        return *whole >= 0 ? std::optional(*whole) : std::nullopt;
    if (const double *real = node->if_double())
        return countOf(*real);
    const json::string *text = node->if_string();
    return text ? countOf(std::string_view(*text)) : std::nullopt;
}

std::optional<int64_t> countAt(const json::object *object, std::string_view key)
{
    return object ? countOf(object->if_contains(key)) : std::nullopt;
}

const json::object *objectAt(const json::object *object, std::string_view key)
{
    const json::value *value = object ? object->if_contains(key) : nullptr;
    return value ? value->if_object() : nullptr;
}

void splitPrompt(TokenUsage &usage, int64_t prompt)
{
    for (std::optional<int64_t> *part : {&usage.cachedInput, &usage.cacheWrite}) {
        if (!*part)
            continue;
        *part = std::min(**part, prompt);
        prompt -= **part;
    }
    usage.input = prompt;
}

void boundParts(TokenUsage &usage)
{
    const auto bound = [](std::optional<int64_t> &part, const std::optional<int64_t> &whole) {
        if (part && whole)
            part = std::min(*part, *whole);
    };
    bound(usage.reasoning, usage.output);
    bound(usage.outputAudio, usage.output);
    bound(usage.inputAudio, usage.input);
    const auto boundBeside = [](std::optional<int64_t> &part, int64_t taken, const std::optional<int64_t> &whole) {
        if (part && whole)
            part = std::min(*part, *whole - taken);
    };
    boundBeside(usage.outputImage, usage.outputAudio.value_or(0), usage.output);
    boundBeside(usage.inputImage, usage.inputAudio.value_or(0), usage.input);
    bound(usage.cacheWrite1h, usage.cacheWrite);
}

std::optional<int64_t> nanoUsdOf(double dollars)
{
    constexpr double most = 9e9; // in nano-dollars still an int64_t
    if (!(dollars >= 0) || dollars > most)
        return std::nullopt;
    return std::llround(dollars * 1e9);
}

std::optional<double> amountOf(std::string_view text)
{
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<int64_t> billedIn(const json::object &usage)
{
    const auto amount = [&usage](std::string_view first, std::string_view second) -> std::optional<double> {
        const json::object *owner = second.empty() ? &usage : objectAt(&usage, first);
        const json::value *value = owner ? owner->if_contains(second.empty() ? first : second) : nullptr;
        if (!value)
            return std::nullopt;
        if (value->is_number())
            return value->to_number<double>();
        const json::string *text = value->if_string();
        return text ? amountOf(std::string_view(*text)) : std::nullopt;
    };
    const auto flag = [&usage](std::string_view name) {
        const json::value *value = usage.if_contains(name);
        return value && value->is_bool() && value->get_bool();
    };
    return billedIn(amount, flag);
}

std::string_view confirmedTier(std::string_view word)
{
    struct Name {
        std::string_view word;
        std::string_view tier;
    };
    // default and standard: OpenAI's and Anthropic's own; the long ones are Vertex AI's traffic types.
    constexpr std::array<Name, 10> names = {{{"default", {}},
                                             {"standard", {}},
                                             {"standard_only", {}},
                                             {"auto", {}},
                                             {"unspecified", {}},
                                             {"ON_DEMAND", {}},
                                             {"TRAFFIC_TYPE_UNSPECIFIED", {}},
                                             {"ON_DEMAND_FLEX", "flex"},
                                             {"ON_DEMAND_PRIORITY", "priority"},
                                             {"PROVISIONED_THROUGHPUT", "provisioned"}}};
    const auto known = std::find_if(names.begin(), names.end(), [word](const Name &one) { return one.word == word; });
    return known == names.end() ? word : known->tier;
}

} // namespace signalbox
