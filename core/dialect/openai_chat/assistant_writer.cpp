// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/assistant_writer.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/tool_names.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_chat {

namespace {

constexpr size_t longestCallId = 40; // OpenAI refuses more

bool hasText(const Message &message)
{
    return std::any_of(message.parts.begin(), message.parts.end(), [](const Part &part) {
        const auto *text = part.as<TextPart>();
        return text && !text->text.empty();
    });
}

bool hasCalls(const Message &message)
{
    return std::any_of(message.parts.begin(), message.parts.end(),
                       [](const Part &part) { return part.as<ToolCallPart>() != nullptr; });
}

bool isShortId(std::string_view id)
{
    return id.size() == 9 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

// OpenRouter's own block, which it wants back unchanged.
bool isDetail(const Part &part)
{
    return textOf(part.origin, "type").starts_with("reasoning.");
}

} // namespace

AssistantWriter::AssistantWriter(Encoding &encoding, size_t index, int callsBefore)
    : m_run(encoding), m_end(index + 1), m_callsBefore(callsBefore)
{
    const std::vector<Message> &messages = encoding.conversation.messages;
    bool text = hasText(messages[index]);
    bool calls = hasCalls(messages[index]);
    while (m_end < messages.size() && messages[m_end].role == Role::Assistant &&
           messages[m_end].name == messages[index].name && !(text && hasText(messages[m_end]))) {
        text = text || hasText(messages[m_end]);
        calls = calls || hasCalls(messages[m_end]);
        ++m_end;
    }
    const std::string_view format = encoding.quirks.thinking;
    // DeepSeek and its kin want the thinking of tool loops back, and no other.
    const bool replays = format == "openrouter" || (encoding.quirks.replayReasoning && (calls || format == "mistral"));
    for (size_t i = index; i < m_end; ++i) {
        for (const Part &part : messages[i].parts) {
            const auto *thinking = part.as<ThinkingPart>();
            if (!thinking)
                takePart(part);
            else if (replays && (!thinking->text.empty() || (format == "openrouter" && isDetail(part))))
                m_thinking.push_back(&part);
            else
                encoding.losses.drop(part.origin, "the provider takes no thinking back here");
        }
    }
}

void AssistantWriter::takePart(const Part &part)
{
    if (const auto *call = part.as<ToolCallPart>())
        return takeCall(part, *call);
    if (const auto *refusal = part.as<RefusalPart>(); refusal && !memberOf(part.origin, "type")) {
        m_refusal += refusal->text;
        return;
    }
    if (const auto *media = part.as<MediaPart>(); media && media->plainText.empty()) {
        if (media->kind == MediaPart::Kind::Audio && !media->source.fileId.empty())
            m_audioId = media->source.fileId;
        else
            m_media.push_back(&part);
        return;
    }
    if (part.as<ToolResultPart>()) {
        m_run.losses.drop(part.origin, "a tool result has no place in an assistant message");
        return;
    }
    const ContentItem item = placePart(m_run, part);
    const bool blank = item.form == PartForm::Text && item.text.empty();
    if (item.form != PartForm::None && !blank)
        m_content.push_back(item);
}

void AssistantWriter::takeCall(const Part &part, const ToolCallPart &call)
{
    std::string id(call.id);
    if (id.empty())
        id = makeId("call_", call.name, m_callsBefore + static_cast<int>(m_calls.size()));
    if (m_run.quirks.shortToolIds && !isShortId(id))
        id = shortToolId(id);
    else if (id.size() > longestCallId)
        id = makeId("call_", id, 0);
    if (part.cache)
        m_run.losses.drop(part.cache->origin, "the provider takes no cache breakpoint here");
    if (!call.signature.empty() && m_run.quirks.thinking != "gemini") {
        const Node signature = memberOf(part.origin, "thoughtSignature");
        m_run.losses.drop(signature, "only Gemini takes this signature back");
    }
    m_calls.push_back({&part, &call, std::move(id)});
}

bool AssistantWriter::isEmpty() const
{
    return m_content.empty() && m_calls.empty() && m_refusal.empty() && m_audioId.empty();
}

void AssistantWriter::write()
{
    writeMessageContent();
    writeThinking();
    if (!m_refusal.empty())
        m_run.json.member("refusal", m_refusal);
    if (!m_audioId.empty()) {
        m_run.json.key("audio");
        m_run.json.beginObject();
        m_run.json.member("id", m_audioId);
        m_run.json.endObject();
    }
    if (!m_calls.empty())
        writeCalls();
}

void AssistantWriter::writeMessageContent()
{
    JsonWriter &json = m_run.json;
    json.key("content");
    if (m_run.quirks.thinking == "mistral" && !m_thinking.empty())
        return writeMistralContent();
    if (m_content.empty())
        return json.null();
    // A refusal that came as a part of the list goes back as one.
    const bool refusing = std::any_of(m_content.begin(), m_content.end(),
                                      [](const ContentItem &item) { return item.part->as<RefusalPart>() != nullptr; });
    if (!refusing)
        return writeContent(m_run, m_content);
    json.beginArray();
    for (const ContentItem &item : m_content) {
        const bool refusal = item.part->as<RefusalPart>() != nullptr;
        json.beginObject();
        json.member("type", refusal ? "refusal" : "text");
        json.member(refusal ? "refusal" : "text", item.text);
        json.endObject();
    }
    json.endArray();
}

// Mistral keeps thinking as parts of the content.
void AssistantWriter::writeMistralContent()
{
    JsonWriter &json = m_run.json;
    const auto writeText = [&](std::string_view text) {
        json.beginObject();
        json.member("type", "text");
        json.member("text", text);
        json.endObject();
    };
    json.beginArray();
    for (const Part *part : m_thinking) {
        json.beginObject();
        json.member("type", "thinking");
        json.key("thinking");
        json.beginArray();
        writeText(part->as<ThinkingPart>()->text);
        json.endArray();
        json.endObject();
    }
    for (const ContentItem &item : m_content) {
        if (item.form == PartForm::Native)
            json.value(*item.part->as<NativePart>()->value);
        else
            writeText(item.text);
    }
    json.endArray();
}

void AssistantWriter::writeThinking()
{
    if (m_thinking.empty() || m_run.quirks.thinking == "mistral")
        return;
    if (m_run.quirks.thinking == "openrouter" &&
        std::all_of(m_thinking.begin(), m_thinking.end(), [](const Part *part) { return isDetail(*part); }))
        return writeDetails();
    JsonWriter &json = m_run.json;
    json.key(m_run.quirks.thinking == "openrouter" ? "reasoning" : "reasoning_content");
    json.textBegin();
    for (const Part *part : m_thinking)
        json.textPart(part->as<ThinkingPart>()->text);
    json.textEnd();
}

void AssistantWriter::writeDetails()
{
    JsonWriter &json = m_run.json;
    json.key("reasoning_details");
    json.beginArray();
    for (const Part *part : m_thinking)
        json.value(*part->origin);
    json.endArray();
}

void AssistantWriter::writeArguments(const AssistantCall &entry)
{
    constexpr const char *blanks = " \t\r\n";
    const std::string_view text = entry.call->arguments;
    const size_t begin = text.find_first_not_of(blanks);
    if (!entry.call->custom && begin == std::string_view::npos)
        return m_run.json.member("arguments", "{}");
    // Arguments that were cut short make some servers fail for good.
    if (!entry.call->custom && text[begin] == '{' && text[text.find_last_not_of(blanks)] == '}')
        return m_run.json.member("arguments", text);
    m_run.losses.approximate(entry.part->origin, "arguments that are no object are sent as the argument input");
    std::string wrapped;
    JsonWriter inner(wrapped);
    inner.beginObject();
    inner.member("input", text);
    inner.endObject();
    m_run.json.member("arguments", wrapped);
}

void AssistantWriter::writeCalls()
{
    JsonWriter &json = m_run.json;
    json.key("tool_calls");
    json.beginArray();
    for (const AssistantCall &entry : m_calls) {
        const ToolCallPart &call = *entry.call;
        const bool custom = call.custom && m_run.quirks.customTools;
        json.beginObject();
        json.member("id", entry.id);
        json.member("type", custom ? "custom" : "function");
        json.key(custom ? "custom" : "function");
        json.beginObject();
        json.member("name", flatToolName(call.nameSpace, call.name));
        if (custom) {
            json.member("input", call.arguments);
        } else {
            writeArguments(entry);
        }
        json.endObject();
        if (!call.signature.empty() && m_run.quirks.thinking == "gemini") {
            json.key("extra_content");
            json.raw("{\"google\":{\"thought_signature\":");
            std::string text;
            JsonWriter(text).text(call.signature);
            json.out() += text + "}}";
        }
        json.endObject();
    }
    json.endArray();
}

} // namespace signalbox::openai_chat
