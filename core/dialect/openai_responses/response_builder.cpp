// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/response_builder.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_responses/tool_names.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

// A block of another API as text, where it says something to a reader: code that ran and what it printed.
std::string readableText(std::string_view native)
{
    boost::system::error_code failure;
    const json::value value = json::parse(native, failure);
    const json::object *object = failure ? nullptr : value.if_object();
    if (!object)
        return {};
    const auto fenced = [&](std::string_view block, std::string_view member) -> std::string {
        const json::value *inner = object->if_contains(block);
        const json::object *fields = inner ? inner->if_object() : nullptr;
        const json::value *text = fields ? fields->if_contains(member) : nullptr;
        if (!text || !text->is_string() || text->get_string().empty())
            return {};
        return "\n```\n" + std::string(text->get_string()) + "\n```\n";
    };
    std::string text = fenced("executableCode", "code");
    return text.empty() ? fenced("codeExecutionResult", "output") : text;
}

} // namespace

ResponseBuilder::ResponseBuilder(const ReplyOptions &options, bool keepsEncrypted)
    : m_requestId(options.requestId),
      m_model(options.model),
      m_nowSeconds(options.nowSeconds),
      m_conversation(options.conversation),
      m_keepsEncrypted(keepsEncrypted || asksToInclude(options.conversation, "reasoning.encrypted_content"))
{
}

void ResponseBuilder::take(const ReplyEvent &event)
{
    if (m_failed)
        return;
    if (const auto *failure = std::get_if<Failure>(&event))
        return fail(failure->error);
    if (const auto *usage = std::get_if<UsageReport>(&event))
        return mergeUsage(m_usage, usage->usage);
    if (const auto *first = std::get_if<MessageStart>(&event))
        return start(*first);
    if (!m_started)
        start({});
    if (const auto *part = std::get_if<PartStart>(&event)) {
        startPart(*part);
    } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
        takeDelta(*delta);
    } else if (std::holds_alternative<PartEnd>(event)) {
        endPart();
    } else if (const auto *finish = std::get_if<Finish>(&event)) {
        m_finish = finish->reason;
        closeMessage(finalState().incompleteReason.empty() ? "completed" : "incomplete");
    }
}

void ResponseBuilder::start(const MessageStart &start)
{
    if (m_started)
        return;
    m_started = true;
    const bool own = start.id.starts_with("resp_");
    m_head.id = own ? std::string(start.id) : makeId("resp_", m_requestId, 0);
    m_head.model = start.model.empty() ? m_model : std::string(start.model);
    m_head.createdAt = start.createdAt.value_or(m_nowSeconds);
    m_head.serviceTier = start.serviceTier;
    m_head.echo = echoOf(m_conversation);
    ResponseState state;
    state.status = "in_progress";
    emitResponse("response.created", state);
    emitResponse("response.in_progress", state);
}

ItemPlace ResponseBuilder::newPlace(std::string_view prefix, std::string_view known)
{
    const int index = m_itemCount++;
    const bool fits = known.starts_with(prefix);
    return {fits ? std::string(known) : makeId(prefix, m_requestId, m_partCount), index};
}

void ResponseBuilder::addItem(std::string_view item)
{
    if (!m_items.empty())
        m_items += ',';
    m_items += item;
}

void ResponseBuilder::closeMessage(std::string_view status)
{
    if (m_message.isOpen())
        addItem(m_message.close(m_wire, status));
}

void ResponseBuilder::startPart(const PartStart &start)
{
    ++m_partCount;
    m_kind = start.kind;
    m_dialect = start.dialect;
    m_partId = start.id;
    m_blob.clear();
    m_type = start.kind == ReplyPartKind::Native ? start.nativeType : start.mimeType;
    if (start.kind == ReplyPartKind::ToolCall)
        startCall(start);
}

void ResponseBuilder::startCall(const PartStart &start)
{
    closeMessage("completed");
    const Tool *tool = m_conversation ? declaredTool(*m_conversation, start.name, start.nameSpace) : nullptr;
    CallItem::Call call;
    call.name = tool ? bareToolName(tool->name, tool->nameSpace) : bareToolName(start.name, start.nameSpace);
    call.nameSpace = tool ? tool->nameSpace : start.nameSpace;
    const bool declaredCustom = tool && tool->kind == Tool::Kind::Custom;
    call.custom = start.custom || declaredCustom;
    call.wrapped = declaredCustom && !start.custom;
    ItemPlace place = newPlace(call.custom ? "ctc_" : "fc_");
    call.callId = start.id.empty() ? makeId("call_", m_requestId, m_partCount) : std::string(start.id);
    m_call.open(m_wire, std::move(place), std::move(call));
}

void ResponseBuilder::takeDelta(const PartDelta &delta)
{
    if (!m_kind)
        return;
    switch (*m_kind) {
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
        return takeText(*m_kind, delta.text, delta);
    case ReplyPartKind::Audio: // the API has no place for sound: what was said stands as text
        return takeText(ReplyPartKind::Text, delta.transcript, delta);
    case ReplyPartKind::Thinking:
        if (!delta.text.empty() && !m_reasoning.isOpen()) {
            closeMessage("completed");
            m_reasoning.open(m_wire, newPlace("rs_", m_partId));
        }
        m_reasoning.addText(m_wire, delta.text);
        m_blob += delta.signature;
        return;
    case ReplyPartKind::RedactedThinking:
        m_blob += delta.signature;
        return;
    case ReplyPartKind::ToolCall:
        return m_call.addText(m_wire, delta.text);
    case ReplyPartKind::Image:
    case ReplyPartKind::Native:
        m_blob += delta.text;
    }
}

