// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/request_decoder.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

constexpr std::string_view onlyOllama = "unknown field, or one that only Ollama has";
constexpr std::array<std::string_view, 7> efforts = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

class RequestDecoder
{
public:
    RequestDecoder(Conversation &into, DecodeContext &context) : m_into(into), m_context(context) {}
    void read(const json::object &root, bool generate);

private:
    struct OpenCall {
        std::string_view id;
        std::string_view name;
    };

    void readPrompt(ObjectReader &reader);
    void readMessages(ObjectReader &reader);
    void readMessage(const json::value &value);
    void readContent(ObjectReader &reader, Message &message);
    void readImages(ObjectReader &reader, std::vector<Part> &parts);
    void readCalls(ObjectReader &reader, Message &message);
    void readCall(const json::value &value, Message &message);
    void readResult(ObjectReader &reader, Message &message);
    std::string_view callIdFor(std::string_view id, std::string_view name);
    void readTools(ObjectReader &reader);
    void readTool(const json::value &value);
    void readSettings(ObjectReader &reader);
    void readFormat(ObjectReader &reader);
    void readThink(ObjectReader &reader);
    void readOptions(const json::object &object);
    void readStop(ObjectReader &reader);

    Conversation &m_into;
    DecodeContext &m_context;
    std::vector<OpenCall> m_openCalls; // of the last assistant turn, not answered yet
    int m_calls = 0;
};

void RequestDecoder::read(const json::object &root, bool generate)
{
    ObjectReader reader(root, m_context);
    reader.setReason(onlyOllama);
    m_into.model = reader.text("model");
    m_into.stream = reader.boolean("stream").value.value_or(true);
    if (generate) {
        readPrompt(reader);
    } else {
        readMessages(reader);
        readTools(reader);
    }
    readSettings(reader);
}

void RequestDecoder::readPrompt(ObjectReader &reader)
{
    if (const auto system = reader.textSetting("system"); system && !system->empty()) {
        Message message{Role::System, {}, system.origin};
        message.parts.push_back({TextPart{*system}, system.origin});
        m_into.messages.push_back(std::move(message));
    }
    Message message{Role::User, {}, reader.peek("prompt")};
    readImages(reader, message.parts);
    if (const auto prompt = reader.textSetting("prompt"); prompt && !prompt->empty())
        message.parts.push_back({TextPart{*prompt}, prompt.origin});
    if (!message.parts.empty())
        m_into.messages.push_back(std::move(message));
    else
        m_into.messages.clear(); // a system text alone makes nothing: Ollama only loads the model then
}

void RequestDecoder::readMessages(ObjectReader &reader)
{
    const json::array *messages = reader.array("messages");
    if (!messages)
        return;
    m_into.messages.reserve(messages->size());
    for (const json::value &message : *messages)
        readMessage(message);
}

void RequestDecoder::readMessage(const json::value &value)
{
    const json::object *object = value.if_object();
    if (!object)
        return m_context.fail(&value, "must be an object");
    ObjectReader reader(*object, m_context);
    reader.setReason(onlyOllama);
    Message message{Role::User, {}, &value};
    const Setting<std::string_view> role = reader.textSetting("role");
    if (!role)
        return m_context.fail(&value, "role is missing");
    if (*role == "tool") {
        readResult(reader, message);
    } else if (*role == "user") {
        readContent(reader, message);
    } else if (*role == "system") {
        message.role = Role::System;
        readContent(reader, message);
    } else if (*role == "assistant") {
        message.role = Role::Assistant;
        m_openCalls.clear();
        if (const auto thinking = reader.textSetting("thinking"); thinking && !thinking->empty()) {
            ThinkingPart part;
            part.text = *thinking;
            part.signer = Dialect::Ollama;
            message.parts.push_back({std::move(part), thinking.origin});
        }
        readContent(reader, message);
        readCalls(reader, message);
    } else {
        return m_context.fail(role.origin, "must be system, user, assistant or tool");
    }
    m_into.messages.push_back(std::move(message));
}

// Images first: Ollama itself puts them before the text of their message.
void RequestDecoder::readContent(ObjectReader &reader, Message &message)
{
    readImages(reader, message.parts);
    if (const auto content = reader.textSetting("content"); content && !content->empty())
        message.parts.push_back({TextPart{*content}, content.origin});
}

