// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"
#include "core/playground/chat_draft.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string textsOf(const std::vector<Part> &parts)
{
    std::string all;
    for (const Part &part : parts) {
        if (const auto *text = part.as<TextPart>())
            all.append(all.empty() ? "" : "\n").append(text->text);
    }
    return all;
}

ChatTurn userTurn(const Message &message)
{
    ChatTurn turn;
    turn.text = textsOf(message.parts);
    for (const Part &part : message.parts) {
        if (const auto *media = part.as<MediaPart>(); media && media->kind == MediaPart::Kind::Image)
            turn.images.push_back({std::string(media->source.mimeType), std::string(media->source.data),
                                   std::string(media->source.url), std::string(media->source.name)});
        else if (const auto *result = part.as<ToolResultPart>())
            turn.results.push_back({std::string(result->callId), std::string(result->name), textsOf(result->content)});
    }
    return turn;
}

ChatTurn assistantTurn(const Message &message)
{
    ChatTurn turn;
    turn.assistant = true;
    for (const Part &part : message.parts) {
        FoldedPart folded;
        if (const auto *text = part.as<TextPart>()) {
            folded.text = text->text;
        } else if (const auto *refusal = part.as<RefusalPart>()) {
            folded.kind = ReplyPartKind::Refusal;
            folded.text = refusal->text;
        } else if (const auto *call = part.as<ToolCallPart>()) {
            folded.kind = ReplyPartKind::ToolCall;
            folded.id = call->id;
            folded.name = call->name;
            folded.nameSpace = call->nameSpace;
            folded.custom = call->custom;
            folded.text = call->arguments;
            folded.signature = call->signature;
        } else if (const auto *thinking = part.as<ThinkingPart>()) {
            folded.kind = thinking->redacted ? ReplyPartKind::RedactedThinking : ReplyPartKind::Thinking;
            folded.id = thinking->itemId;
            folded.text = thinking->text;
            folded.signature = thinking->signature;
            folded.dialect = thinking->signer;
        } else {
            continue;
        }
        turn.parts.push_back(std::move(folded));
    }
    return turn;
}

std::string toolsOf(const Conversation &conversation)
{
    std::string out;
    JsonWriter writer(out);
    writer.beginArray();
    bool any = false;
    for (const Tool &tool : conversation.tools) {
        if (tool.kind != Tool::Kind::Function)
            continue;
        any = true;
        writer.beginObject();
        writer.member("name", tool.name);
        writer.memberUnlessEmpty("description", tool.description);
        if (tool.schema)
            writer.member("parameters", *tool.schema);
        writer.endObject();
    }
    writer.endArray();
    return any ? out : std::string();
}

void readSettings(const Conversation &from, ChatSettings &to)
{
    const Settings &settings = from.settings;
    to.stream = from.stream;
    to.temperature = settings.temperature.value;
    to.topP = settings.topP.value;
    to.maxTokens = settings.maxTokens.value;
    if (settings.stop)
        to.stop.assign(settings.stop->begin(), settings.stop->end());
    if (settings.reasoning) {
        const std::string_view effort = settings.reasoning->effort;
        if (std::find(std::begin(chatEfforts), std::end(chatEfforts), effort) != std::end(chatEfforts))
            to.effort = effort;
    }
    if (settings.output && settings.output->schema)
        to.schema = jsonText(*settings.output->schema);
    to.tools = toolsOf(from);
}

} // namespace

Result<ChatDraft> readChat(std::string_view body, Dialect dialect, std::string_view path)
{
    LossReport losses;
    DecodeRequestOptions options;
    options.path = !path.empty()                    ? path
                   : dialect == Dialect::Gemini     ? ":streamGenerateContent"
                   : dialect == Dialect::Ollama     ? "/api/chat"
                   : dialect == Dialect::OpenAiChat ? "/chat/completions"
                                                    : "";
    options.model = dialect == Dialect::Gemini ? "model" : "";
    options.stream = true;
    const auto conversation = codecFor(dialect).decodeRequest(body, options, losses);
    if (!conversation)
        return conversation.error();
    ChatDraft draft;
    draft.settings.dialect = dialect;
    readSettings(*conversation, draft.settings);
    for (const Message &message : conversation->messages) {
        if (message.role == Role::System || message.role == Role::Developer)
            draft.settings.system.append(draft.settings.system.empty() ? "" : "\n").append(textsOf(message.parts));
        else if (message.role == Role::Assistant)
            draft.turns.push_back(assistantTurn(message));
        else
            draft.turns.push_back(userTurn(message));
    }
    return draft;
}

} // namespace signalbox
