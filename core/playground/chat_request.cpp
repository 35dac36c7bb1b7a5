// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/chat_request.h"

#include "core/dialect/codec.h"
#include "core/playground/tool_list.h"

#include <boost/json.hpp>

namespace json = boost::json;

namespace signalbox {

namespace {

// The gateway understands all that a dialect can say.
const Quirks &everything()
{
    static const Quirks quirks = [] {
        Quirks all;
        all.maxTokensField = "max_completion_tokens";
        all.developerRole = true;
        all.customTools = true;
        all.cacheControl = true;
        all.replayReasoning = true;
        return all;
    }();
    return quirks;
}

const char *rootOf(Dialect dialect)
{
    switch (dialect) {
    case Dialect::Gemini:
        return "/v1beta";
    case Dialect::Ollama:
        return "";
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
    case Dialect::Anthropic:
        break;
    }
    return "/v1";
}

// Texts are views of the draft, which outlives it; what has a tree of its own lives in the source.
class Builder final
{
public:
    explicit Builder(const ChatDraft &draft) : m_draft(draft), m_settings(draft.settings) {}

    Result<Conversation> build(std::string_view model)
    {
        m_made.source = std::make_shared<ConversationSource>();
        m_made.model = model;
        m_made.stream = m_settings.stream;
        m_made.includeUsage = true;
        if (const auto read = readTrees(); !read)
            return read.error();
        addTools();
        addSettings();
        if (!m_settings.system.empty())
            m_made.messages.push_back({Role::System, {{TextPart{m_settings.system}, at("system")}}, at("system")});
        for (const ChatTurn &turn : m_draft.turns)
            addTurn(turn);
        return std::move(m_made);
    }

private:
    Node at(std::string_view key) const { return m_made.source->root.get_object().if_contains(key); }

    // The draft as a tree, so that a loss has a place that it can be named by.
    Result<void> readTrees()
    {
        const json::storage_ptr storage = m_made.source->root.storage();
        json::object root(storage);
        if (!m_settings.tools.empty()) {
            auto tools = parseTools(m_settings.tools, storage);
            if (!tools)
                return tools.error();
            root["tools"] = std::move(*tools);
        }
        if (!m_settings.schema.empty()) {
            auto schema = parseSchema(m_settings.schema, storage);
            if (!schema)
                return schema.error();
            root["schema"] = std::move(*schema);
        }
        for (const char *key : {"system", "temperature", "topP", "maxTokens", "effort", "stop", "stream"})
            root[key] = nullptr;
        m_made.source->root = std::move(root);
        return {};
    }

    void addTools()
    {
        const json::value *tools = at("tools");
        if (!tools)
            return;
        for (const json::value &value : tools->get_array()) {
            const json::object &body = toolBody(value.get_object());
            Tool tool;
            tool.name = body.at("name").get_string();
            if (const json::value *text = body.if_contains("description"))
                tool.description = text->get_string();
            tool.schema = toolSchema(body);
            tool.origin = &value;
            m_made.tools.push_back(std::move(tool));
        }
    }

    void addSettings()
    {
        Settings &out = m_made.settings;
        const auto set = [this](auto &setting, const auto &value, const char *key) {
            if (value)
                setting = {*value, at(key)};
        };
        set(out.temperature, m_settings.temperature, "temperature");
        set(out.topP, m_settings.topP, "topP");
        set(out.maxTokens, m_settings.maxTokens, "maxTokens");
        if (!m_settings.stop.empty())
            out.stop = {std::vector<std::string_view>(m_settings.stop.begin(), m_settings.stop.end()), at("stop")};
        if (!m_settings.effort.empty()) {
            Reasoning reasoning;
            reasoning.effort = m_settings.effort;
            reasoning.effortOrigin = at("effort");
            if (m_settings.effort != "none")
                reasoning.showThoughts = true;
            out.reasoning = {reasoning, at("effort")};
        }
        if (const json::value *schema = at("schema")) {
            StructuredOutput output;
            output.kind = StructuredOutput::Kind::JsonSchema;
            output.name = "answer";
            output.schema = schema;
            out.output = {output, schema};
        }
    }

    void addTurn(const ChatTurn &turn)
    {
        Message message;
        message.role = turn.assistant ? Role::Assistant : Role::User;
        for (const ChatToolResult &result : turn.results) {
            ToolResultPart part;
            part.callId = result.callId;
            part.name = result.name;
            part.content.push_back({TextPart{result.text}, nullptr});
            message.parts.push_back({std::move(part), nullptr});
        }
        for (const ChatImage &image : turn.images)
            message.parts.push_back(
                {MediaPart{MediaPart::Kind::Image, {image.mimeType, image.base64, image.url, {}, image.name}},
                 nullptr});
        if (!turn.text.empty())
            message.parts.push_back({TextPart{turn.text}, nullptr});
        for (const FoldedPart &part : turn.parts)
            addPart(message, part);
        if (!message.parts.empty())
            m_made.messages.push_back(std::move(message));
    }

    static void addPart(Message &message, const FoldedPart &part)
    {
        switch (part.kind) {
        case ReplyPartKind::Text:
            if (!part.text.empty())
                message.parts.push_back({TextPart{part.text}, nullptr});
            return;
        case ReplyPartKind::Refusal:
            message.parts.push_back({RefusalPart{part.text}, nullptr});
            return;
        case ReplyPartKind::ToolCall: {
            ToolCallPart call{part.id, part.name, part.text.empty() ? std::string_view("{}") : part.text, part.custom};
            call.nameSpace = part.nameSpace;
            call.signature = part.signature;
            message.parts.push_back({call, nullptr});
            return;
        }
        case ReplyPartKind::Thinking:
        case ReplyPartKind::RedactedThinking: {
            ThinkingPart thinking{part.text, part.signature};
            thinking.redacted = part.kind == ReplyPartKind::RedactedThinking;
            thinking.encrypted = part.dialect == Dialect::OpenAiResponses && !part.signature.empty();
            thinking.signer = part.dialect;
            thinking.itemId = part.id;
            message.parts.push_back({thinking, nullptr});
            return;
        }
        case ReplyPartKind::Image:
        case ReplyPartKind::Audio:
        case ReplyPartKind::Native:
            return; // no dialect takes back what it drew or said
        }
    }

    const ChatDraft &m_draft;
    const ChatSettings &m_settings;
    Conversation m_made;
};

} // namespace

Result<ChatRequest> makeChatRequest(const ChatDraft &draft, const ChatTarget &target, std::string project)
{
    if (target.name.empty())
        return Error{"model_missing", "Choose a model, a route or a target first.", 400};
    if (draft.turns.empty())
        return Error{"turns_missing", "There is nothing to send yet: write a message.", 400};
    Builder builder(draft);
    const auto conversation = builder.build(target.name);
    if (!conversation)
        return conversation.error();
    LossReport losses;
    auto encoded = codecFor(draft.settings.dialect).encodeRequest(*conversation, {target.name, everything()}, losses);
    if (!encoded)
        return encoded.error();
    ChatRequest made;
    made.request.dialect = draft.settings.dialect;
    made.request.path = rootOf(draft.settings.dialect) + encoded->path;
    made.request.body = std::move(encoded->body);
    made.request.headers = std::move(encoded->headers);
    made.request.model = target.name;
    made.request.project = std::move(project);
    if (target.kind == ChatTarget::Kind::Target)
        made.request.target = target.name;
    else if (target.kind == ChatTarget::Kind::Route)
        made.request.route = target.name;
    made.losses = losses.resolve(conversation->source->root, false);
    return made;
}

} // namespace signalbox
