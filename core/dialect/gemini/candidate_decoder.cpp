// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/candidate_decoder.h"

#include "core/dialect/gemini/field_names.h"
#include "core/dialect/gemini/finish_reasons.h"
#include "core/dialect/gemini/grounding.h"
#include "core/dialect/gemini/logprobs.h"
#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

std::string_view typeOf(const json::object &part)
{
    for (const json::key_value_pair &member : part) {
        const std::string_view key = member.key();
        if (key != "thought" && key != "thoughtSignature" && key != "partMetadata")
            return key;
    }
    return {};
}

} // namespace

int CandidateDecoder::open(ReplyPartKind kind, ReplySink &sink)
{
    if (m_open && m_openKind == kind)
        return *m_open;
    close(sink);
    m_open = m_nextPart++;
    m_openKind = kind;
    m_anyPart = true;
    PartStart start;
    start.part = *m_open;
    start.kind = kind;
    start.choice = m_choice;
    start.dialect = Dialect::Gemini;
    sink.take(start);
    return *m_open;
}

void CandidateDecoder::close(ReplySink &sink)
{
    if (m_open) {
        sink.take(PartEnd{*m_open});
        m_open.reset();
    }
    m_text.clear();
    if (m_signature.empty())
        return;
    const std::string signature = std::move(m_signature);
    m_signature.clear();
    addSignature(signature, sink);
}

// A signature on anything but thoughts and calls: thinking without a text.
void CandidateDecoder::addSignature(std::string_view signature, ReplySink &sink)
{
    if (signature.empty())
        return;
    const int part = open(ReplyPartKind::Thinking, sink);
    sink.take(PartDelta{part, {}, signature});
    close(sink);
}

void CandidateDecoder::addRefusal(std::string_view text, ReplySink &sink)
{
    const int part = open(ReplyPartKind::Refusal, sink);
    sink.take(PartDelta{part, text});
    close(sink);
}

void CandidateDecoder::take(const json::object &candidate, DecodeContext &context, ReplySink &sink)
{
    ObjectReader reader(candidate, context);
    reader.ignore("index");
    reader.ignore("tokenCount");
    if (const json::object *content = reader.object("content")) {
        ObjectReader contentReader(*content, context);
        contentReader.ignore("role");
        if (const json::array *parts = contentReader.array("parts")) {
            for (const json::value &part : *parts)
                takePart(part, context, sink);
        }
    }
    takeMetadata(reader, sink);
    takeEnd(reader, sink);
}

void CandidateDecoder::takePart(const json::value &value, DecodeContext &context, ReplySink &sink)
{
    const json::object *part = value.if_object();
    if (!part)
        return context.fail(&value, "must be an object");
    ObjectReader reader(*part, context);
    const std::string_view signature = reader.text(spelled(reader, "thoughtSignature", "thought_signature"));
    const bool thought = reader.boolean("thought").value.value_or(false);
    if (const Setting<std::string_view> text = reader.textSetting("text"))
        return takeText(*text, thought, signature, sink);
    if (const json::object *call = reader.object(spelled(reader, "functionCall", "function_call")))
        return takeCall(*call, signature, context, sink);
    if (const json::object *blob = reader.object(spelled(reader, "inlineData", "inline_data"))) {
        if (takeBlob(*blob, signature, context, sink))
            return;
    }
    reader.ignoreRest();
    const std::string_view type = typeOf(*part);
    if (type.empty())
        return addSignature(signature, sink);
    close(sink);
    PartStart start;
    start.part = m_nextPart++;
    start.kind = ReplyPartKind::Native;
    start.choice = m_choice;
    start.nativeType = type;
    start.dialect = Dialect::Gemini;
    m_anyPart = true;
    sink.take(start);
    m_scratch.clear();
    JsonWriter(m_scratch).value(value);
    sink.take(PartDelta{start.part, m_scratch});
    sink.take(PartEnd{start.part});
}

void CandidateDecoder::takeText(std::string_view text, bool thought, std::string_view signature, ReplySink &sink)
{
    if (thought) {
        if (text.empty() && signature.empty())
            return;
        const int part = open(ReplyPartKind::Thinking, sink);
        sink.take(PartDelta{part, text, signature});
        if (!signature.empty())
            close(sink);
        return;
    }
    if (!text.empty()) {
        if (!m_signature.empty())
            close(sink);
        const int part = open(ReplyPartKind::Text, sink);
        m_text += text;
        sink.take(PartDelta{part, text});
    }
    if (m_open && m_openKind == ReplyPartKind::Text && m_signature.empty())
        m_signature = signature;
    else
        addSignature(signature, sink);
}

