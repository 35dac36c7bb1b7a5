// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/chat_entries.h"

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "ui/inspector/copy_as.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ChatEntries)
};

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString jsonOr(std::string_view text)
{
    return prettyJson(std::string(text));
}

QByteArray mediaOf(std::string_view base64)
{
    return QByteArray::fromBase64(QByteArray::fromRawData(base64.data(), qsizetype(base64.size())));
}

ChatEntry::Kind kindOf(MediaPart::Kind kind)
{
    switch (kind) {
    case MediaPart::Kind::Image:
        return ChatEntry::Kind::Image;
    case MediaPart::Kind::Audio:
        return ChatEntry::Kind::Audio;
    case MediaPart::Kind::Video:
        return ChatEntry::Kind::Video;
    case MediaPart::Kind::Document:
        break;
    }
    return ChatEntry::Kind::Document;
}

class RequestReader
{
public:
    RequestReader(const Conversation &conversation, std::vector<ChatEntry> &out)
        : m_conversation(conversation), m_out(out)
    {
    }

    void read(const Message &message)
    {
        for (const Part &part : message.parts)
            read(roleOf(message.role), part);
    }

private:
    static ChatEntry::Role roleOf(Role role)
    {
        return role == Role::User        ? ChatEntry::Role::User
               : role == Role::Assistant ? ChatEntry::Role::Assistant
                                         : ChatEntry::Role::System;
    }

    void read(ChatEntry::Role role, const Part &part)
    {
        ChatEntry entry;
        entry.role = role;
        if (const auto *text = part.as<TextPart>()) {
            entry.text = textOf(text->text);
        } else if (const auto *media = part.as<MediaPart>()) {
            entry.kind = kindOf(media->kind);
            entry.title = textOf(media->source.name);
            entry.url = textOf(media->source.url.empty() ? media->source.fileId : media->source.url);
            entry.media = mediaOf(media->source.data);
            entry.text = textOf(media->plainText);
            const std::string_view type = media->source.mimeType;
            entry.mimeType = textOf(type.empty() ? sniffMimeType(media->source.data) : type);
        } else if (const auto *call = part.as<ToolCallPart>()) {
            entry.kind = ChatEntry::Kind::ToolCall;
            entry.title = textOf(call->name);
            entry.text = call->custom ? textOf(call->arguments) : jsonOr(call->arguments);
        } else if (const auto *result = part.as<ToolResultPart>()) {
            return readResult(*result);
        } else if (const auto *thinking = part.as<ThinkingPart>()) {
            entry.kind = ChatEntry::Kind::Thinking;
            entry.text = textOf(thinking->text);
            for (const std::string_view summary : thinking->summary)
                entry.text += (entry.text.isEmpty() ? QString() : u"\n"_s) + textOf(summary);
        } else if (const auto *refusal = part.as<RefusalPart>()) {
            entry.kind = ChatEntry::Kind::Refusal;
            entry.text = textOf(refusal->text);
        } else if (const auto *native = part.as<NativePart>()) {
            entry.kind = ChatEntry::Kind::Other;
            entry.title = textOf(native->type);
            entry.text = native->value ? jsonOr(jsonText(*native->value)) : QString();
        }
        m_out.push_back(std::move(entry));
    }

    void readResult(const ToolResultPart &result)
    {
        ChatEntry entry;
        entry.role = ChatEntry::Role::Tool;
        entry.kind = ChatEntry::Kind::ToolResult;
        entry.title = textOf(result.name.empty() ? m_conversation.toolNameOf(result.callId) : result.name);
        entry.isError = result.isError;
        std::vector<const Part *> others;
        for (const Part &part : result.content) {
            if (const auto *text = part.as<TextPart>())
                entry.text += (entry.text.isEmpty() ? QString() : u"\n"_s) + jsonOr(text->text);
            else
                others.push_back(&part);
        }
        m_out.push_back(std::move(entry));
        for (const Part *part : others)
            read(ChatEntry::Role::Tool, *part);
    }

    const Conversation &m_conversation;
    std::vector<ChatEntry> &m_out;
};

