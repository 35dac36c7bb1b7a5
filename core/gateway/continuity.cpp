// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/continuity.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/signature_tag.h"
#include "core/gateway/kept_store.h"

#include <QtCore/QCryptographicHash>

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace json = boost::json;

namespace {

constexpr auto kind = KeptItem::Kind::Continuity;

std::string textKey(std::string_view text)
{
    const QByteArray hash = QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())),
                                                     QCryptographicHash::Sha256);
    return "m:" + hash.toHex().left(32).toStdString();
}

// The key of a turn: its first tool call's id, or its text where it calls nothing. Empty: it has neither.
std::string keyOf(const Message &message)
{
    std::string text;
    for (const Part &part : message.parts) {
        if (const auto *call = part.as<ToolCallPart>(); call && !call->id.empty())
            return "t:" + std::string(call->id);
        if (const auto *said = part.as<TextPart>())
            text += said->text;
    }
    return text.empty() ? std::string() : textKey(text);
}

bool isThinking(const FoldedPart &part)
{
    return part.kind == ReplyPartKind::Thinking || part.kind == ReplyPartKind::RedactedThinking;
}

void writePart(JsonWriter &writer, const FoldedPart &part)
{
    writer.beginObject();
    writer.memberUnlessEmpty("id", part.id);
    writer.memberUnlessEmpty("text", part.text);
    writer.memberUnlessEmpty("signature", part.signature);
    if (part.kind == ReplyPartKind::RedactedThinking)
        writer.member("redacted", true);
    writer.endObject();
}

std::string_view textOf(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool hasThinking(const Message &message)
{
    return std::any_of(message.parts.begin(), message.parts.end(),
                       [](const Part &part) { return part.as<ThinkingPart>() != nullptr; });
}

} // namespace

struct Continuity::Memory {
    json::value value;
    Dialect maker = Dialect::OpenAiChat;
};

void Continuity::remember(const FoldedReply &reply, Dialect maker, std::string_view account)
{
    for (const FoldedChoice &choice : reply.choices) {
        const bool worth = std::any_of(choice.parts.begin(), choice.parts.end(), [](const FoldedPart &part) {
            return isThinking(part) || (part.kind == ReplyPartKind::ToolCall && !part.signature.empty());
        });
        if (!worth)
            continue;
        std::string value;
        std::string text;
        std::vector<std::string> keys;
        JsonWriter writer(value);
        writer.beginObject();
        writer.member("maker", dialectName(maker));
        writer.member("account", account);
        writer.key("thinking");
        writer.beginArray();
        for (const FoldedPart &part : choice.parts) {
            if (isThinking(part))
                writePart(writer, part);
        }
        writer.endArray();
        writer.key("calls");
        writer.beginObject();
        for (const FoldedPart &part : choice.parts) {
            if (part.kind == ReplyPartKind::Text)
                text += part.text;
            if (part.kind != ReplyPartKind::ToolCall || part.id.empty())
                continue;
            keys.push_back("t:" + part.id);
            if (!part.signature.empty())
                writer.member(part.id, part.signature);
        }
        writer.endObject();
        writer.endObject();
        if (keys.empty() && !text.empty())
            keys.push_back(textKey(text));
        // A client may drop one call of several from its history: each of them finds the turn.
        for (const std::string &key : keys)
            m_store.put(kind, key, value, keepMs);
    }
}

bool Continuity::recall(const Message &message, std::string_view account, Memory &memory)
{
    if (message.role != Role::Assistant)
        return false;
    const std::string key = keyOf(message);
    const std::string *kept = key.empty() ? nullptr : m_store.find(kind, key);
    if (!kept)
        return false;
    boost::system::error_code code;
    memory.value = json::parse(*kept, code);
    const json::object *object = code ? nullptr : memory.value.if_object();
    const auto maker = object ? dialectFromName(textOf(*object, "maker")) : std::nullopt;
    if (!maker || textOf(*object, "account") != account)
        return false;
    memory.maker = *maker;
    return true;
}

bool Continuity::hasSomethingFor(const Conversation &conversation, std::string_view account)
{
    Memory memory;
    return std::any_of(conversation.messages.begin(), conversation.messages.end(), [&](const Message &message) {
        return !hasThinking(message) && recall(message, account, memory);
    });
}

namespace {

Part thinkingPart(const json::object &kept, Dialect maker, TextPool &pool)
{
    ThinkingPart thinking;
    thinking.text = pool.keep(std::string(textOf(kept, "text")));
    thinking.signature = pool.keep(std::string(textOf(kept, "signature")));
    thinking.itemId = pool.keep(std::string(textOf(kept, "id")));
    thinking.redacted = kept.contains("redacted");
    thinking.signer = maker;
    thinking.encrypted = maker == Dialect::OpenAiResponses;
    return Part{std::move(thinking)};
}

void putBack(Message &message, const json::object &memory, Dialect maker, TextPool &pool)
{
    if (!hasThinking(message)) {
        std::vector<Part> thinking;
        for (const json::value &item : memory.at("thinking").as_array())
            thinking.push_back(thinkingPart(item.as_object(), maker, pool));
        message.parts.insert(message.parts.begin(), std::make_move_iterator(thinking.begin()),
                             std::make_move_iterator(thinking.end()));
    }
    const json::object &calls = memory.at("calls").as_object();
    for (Part &part : message.parts) {
        auto *call = std::get_if<ToolCallPart>(&part.value);
        if (call && call->signature.empty())
            call->signature = pool.keep(std::string(textOf(calls, call->id)));
    }
}

bool isForeign(const Part &part, std::string_view mark)
{
    const auto *thinking = part.as<ThinkingPart>();
    return thinking && !thinking->accountMark.empty() && thinking->accountMark != mark;
}

} // namespace

std::shared_ptr<const Conversation> Continuity::forTarget(std::shared_ptr<const Conversation> conversation,
                                                          Dialect target, std::string_view account, LossReport &losses)
{
    std::shared_ptr<Conversation> changed;
    const std::string mark = accountMark(account);
    for (size_t i = 0; i < conversation->messages.size(); ++i) {
        const Message &message = conversation->messages[i];
        const bool foreign = std::any_of(message.parts.begin(), message.parts.end(),
                                         [&](const Part &part) { return isForeign(part, mark); });
        Memory memory;
        const bool recalled = recall(message, account, memory) && memory.maker == target;
        if (!foreign && !recalled)
            continue;
        if (!changed)
            changed = std::make_shared<Conversation>(*conversation);
        Message &mended = changed->messages[i];
        std::erase_if(mended.parts, [&](const Part &part) {
            const bool gone = isForeign(part, mark);
            if (gone)
                losses.drop(part.origin, "thinking that another account made, which no other may be sent");
            return gone;
        });
        if (recalled)
            putBack(mended, memory.value.get_object(), memory.maker, changed->source->pool);
    }
    return changed ? changed : conversation;
}

void readSignatureTags(Conversation &conversation)
{
    for (Message &message : conversation.messages) {
        for (Part &part : message.parts) {
            auto *thinking = std::get_if<ThinkingPart>(&part.value);
            const auto tag = thinking ? readSignatureTag(thinking->signature) : std::nullopt;
            if (!tag)
                continue;
            thinking->signature = tag->signature;
            thinking->redacted = tag->redacted;
            thinking->signer = tag->maker;
            thinking->encrypted = tag->maker == Dialect::OpenAiResponses;
            if (!thinking->encrypted) { // the item was our own: its maker knows neither id nor summary
                thinking->itemId = {};
                thinking->summary.clear();
            }
            thinking->accountMark = tag->accountMark;
        }
    }
}

} // namespace signalbox
