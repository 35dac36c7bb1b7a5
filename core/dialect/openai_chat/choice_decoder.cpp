// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/choice_decoder.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/part_decoder.h"
#include "core/dialect/openai_chat/reply_decoder.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

Citation citationOf(Node source)
{
    Citation citation{textOf(source, "url"), textOf(source, "title"), textOf(source, "content")};
    if (const Node begin = memberOf(source, "start_index"); begin && begin->is_int64())
        citation.begin = begin->get_int64();
    if (const Node end = memberOf(source, "end_index"); end && end->is_int64())
        citation.end = end->get_int64();
    return citation;
}

// Vendors add their own members to choices and deltas, which mean nothing to a client.
constexpr std::array choiceEchoes = {
    "index",     "finish_reason", "native_finish_reason", "content_filter_results", "stop_reason", "matched_stop",
    "token_ids", "error"};
constexpr std::array deltaEchoes = {
    "role", "id", "type", "name", "token_ids", "tool_call_id", "provider_specific_fields"};

} // namespace

int ChoiceDecoder::open(ReplyPartKind kind, ReplySink &sink, PartStart start)
{
    if (m_openPart && m_openKind == kind && kind != ReplyPartKind::Image && kind != ReplyPartKind::RedactedThinking)
        return *m_openPart;
    closeOpen(sink);
    m_calls.endComplete(sink);
    start.part = m_nextPart++;
    start.kind = kind;
    start.choice = m_choice;
    m_openPart = start.part;
    m_openKind = kind;
    if (kind == ReplyPartKind::Text)
        m_textPart = start.part;
    sink.take(start);
    return start.part;
}

void ChoiceDecoder::closeOpen(ReplySink &sink)
{
    if (m_openPart)
        sink.take(PartEnd{*m_openPart});
    m_openPart.reset();
}

void ChoiceDecoder::text(ReplyPartKind kind, std::string_view text, ReplySink &sink)
{
    if (!text.empty())
        sink.take(PartDelta{open(kind, sink), text});
}

void ChoiceDecoder::take(const json::object &choice, bool whole, DecodeContext &context, ReplySink &sink)
{
    ObjectReader reader(choice, context);
    for (const char *echo : choiceEchoes)
        reader.ignore(echo);
    if (m_finished) {
        reader.ignoreRest();
        return;
    }
    const json::object *delta = reader.object(whole ? "message" : "delta");
    if (!delta) // some servers stream whole messages
        delta = reader.object(whole ? "delta" : "message");
    if (delta)
        takeDelta(*delta, whole, context, sink);
    takeLogprobs(reader, sink);
}

void ChoiceDecoder::takeFinish(Node choice, ReplySink &sink)
{
    const std::string_view word = textOf(choice, "finish_reason");
    if (word.empty())
        return;
    std::string_view stop = textOf(choice, "stop_reason"); // vLLM: the stop text that was met
    if (stop.empty())
        stop = textOf(choice, "matched_stop");
    finish(word, sink, stop);
}

void ChoiceDecoder::takeDelta(const json::object &delta, bool whole, DecodeContext &context, ReplySink &sink)
{
    ObjectReader reader(delta, context);
    for (const char *echo : deltaEchoes)
        reader.ignore(echo);
    takeThinking(reader, sink);
    takeContent(reader.take("content"), context, sink);
    text(ReplyPartKind::Refusal, textIn(reader.take("refusal")), sink);
    takeAnnotations(reader, sink);
    takeImages(reader, sink);
    takeAudio(reader, sink);
    takeCalls(reader, whole, sink);
    takeFunctionCall(reader, whole, sink);
}

void ChoiceDecoder::takeContent(Node content, DecodeContext &context, ReplySink &sink)
{
    if (!content)
        return;
    text(ReplyPartKind::Text, textIn(content), sink);
    if (const json::array *list = content->if_array()) {
        for (const json::value &part : *list)
            takeContentPart(part, context, sink);
    }
}

