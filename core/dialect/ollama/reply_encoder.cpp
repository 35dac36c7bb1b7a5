// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/reply_encoder.h"

#include "core/dialect/media.h"
#include "core/dialect/ollama/errors.h"
#include "core/dialect/ollama/timestamps.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::ollama {

namespace {

bool isGenerate(const ReplyOptions &options)
{
    return options.path.ends_with("/api/generate");
}

// Ollama itself says stop and length only; the other words tell an app that reads them why there is no more text.
std::string_view reasonWord(FinishReason reason, std::string_view native)
{
    switch (reason) {
    case FinishReason::Length:
        return "length";
    case FinishReason::ContentFilter:
        return "content_filter";
    case FinishReason::Refusal:
        return "refusal";
    case FinishReason::Other:
        return native.empty() ? "stop" : native;
    case FinishReason::Stop:
    case FinishReason::StopSequence:
    case FinishReason::ToolCalls:
    case FinishReason::Pause:
        break;
    }
    return "stop";
}

void writeCall(JsonWriter &writer, const FoldedPart &part, int index, std::string_view requestId)
{
    writer.beginObject();
    writer.member("id", part.id.empty() ? makeId("call_", requestId, index) : part.id);
    writer.key("function");
    writer.beginObject();
    writer.member("index", index);
    writer.member("name", part.name);
    writer.key("arguments");
    if (part.custom) {
        writer.beginObject();
        writer.member("input", part.text);
        writer.endObject();
    } else {
        writer.raw(argumentsObject(part.text).json);
    }
    writer.endObject();
    writer.endObject();
}

struct Durations {
    int64_t total = 0;
    int64_t prompt = 0;
    int64_t answer = 0;
};

// Counts that nobody told are left out, as Ollama does for a cached prompt.
void writeDone(JsonWriter &writer, std::string_view reason, const TokenUsage &usage, const Durations &durations)
{
    writer.member("done", true);
    writer.member("done_reason", reason);
    writer.member("total_duration", durations.total);
    writer.member("load_duration", 0);
    if (usage.input || usage.cachedInput || usage.cacheWrite)
        writer.member("prompt_eval_count",
                      usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0));
    writer.member("prompt_eval_duration", durations.prompt);
    if (usage.output)
        writer.member("eval_count", *usage.output);
    writer.member("eval_duration", durations.answer);
}

std::string shownText(const FoldedChoice &choice, ReplyPartKind kind)
{
    std::string text;
    for (const FoldedPart &part : choice.parts) {
        const bool spoken = kind == ReplyPartKind::Text && part.kind == ReplyPartKind::Audio;
        if (part.kind == kind || (kind == ReplyPartKind::Text && part.kind == ReplyPartKind::Refusal))
            text += part.text;
        else if (spoken)
            text += part.transcript;
    }
    return text;
}

void writeWholeParts(JsonWriter &writer, const FoldedChoice &choice, std::string_view requestId)
{
    const auto has = [&](ReplyPartKind kind) {
        return std::any_of(choice.parts.begin(), choice.parts.end(),
                           [&](const FoldedPart &part) { return part.kind == kind; });
    };
    if (has(ReplyPartKind::Image)) {
        writer.key("images");
        writer.beginArray();
        for (const FoldedPart &part : choice.parts) {
            if (part.kind == ReplyPartKind::Image)
                writer.text(part.text);
        }
        writer.endArray();
    }
    if (has(ReplyPartKind::ToolCall)) {
        writer.key("tool_calls");
        writer.beginArray();
        int index = 0;
        for (const FoldedPart &part : choice.parts) {
            if (part.kind == ReplyPartKind::ToolCall)
                writeCall(writer, part, index++, requestId);
        }
        writer.endArray();
    }
}

std::string logprobsOf(const FoldedChoice &choice)
{
    for (const FoldedPart &part : choice.parts) {
        if (part.kind == ReplyPartKind::Text && !part.logprobs.empty())
            return part.logprobs;
    }
    return {};
}

} // namespace

Encoder::Encoder(const ReplyOptions &options)
    : m_options(options), m_requestId(options.requestId), m_generate(isGenerate(options))
{
    setHead(options.model);
    m_options.model = {};
    m_options.requestId = {};
}

void Encoder::setHead(std::string_view model)
{
    m_head.clear();
    JsonWriter writer(m_head);
    writer.beginObject();
    writer.member("model", model);
    writer.member("created_at", timestampOf(m_options.nowSeconds));
    m_head += ',';
}

int64_t Encoder::elapsedNs() const
{
    return m_options.elapsedNs ? m_options.elapsedNs() : 0;
}

void Encoder::take(const ReplyEvent &event, std::string &out)
{
    if (m_over)
        return;
    if (const auto *delta = std::get_if<PartDelta>(&event)) {
        takeDelta(*delta, out);
    } else if (const auto *start = std::get_if<PartStart>(&event)) {
        takeStart(*start);
    } else if (const auto *end = std::get_if<PartEnd>(&event)) {
        takeEnd(end->part, out);
    } else if (const auto *message = std::get_if<MessageStart>(&event)) {
        if (!message->model.empty())
            setHead(message->model);
    } else if (const auto *report = std::get_if<UsageReport>(&event)) {
        mergeUsage(m_usage, report->usage);
    } else if (const auto *finish = std::get_if<Finish>(&event)) {
        if (finish->choice != 0)
            return;
        m_finish = *finish;
        m_nativeFinish = finish->native;
        m_finish.native = {};
        m_finish.stopSequence = {};
    } else if (const auto *failure = std::get_if<Failure>(&event)) {
        m_over = true;
        out += errorLine(failure->error);
    }
}

