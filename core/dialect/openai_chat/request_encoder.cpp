// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/request_encoder.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_chat/encoding.h"
#include "core/dialect/openai_chat/nodes.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_chat {

namespace {

constexpr size_t longestUser = 64; // OpenAI refuses more

// Enough for one allocation: a 20 MB image must not be copied again and again while the text grows.
size_t sizeOf(const std::vector<Part> &parts)
{
    size_t size = 0;
    for (const Part &part : parts) {
        size += 64;
        if (const auto *text = part.as<TextPart>())
            size += text->text.size() + text->text.size() / 16;
        else if (const auto *media = part.as<MediaPart>())
            size += media->source.data.size() + media->source.url.size() + media->plainText.size();
        else if (const auto *call = part.as<ToolCallPart>())
            size += call->arguments.size() + call->arguments.size() / 4 + 128;
        else if (const auto *result = part.as<ToolResultPart>())
            size += sizeOf(result->content) + 64;
    }
    return size;
}

size_t sizeOf(const Conversation &conversation)
{
    size_t size = 1024 + conversation.tools.size() * 1024;
    for (const Message &message : conversation.messages)
        size += sizeOf(message.parts) + 64;
    return size;
}

// A setting that goes out as it is, unless the provider refuses it.
template<class T>
void writeSetting(Encoding &run, Setting<T> Settings::*which, std::string_view field)
{
    const T *value = run.taker.take(which);
    if (!value)
        return;
    if (field.empty() || run.quirks.refuses(field)) {
        run.losses.drop(run.taker.originOf(which), "the provider refuses this setting");
        return;
    }
    if constexpr (std::is_same_v<T, Node>) {
        run.json.member(field, **value);
    } else if constexpr (std::is_same_v<T, std::vector<std::string_view>>) {
        run.json.key(field);
        run.json.beginArray();
        for (const std::string_view item : *value)
            run.json.text(item);
        run.json.endArray();
    } else {
        run.json.member(field, *value);
    }
}

void writeTemperature(Encoding &run)
{
    const double *asked = run.taker.take(&Settings::temperature);
    if (!asked)
        return;
    const Node origin = run.taker.originOf(&Settings::temperature);
    if (run.quirks.refuses("temperature")) {
        run.losses.drop(origin, "the provider refuses this setting");
        return;
    }
    double value = *asked;
    if (run.quirks.temperature)
        value = std::clamp(value, run.quirks.temperature->first, run.quirks.temperature->second);
    if (value != *asked)
        run.losses.approximate(origin, "outside the provider's range; the nearest allowed value is sent");
    run.json.member("temperature", value);
}

void writeStop(Encoding &run)
{
    const auto *stops = run.taker.take(&Settings::stop);
    if (!stops)
        return;
    const Node origin = run.taker.originOf(&Settings::stop);
    if (run.quirks.refuses("stop")) {
        run.losses.drop(origin, "the provider refuses this setting");
        return;
    }
    size_t count = stops->size();
    if (run.quirks.maxStops > 0 && count > static_cast<size_t>(run.quirks.maxStops)) {
        count = static_cast<size_t>(run.quirks.maxStops);
        run.losses.approximate(origin, "the provider takes fewer stop texts; the first ones are sent");
    }
    run.json.key("stop");
    run.json.beginArray();
    for (size_t i = 0; i < count; ++i)
        run.json.text((*stops)[i]);
    run.json.endArray();
}

void writeChoiceCount(Encoding &run)
{
    const int64_t *count = run.taker.take(&Settings::n);
    if (!count)
        return;
    if (!run.quirks.refuses("n"))
        run.json.member("n", *count);
    else if (*count > 1)
        run.losses.drop(run.taker.originOf(&Settings::n), "the provider gives one answer only");
}

void writeUser(Encoding &run)
{
    const auto *user = run.taker.take(&Settings::user);
    if (!user)
        return;
    const Node origin = run.taker.originOf(&Settings::user);
    const bool newer = memberOf(&run.conversation.source->root, "safety_identifier") == origin;
    const char *field = newer ? "safety_identifier" : "user";
    if (run.quirks.refuses(field)) {
        run.losses.drop(origin, "the provider refuses this setting");
        return;
    }
    if (user->size() <= longestUser)
        return run.json.member(field, *user);
    run.losses.approximate(origin, "too long for the provider; a name made from it is sent");
    run.json.member(field, makeId("user_", *user, 0));
}

void writeServiceTier(Encoding &run)
{
    const auto *tier = run.taker.take(&Settings::serviceTier);
    if (!tier)
        return;
    const Node origin = run.taker.originOf(&Settings::serviceTier);
    if (run.quirks.refuses("service_tier")) {
        run.losses.drop(origin, "the provider refuses this setting");
        return;
    }
    const bool anthropic = *tier == "standard_only";
    if (anthropic)
        run.losses.approximate(origin, "sent as default");
    run.json.member("service_tier", anthropic ? std::string_view("default") : *tier);
}

void writeSampling(Encoding &run)
{
    writeSetting(run, &Settings::maxTokens, run.quirks.maxTokensField);
    writeTemperature(run);
    writeSetting(run, &Settings::topP, "top_p");
    writeSetting(run, &Settings::topK, "top_k");
    writeSetting(run, &Settings::minP, "min_p");
    writeSetting(run, &Settings::frequencyPenalty, "frequency_penalty");
    writeSetting(run, &Settings::presencePenalty, "presence_penalty");
    writeSetting(run, &Settings::repeatPenalty, "repetition_penalty");
    writeSetting(run, &Settings::seed, run.quirks.seedField);
    writeStop(run);
    writeChoiceCount(run);
    writeSetting(run, &Settings::logprobs, "logprobs");
    writeSetting(run, &Settings::topLogprobs, "top_logprobs");
    writeSetting(run, &Settings::logitBias, "logit_bias");
}

void writeRest(Encoding &run)
{
    writeSetting(run, &Settings::verbosity, "verbosity");
    writeSetting(run, &Settings::modalities, "modalities");
    writeSetting(run, &Settings::audioOutput, "audio");
    writeSetting(run, &Settings::prediction, "prediction");
    writeServiceTier(run);
    writeUser(run);
    writeSetting(run, &Settings::metadata, "metadata");
    writeSetting(run, &Settings::store, run.quirks.store ? "store" : "");
    writeSetting(run, &Settings::promptCacheKey, run.quirks.promptCacheKey ? "prompt_cache_key" : "");
    writeSetting(run, &Settings::promptCacheRetention, run.quirks.promptCacheKey ? "prompt_cache_retention" : "");
}

void writeStream(Encoding &run)
{
    if (!run.conversation.stream)
        return;
    run.json.member("stream", true);
    if (!run.quirks.usageInStream || run.quirks.refuses("stream_options"))
        return;
    run.json.key("stream_options");
    run.json.raw("{\"include_usage\":true}");
}

} // namespace

