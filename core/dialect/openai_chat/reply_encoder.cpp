// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/reply_encoder.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/usage.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_chat {

namespace {

class ChatReplyEncoder final : public ReplyEncoder
{
public:
    explicit ChatReplyEncoder(const ReplyOptions &options) : m_options(options), m_functions(usesFunctions(options)) {}

    void take(const ReplyEvent &event, std::string &out) override;
    void end(std::string &out) override;
    void ping(std::string &out) override;

private:
    struct Choice {
        int number = 0;
        int calls = 0;
        bool hasRole = false;
    };
    struct OpenPart {
        ReplyPartKind kind = ReplyPartKind::Text;
        int choice = 0;
        int call = 0;
        bool custom = false;
        std::string mimeType{};
        std::string image{}; // held until it is whole
    };
    void begin(const MessageStart &start);
    void startPart(const PartStart &start, std::string &out);
    void startCall(const PartStart &start, const OpenPart &part, std::string &out);
    void takeDelta(const PartDelta &delta, std::string &out);
    void deltaText(const OpenPart &part, std::string_view text, std::string &out);
    void deltaAudio(const OpenPart &part, const PartDelta &delta, std::string &out);
    void writeCitation(const OpenPart &part, const Citation &citation, std::string &out);
    void writeLogprobs(const OpenPart &part, const PartDelta &delta, std::string &out);
    void endPart(int number, std::string &out);
    void finish(const Finish &finish, std::string &out);
    Choice &choice(int number, std::string &out);
    void head(int choice, std::string &out);
    void textChunk(int choice, std::string_view key, std::string_view text, std::string &out);