void CandidateDecoder::takeCall(const json::object &call, std::string_view signature, DecodeContext &context,
                                ReplySink &sink)
{
    close(sink);
    ObjectReader reader(call, context);
    PartStart start;
    start.part = m_nextPart++;
    start.kind = ReplyPartKind::ToolCall;
    start.choice = m_choice;
    start.id = reader.text("id");
    start.name = reader.text("name");
    start.dialect = Dialect::Gemini;
    if (start.name.empty() && !call.contains("name"))
        return context.fail(nullptr, "a function call without a name");
    m_anyPart = true;
    m_hasCalls = true;
    sink.take(start);
    m_scratch.clear();
    if (const Node arguments = reader.take("args"))
        JsonWriter(m_scratch).value(*arguments);
    else
        m_scratch = "{}";
    sink.take(PartDelta{start.part, m_scratch, signature});
    sink.take(PartEnd{start.part});
}

bool CandidateDecoder::takeBlob(const json::object &blob, std::string_view signature, DecodeContext &context,
                                ReplySink &sink)
{
    ObjectReader reader(blob, context);
    const std::string_view mimeType = reader.text(spelled(reader, "mimeType", "mime_type"));
    const bool image = mimeType.starts_with("image/");
    if (!image && !mimeType.starts_with("audio/")) {
        reader.ignoreRest();
        return false;
    }
    close(sink);
    PartStart start;
    start.part = m_nextPart++;
    start.kind = image ? ReplyPartKind::Image : ReplyPartKind::Audio;
    start.choice = m_choice;
    start.mimeType = mimeType;
    start.dialect = Dialect::Gemini;
    m_anyPart = true;
    sink.take(start);
    sink.take(PartDelta{start.part, reader.text("data")});
    sink.take(PartEnd{start.part});
    addSignature(signature, sink);
    return true;
}

// Sources and probabilities belong to the text that is open; without one they stay unread and are noted.
void CandidateDecoder::takeMetadata(ObjectReader &reader, ReplySink &sink)
{
    if (!m_open || m_openKind != ReplyPartKind::Text)
        return;
    std::vector<Citation> citations;
    if (const json::object *metadata = reader.object("groundingMetadata"))
        citations = readGrounding(*metadata, m_text, reader.context());
    if (const json::object *metadata = reader.object("citationMetadata")) {
        const std::vector<Citation> more = readCitations(*metadata, m_text, reader.context());
        citations.insert(citations.end(), more.begin(), more.end());
    }
    for (const Citation &citation : citations)
        sink.take(PartDelta{*m_open, {}, {}, &citation});
    const json::object *logprobs = reader.object("logprobsResult");
    if (!logprobs)
        return;
    const json::value items(readLogprobs(*logprobs, json::storage_ptr()));
    sink.take(PartDelta{*m_open, {}, {}, nullptr, &items});
}

void CandidateDecoder::takeEnd(ObjectReader &reader, ReplySink &sink)
{
    const std::string_view reason = reader.text(spelled(reader, "finishReason", "finish_reason"));
    if (reason.empty() || m_finished)
        return;
    close(sink);
    m_reason = reason;
    if (finishReasonOf(reason, false) != FinishReason::ContentFilter)
        return;
    const std::string_view message = reader.text("finishMessage");
    if (!message.empty())
        addRefusal(message, sink);
    else if (!m_anyPart)
        addRefusal("Gemini withheld the answer: " + m_reason + '.', sink);
}

void CandidateDecoder::block(std::string_view reason, std::string_view message, ReplySink &sink)
{
    if (m_finished)
        return;
    close(sink);
    const std::string made = "Gemini blocked the prompt: " + std::string(reason) + '.';
    addRefusal(message.empty() ? std::string_view(made) : message, sink);
    m_finished = true;
    sink.take(Finish{FinishReason::ContentFilter, m_choice, {}, reason});
}

void CandidateDecoder::finish(ReplySink &sink)
{
    if (m_finished || m_reason.empty())
        return;
    m_finished = true;
    sink.take(Finish{finishReasonOf(m_reason, m_hasCalls), m_choice, {}, m_reason});
}

void CandidateDecoder::finishWhole(ReplySink &sink)
{
    if (m_finished)
        return;
    close(sink);
    m_finished = true;
    sink.take(Finish{m_hasCalls ? FinishReason::ToolCalls : FinishReason::Stop, m_choice});
}

} // namespace signalbox::gemini
