// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/reply_encoder.h"

#include "core/dialect/gemini/errors.h"
#include "core/dialect/gemini/finish_reasons.h"
#include "core/dialect/gemini/grounding.h"
#include "core/dialect/gemini/logprobs.h"
#include "core/dialect/gemini/reply_parts.h"
#include "core/dialect/gemini/usage.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::gemini {

namespace {

constexpr int idsPerChoice = 1000;

std::string callId(std::string_view requestId, int choice, int ordinal)
{
    return makeId("call_", requestId, choice * idsPerChoice + ordinal);
}

bool isStreamed(ReplyPartKind kind)
{
    return kind == ReplyPartKind::Text || kind == ReplyPartKind::Refusal || kind == ReplyPartKind::Thinking;
}

class Encoder final : public ReplyEncoder
{
public:
    explicit Encoder(const ReplyOptions &options)
        : m_model(options.model), m_requestId(options.requestId), m_array(options.framing == StreamFraming::JsonArray)
    {
    }

    void take(const ReplyEvent &event, std::string &out) override
    {
        if (m_failed)
            return;
        if (const auto *start = std::get_if<MessageStart>(&event)) {
            m_id = start->id;
            if (!start->model.empty())
                m_model = start->model;
        } else if (const auto *partStart = std::get_if<PartStart>(&event)) {
            takeStart(*partStart);
        } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
            takeDelta(*delta, out);
        } else if (const auto *partEnd = std::get_if<PartEnd>(&event)) {
            takeEnd(partEnd->part, out);
        } else if (const auto *report = std::get_if<UsageReport>(&event)) {
            mergeUsage(m_usage, report->usage);
            m_usageIsNews = true;
        } else if (const auto *finish = std::get_if<Finish>(&event)) {
            takeFinish(*finish, out);
        } else if (const auto *failure = std::get_if<Failure>(&event)) {
            m_failed = true;
            frame(errorBody(failure->error), out);
            if (m_array)
                out += ']';
        }
    }

    void end(std::string &out) override
    {
        if (m_failed)
            return;
        const bool any = std::any_of(m_choices.begin(), m_choices.end(), [](const auto &one) { return one.ended; });
        if (any || m_usageIsNews) {
            beginFrame(out);
            JsonWriter writer(out);
            writer.beginObject();
            writer.key("candidates");
            writer.beginArray();
            for (size_t i = 0; i < m_choices.size(); ++i) {
                if (m_choices[i].ended)
                    writeEnd(writer, static_cast<int>(i));
            }
            writer.endArray();
            m_usageIsNews = true; // the last chunk always tells it
            finishChunk(writer, out);
        }
        if (m_array)
            out += m_first ? "[]" : "]";
    }

    // The dialect has no ping and its oldest readers stop at a comment: a chunk that adds nothing.
    void ping(std::string &out) override
    {
        if (!m_failed)
            writeChunk(0, out, [](JsonWriter &writer) { writeTextPart(writer, {}); });
    }

private:
    struct OpenPart {
        FoldedPart folded; // of streamed kinds: no text
        int choice = 0;
        int ordinal = 0; // of calls, in their choice
        bool open = true;
        bool anyText = false;
    };
    struct Choice {
        int calls = 0;
        bool ended = false;
        FinishReason reason = FinishReason::Stop;
        std::string native;
        std::string text; // of its text parts: citations count in bytes here
        std::vector<FoldedPart::CitationCopy> citations;
    };

    Choice &choice(int number)
    {
        const auto index = static_cast<size_t>(std::max(0, number));
        if (index >= m_choices.size())
            m_choices.resize(index + 1);
        return m_choices[index];
    }

    void takeStart(const PartStart &start)
    {
        OpenPart part;
        part.choice = std::max(0, start.choice);
        part.folded.kind = start.kind;
        part.folded.id = start.id;
        part.folded.name = start.name;
        part.folded.mimeType = start.mimeType;
        part.folded.dialect = start.dialect;
        Choice &owner = choice(part.choice);
        if (start.kind == ReplyPartKind::ToolCall)
            part.ordinal = owner.calls++;
        const auto number = static_cast<size_t>(std::max(0, start.part));
        if (number >= m_parts.size())
            m_parts.resize(number + 1);
        m_parts[number] = std::move(part);
    }