ChatEntry entryOf(const FoldedPart &part)
{
    ChatEntry entry;
    entry.role = ChatEntry::Role::Assistant;
    entry.title = QString::fromStdString(part.name);
    entry.text = QString::fromStdString(part.text);
    entry.mimeType = QString::fromStdString(part.mimeType);
    switch (part.kind) {
    case ReplyPartKind::Text:
        break;
    case ReplyPartKind::Thinking:
    case ReplyPartKind::RedactedThinking:
        entry.kind = ChatEntry::Kind::Thinking;
        break;
    case ReplyPartKind::ToolCall:
        entry.kind = ChatEntry::Kind::ToolCall;
        entry.text = part.custom ? entry.text : jsonOr(part.text);
        break;
    case ReplyPartKind::Refusal:
        entry.kind = ChatEntry::Kind::Refusal;
        break;
    case ReplyPartKind::Image:
    case ReplyPartKind::Audio:
        entry.kind = part.kind == ReplyPartKind::Image ? ChatEntry::Kind::Image : ChatEntry::Kind::Audio;
        entry.media = mediaOf(part.text);
        entry.text = QString::fromStdString(part.transcript);
        if (entry.mimeType.isEmpty())
            entry.mimeType = textOf(sniffMimeType(part.text));
        break;
    case ReplyPartKind::Native:
        entry.kind = ChatEntry::Kind::Other;
        entry.title = QString::fromStdString(part.nativeType);
        entry.text = jsonOr(part.text);
        break;
    }
    return entry;
}

QString endWords(const FoldedChoice &choice)
{
    switch (choice.finish.value_or(FinishReason::Stop)) {
    case FinishReason::Length:
        return Words::tr("The answer was cut off: its limit of tokens was reached.");
    case FinishReason::ContentFilter:
        return Words::tr("A content filter ended the answer.");
    default:
        return {};
    }
}

} // namespace

Chat chatOfRequest(const StoredBody &body, Dialect dialect, const std::string &model)
{
    Chat chat;
    if (body.cut) {
        chat.problem = Words::tr("Only the beginning of this body was kept, so it cannot be read as a conversation.");
        return chat;
    }
    LossReport losses;
    DecodeRequestOptions options;
    options.path = dialect == Dialect::Ollama && body.bytes.find("\"messages\"") == std::string::npos
                       ? std::string_view("/api/generate")
                   : dialect == Dialect::Ollama ? std::string_view("/api/chat")
                                                : std::string_view();
    options.model = model;
    const auto conversation = codecFor(dialect).decodeRequest(body.bytes, options, losses);
    if (!conversation) {
        chat.problem = Words::tr("This body is no conversation: %1").arg(textOf(conversation.error().message));
        return chat;
    }
    chat.tools = int(conversation->tools.size());
    RequestReader reader(*conversation, chat.entries);
    for (const Message &message : conversation->messages)
        reader.read(message);
    return chat;
}

Chat chatOfReply(const StoredBody &body, Dialect dialect)
{
    Chat chat;
    const Codec &codec = codecFor(dialect);
    ReplyFolder folder;
    const auto decoder = codec.replyDecoder();
    Result<void> read;
    if (body.contentType == "application/json") {
        if (body.cut) {
            chat.problem =
                Words::tr("Only the beginning of this body was kept, so it cannot be read as a conversation.");
            return chat;
        }
        read = decoder->whole(body.bytes, folder);
    } else {
        read = decoder->feed(body.bytes, folder);
        if (read && !body.cut)
            read = decoder->finish(folder);
    }
    for (const FoldedChoice &choice : folder.reply().choices) {
        for (const FoldedPart &part : choice.parts)
            chat.entries.push_back(entryOf(part));
        if (chat.problem.isEmpty())
            chat.problem = endWords(choice);
    }
    if (const auto &failure = folder.reply().failure)
        chat.problem = QString::fromStdString(failure->message);
    else if (!read)
        chat.problem = QString::fromStdString(read.error().message);
    if (chat.entries.empty()) {
        if (const Error said = codec.readError(400, body.bytes); !said.message.empty())
            chat.problem = QString::fromStdString(said.message);
    }
    return chat;
}

QString answerText(const Chat &chat)
{
    QStringList parts;
    for (const ChatEntry &entry : chat.entries) {
        if (entry.kind == ChatEntry::Kind::Text || entry.kind == ChatEntry::Kind::Refusal)
            parts += entry.text;
        else if (entry.kind == ChatEntry::Kind::ToolCall)
            parts += entry.title + u" "_s + entry.text;
    }
    return parts.join(u'\n');
}

} // namespace signalbox
