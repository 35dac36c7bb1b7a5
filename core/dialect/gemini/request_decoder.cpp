// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/request_decoder.h"

#include "core/dialect/gemini/content_decoder.h"
#include "core/dialect/gemini/field_names.h"
#include "core/dialect/gemini/schema_reader.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

// A field that goes back to Gemini alone.
struct NativeField {
    std::string_view camel;
    std::string_view snake;
    std::string_view path;
};
constexpr std::array<NativeField, 4> bodyNatives = {{
    {"safetySettings", "safety_settings", "safetySettings"},
    {"cachedContent", "cached_content", "cachedContent"},
    {"labels", "labels", "labels"},
    {"modelArmorConfig", "model_armor_config", "modelArmorConfig"},
}};
constexpr std::array<NativeField, 7> configNatives = {{
    {"speechConfig", "speech_config", "generationConfig.speechConfig"},
    {"mediaResolution", "media_resolution", "generationConfig.mediaResolution"},
    {"imageConfig", "image_config", "generationConfig.imageConfig"},
    {"enableEnhancedCivicAnswers", "enable_enhanced_civic_answers", "generationConfig.enableEnhancedCivicAnswers"},
    {"audioTimestamp", "audio_timestamp", "generationConfig.audioTimestamp"},
    {"routingConfig", "routing_config", "generationConfig.routingConfig"},
    {"modelSelectionConfig", "model_selection_config", "generationConfig.modelSelectionConfig"},
}};
constexpr std::array<NativeField, 2> toolNatives = {{
    {"retrievalConfig", "retrieval_config", "toolConfig.retrievalConfig"},
    {"includeServerSideToolInvocations", "include_server_side_tool_invocations",
     "toolConfig.includeServerSideToolInvocations"},
}};

struct ToolName {
    std::string_view snake;
    std::string_view camel;
};
constexpr std::array<ToolName, 9> toolNames = {{{"google_search", "googleSearch"},
                                                {"google_search_retrieval", "googleSearchRetrieval"},
                                                {"code_execution", "codeExecution"},
                                                {"url_context", "urlContext"},
                                                {"google_maps", "googleMaps"},
                                                {"file_search", "fileSearch"},
                                                {"computer_use", "computerUse"},
                                                {"enterprise_web_search", "enterpriseWebSearch"},
                                                {"mcp_servers", "mcpServers"}}};

