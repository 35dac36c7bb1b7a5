// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/assistant_writer.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/part_writer.h"
#include "core/dialect/openai_chat/tool_results.h"

#include <boost/json.hpp>

#include <algorithm>
#include <deque>

namespace signalbox::openai_chat {

namespace {

// Chat wants each result directly behind the message that made the call, media only from users, and no empty
// messages; what cannot stand where it came is carried to the next user message.
class MessageEncoder
{
public:
    explicit MessageEncoder(Encoding &encoding) : m_run(encoding), m_results(encoding.conversation) {}
    void write();

private:
    void writeInstruction(const Message &message);
    void writeUser(const Message &message);
    size_t writeAssistant(size_t index);
    void writeResult(const AssistantCall &call, const Part *part);
    void carry(const Part &part, std::string_view label, std::string_view reason);
    void flushCarried();
    void beginMessage(std::string_view role, const Message *message);
    void placeLateResult(const Part &part, const ToolResultPart &result);
    std::string_view made(std::string text) { return m_made.emplace_back(std::move(text)); }

    Encoding &m_run;
    ToolResults m_results;
    std::vector<ContentItem> m_items;
    std::vector<ContentItem> m_carried;
    std::deque<std::string> m_made;
    int m_callsSeen = 0;
};

void MessageEncoder::write()
{
    const std::vector<Message> &messages = m_run.conversation.messages;
    const size_t instructions = m_run.conversation.leadingInstructions();
    for (size_t i = 0; i <= messages.size();) {
        if (i == instructions && !m_run.formatNote.empty()) {
            beginMessage("system", nullptr);
            m_run.json.member("content", m_run.formatNote);
            m_run.json.endObject();
        }
        if (i == messages.size())
            break;
        if (messages[i].role != Role::User)
            flushCarried();
        if (messages[i].role == Role::Assistant) {
            i = writeAssistant(i);
            continue;
        }
        if (messages[i].role == Role::User)
            writeUser(messages[i]);
        else
            writeInstruction(messages[i]);
        ++i;
    }
    flushCarried();
}

void MessageEncoder::beginMessage(std::string_view role, const Message *message)
{
    m_run.json.beginObject();
    m_run.json.member("role", role);
    if (!message)
        return;
    if (!message->phase.empty())
        m_run.losses.drop(memberOf(message->origin, "phase"), "the Chat API knows no phases");
    if (message->name.empty())
        return;
    if (m_run.quirks.refuses("messages[].name"))
        m_run.losses.drop(memberOf(message->origin, "name"), "the provider refuses names of participants");
    else
        m_run.json.member("name", message->name);
}

void MessageEncoder::writeInstruction(const Message &message)
{
    m_items.clear();
    for (const Part &part : message.parts) {
        if (part.as<MediaPart>() && part.as<MediaPart>()->plainText.empty()) {
            carry(part, "From the instructions:", "media of instructions is sent in a user message");
            continue;
        }
        const ContentItem item = placePart(m_run, part);
        if (item.form != PartForm::None)
            m_items.push_back(item);
        else if (!part.as<TextPart>() && !part.as<NativePart>())
            m_run.losses.drop(part.origin, "instructions are text in the Chat API");
    }
    if (m_items.empty())
        return;
    const bool developer = message.role == Role::Developer && m_run.quirks.developerRole;
    if (message.role == Role::Developer && !developer) {
        const Node role = memberOf(message.origin, "role");
        m_run.losses.rename(role ? role : message.origin, "the provider knows system only, not developer");
    }
    beginMessage(developer ? "developer" : "system", &message);
    m_run.json.key("content");
    writeContent(m_run, m_items);
    m_run.json.endObject();
}

void MessageEncoder::writeUser(const Message &message)
{
    m_items.clear();
    m_items.swap(m_carried);
    for (const Part &part : message.parts) {
        if (const auto *result = part.as<ToolResultPart>()) {
            if (!m_results.isUsed(part))
                placeLateResult(part, *result);
            continue;
        }
        const ContentItem item = placePart(m_run, part);
        if (item.form != PartForm::None)
            m_items.push_back(item);
        else if (part.as<ToolCallPart>() || part.as<ThinkingPart>())
            m_run.losses.drop(part.origin, "has no place in a user message");
    }
    if (m_items.empty())
        return;
    beginMessage("user", &message);
    m_run.json.key("content");
    writeContent(m_run, m_items);
    m_run.json.endObject();
    m_items.clear();
}

// A result whose call is not in the conversation: a tool message would be refused.
void MessageEncoder::placeLateResult(const Part &part, const ToolResultPart &result)
{
    m_run.losses.approximate(part.origin, "a tool result without its call is sent as user text");
    std::string label = "Result of the tool call ";
    label += result.callId.empty() ? result.name : result.callId;
    m_items.push_back({PartForm::Text, made(label + ":")});
    for (const Part &content : result.content) {
        const ContentItem item = placePart(m_run, content);
        if (item.form != PartForm::None)
            m_items.push_back(item);
    }
}

size_t MessageEncoder::writeAssistant(size_t index)
{
    AssistantWriter writer(m_run, index, m_callsSeen);
    for (const Part *media : writer.media())
        carry(*media, "Made by the assistant:", "media of assistants is sent in a user message");
    if (!writer.isEmpty()) {
        beginMessage("assistant", &m_run.conversation.messages[index]);
        writer.write();
        m_run.json.endObject();
    }
    m_callsSeen += static_cast<int>(writer.calls().size());
    for (const AssistantCall &call : writer.calls())
        writeResult(call, m_results.take(*call.call, index));
    return writer.end();
}

void MessageEncoder::writeResult(const AssistantCall &call, const Part *part)
{
    JsonWriter &json = m_run.json;
    json.beginObject();
    json.member("role", "tool");
    json.member("tool_call_id", call.id);
    json.key("content");
    if (!part) {
        m_run.losses.approximate(call.part->origin, "the call has no result; an empty one is sent");
        json.text("");
        json.endObject();
        return;
    }
    const ToolResultPart &result = *part->as<ToolResultPart>();
    m_items.clear();
    for (const Part &content : result.content) {
        if (content.as<MediaPart>() && content.as<MediaPart>()->plainText.empty()) {
            carry(content, "From the result of " + std::string(call.call->name) + " (" + call.id + "):",
                  "media of tool results is sent in a user message");
            continue;
        }
        const ContentItem item = placePart(m_run, content);
        if (item.form != PartForm::None)
            m_items.push_back(item);
    }
    if (result.isError) {
        const Node flag = memberOf(part->origin, "is_error");
        m_run.losses.approximate(flag ? flag : part->origin, "a failed call is told in words");
        if (m_items.size() == 1 && m_items.front().form == PartForm::Text)
            m_items.front().text = made("Error: " + std::string(m_items.front().text));
        else
            m_items.insert(m_items.begin(), {PartForm::Text, "Error:"});
    }
    if (part->cache) {
        ContentItem *last = m_items.empty() ? nullptr : &m_items.back();
        if (last && m_run.quirks.cacheControl && m_run.breakpointsLeft > 0 && !last->breakpoint) {
            last->breakpoint = true;
            --m_run.breakpointsLeft;
            last->part = part;
        } else {
            m_run.losses.drop(part->cache->origin, "the provider takes no cache breakpoint here");
        }
    }
    writeContent(m_run, m_items);
    json.endObject();
    m_items.clear();
}

void MessageEncoder::carry(const Part &part, std::string_view label, std::string_view reason)
{
    const ContentItem item = placePart(m_run, part);
    if (item.form == PartForm::None)
        return;
    m_run.losses.approximate(part.origin, reason);
    m_carried.push_back({PartForm::Text, made(std::string(label))});
    m_carried.push_back(item);
}

void MessageEncoder::flushCarried()
{
    if (m_carried.empty())
        return;
    beginMessage("user", nullptr);
    m_run.json.key("content");
    writeContent(m_run, m_carried);
    m_run.json.endObject();
    m_carried.clear();
}

} // namespace

void writeMessages(Encoding &encoding)
{
    MessageEncoder(encoding).write();
}

} // namespace signalbox::openai_chat
