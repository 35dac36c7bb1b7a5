// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/request_decoder.h"

#include "core/dialect/anthropic/content_decoder.h"

#include <boost/json.hpp>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

class RequestDecoder
{
public:
    RequestDecoder(Conversation &conversation, DecodeContext &context)
        : m_conversation(conversation),
          m_settings(conversation.settings),
          m_context(context),
          m_content(conversation.settings, context)
    {
    }

    void decode(const json::object &object, bool needsMaxTokens);

private:
    void system(Node node);
    void message(const json::value &node);
    void tool(const json::value &node);
    void functionTool(ObjectReader &reader, Tool &tool);
    void toolChoice(ObjectReader &root);
    void thinking(ObjectReader &root);
    void outputConfig(ObjectReader &root);
    void outputFormat(Node node);
    void sampling(ObjectReader &root);
    void natives(ObjectReader &root);

    Conversation &m_conversation;
    Settings &m_settings;
    DecodeContext &m_context;
    ContentDecoder m_content;
};

void RequestDecoder::decode(const json::object &object, bool needsMaxTokens)
{
    ObjectReader root(object, m_context);
    m_conversation.model = root.text("model");
    m_conversation.stream = root.boolean("stream").value.value_or(false);
    m_settings.maxTokens = root.integer("max_tokens");
    if (needsMaxTokens && !m_settings.maxTokens)
        m_context.fail(nullptr, "/max_tokens: is required");
    sampling(root);
    thinking(root);
    outputConfig(root);
    toolChoice(root);
    if (const json::array *tools = root.array("tools")) {
        m_conversation.tools.reserve(tools->size());
        for (const json::value &node : *tools)
            tool(node);
    }
    system(root.take("system"));
    const json::array *messages = root.array("messages");
    if (!messages)
        return m_context.fail(nullptr, "/messages: is required");
    m_conversation.messages.reserve(m_conversation.messages.size() + messages->size());
    for (const json::value &node : *messages)
        message(node);
    natives(root);
}

void RequestDecoder::system(Node node)
{
    if (!node)
        return;
    Message &message = m_conversation.messages.emplace_back();
    message.role = Role::System;
    message.origin = node;
    m_content.content(node, message.parts);
}

void RequestDecoder::message(const json::value &node)
{
    const json::object *object = node.if_object();
    if (!object)
        return m_context.fail(&node, "must be an object");
    ObjectReader reader(*object, m_context);
    const Node roleNode = reader.peek("role");
    const std::string_view role = reader.text("role");
    Message &message = m_conversation.messages.emplace_back();
    message.origin = &node;
    if (role == "assistant")
        message.role = Role::Assistant;
    else if (role == "system")
        message.role = Role::System;
    else if (role != "user")
        m_context.fail(roleNode ? roleNode : &node, "the role must be user, assistant or system");
    const Node content = reader.take("content");
    if (!content && message.role != Role::System)
        m_context.fail(&node, "needs a field \"content\"");
    m_content.content(content, message.parts);
    if (message.role == Role::System)
        m_content.keepNative(reader, &node, {"output_config", "clear_at"});
}

void RequestDecoder::tool(const json::value &node)
{
    const json::object *object = node.if_object();
    if (!object)
        return m_context.fail(&node, "must be an object");
    ObjectReader reader(*object, m_context);
    const std::string_view type = reader.text("type");
    Tool &tool = m_conversation.tools.emplace_back();
    tool.origin = &node;
    tool.name = reader.text("name");
    tool.cache = m_content.cacheControl(reader);
    if (type.empty() || type == "custom")
        return functionTool(reader, tool);
    tool.kind = Tool::Kind::Native;
    tool.dialect = Dialect::Anthropic;
    tool.type = type;
    tool.native = &node;
    reader.ignoreRest();
}

void RequestDecoder::functionTool(ObjectReader &reader, Tool &tool)
{
    if (tool.name.empty())
        m_context.fail(tool.origin, "needs a field \"name\"");
    tool.description = reader.text("description");
    tool.schema = reader.take("input_schema");
    if (!tool.schema)
        m_context.fail(tool.origin, "needs a field \"input_schema\"");
    else if (!tool.schema->is_object())
        m_context.fail(tool.schema, "must be an object");
    tool.strict = reader.boolean("strict");
    tool.deferLoading = reader.boolean("defer_loading");
    m_content.keepNative(reader, tool.origin, {"input_examples", "allowed_callers", "eager_input_streaming"});
}

