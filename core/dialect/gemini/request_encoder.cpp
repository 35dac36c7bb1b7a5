// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/request_encoder.h"

#include "core/dialect/gemini/config_encoder.h"
#include "core/dialect/gemini/content_encoder.h"
#include "core/dialect/gemini/schema_narrower.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::gemini {

namespace {

constexpr std::string_view toolPrefix = "toolConfig.";
// What a custom tool's call looks like as a function's: argumentsObject() wraps free text under the same key.
constexpr std::string_view customSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";
constexpr std::string_view narrowCustomSchema =
    R"({"type":"OBJECT","properties":{"input":{"type":"STRING"}},"required":["input"]})";

// Room for the body in one piece: growing by doubling would hold a large image three times.
size_t sizeOf(const std::vector<Part> &parts)
{
    size_t size = 0;
    for (const Part &part : parts) {
        size += 160;
        if (const TextPart *text = part.as<TextPart>())
            size += text->text.size() + text->text.size() / 16;
        else if (const MediaPart *media = part.as<MediaPart>())
            size += media->source.data.size() + media->plainText.size() + media->source.url.size();
        else if (const ToolCallPart *call = part.as<ToolCallPart>())
            size += call->arguments.size() + call->signature.size();
        else if (const ToolResultPart *result = part.as<ToolResultPart>())
            size += sizeOf(result->content);
        else if (const ThinkingPart *thinking = part.as<ThinkingPart>())
            size += thinking->text.size() + thinking->signature.size();
    }
    return size;
}

class RequestEncoder
{
public:
    RequestEncoder(const Conversation &conversation, const EncodeRequestOptions &options, LossReport &losses)
        : m_conversation(conversation),
          m_options(options),
          m_losses(losses),
          m_names(conversation),
          m_taker(conversation.settings, losses),
          m_natives(m_taker.takeNative(Dialect::Gemini)),
          m_out(m_request.body)
    {
    }

    Result<EncodedRequest> run()
    {
        m_request.path = '/' + modelPath(m_options.model) +
                         (m_conversation.stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        reserve();
        chooseTools();
        const bool schemaAllowed = m_functions.empty() || modelFamily(m_options.model).schemaBesideTools();
        m_out.beginObject();
        ContentEncoder contents(m_conversation, m_options, m_names, m_losses, m_out);
        contents.writeInstruction(schemaAllowed ? std::string() : outputAsInstruction());
        writeTools();
        writeToolConfig();
        writeConfig(schemaAllowed);
        writeTop();
        if (!contents.writeContents())
            return Error{"field_invalid", "The conversation holds nothing that can be sent to Gemini.", 400};
        m_out.endObject();
        if (!m_conversation.settings.store.value.value_or(true))
            m_taker.take(&Settings::store); // it keeps nothing anyway
        m_taker.report("Gemini's API has no such setting");
        return std::move(m_request);
    }

private:
    void reserve()
    {
        size_t size = 4096 + m_conversation.tools.size() * 512;
        for (const Message &message : m_conversation.messages)
            size += sizeOf(message.parts);
        m_request.body.reserve(size);
    }

    void chooseTools()
    {
        std::vector<std::string_view> names;
        for (const Tool &tool : m_conversation.tools) {
            if (tool.cache)
                m_losses.drop(tool.cache->origin ? tool.cache->origin : tool.origin,
                              "Gemini caches prompts on its own");
            if (tool.kind == Tool::Kind::Native)
                continue;
            const std::string_view name = m_names.of(tool.name, tool.nameSpace);
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                m_losses.drop(tool.origin, "Gemini refuses two functions of one name");
                continue;
            }
            names.push_back(name);
            m_functions.push_back(&tool);
        }
    }

    void writeTools()
    {
        bool open = !m_functions.empty();
        if (open) {
            m_out.key("tools");
            m_out.beginArray();
            m_out.beginObject();
            m_out.key("functionDeclarations");
            m_out.beginArray();
            for (const Tool *tool : m_functions)
                writeDeclaration(*tool);
            m_out.endArray();
            m_out.endObject();
        }
        for (const Tool &tool : m_conversation.tools) {
            if (tool.kind != Tool::Kind::Native)
                continue;
            if (tool.dialect != Dialect::Gemini || !tool.native) {
                m_losses.drop(tool.origin, "only the provider that runs it knows this tool");
                continue;
            }
            if (!open)
                m_out.key("tools"), m_out.beginArray();
            open = true;
            m_out.beginObject();
            m_out.member(tool.type, *tool.native);
            m_out.endObject();
        }
        if (open)
            m_out.endArray();
    }

