// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_chat/reply_encoder.h"
#include "core/dialect/openai_chat/usage.h"

namespace signalbox::openai_chat {

namespace {

constexpr int64_t audioLifeSeconds = 3600; // OpenAI's own

// One message of a whole reply, written from its folded parts.
class MessageWriter
{
public:
    MessageWriter(JsonWriter &json, const FoldedChoice &choice, const ReplyOptions &options)
        : m_json(json), m_choice(choice), m_options(options)
    {
    }
    void write();
    bool hasCalls() const { return has(ReplyPartKind::ToolCall); }
    void writeLogprobs();

private:
    bool has(ReplyPartKind kind) const;
    void writeTexts(const char *key, ReplyPartKind kind, bool orNull);
    void writeAnnotations();
    void writeCalls();
    void writeCall(const FoldedPart &call);
    void writeAudio();
    void writeImages();

    JsonWriter &m_json;
    const FoldedChoice &m_choice;
    const ReplyOptions &m_options;
    int m_calls = 0;
};

bool MessageWriter::has(ReplyPartKind kind) const
{
    for (const FoldedPart &part : m_choice.parts) {
        if (part.kind == kind)
            return true;
    }
    return false;
}

void MessageWriter::writeTexts(const char *key, ReplyPartKind kind, bool orNull)
{
    bool any = false;
    for (const FoldedPart &part : m_choice.parts)
        any = any || (part.kind == kind && !part.text.empty());
    if (!any) {
        if (orNull)
            m_json.memberNull(key);
        return;
    }
    m_json.key(key);
    m_json.textBegin();
    for (const FoldedPart &part : m_choice.parts) {
        if (part.kind == kind)
            m_json.textPart(part.text);
    }
    m_json.textEnd();
}

void MessageWriter::writeAnnotations()
{
    bool open = false;
    for (const FoldedPart &part : m_choice.parts) {
        for (const FoldedPart::CitationCopy &citation : part.citations) {
            if (citation.url.empty())
                continue;
            if (!open) {
                m_json.key("annotations");
                m_json.beginArray();
            }
            open = true;
            m_json.beginObject();
            m_json.member("type", "url_citation");
            m_json.key("url_citation");
            m_json.beginObject();
            m_json.member("url", citation.url);
            m_json.member("title", citation.title);
            m_json.member("start_index", citation.begin.value_or(0));
            m_json.member("end_index", citation.end.value_or(0));
            m_json.memberUnlessEmpty("content", citation.citedText);
            m_json.endObject();
            m_json.endObject();
        }
    }
    if (open)
        m_json.endArray();
}

void MessageWriter::writeCall(const FoldedPart &call)
{
    m_json.beginObject();
    m_json.member("id", call.id.empty() ? makeId("call_", m_options.requestId, m_calls) : call.id);
    ++m_calls;
    m_json.member("type", call.custom ? "custom" : "function");
    m_json.key(call.custom ? "custom" : "function");
    m_json.beginObject();
    m_json.member("name", call.name);
    const bool blank = !call.custom && call.text.empty();
    m_json.member(call.custom ? "input" : "arguments", blank ? std::string("{}") : call.text);
    m_json.endObject();
    m_json.endObject();
}

void MessageWriter::writeCalls()
{
    if (!hasCalls())
        return;
    if (usesFunctions(m_options)) {
        for (const FoldedPart &part : m_choice.parts) {
            if (part.kind != ReplyPartKind::ToolCall)
                continue;
            m_json.key("function_call");
            m_json.beginObject();
            m_json.member("name", part.name);
            m_json.member("arguments", part.text.empty() ? std::string("{}") : part.text);
            m_json.endObject();
            return; // it has room for one
        }
    }
    m_json.key("tool_calls");
    m_json.beginArray();
    for (const FoldedPart &part : m_choice.parts) {
        if (part.kind == ReplyPartKind::ToolCall)
            writeCall(part);
    }
    m_json.endArray();
}

void MessageWriter::writeAudio()
{
    for (const FoldedPart &part : m_choice.parts) {
        if (part.kind != ReplyPartKind::Audio)
            continue;
        m_json.key("audio");
        m_json.beginObject();
        m_json.member("id", part.id.empty() ? makeId("audio_", m_options.requestId, 0) : part.id);
        m_json.member("data", part.text);
        m_json.member("transcript", part.transcript);
        m_json.member("expires_at", m_options.nowSeconds + audioLifeSeconds);
        m_json.endObject();
        return; // the message has room for one
    }
}

void MessageWriter::writeImages()
{
    if (!has(ReplyPartKind::Image))
        return;
    m_json.key("images");
    m_json.beginArray();
    for (const FoldedPart &part : m_choice.parts) {
        if (part.kind != ReplyPartKind::Image)
            continue;
        m_json.beginObject();
        m_json.member("type", "image_url");
        m_json.key("image_url");
        m_json.beginObject();
        m_json.key("url");
        m_json.textBegin();
        m_json.textPart("data:" + part.mimeType + ";base64,");
        m_json.textPart(part.text);
        m_json.textEnd();
        m_json.endObject();
        m_json.endObject();
    }
    m_json.endArray();
}

void MessageWriter::write()
{
    m_json.beginObject();
    m_json.member("role", "assistant");
    writeTexts("content", ReplyPartKind::Text, true);
    writeTexts("reasoning_content", ReplyPartKind::Thinking, false);
    writeTexts("refusal", ReplyPartKind::Refusal, true);
    writeAnnotations();
    writeCalls();
    writeAudio();
    writeImages();
    m_json.endObject();
}

void MessageWriter::writeLogprobs()
{
    m_json.key("logprobs");
    for (const FoldedPart &part : m_choice.parts) {
        if (part.logprobs.empty())
            continue;
        const bool refusal = part.kind == ReplyPartKind::Refusal;
        m_json.beginObject();
        m_json.memberRaw("content", refusal ? "null" : part.logprobs);
        m_json.memberRaw("refusal", refusal ? part.logprobs : "null");
        return m_json.endObject();
    }
    m_json.null();
}

void writeChoice(JsonWriter &json, int index, const FoldedChoice &choice, const ReplyOptions &options)
{
    MessageWriter message(json, choice, options);
    json.beginObject();
    json.member("index", index);
    json.key("message");
    message.write();
    message.writeLogprobs();
    const std::string_view word = finishWord(choice.finish.value_or(FinishReason::Stop), message.hasCalls());
    const bool function = word == "tool_calls" && usesFunctions(options);
    json.member("finish_reason", function ? std::string_view("function_call") : word);
    json.endObject();
}

} // namespace

std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options)
{
    if (reply.failure)
        return errorBody(*reply.failure);
    std::string body;
    JsonWriter json(body);
    json.beginObject();
    json.member("id", reply.id.empty() ? makeId("chatcmpl-", options.requestId, 0) : reply.id);
    json.member("object", "chat.completion");
    json.member("created", reply.createdAt.value_or(options.nowSeconds));
    json.member("model", reply.model.empty() ? options.model : std::string_view(reply.model));
    json.key("choices");
    json.beginArray();
    for (size_t i = 0; i < reply.choices.size(); ++i)
        writeChoice(json, static_cast<int>(i), reply.choices[i], options);
    json.endArray();
    json.key("usage"); // strict readers require it, so unknown counts are 0
    writeUsage(json, reply.usage);
    json.memberUnlessEmpty("service_tier", reply.serviceTier);
    json.endObject();
    return body;
}

} // namespace signalbox::openai_chat