void RequestDecoder::readImages(ObjectReader &reader, std::vector<Part> &parts)
{
    const json::array *images = reader.array("images");
    if (!images)
        return;
    for (const json::value &image : *images) {
        const json::string *text = image.if_string();
        if (!text) {
            m_context.fail(&image, "must be an image in base64");
            return;
        }
        MediaPart part;
        part.source.data = *text;
        if (const auto url = readDataUrl(*text)) {
            part.source.data = url->data;
            part.source.mimeType = url->mimeType;
        }
        // Other APIs insist on a type; a wrong guess is their error message, none is ours.
        if (part.source.mimeType.empty())
            part.source.mimeType = sniffMimeType(part.source.data);
        if (part.source.mimeType.empty())
            part.source.mimeType = "image/jpeg";
        parts.push_back({part, &image});
    }
}

void RequestDecoder::readCalls(ObjectReader &reader, Message &message)
{
    const json::array *calls = reader.array("tool_calls");
    if (!calls)
        return;
    for (const json::value &call : *calls)
        readCall(call, message);
}

void RequestDecoder::readCall(const json::value &value, Message &message)
{
    const json::object *object = value.if_object();
    if (!object)
        return m_context.fail(&value, "must be an object");
    ObjectReader reader(*object, m_context);
    reader.ignore("type"); // "function", which is all there is
    ToolCallPart call;
    call.id = reader.text("id");
    const json::object *function = reader.object("function");
    if (!function)
        return m_context.fail(&value, "function is missing");
    ObjectReader inner(*function, m_context);
    inner.ignore("index"); // the place in the list says the same
    call.name = inner.text("name");
    if (call.name.empty())
        m_context.fail(reader.peek("function"), "name is missing");
    const Node arguments = inner.take("arguments");
    if (!arguments)
        call.arguments = "{}";
    else if (const json::string *text = arguments->if_string())
        call.arguments = *text;
    else if (arguments->is_object())
        call.arguments = m_context.pool.keep(jsonText(*arguments));
    else
        m_context.fail(arguments, "must be an object");
    const int number = m_calls++;
    if (call.id.empty())
        call.id =
            m_context.pool.keep(makeId("call_", std::string(call.name).append(1, '\n').append(call.arguments), number));
    m_openCalls.push_back({call.id, call.name});
    message.parts.push_back({call, &value});
}

void RequestDecoder::readResult(ObjectReader &reader, Message &message)
{
    ToolResultPart result;
    result.name = reader.text("tool_name");
    const std::string_view name = reader.text("name"); // what clients sent before there was tool_name
    if (result.name.empty())
        result.name = name;
    result.callId = callIdFor(reader.text("tool_call_id"), result.name);
    const auto content = reader.textSetting("content");
    readImages(reader, result.content);
    if (content && !content->empty())
        result.content.insert(result.content.begin(), Part{TextPart{*content}, content.origin});
    message.parts.push_back({std::move(result), message.origin});
}

std::string_view RequestDecoder::callIdFor(std::string_view id, std::string_view name)
{
    auto open = std::find_if(m_openCalls.begin(), m_openCalls.end(),
                             [&](const OpenCall &call) { return !id.empty() ? call.id == id : call.name == name; });
    if (open == m_openCalls.end() && id.empty() && name.empty())
        open = m_openCalls.begin();
    if (open == m_openCalls.end())
        return !id.empty() ? id : m_context.pool.keep(makeId("call_", name, m_calls++));
    const std::string_view found = open->id;
    m_openCalls.erase(open);
    return found;
}

void RequestDecoder::readTools(ObjectReader &reader)
{
    const json::array *tools = reader.array("tools");
    if (!tools)
        return;
    m_into.tools.reserve(tools->size());
    for (const json::value &tool : *tools)
        readTool(tool);
}

void RequestDecoder::readTool(const json::value &value)
{
    const json::object *object = value.if_object();
    if (!object)
        return m_context.fail(&value, "must be an object");
    const json::value *type = object->if_contains("type");
    if (type && type->is_string() && type->get_string() != "function")
        return m_context.losses.drop(&value, "a tool of an unknown type");
    ObjectReader reader(*object, m_context);
    reader.ignore("type");
    const json::object *function = reader.object("function");
    if (!function)
        return m_context.fail(&value, "function is missing");
    ObjectReader inner(*function, m_context);
    Tool tool;
    tool.origin = &value;
    tool.name = inner.text("name");
    if (tool.name.empty())
        m_context.fail(reader.peek("function"), "name is missing");
    tool.description = inner.text("description");
    if (inner.object("parameters"))
        tool.schema = inner.peek("parameters");
    m_into.tools.push_back(std::move(tool));
}

