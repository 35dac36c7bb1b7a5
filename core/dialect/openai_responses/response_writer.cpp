// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/response_writer.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_responses/errors.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

struct Echo {
    std::string_view key;
    std::string_view byDefault; // JSON
};

constexpr std::array<Echo, 18> echoes = {{{"background", "false"},
                                          {"instructions", "null"},
                                          {"max_output_tokens", "null"},
                                          {"max_tool_calls", "null"},
                                          {"metadata", "{}"},
                                          {"parallel_tool_calls", "true"},
                                          {"previous_response_id", "null"},
                                          {"prompt_cache_key", "null"},
                                          {"prompt_cache_retention", "null"},
                                          {"safety_identifier", "null"},
                                          {"store", "true"},
                                          {"temperature", "1.0"},
                                          {"tool_choice", "\"auto\""},
                                          {"tools", "[]"},
                                          {"top_logprobs", "0"},
                                          {"top_p", "1.0"},
                                          {"truncation", "\"disabled\""},
                                          {"user", "null"}}};

const json::object *bodyOf(const Conversation *conversation)
{
    return conversation && conversation->source ? conversation->source->root.if_object() : nullptr;
}

Node memberOf(const json::object *object, std::string_view key)
{
    const json::value *value = object ? object->if_contains(key) : nullptr;
    return value && !value->is_null() ? value : nullptr;
}

void writeOr(JsonWriter &json, std::string_view key, Node value, std::string_view byDefault)
{
    if (value)
        json.member(key, *value);
    else
        json.memberRaw(key, byDefault);
}

} // namespace

std::string echoOf(const Conversation *conversation)
{
    const json::object *body = bodyOf(conversation);
    std::string echo;
    JsonWriter json(echo);
    for (const Echo &one : echoes)
        writeOr(json, one.key, memberOf(body, one.key), one.byDefault);
    const Node reasoning = memberOf(body, "reasoning");
    json.key("reasoning");
    json.beginObject();
    writeOr(json, "effort", memberOf(reasoning ? reasoning->if_object() : nullptr, "effort"), "null");
    writeOr(json, "summary", memberOf(reasoning ? reasoning->if_object() : nullptr, "summary"), "null");
    json.endObject();
    const Node text = memberOf(body, "text");
    json.key("text");
    json.beginObject();
    writeOr(json, "format", memberOf(text ? text->if_object() : nullptr, "format"), "{\"type\":\"text\"}");
    writeOr(json, "verbosity", memberOf(text ? text->if_object() : nullptr, "verbosity"), "\"medium\"");
    json.endObject();
    return echo;
}

void writeUsage(JsonWriter &json, const TokenUsage &usage)
{
    const int64_t cached = usage.cachedInput.value_or(0);
    const int64_t written = usage.cacheWrite.value_or(0);
    const int64_t input = usage.input.value_or(0) + cached + written;
    const int64_t output = usage.output.value_or(0);
    json.beginObject();
    json.member("input_tokens", input);
    json.key("input_tokens_details");
    json.beginObject();
    json.member("cached_tokens", cached);
    json.member("cache_write_tokens", written);
    if (usage.inputAudio)
        json.member("audio_tokens", *usage.inputAudio);
    if (usage.inputImage)
        json.member("image_tokens", *usage.inputImage);
    json.endObject();
    json.member("output_tokens", output);
    json.key("output_tokens_details");
    json.beginObject();
    json.member("reasoning_tokens", usage.reasoning.value_or(0));
    if (usage.outputAudio)
        json.member("audio_tokens", *usage.outputAudio);
    if (usage.outputImage)
        json.member("image_tokens", *usage.outputImage);
    json.endObject();
    json.member("total_tokens", input + output);
    json.endObject();
}

void writeResponse(JsonWriter &json, const ResponseHead &head, const ResponseState &state)
{
    json.beginObject();
    json.member("id", head.id);
    json.member("object", "response");
    json.member("created_at", head.createdAt);
    json.member("status", state.status);
    json.memberNull("completed_at");
    json.key("error");
    if (state.error) {
        json.beginObject();
        json.member("code", failureCode(*state.error));
        json.member("message", state.error->message);
        json.endObject();
    } else {
        json.null();
    }
    json.key("incomplete_details");
    if (state.incompleteReason.empty()) {
        json.null();
    } else {
        json.beginObject();
        json.member("reason", state.incompleteReason);
        json.endObject();
    }
    json.member("model", head.model);
    json.key("output");
    json.beginArray();
    if (!state.items.empty())
        json.raw(state.items);
    json.endArray();
    json.raw(head.echo);
    json.member("service_tier", head.serviceTier.empty() ? "default" : head.serviceTier);
    json.key("usage");
    if (state.usage)
        writeUsage(json, *state.usage);
    else
        json.null();
    json.endObject();
}

bool asksToInclude(const Conversation *conversation, std::string_view word)
{
    const Node include = memberOf(bodyOf(conversation), "include");
    const json::array *words = include ? include->if_array() : nullptr;
    return words && std::any_of(words->begin(), words->end(), [&](const json::value &one) {
               return one.is_string() && std::string_view(one.get_string()) == word;
           });
}

std::string failedEvent(const Error &error)
{
    std::string event = "event: response.failed\ndata: ";
    JsonWriter json(event);
    json.beginObject();
    json.member("type", "response.failed");
    json.member("sequence_number", 0);
    json.key("response");
    ResponseState state;
    state.status = "failed";
    state.error = &error;
    writeResponse(json, {makeId("resp_", error.message, 0), "", 0, "", echoOf(nullptr)}, state);
    json.endObject();
    return event + "\n\n";
}

} // namespace signalbox::openai_responses