void RequestDecoder::toolChoice(ObjectReader &root)
{
    const Node node = root.peek("tool_choice");
    const json::object *object = root.object("tool_choice");
    if (!object)
        return;
    ObjectReader reader(*object, m_context);
    const std::string_view type = reader.text("type");
    ToolChoice choice;
    if (type == "any")
        choice.mode = ToolChoice::Mode::Required;
    else if (type == "none")
        choice.mode = ToolChoice::Mode::None;
    else if (type == "tool")
        choice.mode = ToolChoice::Mode::Named;
    else if (type != "auto")
        m_context.fail(node, "the type must be auto, any, tool or none");
    choice.name = reader.text("name");
    if (choice.mode == ToolChoice::Mode::Named && choice.name.empty())
        m_context.fail(node, "needs a field \"name\"");
    m_settings.toolChoice = {choice, node};
    const Setting<bool> single = reader.boolean("disable_parallel_tool_use");
    if (single)
        m_settings.parallelTools = {!*single, single.origin};
}

void RequestDecoder::thinking(ObjectReader &root)
{
    const Node node = root.peek("thinking");
    const json::object *object = root.object("thinking");
    if (!object)
        return;
    ObjectReader reader(*object, m_context);
    const std::string_view type = reader.text("type");
    Reasoning reasoning;
    if (type == "enabled") {
        reasoning.enabled = true;
        reasoning.budgetTokens = reader.integer("budget_tokens").value;
        if (!reasoning.budgetTokens)
            m_context.fail(node, "needs a field \"budget_tokens\"");
    } else if (type == "adaptive") {
        reasoning.adaptive = true;
    } else if (type == "disabled") {
        reasoning.enabled = false;
    } else if (type.empty()) {
        m_context.fail(node, "needs a field \"type\"");
    } else { // a newer form; "between_tools" is one
        reader.ignoreRest();
        m_settings.native.push_back({Dialect::Anthropic, "thinking", node});
        return;
    }
    reasoning.display = reader.text("display");
    if (!reasoning.display.empty())
        reasoning.showThoughts = reasoning.display != "omitted";
    m_settings.reasoning = {reasoning, node};
}

void RequestDecoder::outputConfig(ObjectReader &root)
{
    outputFormat(root.take("output_format"));
    const json::object *object = root.object("output_config");
    if (!object)
        return;
    ObjectReader reader(*object, m_context);
    const Setting<std::string_view> effort = reader.textSetting("effort");
    if (effort) {
        if (!m_settings.reasoning)
            m_settings.reasoning = {Reasoning{}, effort.origin};
        m_settings.reasoning.value->effort = *effort;
        m_settings.reasoning.value->effortOrigin = effort.origin;
    }
    outputFormat(reader.take("format"));
    if (const Node budget = reader.take("task_budget"))
        m_settings.native.push_back({Dialect::Anthropic, "output_config.task_budget", budget});
}

void RequestDecoder::outputFormat(Node node)
{
    if (!node)
        return;
    const json::object *object = node->if_object();
    if (!object)
        return m_context.fail(node, "must be an object");
    ObjectReader reader(*object, m_context);
    if (reader.text("type") != "json_schema")
        return m_context.fail(node, "the type must be json_schema");
    StructuredOutput output;
    output.kind = StructuredOutput::Kind::JsonSchema;
    output.schema = reader.take("schema");
    if (!output.schema || !output.schema->is_object())
        return m_context.fail(node, "needs an object \"schema\"");
    m_settings.output = {output, node};
}

void RequestDecoder::sampling(ObjectReader &root)
{
    m_settings.temperature = root.number("temperature");
    m_settings.topP = root.number("top_p");
    m_settings.topK = root.integer("top_k");
    m_settings.serviceTier = root.textSetting("service_tier");
    const Node stopNode = root.peek("stop_sequences");
    if (const json::array *stops = root.array("stop_sequences")) {
        std::vector<std::string_view> texts;
        for (const json::value &stop : *stops) {
            if (stop.is_string())
                texts.emplace_back(stop.get_string());
            else
                m_context.fail(&stop, "must be a text");
        }
        m_settings.stop = {std::move(texts), stopNode};
    }
    if (const json::object *metadata = root.object("metadata")) {
        ObjectReader reader(*metadata, m_context);
        m_settings.user = reader.textSetting("user_id");
    }
}

void RequestDecoder::natives(ObjectReader &root)
{
    m_content.keepNative(root, nullptr,
                         {"cache_control", "context_management", "container", "mcp_servers", "compaction", "thread",
                          "diagnostics", "inference_geo", "speed", "fallbacks", "fallback_credit_token",
                          "billing_policy", "user_profile_id", "workspace_id"});
}

} // namespace

Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses)
{
    Result<std::shared_ptr<ConversationSource>> source = parseSource(body);
    if (!source)
        return source.error();
    Conversation conversation;
    conversation.source = *source;
    const json::value &root = conversation.source->root;
    DecodeContext context{losses, conversation.source->pool};
    const json::object *object = root.if_object();
    if (!object)
        return Error{"field_invalid", "The body must be a JSON object.", 400};
    RequestDecoder(conversation, context).decode(*object, !options.path.ends_with("/count_tokens"));
    if (context.failed())
        return context.error(root);
    if (conversation.model.empty())
        return Error{"model_missing", "/model: is required", 400};
    return conversation;
}

} // namespace signalbox::anthropic