std::string_view camelTool(std::string_view key)
{
    for (const ToolName &name : toolNames) {
        if (key == name.snake)
            return name.camel;
    }
    return key;
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

// A list that holds one text for each element.
std::vector<std::string_view> texts(const json::array &list, DecodeContext &context)
{
    std::vector<std::string_view> result;
    result.reserve(list.size());
    for (const json::value &item : list) {
        if (const json::string *text = item.if_string())
            result.emplace_back(*text);
        else
            context.fail(&item, "must be a text");
    }
    return result;
}

class RequestDecoder
{
public:
    RequestDecoder(Conversation &conversation, DecodeContext &context)
        : m_conversation(conversation), m_context(context)
    {
    }

    void read(const json::object &body)
    {
        ObjectReader reader(body, m_context);
        reader.ignore("model"); // the path names it
        if (const json::object *inner =
                reader.object(spelled(reader, "generateContentRequest", "generate_content_request")))
            return read(*inner); // countTokens may wrap the request
        ContentDecoder contents(m_context, m_conversation.messages);
        contents.readInstruction(reader.take(spelled(reader, "systemInstruction", "system_instruction")));
        if (const json::array *list = reader.array("contents"))
            contents.readContents(*list);
        else
            m_context.fail(&m_conversation.source->root, "contents is required");
        if (const json::array *tools = reader.array("tools"))
            readTools(*tools);
        if (const json::object *config = reader.object(spelled(reader, "toolConfig", "tool_config")))
            readToolConfig(*config);
        const std::string_view configKey = spelled(reader, "generationConfig", "generation_config");
        if (const json::object *config = reader.object(configKey))
            readConfig(*config);
        Settings &settings = m_conversation.settings;
        settings.serviceTier = reader.textSetting(spelled(reader, "serviceTier", "service_tier"));
        settings.store = reader.boolean("store");
        takeNatives(reader, bodyNatives);
    }

private:
    template<size_t count>
    void takeNatives(ObjectReader &reader, const std::array<NativeField, count> &fields)
    {
        for (const NativeField &field : fields) {
            if (const Node value = reader.take(spelled(reader, field.camel, field.snake)))
                m_conversation.settings.native.push_back({Dialect::Gemini, field.path, value});
        }
    }

    void readTools(const json::array &tools)
    {
        for (const json::value &value : tools) {
            const json::object *tool = value.if_object();
            if (!tool) {
                m_context.fail(&value, "must be an object");
                continue;
            }
            ObjectReader reader(*tool, m_context);
            const std::string_view key = spelled(reader, "functionDeclarations", "function_declarations");
            if (const json::array *declarations = reader.array(key)) {
                for (const json::value &declaration : *declarations)
                    readDeclaration(declaration);
            }
            reader.ignoreRest();
            for (const json::key_value_pair &member : *tool) {
                if (std::string_view(member.key()) == key || member.value().is_null())
                    continue;
                Tool native;
                native.kind = Tool::Kind::Native;
                native.native = native.origin = &member.value();
                native.dialect = Dialect::Gemini;
                native.type = camelTool(member.key());
                m_conversation.tools.push_back(native);
            }
        }
    }

    void readDeclaration(const json::value &value)
    {
        const json::object *declaration = value.if_object();
        if (!declaration)
            return m_context.fail(&value, "must be an object");
        ObjectReader reader(*declaration, m_context);
        Tool tool;
        tool.origin = &value;
        tool.name = reader.text("name");
        tool.description = reader.text("description");
        if (tool.name.empty())
            m_context.fail(&value, "a function needs a name");
        tool.schema = reader.take(spelled(reader, "parametersJsonSchema", "parameters_json_schema"));
        if (!tool.schema)
            tool.schema = jsonSchemaOf(reader.take("parameters"), *m_conversation.source, m_context.losses);
        if (tool.schema && !tool.schema->is_object())
            m_context.fail(tool.schema, "must be an object");
        m_conversation.tools.push_back(tool);
    }

    void readToolConfig(const json::object &config)
    {
        ObjectReader reader(config, m_context);
        takeNatives(reader, toolNatives);
        const std::string_view key = spelled(reader, "functionCallingConfig", "function_calling_config");
        const json::object *calling = reader.object(key);
        if (!calling)
            return;
        ObjectReader callingReader(*calling, m_context);
        const Setting<std::string_view> mode = callingReader.textSetting("mode");
        ToolChoice choice;
        if (const json::array *allowed =
                callingReader.array(spelled(callingReader, "allowedFunctionNames", "allowed_function_names")))
            choice.allowed = texts(*allowed, m_context);
        const std::string word = lowerCase(mode.value.value_or("auto"));
        if (word == "any") {
            const bool one = choice.allowed.size() == 1;
            choice.mode = one ? ToolChoice::Mode::Named : ToolChoice::Mode::Required;
            if (one)
                choice.name = choice.allowed.front(), choice.allowed.clear();
        } else if (word == "none") {
            choice.mode = ToolChoice::Mode::None;
        } else if (word == "validated") {
            if (choice.allowed.empty())
                m_context.losses.approximate(mode.origin, "taken as AUTO");
        } else if (word != "auto" && word != "mode_unspecified") {
            m_context.fail(mode.origin, "must be AUTO, ANY, NONE or VALIDATED");
        }
        m_conversation.settings.toolChoice = {choice, reader.peek(key)};
    }

    void readConfig(const json::object &config)
    {
        ObjectReader reader(config, m_context);
        Settings &settings = m_conversation.settings;
        settings.temperature = reader.number("temperature");
        settings.topP = reader.number(spelled(reader, "topP", "top_p"));
        settings.topK = reader.integer(spelled(reader, "topK", "top_k"));
        settings.maxTokens = reader.integer(spelled(reader, "maxOutputTokens", "max_output_tokens"));
        settings.n = reader.integer(spelled(reader, "candidateCount", "candidate_count"));
        settings.seed = reader.integer("seed");
        settings.presencePenalty = reader.number(spelled(reader, "presencePenalty", "presence_penalty"));
        settings.frequencyPenalty = reader.number(spelled(reader, "frequencyPenalty", "frequency_penalty"));
        settings.logprobs = reader.boolean(spelled(reader, "responseLogprobs", "response_logprobs"));
        settings.topLogprobs = reader.integer("logprobs");
        const std::string_view stops = spelled(reader, "stopSequences", "stop_sequences");
        if (const json::array *list = reader.array(stops))
            settings.stop = {texts(*list, m_context), reader.peek(stops)};
        readModalities(reader);
        readThinking(reader);
        readOutput(reader);
        takeNatives(reader, configNatives);
    }

    void readModalities(ObjectReader &reader)
    {
        const std::string_view key = spelled(reader, "responseModalities", "response_modalities");
        const json::array *list = reader.array(key);
        if (!list)
            return;
        std::vector<std::string_view> modalities = texts(*list, m_context);
        for (std::string_view &modality : modalities)
            modality = m_context.pool.keep(lowerCase(modality));
        m_conversation.settings.modalities = {std::move(modalities), reader.peek(key)};
    }

    void readThinking(ObjectReader &reader)
    {
        const std::string_view key = spelled(reader, "thinkingConfig", "thinking_config");
        const json::object *config = reader.object(key);
        if (!config)
            return;
        ObjectReader thinking(*config, m_context);
        Reasoning reasoning;
        reasoning.showThoughts =
            thinking.boolean(spelled(thinking, "includeThoughts", "include_thoughts")).value.value_or(false);
        reasoning.budgetTokens = thinking.integer(spelled(thinking, "thinkingBudget", "thinking_budget")).value;
        const std::string level = lowerCase(thinking.text(spelled(thinking, "thinkingLevel", "thinking_level")));
        if (!level.empty() && level != "thinking_level_unspecified")
            reasoning.effort = m_context.pool.keep(level);
        m_conversation.settings.reasoning = {reasoning, reader.peek(key)};
    }

    void readOutput(ObjectReader &reader)
    {
        const Setting<std::string_view> mime =
            reader.textSetting(spelled(reader, "responseMimeType", "response_mime_type"));
        Node schema = reader.take(spelled(reader, "responseJsonSchema", "response_json_schema"));
        Node origin = schema;
        if (!schema) {
            origin = reader.take(spelled(reader, "responseSchema", "response_schema"));
            schema = jsonSchemaOf(origin, *m_conversation.source, m_context.losses);
        }
        if (schema && !schema->is_object())
            return m_context.fail(origin, "must be an object");
        if (!mime || *mime == "text/plain") {
            m_context.losses.drop(origin, "a schema without responseMimeType application/json has no effect");
            return;
        }
        if (*mime != "application/json") {
            std::vector<NativeSetting> &native = m_conversation.settings.native;
            native.push_back({Dialect::Gemini, "generationConfig.responseMimeType", mime.origin});
            if (schema)
                native.push_back({Dialect::Gemini, "generationConfig.responseJsonSchema", schema});
            return;
        }
        StructuredOutput output;
        output.kind = schema ? StructuredOutput::Kind::JsonSchema : StructuredOutput::Kind::JsonObject;
        output.schema = schema;
        m_conversation.settings.output = {output, origin ? origin : mime.origin};
    }

    Conversation &m_conversation;
    DecodeContext &m_context;
};

} // namespace

Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses)
{
    Result<std::shared_ptr<ConversationSource>> source = parseSource(body);
    if (!source)
        return source.error();
    Conversation conversation;
    conversation.source = std::move(*source);
    const json::value &root = conversation.source->root;
    const json::object *object = root.if_object();
    if (!object)
        return Error{"json_invalid", "The body must be a JSON object.", 400};
    if (options.model.empty())
        return Error{"model_missing", "The path names no model: /v1beta/models/MODEL:generateContent.", 400};
    conversation.model = conversation.source->pool.keep(std::string(options.model));
    conversation.stream = options.stream;
    DecodeContext context{losses, conversation.source->pool};
    RequestDecoder(conversation, context).read(*object);
    if (context.failed())
        return context.error(root);
    return conversation;
}

} // namespace signalbox::gemini