void writeOutputFormat(Encoding &run)
{
    const StructuredOutput *output = run.taker.take(&Settings::output);
    if (!output)
        return;
    const Node origin = run.taker.originOf(&Settings::output);
    if (run.quirks.refuses("response_format")) {
        run.losses.drop(origin, "the provider refuses this setting");
        return;
    }
    JsonWriter &json = run.json;
    json.key("response_format");
    const bool asSchema = output->kind == StructuredOutput::Kind::JsonSchema && output->schema;
    if (!asSchema || run.quirks.refuses("json_schema")) {
        json.raw("{\"type\":\"json_object\"}");
        if (asSchema) {
            run.losses.approximate(origin, "the provider knows no schemas; it is told in words");
            run.formatNote = "Answer with one JSON object that follows this JSON schema: " + jsonText(*output->schema);
        }
        return;
    }
    json.beginObject();
    json.member("type", "json_schema");
    json.key("json_schema");
    json.beginObject();
    json.member("name", output->name.empty() ? std::string_view("response") : output->name);
    json.memberUnlessEmpty("description", output->description);
    json.member("schema", *output->schema);
    if (output->strict)
        json.member("strict", *output->strict);
    json.endObject();
    json.endObject();
}

Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses)
{
    EncodedRequest request;
    request.path = "/chat/completions";
    request.body.reserve(sizeOf(conversation));
    JsonWriter json(request.body);
    SettingsTaker taker(conversation.settings, losses);
    Encoding run{conversation, options, options.quirks, losses, json, taker};
    json.beginObject();
    json.member("model", options.model);
    // Before the messages, which may have to repeat it in words.
    writeOutputFormat(run);
    json.key("messages");
    json.beginArray();
    writeMessages(run);
    json.endArray();
    writeTools(run);
    writeSampling(run);
    writeReasoning(run);
    writeRest(run);
    writeStream(run);
    json.endObject();
    taker.report("the Chat API has no such setting");
    return request;
}

} // namespace signalbox::openai_chat