    OpenPart *partOf(int number)
    {
        const auto index = static_cast<size_t>(number);
        return number >= 0 && index < m_parts.size() && m_parts[index].open ? &m_parts[index] : nullptr;
    }

    void takeDelta(const PartDelta &delta, std::string &out)
    {
        OpenPart *part = partOf(delta.part);
        if (!part)
            return;
        if (const Citation *citation = delta.citation)
            choice(part->choice)
                .citations.push_back({std::string(citation->url), std::string(citation->title),
                                      std::string(citation->citedText), citation->begin, citation->end});
        if (!isStreamed(part->folded.kind)) {
            part->folded.text += delta.text;
            part->folded.signature += delta.signature;
            part->folded.transcript += delta.transcript;
            return;
        }
        const bool thinking = part->folded.kind == ReplyPartKind::Thinking;
        const bool own = part->folded.dialect == Dialect::Gemini;
        const std::string_view signature = thinking && own ? delta.signature : std::string_view();
        if (delta.text.empty() && signature.empty() && !delta.logprobs)
            return;
        part->anyText |= !delta.text.empty();
        if (!thinking)
            choice(part->choice).text += delta.text;
        const bool thought = thinking && part->anyText;
        writeChunk(
            part->choice, out, [&](JsonWriter &writer) { writeTextPart(writer, delta.text, thought, signature); },
            delta.logprobs);
    }

    void takeEnd(int number, std::string &out)
    {
        OpenPart *part = partOf(number);
        if (!part)
            return;
        part->open = false;
        if (isStreamed(part->folded.kind))
            return;
        m_scratch.clear();
        JsonWriter parts(m_scratch);
        writePart(parts, part->folded, callId(m_requestId, part->choice, part->ordinal));
        if (!m_scratch.empty())
            writeChunk(part->choice, out, [this](JsonWriter &writer) { writer.raw(m_scratch); });
        part->folded = FoldedPart();
    }

    // Held until end(): the last chunk carries the usage, which some providers tell after the reason.
    void takeFinish(const Finish &finish, std::string &out)
    {
        for (size_t i = 0; i < m_parts.size(); ++i) {
            if (m_parts[i].open && m_parts[i].choice == finish.choice)
                takeEnd(static_cast<int>(i), out);
        }
        Choice &owner = choice(finish.choice);
        owner.ended = true;
        owner.reason = finish.reason;
        owner.native = finish.native;
    }

    void beginFrame(std::string &out)
    {
        if (!m_array)
            out += "data: ";
        else
            out += m_first ? "[" : ",\r\n";
        m_first = false;
    }

    void frame(const std::string &json, std::string &out)
    {
        beginFrame(out);
        out += json;
        if (!m_array)
            out += "\r\n\r\n";
    }

    template<class WriteParts>
    void writeChunk(int number, std::string &out, const WriteParts &writeParts, Node logprobs = nullptr)
    {
        beginFrame(out);
        JsonWriter writer(out);
        writer.beginObject();
        writer.key("candidates");
        writer.beginArray();
        writer.beginObject();
        writer.key("content");
        writer.beginObject();
        writer.key("parts");
        writer.beginArray();
        writeParts(writer);
        writer.endArray();
        writer.member("role", "model");
        writer.endObject();
        if (logprobs)
            writeLogprobs(writer, *logprobs);
        writer.member("index", number);
        writer.endObject();
        writer.endArray();
        finishChunk(writer, out);
    }

    void finishChunk(JsonWriter &writer, std::string &out)
    {
        if (m_usageIsNews && m_usage != TokenUsage()) {
            writer.key("usageMetadata");
            writeUsage(writer, m_usage);
        }
        m_usageIsNews = false;
        writer.member("modelVersion", m_model);
        writer.member("responseId", m_id.empty() ? m_requestId : m_id);
        writer.endObject();
        if (!m_array)
            out += "\r\n\r\n";
    }

