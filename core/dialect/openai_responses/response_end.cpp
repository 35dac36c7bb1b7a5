// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/response_end.h"

#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace json = boost::json;

TokenUsage usageOf(const json::object &usage)
{
    const json::object *input = objectAt(&usage, "input_tokens_details");
    const json::object *output = objectAt(&usage, "output_tokens_details");
    TokenUsage tokens;
    tokens.cachedInput = countAt(input, "cached_tokens");
    tokens.cacheWrite = countAt(input, "cache_write_tokens");
    if (const std::optional<int64_t> all = countAt(&usage, "input_tokens"))
        splitPrompt(tokens, *all);
    tokens.output = countAt(&usage, "output_tokens");
    tokens.reasoning = countAt(output, "reasoning_tokens");
    tokens.inputAudio = countAt(input, "audio_tokens");
    tokens.outputAudio = countAt(output, "audio_tokens");
    tokens.inputImage = countAt(input, "image_tokens");
    tokens.outputImage = countAt(output, "image_tokens");
    tokens.reportedNanoUsd = billedIn(usage);
    boundParts(tokens);
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