void ChoiceDecoder::takeContentPart(const json::value &part, DecodeContext &context, ReplySink &sink)
{
    const std::string_view type = textOf(&part, "type");
    if (type == "text") {
        text(ReplyPartKind::Text, textOf(&part, "text"), sink);
    } else if (type == "refusal") {
        text(ReplyPartKind::Refusal, textOf(&part, "refusal"), sink);
    } else if (type == "thinking") {
        text(ReplyPartKind::Thinking, textOf(&part, "thinking"), sink);
        if (const json::array *pieces = listOf(&part, "thinking")) {
            for (const json::value &piece : *pieces)
                text(ReplyPartKind::Thinking, textOf(&piece, "text"), sink);
        }
    } else if (type == "image_url") {
        const Node address = memberOf(&part, "image_url");
        takeImage(address && address->is_string() ? textIn(address) : textOf(address, "url"), sink);
    } else {
        context.losses.drop(&part, "no such part in the client's API");
    }
}

void ChoiceDecoder::takeThinking(ObjectReader &delta, ReplySink &sink)
{
    std::string_view plain = textIn(delta.take("reasoning_content"));
    const std::string_view other = textIn(delta.take("reasoning"));
    if (plain.empty())
        plain = other;
    const json::array *details = nullptr;
    if (const Node node = delta.take("reasoning_details"))
        details = node->if_array();
    if (!plain.empty()) {
        PartStart start;
        if (details && !details->empty())
            start.dialect = signerOf(textOf(&details->front(), "format"));
        sink.take(PartDelta{open(ReplyPartKind::Thinking, sink, start), plain});
    }
    if (!details)
        return;
    for (const json::value &detail : *details)
        takeDetail(detail, plain.empty(), sink);
}

void ChoiceDecoder::takeDetail(const json::value &detail, bool textToo, ReplySink &sink)
{
    const std::string_view type = textOf(&detail, "type");
    PartStart start;
    start.dialect = signerOf(textOf(&detail, "format"));
    start.id = textOf(&detail, "id");
    if (type == "reasoning.encrypted") {
        const std::string_view data = textOf(&detail, "data");
        if (!data.empty())
            sink.take(PartDelta{open(ReplyPartKind::RedactedThinking, sink, start), {}, data});
        return;
    }
    const std::string_view words = textOf(&detail, type == "reasoning.summary" ? "summary" : "text");
    const std::string_view signature = textOf(&detail, "signature");
    if ((textToo && !words.empty()) || !signature.empty())
        sink.take(
            PartDelta{open(ReplyPartKind::Thinking, sink, start), textToo ? words : std::string_view(), signature});
}

void ChoiceDecoder::takeCalls(ObjectReader &delta, bool whole, ReplySink &sink)
{
    const Node node = delta.take("tool_calls");
    const json::array *calls = node ? node->if_array() : nullptr;
    if (!calls)
        return;
    for (const json::value &call : *calls)
        takeCall(call, whole, delta.context(), sink);
}

void ChoiceDecoder::takeCall(const json::value &item, bool whole, DecodeContext &context, ReplySink &sink)
{
    const json::object *object = item.if_object();
    if (!object)
        return;
    ObjectReader reader(*object, context);
    reader.ignore("type");
    ToolCallPiece piece;
    piece.alone = whole;
    if (const Node index = reader.take("index"); index && index->is_int64())
        piece.index = index->get_int64();
    piece.id = textIn(reader.take("id"));
    const Node custom = reader.take("custom");
    const Node function = reader.take("function");
    piece.custom = custom && !function;
    const Node callee = piece.custom ? custom : function;
    piece.name = textOf(callee, "name");
    const Node arguments = memberOf(callee, piece.custom ? "input" : "arguments");
    std::string written; // some servers send the object itself
    if (arguments && arguments->is_object())
        piece.arguments = written = json::serialize(*arguments);
    else
        piece.arguments = textIn(arguments);
    if (const Node extra = reader.take("extra_content"))
        piece.signature = textOf(memberOf(extra, "google"), "thought_signature");
    closeOpen(sink);
    m_calls.take(piece, sink);
}

void ChoiceDecoder::takeFunctionCall(ObjectReader &delta, bool whole, ReplySink &sink)
{
    const Node call = delta.take("function_call");
    if (!call || !call->is_object())
        return;
    ToolCallPiece piece;
    piece.alone = whole;
    piece.name = textOf(call, "name");
    piece.arguments = textOf(call, "arguments");
    closeOpen(sink);
    m_calls.take(piece, sink);
}