    ReplyOptions m_options;
    std::string m_prefix; // of every chunk, up to the choice's number
    std::string m_root;   // of the usage chunk, up to the choices
    std::vector<Choice> m_choices;
    std::vector<OpenPart> m_parts; // by number
    TokenUsage m_usage;
    bool m_functions;
    bool m_failed = false;
};

constexpr std::string_view chunkEnd = "},\"finish_reason\":null}]}\n\n";

void ChatReplyEncoder::begin(const MessageStart &start)
{
    if (!m_root.empty())
        return; // a ping came first and has fixed the id
    m_root = "data: ";
    JsonWriter json(m_root);
    json.beginObject();
    json.member("id", start.id.empty() ? makeId("chatcmpl-", m_options.requestId, 0) : std::string(start.id));
    json.member("object", "chat.completion.chunk");
    json.member("created", start.createdAt.value_or(m_options.nowSeconds));
    json.member("model", start.model.empty() ? m_options.model : start.model);
    json.memberUnlessEmpty("service_tier", start.serviceTier);
    json.key("choices");
    m_prefix = m_root + "[{\"index\":";
}

void ChatReplyEncoder::head(int choice, std::string &out)
{
    out += m_prefix;
    out += std::to_string(choice);
    out += ",\"delta\":{";
}

void ChatReplyEncoder::textChunk(int choice, std::string_view key, std::string_view text, std::string &out)
{
    head(choice, out);
    JsonWriter(out).member(key, text);
    out += chunkEnd;
}

ChatReplyEncoder::Choice &ChatReplyEncoder::choice(int number, std::string &out)
{
    if (m_root.empty())
        begin({});
    auto found =
        std::find_if(m_choices.begin(), m_choices.end(), [&](const Choice &one) { return one.number == number; });
    if (found == m_choices.end()) {
        m_choices.push_back({number});
        found = std::prev(m_choices.end());
    }
    if (!found->hasRole) {
        found->hasRole = true;
        head(number, out);
        out += "\"role\":\"assistant\",\"content\":\"\"";
        out += chunkEnd;
    }
    return *found;
}

void ChatReplyEncoder::take(const ReplyEvent &event, std::string &out)
{
    if (m_failed)
        return;
    if (const auto *delta = std::get_if<PartDelta>(&event)) {
        takeDelta(*delta, out);
    } else if (const auto *start = std::get_if<PartStart>(&event)) {
        startPart(*start, out);
    } else if (const auto *end = std::get_if<PartEnd>(&event)) {
        endPart(end->part, out);
    } else if (const auto *message = std::get_if<MessageStart>(&event)) {
        begin(*message);
        choice(0, out);
    } else if (const auto *usage = std::get_if<UsageReport>(&event)) {
        mergeUsage(m_usage, usage->usage);
    } else if (const auto *last = std::get_if<Finish>(&event)) {
        finish(*last, out);
    } else if (const auto *failure = std::get_if<Failure>(&event)) {
        out += errorEvent(failure->error);
        m_failed = true;
    }
}

void ChatReplyEncoder::startPart(const PartStart &start, std::string &out)
{
    const auto number = static_cast<size_t>(std::max(0, start.part));
    if (number >= m_parts.size())
        m_parts.resize(number + 1);
    Choice &owner = choice(start.choice, out);
    OpenPart &part = m_parts[number];
    part = {start.kind, start.choice, owner.calls, start.custom, std::string(start.mimeType), {}};
    if (start.kind == ReplyPartKind::ToolCall) {
        ++owner.calls;
        startCall(start, part, out);
    } else if (start.kind == ReplyPartKind::Audio) {
        head(start.choice, out);
        JsonWriter json(out);
        json.key("audio");
        json.beginObject();
        json.member("id", start.id.empty() ? makeId("audio_", m_options.requestId, start.part) : std::string(start.id));
        json.endObject();
        out += chunkEnd;
    }
}

void ChatReplyEncoder::startCall(const PartStart &start, const OpenPart &part, std::string &out)
{
    if (m_functions && part.call > 0)
        return; // function_call has room for one
    head(part.choice, out);
    JsonWriter json(out);
    if (m_functions) {
        json.key("function_call");
    } else {
        json.key("tool_calls");
        json.beginArray();
        json.beginObject();
        json.member("index", part.call);
        json.member("id", start.id.empty() ? makeId("call_", m_options.requestId, start.part) : std::string(start.id));
        json.member("type", part.custom ? "custom" : "function");
        json.key(part.custom ? "custom" : "function");
    }
    json.beginObject();
    json.member("name", start.name);
    json.member(part.custom ? "input" : "arguments", "");
    json.endObject();
    if (!m_functions) {
        json.endObject();
        json.endArray();
    }
    out += chunkEnd;
}

void ChatReplyEncoder::takeDelta(const PartDelta &delta, std::string &out)
{
    const auto number = static_cast<size_t>(delta.part);
    if (delta.part < 0 || number >= m_parts.size())
        return;
    OpenPart &part = m_parts[number];
    if (part.kind == ReplyPartKind::Audio)
        return deltaAudio(part, delta, out);
    if (part.kind == ReplyPartKind::Image) {
        part.image += delta.text;
        return;
    }
    if (delta.logprobs && (part.kind == ReplyPartKind::Text || part.kind == ReplyPartKind::Refusal))
        writeLogprobs(part, delta, out);
    else if (!delta.text.empty())
        deltaText(part, delta.text, out);
    if (delta.citation && !delta.citation->url.empty())
        writeCitation(part, *delta.citation, out);
}

void ChatReplyEncoder::deltaText(const OpenPart &part, std::string_view text, std::string &out)
{
    switch (part.kind) {
    case ReplyPartKind::Text:
        return textChunk(part.choice, "content", text, out);
    case ReplyPartKind::Thinking:
        return textChunk(part.choice, "reasoning_content", text, out);
    case ReplyPartKind::Refusal:
        return textChunk(part.choice, "refusal", text, out);
    case ReplyPartKind::ToolCall:
        break;
    case ReplyPartKind::RedactedThinking:
    case ReplyPartKind::Image:
    case ReplyPartKind::Audio:
    case ReplyPartKind::Native:
        return;
    }
    if (m_functions && part.call > 0)
        return;
    head(part.choice, out);
    if (m_functions) {
        out += "\"function_call\":{\"arguments\":";
    } else {
        out += "\"tool_calls\":[{\"index\":";
        out += std::to_string(part.call);
        out += part.custom ? ",\"custom\":{\"input\":" : ",\"function\":{\"arguments\":";
    }
    JsonWriter(out).text(text);
    out += m_functions ? "}" : "}}]";
    out += chunkEnd;
}

void ChatReplyEncoder::deltaAudio(const OpenPart &part, const PartDelta &delta, std::string &out)
{
    head(part.choice, out);
    JsonWriter json(out);
    json.key("audio");
    json.beginObject();
    json.memberUnlessEmpty("data", delta.text);
    json.memberUnlessEmpty("transcript", delta.transcript);
    json.endObject();
    out += chunkEnd;
}

void ChatReplyEncoder::writeCitation(const OpenPart &part, const Citation &citation, std::string &out)
{
    head(part.choice, out);
    out += "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":";
    JsonWriter json(out);
    json.beginObject();
    json.member("url", citation.url);
    json.member("title", citation.title);
    json.member("start_index", citation.begin.value_or(0));
    json.member("end_index", citation.end.value_or(0));
    json.memberUnlessEmpty("content", citation.citedText);
    json.endObject();
    out += "}]";
    out += chunkEnd;
}

void ChatReplyEncoder::writeLogprobs(const OpenPart &part, const PartDelta &delta, std::string &out)
{
    const bool refusal = part.kind == ReplyPartKind::Refusal;
    head(part.choice, out);
    if (!delta.text.empty())
        JsonWriter(out).member(refusal ? "refusal" : "content", delta.text);
    out += refusal ? "},\"logprobs\":{\"content\":null,\"refusal\":" : "},\"logprobs\":{\"content\":";
    JsonWriter(out).value(*delta.logprobs);
    out += refusal ? "" : ",\"refusal\":null";
    out += chunkEnd;
}

// OpenRouter's form; an image is of no use in pieces.
void ChatReplyEncoder::endPart(int number, std::string &out)
{
    if (number < 0 || static_cast<size_t>(number) >= m_parts.size())
        return;
    OpenPart &part = m_parts[static_cast<size_t>(number)];
    if (part.kind != ReplyPartKind::Image || part.image.empty())
        return;
    head(part.choice, out);
    out += "\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":";
    JsonWriter json(out);
    json.textBegin();
    json.textPart("data:" + part.mimeType + ";base64,");
    json.textPart(part.image);
    json.textEnd();
    out += "}}]";
    out += chunkEnd;
    part.image = {};
}

void ChatReplyEncoder::finish(const Finish &finish, std::string &out)
{
    const Choice &owner = choice(finish.choice, out);
    head(finish.choice, out);
    out += "},\"finish_reason\":\"";
    const std::string_view word = finishWord(finish.reason, owner.calls > 0);
    out += m_functions && word == "tool_calls" ? std::string_view("function_call") : word;
    out += "\"}]}\n\n";
}

void ChatReplyEncoder::end(std::string &out)
{
    if (m_failed)
        return;
    if (m_root.empty())
        begin({});
    if (m_options.includeUsage) {
        out += m_root;
        out += "[],\"usage\":";
        JsonWriter json(out);
        writeUsage(json, m_usage);
        out += "}\n\n";
    }
    out += "data: [DONE]\n\n";
}

// Comments are not data: some clients count them as silence. Before the reply begins the first chunk serves.
void ChatReplyEncoder::ping(std::string &out)
{
    if (m_failed)
        return;
    const bool begun = !m_choices.empty();
    const int number = choice(0, out).number;
    if (!begun)
        return;
    head(number, out);
    out += chunkEnd;
}

} // namespace

std::string_view finishWord(FinishReason reason, bool calls)
{
    switch (reason) {
    case FinishReason::Length:
        return "length";
    case FinishReason::ToolCalls:
        return "tool_calls";
    case FinishReason::ContentFilter:
    case FinishReason::Refusal:
        return "content_filter";
    case FinishReason::Stop:
    case FinishReason::StopSequence:
    case FinishReason::Pause:
    case FinishReason::Other:
        break;
    }
    // Clients run tools only when they are told that some were called.
    return calls ? "tool_calls" : "stop";
}

bool usesFunctions(const ReplyOptions &options)
{
    if (!options.conversation || !options.conversation->source)
        return false;
    const Node root = &options.conversation->source->root;
    return memberOf(root, "functions") && !memberOf(root, "tools");
}

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options)
{
    return std::make_unique<ChatReplyEncoder>(options);
}

} // namespace signalbox::openai_chat