void RequestDecoder::readSettings(ObjectReader &reader)
{
    Settings &settings = m_into.settings;
    readFormat(reader);
    readThink(reader);
    settings.keepAlive = readKeepAlive(reader);
    settings.logprobs = reader.boolean("logprobs");
    settings.topLogprobs = reader.integer("top_logprobs");
    if (const json::object *options = reader.object("options"))
        readOptions(*options);
}

void RequestDecoder::readFormat(ObjectReader &reader)
{
    const Node format = reader.take("format");
    if (!format)
        return;
    StructuredOutput output;
    if (format->is_object()) {
        output.kind = StructuredOutput::Kind::JsonSchema;
        output.schema = format;
    } else if (const json::string *text = format->if_string(); text && text->empty()) {
        return;
    } else if (!text || *text != "json") {
        return m_context.fail(format, "must be \"json\" or a JSON schema");
    }
    m_into.settings.output = {output, format};
}

void RequestDecoder::readThink(ObjectReader &reader)
{
    const Node think = reader.take("think");
    if (!think)
        return;
    Reasoning reasoning;
    if (const bool *on = think->if_bool()) {
        reasoning.enabled = *on;
        reasoning.showThoughts = *on;
    } else if (const json::string *word = think->if_string();
               word && std::find(efforts.begin(), efforts.end(), std::string_view(*word)) != efforts.end()) {
        reasoning.effort = *word;
        reasoning.showThoughts = *word != "none";
    } else {
        return m_context.fail(think, "must be true, false, low, medium or high");
    }
    m_into.settings.reasoning = {reasoning, think};
}

void RequestDecoder::readOptions(const json::object &object)
{
    ObjectReader reader(object, m_context);
    reader.setReason("an option that only Ollama has, or an unknown one");
    Settings &settings = m_into.settings;
    settings.temperature = reader.number("temperature");
    settings.topP = reader.number("top_p");
    settings.topK = reader.integer("top_k");
    settings.minP = reader.number("min_p");
    settings.seed = reader.integer("seed");
    settings.repeatPenalty = reader.number("repeat_penalty");
    settings.presencePenalty = reader.number("presence_penalty");
    settings.frequencyPenalty = reader.number("frequency_penalty");
    settings.contextTokens = reader.integer("num_ctx");
    settings.maxTokens = reader.integer("num_predict");
    if (settings.maxTokens && *settings.maxTokens < 0) {
        // -1, no limit, is what everybody does when nothing is said; -2 stops where the context is full.
        if (*settings.maxTokens != -1)
            m_context.losses.approximate(settings.maxTokens.origin, "sent without an output limit");
        settings.maxTokens = {};
    }
    readStop(reader);
}

void RequestDecoder::readStop(ObjectReader &reader)
{
    const Node stop = reader.take("stop");
    if (!stop)
        return;
    std::vector<std::string_view> words;
    if (const json::string *one = stop->if_string()) {
        words.emplace_back(*one);
    } else if (const json::array *list = stop->if_array()) {
        for (const json::value &item : *list) {
            const json::string *word = item.if_string();
            if (!word)
                return m_context.fail(&item, "must be a text");
            words.emplace_back(*word);
        }
    } else {
        return m_context.fail(stop, "must be a text or a list of texts");
    }
    if (!words.empty())
        m_into.settings.stop = {std::move(words), stop};
}

} // namespace

Setting<std::string_view> readKeepAlive(ObjectReader &reader)
{
    const Node value = reader.take("keep_alive");
    if (!value)
        return {};
    if (const json::string *text = value->if_string())
        return text->empty() ? Setting<std::string_view>() : Setting<std::string_view>{std::string_view(*text), value};
    if (value->is_number())
        return {reader.context().pool.keep(jsonText(*value)), value};
    reader.context().fail(value, "must be a duration or a number of seconds");
    return {};
}

Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options, LossReport &losses)
{
    auto source = parseSource(body);
    if (!source)
        return source.error();
    Conversation conversation;
    conversation.source = *source;
    const json::object *root = conversation.source->root.if_object();
    if (!root)
        return Error{"field_invalid", "The body must be a JSON object.", 400};
    DecodeContext context{losses, conversation.source->pool};
    RequestDecoder(conversation, context).read(*root, options.path.ends_with("/api/generate"));
    if (context.failed())
        return context.error(conversation.source->root);
    if (conversation.model.empty())
        return Error{"model_missing", "The field model is missing.", 400};
    return conversation;
}

} // namespace signalbox::ollama