    void writeEnd(JsonWriter &writer, int number)
    {
        const Choice &owner = m_choices[static_cast<size_t>(number)];
        writer.beginObject();
        writer.key("content");
        writer.beginObject();
        writer.key("parts");
        writer.beginArray();
        if (owner.calls == 0) // an empty text behind a call would be replayed as a part of its own
            writeTextPart(writer, {});
        writer.endArray();
        writer.member("role", "model");
        writer.endObject();
        writer.member("finishReason", finishReasonName(owner.reason, owner.native));
        writer.member("index", number);
        writeGrounding(writer, owner.citations, owner.text);
        writer.endObject();
    }

    std::string m_model;
    std::string m_requestId;
    std::string m_id;
    std::string m_scratch;
    std::vector<OpenPart> m_parts; // by number
    std::vector<Choice> m_choices;
    TokenUsage m_usage;
    bool m_array;
    bool m_first = true;
    bool m_failed = false;
    bool m_usageIsNews = false;
};

void writeWholeParts(JsonWriter &out, const FoldedChoice &choice, int number, std::string_view requestId)
{
    std::string parts;
    JsonWriter writer(parts);
    int calls = 0;
    for (size_t i = 0; i < choice.parts.size(); ++i) {
        const FoldedPart &part = choice.parts[i];
        const FoldedPart *next = i + 1 < choice.parts.size() ? &choice.parts[i + 1] : nullptr;
        std::string_view signature;
        // The signature of a text follows it as thinking without a text.
        if (part.kind == ReplyPartKind::Text && !part.text.empty() && next && next->kind == ReplyPartKind::Thinking &&
            next->text.empty() && next->dialect == Dialect::Gemini) {
            signature = next->signature;
            ++i;
        }
        const std::string id =
            part.kind == ReplyPartKind::ToolCall && part.id.empty() ? callId(requestId, number, calls) : std::string();
        calls += part.kind == ReplyPartKind::ToolCall;
        writePart(writer, part, id, signature);
    }
    if (parts.empty())
        writeTextPart(writer, {});
    out.raw(parts);
}

void writeCandidate(JsonWriter &out, const FoldedChoice &choice, int number, std::string_view requestId)
{
    out.beginObject();
    out.key("content");
    out.beginObject();
    out.key("parts");
    out.beginArray();
    writeWholeParts(out, choice, number, requestId);
    out.endArray();
    out.member("role", "model");
    out.endObject();
    out.member("finishReason", finishReasonName(choice.finish.value_or(FinishReason::Stop), choice.nativeFinish));
    out.member("index", number);
    for (const FoldedPart &part : choice.parts) {
        if (part.citations.empty())
            continue;
        writeGrounding(out, part.citations, part.text);
        break;
    }
    for (const FoldedPart &part : choice.parts) {
        if (part.logprobs.empty())
            continue;
        boost::system::error_code code;
        const boost::json::value items = boost::json::parse(part.logprobs, code);
        if (!code)
            writeLogprobs(out, items);
        break;
    }
    out.endObject();
}

} // namespace

std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options)
{
    return std::make_unique<Encoder>(options);
}

std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options)
{
    if (reply.failure)
        return errorBody(*reply.failure);
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    out.key("candidates");
    out.beginArray();
    for (size_t i = 0; i < reply.choices.size(); ++i)
        writeCandidate(out, reply.choices[i], static_cast<int>(i), options.requestId);
    out.endArray();
    if (reply.usage != TokenUsage()) {
        out.key("usageMetadata");
        writeUsage(out, reply.usage);
    }
    out.member("modelVersion", reply.model.empty() ? options.model : std::string_view(reply.model));
    out.member("responseId", reply.id.empty() ? options.requestId : std::string_view(reply.id));
    out.endObject();
    return body;
}

} // namespace signalbox::gemini
