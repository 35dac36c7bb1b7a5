// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/response_end.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace json = boost::json;

namespace {

std::optional<int64_t> count(const json::object *object, std::string_view key)
{
    const json::value *value = object ? object->if_contains(key) : nullptr;
    if (!value || !value->is_number())
        return std::nullopt;
    boost::system::error_code failure;
    const auto number = value->to_number<int64_t>(failure);
    return failure || number < 0 ? std::nullopt : std::optional(number);
}

const json::object *objectIn(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

} // namespace

TokenUsage usageOf(const json::object &usage)
{
    const json::object *input = objectIn(usage, "input_tokens_details");
    const json::object *output = objectIn(usage, "output_tokens_details");
    TokenUsage tokens;
    tokens.cachedInput = count(input, "cached_tokens");
    tokens.cacheWrite = count(input, "cache_write_tokens");
    if (const std::optional<int64_t> all = count(&usage, "input_tokens"))
        tokens.input = std::max<int64_t>(0, *all - tokens.cachedInput.value_or(0) - tokens.cacheWrite.value_or(0));
    tokens.output = count(&usage, "output_tokens");
    tokens.reasoning = count(output, "reasoning_tokens");
    return tokens;
}

End endOf(std::string_view eventType)
{
    if (eventType == "response.completed")
        return End::Completed;
    if (eventType == "response.incomplete")
        return End::Incomplete;
    if (eventType == "response.failed")
        return End::Failed;
    if (eventType == "response.cancelled")
        return End::Cancelled;
    return eventType == "response.done" ? End::AsItSays : End::NotYet;
}

End endOfStatus(std::string_view status, bool hasError)
{
    if (status == "failed")
        return End::Failed;
    if (status == "cancelled")
        return End::Cancelled;
    if (status == "incomplete")
        return End::Incomplete;
    if (status == "queued" || status == "in_progress")
        return End::NotYet; // a background response: there is no answer yet
    return hasError && status.empty() ? End::Failed : End::Completed;
}

} // namespace signalbox::openai_responses
