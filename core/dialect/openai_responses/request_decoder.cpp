// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/request_decoder.h"

#include "core/dialect/openai_responses/item_decoder.h"
#include "core/dialect/openai_responses/tool_decoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

void decodeReasoning(ObjectReader &root, Settings &settings)
{
    const Node origin = root.peek("reasoning");
    const json::object *object = root.object("reasoning");
    if (!object)
        return;
    ObjectReader reader(*object, root.context());
    Reasoning reasoning;
    reasoning.effort = reader.text("effort");
    reasoning.summary = reader.text("summary");
    const std::string_view older = reader.text("generate_summary"); // the name until May 2025
    if (reasoning.summary.empty())
        reasoning.summary = older;
    if (!reasoning.summary.empty())
        reasoning.showThoughts = true;
    if (!reasoning.effort.empty() || !reasoning.summary.empty())
        settings.reasoning = {reasoning, origin};
}

void decodeFormat(ObjectReader &text, Settings &settings)
{
    const Node origin = text.peek("format");
    const json::object *object = text.object("format");
    if (!object)
        return;
    ObjectReader reader(*object, text.context());
    const std::string_view type = reader.text("type");
    StructuredOutput output;
    if (type == "json_schema") {
        output.kind = StructuredOutput::Kind::JsonSchema;
        output.name = reader.text("name");
        output.description = reader.text("description");
        output.strict = reader.boolean("strict").value;
        if (!reader.object("schema"))
            return text.context().fail(origin, "needs the object schema");
        output.schema = reader.peek("schema");
    } else if (type == "text") {
        return;
    } else if (type != "json_object") {
        return text.context().fail(origin, "must have the type text, json_object or json_schema");
    }
    settings.output = {output, origin};
}

void decodeText(ObjectReader &root, Settings &settings)
{
    const json::object *object = root.object("text");
    if (!object)
        return;
    ObjectReader reader(*object, root.context());
    settings.verbosity = reader.textSetting("verbosity");
    decodeFormat(reader, settings);
}

// What `include` asks for has a place in the canonical form for two of its words.
void decodeInclude(ObjectReader &root, Settings &settings)
{
    const json::array *list = root.array("include");
    if (!list)
        return;
    for (const json::value &value : *list) {
        const json::string *word = value.if_string();
        if (!word)
            return root.context().fail(&value, "must be a text");
        if (*word == "message.output_text.logprobs")
            settings.logprobs = {true, &value};
        else if (*word != "reasoning.encrypted_content") // the reply's encoder looks for it
            root.context().losses.drop(&value, "only OpenAI's API can include this");
    }
}

void decodeSettings(ObjectReader &root, Conversation &conversation)
{
    Settings &settings = conversation.settings;
    settings.maxTokens = root.integer("max_output_tokens");
    settings.temperature = root.number("temperature");
    settings.topP = root.number("top_p");
    settings.topLogprobs = root.integer("top_logprobs");
    settings.parallelTools = root.boolean("parallel_tool_calls");
    settings.store = root.boolean("store");
    settings.previousResponse = root.textSetting("previous_response_id");
    settings.promptCacheKey = root.textSetting("prompt_cache_key");
    settings.promptCacheRetention = root.textSetting("prompt_cache_retention");
    settings.serviceTier = root.textSetting("service_tier");
    // `user` is the older name of the same thing; where both are sent the newer one counts and `user` is a loss.
    settings.user = root.textSetting(root.has("safety_identifier") ? "safety_identifier" : "user");
    if (const json::object *metadata = root.object("metadata"); metadata && !metadata->empty())
        settings.metadata = {root.peek("metadata"), root.peek("metadata")};
    decodeReasoning(root, settings);
    decodeText(root, settings);
    decodeInclude(root, settings);
    if (const Node truncation = root.peek("truncation"); truncation && *truncation == "disabled")
        root.ignore("truncation"); // the default: no provider cuts a conversation by itself
    if (const Node background = root.peek("background"); background && *background == false)
        root.ignore("background");
    if (const json::object *options = root.object("stream_options")) {
        ObjectReader reader(*options, root.context());
        reader.ignore("include_obfuscation"); // padding on the wire; ours has none
    }
}

void decodeInput(ObjectReader &root, Conversation &conversation, DecodeContext &context)
{
    if (const Setting<std::string_view> instructions = root.textSetting("instructions")) {
        Message message;
        message.role = Role::System;
        message.origin = instructions.origin;
        message.parts.push_back({TextPart{*instructions}, instructions.origin});
        if (!instructions->empty())
            conversation.messages.push_back(std::move(message));
    }
    const Node input = root.take("input");
    if (!input)
        return;
    if (const json::string *text = input->if_string()) {
        Message message;
        message.origin = input;
        message.parts.push_back({TextPart{std::string_view(*text)}, input});
        conversation.messages.push_back(std::move(message));
        return;
    }
    const json::array *items = input->if_array();
    if (!items)
        return context.fail(input, "must be a text or a list");
    conversation.messages.reserve(conversation.messages.size() + items->size());
    ItemDecoder decoder(conversation, context);
    for (const json::value &item : *items)
        decoder.take(item);
}

} // namespace

Result<Conversation> decodeRequest(std::string_view body, LossReport &losses)
{
    auto source = parseSource(body);
    if (!source)
        return source.error();
    Conversation conversation;
    conversation.source = std::move(*source);
    const json::object *object = conversation.source->root.if_object();
    if (!object)
        return Error{"json_invalid", "The body must be a JSON object.", 400};
    DecodeContext context{losses, conversation.source->pool};
    bool modelMissing = false;
    {
        ObjectReader root(*object, context);
        conversation.model = root.text("model");
        modelMissing = conversation.model.empty();
        conversation.stream = root.boolean("stream").value.value_or(false);
        if (const json::array *tools = root.array("tools"))
            decodeTools(*tools, conversation, context);
        decodeInput(root, conversation, context);
        decodeSettings(root, conversation);
        conversation.settings.toolChoice = decodeToolChoice(root.take("tool_choice"), conversation, context);
        if (modelMissing)
            root.ignoreRest();
    }
    if (context.failed())
        return context.error(conversation.source->root);
    if (modelMissing)
        return Error{"model_missing", "The request names no model.", 400};
    return conversation;
}

} // namespace signalbox::openai_responses
