// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/request_decoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

Setting<std::vector<std::string_view>> texts(ObjectReader &reader, std::string_view key)
{
    const Node node = reader.take(key);
    if (!node)
        return {};
    std::vector<std::string_view> list;
    if (const json::string *text = node->if_string()) {
        list.emplace_back(*text);
    } else if (const json::array *array = node->if_array()) {
        for (const json::value &item : *array) {
            if (const json::string *one = item.if_string())
                list.emplace_back(*one);
            else
                reader.context().fail(&item, "must be a text");
        }
    } else {
        reader.context().fail(node, "must be a text or a list of texts");
    }
    if (list.empty())
        return {};
    return {std::move(list), node};
}

Setting<Node> objectNode(ObjectReader &reader, std::string_view key)
{
    const Node node = reader.peek(key);
    if (!reader.object(key))
        return {};
    return {node, node};
}

void decodeFormat(ObjectReader &reader, Settings &settings)
{
    const Node node = reader.peek("response_format");
    const json::object *object = reader.object("response_format");
    if (!object)
        return;
    DecodeContext &context = reader.context();
    ObjectReader members(*object, context);
    const std::string_view type = members.text("type");
    StructuredOutput output;
    if (type == "json_object") {
        settings.output = {output, node};
    } else if (type == "json_schema") {
        const json::object *schema = members.object("json_schema");
        if (!schema)
            return context.fail(node, "json_schema is missing");
        ObjectReader inner(*schema, context);
        output.kind = StructuredOutput::Kind::JsonSchema;
        output.name = inner.text("name");
        output.description = inner.text("description");
        output.schema = inner.take("schema");
        output.strict = inner.boolean("strict").value;
        settings.output = {output, node};
    } else if (type != "text") {
        members.ignoreRest();
        context.losses.drop(node, "this response format has no counterpart in the provider's API");
    }
}

std::optional<bool> switchOf(std::string_view type)
{
    if (type == "enabled" || type == "adaptive" || type == "auto")
        return true;
    if (type == "disabled")
        return false;
    return std::nullopt;
}

// DeepSeek, GLM, Kimi: thinking {"type", "budget_tokens"}.
void readThinkingSwitch(ObjectReader &reader, Reasoning &reasoning)
{
    const json::object *object = reader.object("thinking");
    if (!object)
        return;
    ObjectReader members(*object, reader.context());
    const std::string_view type = members.text("type");
    reasoning.adaptive = type == "adaptive" || type == "auto";
    if (!reasoning.adaptive)
        reasoning.enabled = switchOf(type);
    reasoning.budgetTokens = members.integer("budget_tokens").value;
    members.ignore("clear_thinking");
}

// OpenRouter: reasoning {"effort", "max_tokens", "enabled", "exclude"}.
void readReasoningObject(ObjectReader &reader, Reasoning &reasoning)
{
    const json::object *object = reader.object("reasoning");
    if (!object)
        return;
    ObjectReader members(*object, reader.context());
    reasoning.effort = members.text("effort");
    reasoning.budgetTokens = members.integer("max_tokens").value;
    reasoning.enabled = members.boolean("enabled").value;
    reasoning.summary = members.text("summary");
    if (const auto exclude = members.boolean("exclude"))
        reasoning.showThoughts = !*exclude;
}

void readTemplateSwitch(ObjectReader &reader, const char *key, Reasoning &reasoning)
{
    const json::object *object = reader.object(key);
    if (!object)
        return;
    ObjectReader members(*object, reader.context());
    for (const char *name : {"enable_thinking", "thinking"}) {
        if (const auto enabled = members.boolean(name))
            reasoning.enabled = *enabled;
    }
    members.ignore("preserve_thinking");
}

} // namespace

void decodeSettings(ObjectReader &reader, Settings &settings)
{
    settings.maxTokens = reader.integer("max_completion_tokens");
    if (const Setting<int64_t> older = reader.integer("max_tokens"); !settings.maxTokens)
        settings.maxTokens = older;
    settings.temperature = reader.number("temperature");
    settings.topP = reader.number("top_p");
    settings.topK = reader.integer("top_k");
    settings.minP = reader.number("min_p");
    settings.frequencyPenalty = reader.number("frequency_penalty");
    settings.presencePenalty = reader.number("presence_penalty");
    settings.repeatPenalty = reader.number("repetition_penalty");
    settings.seed = reader.integer("seed");
    if (!settings.seed)
        settings.seed = reader.integer("random_seed");
    settings.stop = texts(reader, "stop");
    settings.n = reader.integer("n");
    settings.logprobs = reader.boolean("logprobs");
    settings.topLogprobs = reader.integer("top_logprobs");
    settings.logitBias = objectNode(reader, "logit_bias");
    decodeFormat(reader, settings);
    settings.verbosity = reader.textSetting("verbosity");
    settings.modalities = texts(reader, "modalities");
    settings.audioOutput = objectNode(reader, "audio");
    settings.prediction = objectNode(reader, "prediction");
    settings.serviceTier = reader.textSetting("service_tier");
    settings.user = reader.textSetting("user");
    if (!settings.user)
        settings.user = reader.textSetting("safety_identifier");
    settings.metadata = objectNode(reader, "metadata");
    settings.store = reader.boolean("store");
    settings.promptCacheKey = reader.textSetting("prompt_cache_key");
    settings.promptCacheRetention = reader.textSetting("prompt_cache_retention");
}

void decodeReasoning(ObjectReader &reader, Settings &settings)
{
    Node origin = nullptr;
    for (const char *key : {"reasoning", "thinking", "reasoning_effort", "enable_thinking", "thinking_budget",
                            "chat_template_kwargs", "chat_template_args", "include_reasoning", "prompt_mode"}) {
        if (!origin)
            origin = reader.peek(key);
    }
    if (!origin)
        return;
    Reasoning reasoning;
    readThinkingSwitch(reader, reasoning);
    readReasoningObject(reader, reasoning);
    readTemplateSwitch(reader, "chat_template_kwargs", reasoning);
    readTemplateSwitch(reader, "chat_template_args", reasoning);
    if (const std::string_view effort = reader.text("reasoning_effort"); !effort.empty())
        reasoning.effort = effort;
    if (const auto enabled = reader.boolean("enable_thinking"))
        reasoning.enabled = *enabled;
    if (const auto budget = reader.integer("thinking_budget"))
        reasoning.budgetTokens = *budget;
    if (const auto shown = reader.boolean("include_reasoning"))
        reasoning.showThoughts = *shown;
    if (reader.text("prompt_mode") == "reasoning")
        reasoning.enabled = true;
    settings.reasoning = {reasoning, origin};
}

} // namespace signalbox::openai_chat
