// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/usage.h"

#include "core/dialect/gemini/field_names.h"
#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

#include <algorithm>
#include <string_view>

namespace signalbox::gemini {

namespace {

// Of a list of counts by modality; absent: the list does not name it.
struct ByModality {
    std::optional<int64_t> audio;
    std::optional<int64_t> image;
};

ByModality partsIn(ObjectReader &reader, std::string_view camel, std::string_view snake)
{
    const Node node = reader.take(spelled(reader, camel, snake));
    const boost::json::array *list = node ? node->if_array() : nullptr;
    ByModality parts;
    for (size_t i = 0; list && i < list->size(); ++i) {
        const boost::json::object *entry = (*list)[i].if_object();
        const boost::json::value *modality = entry ? entry->if_contains("modality") : nullptr;
        if (!modality || !modality->is_string())
            continue;
        const bool audio = modality->get_string() == "AUDIO";
        if (!audio && modality->get_string() != "IMAGE")
            continue;
        const auto tokens = countAt(entry, entry->contains("tokenCount") ? "tokenCount" : "token_count");
        std::optional<int64_t> &sum = audio ? parts.audio : parts.image;
        sum = sum.value_or(0) + tokens.value_or(0);
    }
    return parts;
}

// What of a prompt's part was not cached, and what tools added.
std::optional<int64_t> freshPart(const std::optional<int64_t> &prompt, const std::optional<int64_t> &cached,
                                 const std::optional<int64_t> &tools)
{
    if (!prompt && !tools)
        return std::nullopt;
    return std::max<int64_t>(0, prompt.value_or(0) - cached.value_or(0)) + tools.value_or(0);
}

void writeParts(JsonWriter &out, std::string_view key, int64_t audio, int64_t image, int64_t all)
{
    if (audio + image == 0)
        return;
    const auto entry = [&out](std::string_view modality, int64_t tokens) {
        if (tokens <= 0)
            return;
        out.beginObject();
        out.member("modality", modality);
        out.member("tokenCount", tokens);
        out.endObject();
    };
    out.key(key);
    out.beginArray();
    entry("TEXT", all - audio - image);
    entry("AUDIO", audio);
    entry("IMAGE", image);
    out.endArray();
}

std::string_view tierIn(ObjectReader &reader)
{
    for (const std::string_view key : {"serviceTier", "service_tier", "trafficType", "traffic_type"}) {
        const Node node = reader.take(key);
        if (node && node->is_string())
            return confirmedTier(node->get_string());
    }
    return {};
}

} // namespace

TokenUsage readUsage(const boost::json::object &metadata, DecodeContext &context)
{
    ObjectReader reader(metadata, context);
    const auto count = [&reader](std::string_view camel, std::string_view snake) {
        return countOf(reader.take(spelled(reader, camel, snake)));
    };
    const std::optional<int64_t> prompt = count("promptTokenCount", "prompt_token_count");
    const std::optional<int64_t> tools = count("toolUsePromptTokenCount", "tool_use_prompt_token_count");
    const int64_t candidates = count("candidatesTokenCount", "candidates_token_count").value_or(0);
    const int64_t thoughts = count("thoughtsTokenCount", "thoughts_token_count").value_or(0);
    TokenUsage usage; // protobuf leaves counts of 0 out
    usage.cachedInput = count("cachedContentTokenCount", "cached_content_token_count").value_or(0);
    usage.cacheWrite = 0;
    if (prompt)
        splitPrompt(usage, *prompt);
    if (tools)
        usage.input = usage.input.value_or(0) + *tools;
    usage.output = candidates + thoughts;
    usage.reasoning = thoughts;
    const ByModality output = partsIn(reader, "candidatesTokensDetails", "candidates_tokens_details");
    const ByModality ofTools = partsIn(reader, "toolUsePromptTokensDetails", "tool_use_prompt_tokens_details");
    const ByModality cached = partsIn(reader, "cacheTokensDetails", "cache_tokens_details");
    const ByModality input = partsIn(reader, "promptTokensDetails", "prompt_tokens_details");
    usage.outputAudio = output.audio;
    usage.outputImage = output.image;
    usage.inputAudio = freshPart(input.audio, cached.audio, ofTools.audio);
    usage.inputImage = freshPart(input.image, cached.image, ofTools.image);
    usage.serviceTier = tierIn(reader);
    reader.ignoreRest(); // totals and the same counts of other modalities
    boundParts(usage);
    return usage;
}

void writeUsage(JsonWriter &out, const TokenUsage &usage)
{
    const int64_t cached = usage.cachedInput.value_or(0);
    const int64_t prompt = usage.input.value_or(0) + cached + usage.cacheWrite.value_or(0);
    const int64_t output = usage.output.value_or(0);
    const int64_t thoughts = std::min(usage.reasoning.value_or(0), output);
    out.beginObject();
    out.member("promptTokenCount", prompt);
    out.member("candidatesTokenCount", output - thoughts);
    out.member("totalTokenCount", prompt + output);
    if (cached > 0)
        out.member("cachedContentTokenCount", cached);
    if (thoughts > 0)
        out.member("thoughtsTokenCount", thoughts);
    writeParts(out, "promptTokensDetails", usage.inputAudio.value_or(0), usage.inputImage.value_or(0), prompt);
    writeParts(out, "candidatesTokensDetails", usage.outputAudio.value_or(0), usage.outputImage.value_or(0),
               output - thoughts);
    out.endObject();
}

} // namespace signalbox::gemini