void ChoiceDecoder::takeAudio(ObjectReader &delta, ReplySink &sink)
{
    const Node audio = delta.take("audio");
    if (!audio || !audio->is_object())
        return;
    PartStart start;
    start.id = textOf(audio, "id");
    const int part = open(ReplyPartKind::Audio, sink, start);
    PartDelta piece{part, textOf(audio, "data")};
    piece.transcript = textOf(audio, "transcript");
    if (!piece.text.empty() || !piece.transcript.empty())
        sink.take(piece);
}

void ChoiceDecoder::takeImages(ObjectReader &delta, ReplySink &sink)
{
    const Node node = delta.take("images");
    const json::array *images = node ? node->if_array() : nullptr;
    if (!images)
        return;
    for (const json::value &image : *images) {
        const Node address = memberOf(&image, "image_url");
        takeImage(address && address->is_string() ? textIn(address) : textOf(address, "url"), sink);
    }
}

void ChoiceDecoder::takeImage(std::string_view url, ReplySink &sink)
{
    const auto data = readDataUrl(url);
    if (!data) {
        // The events know images as bytes only; an address is shown as the link it is.
        if (!url.empty())
            text(ReplyPartKind::Text, "![image](" + std::string(url) + ")", sink);
        return;
    }
    PartStart start;
    start.mimeType = data->mimeType;
    sink.take(PartDelta{open(ReplyPartKind::Image, sink, start), data->data});
    closeOpen(sink);
}

void ChoiceDecoder::takeAnnotations(ObjectReader &delta, ReplySink &sink)
{
    const Node node = delta.take("annotations");
    const json::array *annotations = node ? node->if_array() : nullptr;
    if (!annotations)
        return;
    for (const json::value &annotation : *annotations) {
        const Node source = memberOf(&annotation, "url_citation");
        if (!source) {
            delta.context().losses.drop(&annotation, "no such annotation in the client's API");
            continue;
        }
        const Citation citation = citationOf(source);
        sink.take(PartDelta{open(ReplyPartKind::Text, sink), {}, {}, &citation});
    }
}

void ChoiceDecoder::takeSources(Node root, ReplySink &sink)
{
    if (m_finished || !m_textPart || m_openPart != m_textPart)
        return;
    const auto cite = [&](const Citation &citation) { sink.take(PartDelta{*m_textPart, {}, {}, &citation}); };
    if (const json::array *results = listOf(root, "search_results")) {
        for (const json::value &result : *results)
            cite(citationOf(&result));
    } else if (const json::array *addresses = listOf(root, "citations")) {
        for (const json::value &address : *addresses)
            cite(Citation{textIn(&address), {}, {}});
    }
}

void ChoiceDecoder::takeLogprobs(ObjectReader &choice, ReplySink &sink)
{
    const Node logprobs = choice.take("logprobs");
    const Node content = memberOf(logprobs, "content") ? memberOf(logprobs, "content") : memberOf(logprobs, "refusal");
    if (!content || !content->is_array() || content->get_array().empty() || !m_openPart)
        return;
    PartDelta delta{*m_openPart};
    delta.logprobs = content;
    sink.take(delta);
}

void ChoiceDecoder::finish(std::string_view word, ReplySink &sink, std::string_view stopSequence)
{
    if (m_finished)
        return;
    closeOpen(sink);
    m_calls.endAll(sink);
    Finish finish{word.empty() ? FinishReason::Stop : finishOf(word).reason, m_choice};
    // Ollama and others say stop after calls too; clients would not run them.
    if (finish.reason == FinishReason::Stop && m_calls.sawCalls())
        finish.reason = FinishReason::ToolCalls;
    if (finish.reason == FinishReason::Stop && !stopSequence.empty()) {
        finish.reason = FinishReason::StopSequence;
        finish.stopSequence = stopSequence;
    }
    if (finish.reason == FinishReason::Other)
        finish.native = word;
    m_finished = true;
    sink.take(finish);
}

} // namespace signalbox::openai_chat