void ResponseBuilder::takeText(ReplyPartKind kind, std::string_view text, const PartDelta &delta)
{
    const bool cites = delta.citation && !delta.citation->url.empty() && kind == ReplyPartKind::Text;
    if (text.empty() && !cites && !m_message.hasContent())
        return;
    if (!m_message.isOpen())
        m_message.open(m_wire, newPlace("msg_"));
    if (!m_message.hasContent())
        m_message.beginContent(m_wire, kind);
    m_refused = m_refused || kind == ReplyPartKind::Refusal;
    m_message.addText(m_wire, text, kind == ReplyPartKind::Text ? delta.logprobs : nullptr);
    if (cites)
        m_message.addCitation(m_wire, *delta.citation);
}

void ResponseBuilder::endPart()
{
    if (!m_kind)
        return;
    const ReplyPartKind kind = *m_kind;
    switch (kind) {
    case ReplyPartKind::Text:
    case ReplyPartKind::Refusal:
    case ReplyPartKind::Audio:
        m_message.endContent(m_wire);
        break;
    case ReplyPartKind::Thinking:
    case ReplyPartKind::RedactedThinking:
        endReasoning();
        break;
    case ReplyPartKind::ToolCall:
        addItem(m_call.close(m_wire));
        break;
    case ReplyPartKind::Image:
        endImage();
        break;
    case ReplyPartKind::Native:
        endNative();
    }
    m_kind.reset();
}

void ResponseBuilder::endReasoning()
{
    std::string encrypted;
    // What another API signed comes here with a tag (core/dialect/signature_tag.h): a text like any other.
    if (m_keepsEncrypted)
        encrypted = m_blob;
    if (!m_reasoning.isOpen()) {
        if (encrypted.empty())
            return;
        closeMessage("completed");
        m_reasoning.open(m_wire, newPlace("rs_", m_partId));
    }
    addItem(m_reasoning.close(m_wire, encrypted));
}

void ResponseBuilder::endImage()
{
    if (m_blob.empty())
        return;
    closeMessage("completed");
    const ItemPlace place = newPlace("ig_");
    const auto item = [&](std::string_view status, bool done) {
        std::string text;
        JsonWriter json(text);
        json.beginObject();
        json.member("id", place.id);
        json.member("type", "image_generation_call");
        json.member("status", status);
        if (m_type.starts_with("image/"))
            json.member("output_format", std::string_view(m_type).substr(6));
        json.key("result");
        if (done)
            json.text(m_blob);
        else
            json.null();
        json.endObject();
        return text;
    };
    m_wire.emitItem("response.output_item.added", place.outputIndex, item("in_progress", false));
    const std::string done = item("completed", true);
    m_wire.emitItem("response.output_item.done", place.outputIndex, done);
    addItem(done);
}

void ResponseBuilder::endNative()
{
    if (m_dialect != Dialect::OpenAiResponses) {
        if (const std::string text = readableText(m_blob); !text.empty()) {
            takeText(ReplyPartKind::Text, text, {});
            m_message.endContent(m_wire);
        }
        return;
    }
    if (!isJsonObject(m_blob))
        return;
    closeMessage("completed");
    const int index = m_itemCount++;
    m_wire.emitItem("response.output_item.added", index, m_blob);
    m_wire.emitItem("response.output_item.done", index, m_blob);
    addItem(m_blob);
}

ResponseState ResponseBuilder::finalState() const
{
    ResponseState state;
    state.status = "completed";
    state.items = m_items;
    state.usage = &m_usage;
    if (m_finish == FinishReason::Length)
        state.incompleteReason = "max_output_tokens";
    else if (m_finish == FinishReason::ContentFilter || (m_finish == FinishReason::Refusal && !m_refused))
        state.incompleteReason = "content_filter";
    if (!state.incompleteReason.empty())
        state.status = "incomplete";
    return state;
}

void ResponseBuilder::emitResponse(std::string_view type, const ResponseState &state)
{
    m_wire.emit(type, [&](JsonWriter &json) {
        json.key("response");
        writeResponse(json, m_head, state);
    });
}

void ResponseBuilder::end()
{
    if (m_failed)
        return;
    if (!m_finish)
        return fail({"stream_incomplete", "The provider's stream ended before its end mark.", 502});
    const ResponseState state = finalState();
    emitResponse(state.incompleteReason.empty() ? "response.completed" : "response.incomplete", state);
}

void ResponseBuilder::fail(const Error &error)
{
    if (!m_started)
        start({}); // accumulating SDKs take nothing before response.created
    m_failed = true;
    ResponseState state;
    state.status = "failed";
    state.items = m_items;
    state.error = &error;
    const bool counted = m_usage != TokenUsage();
    state.usage = counted ? &m_usage : nullptr;
    emitResponse("response.failed", state);
}

std::string ResponseBuilder::response() const
{
    std::string text;
    JsonWriter json(text);
    writeResponse(json, m_head, finalState());
    return text;
}

} // namespace signalbox::openai_responses