    void writeDeclaration(const Tool &tool)
    {
        const std::string_view name = m_names.of(tool.name, tool.nameSpace);
        if (name != tool.name)
            m_losses.rename(tool.origin, "the name is not one that Gemini takes");
        if (tool.strict && *tool.strict)
            m_losses.drop(tool.strict.origin, "Gemini's functions have no strict mode");
        if (!tool.nameSpaceDescription.empty())
            m_losses.drop(tool.nameSpaceOrigin, "Gemini has no groups of functions");
        if (tool.deferLoading && *tool.deferLoading)
            m_losses.drop(tool.deferLoading.origin, "Gemini loads all functions at once");
        m_out.beginObject();
        m_out.member("name", name);
        m_out.memberUnlessEmpty("description", tool.description);
        if (tool.kind == Tool::Kind::Custom) {
            m_losses.approximate(tool.origin, "a free-text tool becomes a function with the text \"input\"");
            m_losses.drop(tool.format, "Gemini knows no grammars");
            if (m_options.quirks.jsonSchemaTools)
                m_out.memberRaw("parametersJsonSchema", customSchema);
            else
                m_out.memberRaw("parameters", narrowCustomSchema);
        } else if (tool.schema && tool.schema->is_object() && m_options.quirks.jsonSchemaTools) {
            m_out.member("parametersJsonSchema", *tool.schema);
        } else if (tool.schema && !isEmptyObjectSchema(*tool.schema)) {
            m_out.key("parameters");
            writeNarrowSchema(m_out, *tool.schema, m_losses);
        }
        m_out.endObject();
    }

    void writeToolConfig()
    {
        const ToolChoice *choice = m_taker.take(&Settings::toolChoice);
        if (choice && m_functions.empty() &&
            (choice->mode == ToolChoice::Mode::Required || choice->mode == ToolChoice::Mode::Named)) {
            m_losses.drop(m_taker.originOf(&Settings::toolChoice), "there is no function to call");
            choice = nullptr;
        }
        if (const bool *parallel = m_taker.take(&Settings::parallelTools); parallel && !*parallel)
            m_losses.drop(m_taker.originOf(&Settings::parallelTools), "Gemini always may call in parallel");
        const bool natives = std::any_of(m_natives.begin(), m_natives.end(), [](const NativeSetting &setting) {
            return setting.path.starts_with(toolPrefix);
        });
        const bool useful = choice && !m_functions.empty();
        if (!useful && !natives)
            return;
        m_out.key("toolConfig");
        m_out.beginObject();
        if (useful)
            writeChoice(*choice);
        writeNatives(toolPrefix);
        m_out.endObject();
    }

    void writeChoice(const ToolChoice &choice)
    {
        std::vector<std::string_view> allowed = choice.allowed;
        std::string_view mode = "AUTO";
        if (choice.mode == ToolChoice::Mode::None)
            mode = "NONE";
        else if (choice.mode == ToolChoice::Mode::Required)
            mode = "ANY";
        else if (choice.mode == ToolChoice::Mode::Named)
            mode = "ANY", allowed = {choice.name};
        else if (!allowed.empty())
            mode = "VALIDATED"; // names are refused beside AUTO
        m_out.key("functionCallingConfig");
        m_out.beginObject();
        m_out.member("mode", mode);
        if (!allowed.empty() && mode != "NONE") {
            m_out.key("allowedFunctionNames");
            m_out.beginArray();
            for (const std::string_view name : allowed)
                m_out.text(m_names.of(name));
            m_out.endArray();
        }
        m_out.endObject();
    }

    // Members of the object at `prefix` that only Gemini knows.
    void writeNatives(std::string_view prefix)
    {
        for (const NativeSetting &setting : m_natives) {
            if (setting.path.starts_with(prefix))
                m_out.member(setting.path.substr(prefix.size()), *setting.value);
        }
    }

    void writeConfig(bool schemaAllowed)
    {
        std::string config;
        JsonWriter writer(config);
        writer.beginObject();
        ConfigEncoder(m_options, m_taker, m_natives, writer).write(schemaAllowed);
        writer.endObject();
        if (config != "{}")
            m_out.memberRaw("generationConfig", config);
    }

    void writeTop()
    {
        for (const NativeSetting &setting : m_natives) {
            if (setting.path.find('.') == std::string_view::npos)
                m_out.member(setting.path, *setting.value);
        }
        const std::string_view *tier = m_taker.take(&Settings::serviceTier);
        if (!tier || *tier == "auto")
            return;
        const Node origin = m_taker.originOf(&Settings::serviceTier);
        if (*tier == "flex" || *tier == "priority" || *tier == "standard")
            m_out.member("serviceTier", *tier);
        else if (*tier != "default" && *tier != "standard_only")
            m_losses.drop(origin, "Gemini has no such service tier");
    }

    // Models before Gemini 3 refuse a JSON reply beside functions.
    std::string outputAsInstruction()
    {
        const StructuredOutput *output = m_taker.take(&Settings::output);
        if (!output)
            return {};
        m_losses.approximate(m_taker.originOf(&Settings::output),
                             "this model takes no reply format beside functions: asked for in the instructions");
        std::string text = "Answer with one JSON value only, without any text around it.";
        if (output->schema)
            text += " It must fit this JSON Schema: " + jsonText(*output->schema);
        return text;
    }

    const Conversation &m_conversation;
    const EncodeRequestOptions &m_options;
    LossReport &m_losses;
    ToolNames m_names;
    SettingsTaker m_taker;
    std::vector<NativeSetting> m_natives;
    EncodedRequest m_request;
    JsonWriter m_out;
    std::vector<const Tool *> m_functions;
};

} // namespace

Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses)
{
    return RequestEncoder(conversation, options, losses).run();
}

} // namespace signalbox::gemini