void Encoder::takeStart(const PartStart &start)
{
    if (m_firstNs == 0)
        m_firstNs = elapsedNs();
    OpenPart open{start.part, start.kind, start.choice, {}};
    open.copy.kind = start.kind;
    open.copy.id = start.id;
    open.copy.name = start.name;
    open.copy.custom = start.custom;
    m_open.push_back(std::move(open));
}

void Encoder::takeDelta(const PartDelta &delta, std::string &out)
{
    const auto open =
        std::find_if(m_open.begin(), m_open.end(), [&](const OpenPart &one) { return one.part == delta.part; });
    if (open == m_open.end() || open->choice != 0)
        return;
    switch (open->kind) {
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
        return writeText(delta.text, {}, delta.logprobs, out);
    case ReplyPartKind::Thinking:
        return writeText({}, delta.text, delta.logprobs, out);
    case ReplyPartKind::Audio:
        return writeText(delta.transcript, {}, nullptr, out);
    case ReplyPartKind::ToolCall:
    case ReplyPartKind::Image:
        open->copy.text += delta.text;
        return;
    case ReplyPartKind::RedactedThinking:
    case ReplyPartKind::Native:
        return; // nothing that a person could read
    }
}

void Encoder::takeEnd(int part, std::string &out)
{
    const auto open = std::find_if(m_open.begin(), m_open.end(), [&](const OpenPart &one) { return one.part == part; });
    if (open == m_open.end())
        return;
    if (open->choice == 0 && (open->kind == ReplyPartKind::ToolCall || open->kind == ReplyPartKind::Image))
        writeWhole(open->copy, out);
    m_open.erase(open);
}

void Encoder::writeText(std::string_view content, std::string_view thinking, Node logprobs, std::string &out)
{
    if (content.empty() && thinking.empty() && !logprobs)
        return;
    out += m_head;
    JsonWriter writer(out);
    if (m_generate) {
        writer.member("response", content);
        writer.memberUnlessEmpty("thinking", thinking);
    } else {
        writer.key("message");
        writer.beginObject();
        writer.member("role", "assistant");
        writer.member("content", content);
        writer.memberUnlessEmpty("thinking", thinking);
        writer.endObject();
    }
    if (logprobs)
        writer.member("logprobs", *logprobs);
    writer.member("done", false);
    out += "}\n";
}

void Encoder::writeWhole(const FoldedPart &part, std::string &out)
{
    out += m_head;
    JsonWriter writer(out);
    if (m_generate) {
        writer.member("response", "");
    } else {
        writer.key("message");
        writer.beginObject();
        writer.member("role", "assistant");
        writer.member("content", "");
    }
    writer.key(part.kind == ReplyPartKind::Image ? "images" : "tool_calls");
    writer.beginArray();
    if (part.kind == ReplyPartKind::Image)
        writer.text(part.text);
    else
        writeCall(writer, part, m_calls++, m_requestId);
    writer.endArray();
    if (!m_generate)
        writer.endObject();
    writer.member("done", false);
    out += "}\n";
}

void Encoder::end(std::string &out)
{
    if (m_over)
        return;
    while (!m_open.empty())
        takeEnd(m_open.front().part, out);
    out += m_head;
    JsonWriter writer(out);
    if (m_generate) {
        writer.member("response", "");
    } else {
        writer.key("message");
        writer.beginObject();
        writer.member("role", "assistant");
        writer.member("content", "");
        writer.endObject();
    }
    const int64_t total = elapsedNs();
    writeDone(writer, reasonWord(m_finish.reason, m_nativeFinish), m_usage, {total, m_firstNs, total - m_firstNs});
    out += "}\n";
    m_over = true;
}

// A line without text: readers add nothing to what they have.
void Encoder::ping(std::string &out)
{
    if (m_over)
        return;
    out += m_head;
    JsonWriter writer(out);
    if (m_generate)
        writer.member("response", "");
    else
        writer.memberRaw("message", R"({"role":"assistant","content":""})");
    writer.member("done", false);
    out += "}\n";
}

std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options)
{
    std::string body;
    JsonWriter writer(body);
    const FoldedChoice &choice = reply.choices.front();
    writer.beginObject();
    writer.member("model", reply.model.empty() ? options.model : std::string_view(reply.model));
    writer.member("created_at", timestampOf(options.nowSeconds));
    const bool generate = isGenerate(options);
    if (generate) {
        writer.member("response", shownText(choice, ReplyPartKind::Text));
    } else {
        writer.key("message");
        writer.beginObject();
        writer.member("role", "assistant");
        writer.member("content", shownText(choice, ReplyPartKind::Text));
    }
    writer.memberUnlessEmpty("thinking", shownText(choice, ReplyPartKind::Thinking));
    writeWholeParts(writer, choice, options.requestId);
    if (!generate)
        writer.endObject();
    if (const std::string logprobs = logprobsOf(choice); !logprobs.empty())
        writer.memberRaw("logprobs", logprobs);
    const int64_t total = options.elapsedNs ? options.elapsedNs() : 0;
    writeDone(writer, reasonWord(choice.finish.value_or(FinishReason::Stop), choice.nativeFinish), reply.usage,
              {total, 0, total});
    writer.endObject();
    return body;
}

} // namespace signalbox::ollama
