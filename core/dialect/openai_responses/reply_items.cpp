// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/reply_items.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace {

int64_t charactersIn(std::string_view text)
{
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

void append(std::string &list, std::string_view value)
{
    if (!list.empty())
        list += ',';
    list += value;
}

void writeList(JsonWriter &json, std::string_view key, std::string_view values)
{
    json.key(key);
    json.beginArray();
    if (!values.empty())
        json.raw(values);
    json.endArray();
}

} // namespace

void ItemWire::emitItem(std::string_view type, int outputIndex, std::string_view item)
{
    emit(type, [&](JsonWriter &json) {
        json.member("output_index", outputIndex);
        json.memberRaw("item", item);
    });
}

void MessageItem::open(ItemWire &wire, ItemPlace place)
{
    m_place = std::move(place);
    m_open = true;
    m_content.clear();
    m_contentIndex = 0;
    wire.emitItem("response.output_item.added", m_place.outputIndex, item("in_progress"));
}

void MessageItem::beginContent(ItemWire &wire, ReplyPartKind kind)
{
    m_kind = kind;
    m_contentOpen = true;
    m_text.clear();
    m_annotations.clear();
    m_logprobs.clear();
    m_annotationCount = 0;
    wire.emit("response.content_part.added", [this](JsonWriter &json) {
        writePlace(json);
        json.key("part");
        writePart(json);
    });
}

void MessageItem::addText(ItemWire &wire, std::string_view text, Node logprobs)
{
    const bool refusal = m_kind == ReplyPartKind::Refusal;
    std::string list;
    if (const boost::json::array *entries = logprobs ? logprobs->if_array() : nullptr) {
        for (const boost::json::value &entry : *entries)
            append(list, jsonText(entry));
        if (!list.empty())
            append(m_logprobs, list);
    }
    m_text += text;
    if (text.empty() && list.empty())
        return;
    wire.emit(refusal ? "response.refusal.delta" : "response.output_text.delta", [&](JsonWriter &json) {
        writePlace(json);
        json.member("delta", text);
        if (!refusal)
            writeList(json, "logprobs", list);
    });
}

void MessageItem::addCitation(ItemWire &wire, const Citation &citation)
{
    std::string annotation;
    JsonWriter writer(annotation);
    writer.beginObject();
    writer.member("type", "url_citation");
    writer.member("url", citation.url);
    writer.member("title", citation.title.empty() ? citation.url : citation.title);
    writer.member("start_index", citation.begin.value_or(0));
    writer.member("end_index", citation.end.value_or(charactersIn(m_text)));
    writer.endObject();
    append(m_annotations, annotation);
    wire.emit("response.output_text.annotation.added", [&](JsonWriter &json) {
        writePlace(json);
        json.member("annotation_index", m_annotationCount);
        json.memberRaw("annotation", annotation);
    });
    ++m_annotationCount;
}

void MessageItem::endContent(ItemWire &wire)
{
    if (!m_contentOpen)
        return;
    const bool refusal = m_kind == ReplyPartKind::Refusal;
    wire.emit(refusal ? "response.refusal.done" : "response.output_text.done", [&](JsonWriter &json) {
        writePlace(json);
        json.member(refusal ? "refusal" : "text", m_text);
        if (!refusal)
            writeList(json, "logprobs", m_logprobs);
    });
    std::string part;
    JsonWriter writer(part);
    writePart(writer);
    wire.emit("response.content_part.done", [&](JsonWriter &json) {
        writePlace(json);
        json.memberRaw("part", part);
    });
    append(m_content, part);
    ++m_contentIndex;
    m_contentOpen = false;
}

std::string MessageItem::close(ItemWire &wire, std::string_view status)
{
    endContent(wire);
    m_open = false;
    std::string done = item(status);
    wire.emitItem("response.output_item.done", m_place.outputIndex, done);
    return done;
}

void MessageItem::writePlace(JsonWriter &json) const
{
    json.member("item_id", m_place.id);
    json.member("output_index", m_place.outputIndex);
    json.member("content_index", m_contentIndex);
}

void MessageItem::writePart(JsonWriter &json) const
{
    const bool refusal = m_kind == ReplyPartKind::Refusal;
    json.beginObject();
    json.member("type", refusal ? "refusal" : "output_text");
    json.member(refusal ? "refusal" : "text", m_text);
    if (!refusal) {
        writeList(json, "annotations", m_annotations);
        writeList(json, "logprobs", m_logprobs);
    }
    json.endObject();
}

std::string MessageItem::item(std::string_view status) const
{
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    json.member("id", m_place.id);
    json.member("type", "message");
    json.member("status", status);
    json.member("role", "assistant");
    writeList(json, "content", m_content);
    json.endObject();
    return text;
}

void ReasoningItem::open(ItemWire &wire, ItemPlace place)
{
    m_place = std::move(place);
    m_open = true;
    m_text.clear();
    wire.emitItem("response.output_item.added", m_place.outputIndex, item({}, false));
}

void ReasoningItem::addText(ItemWire &wire, std::string_view text)
{
    if (text.empty())
        return;
    if (m_text.empty()) {
        wire.emit("response.reasoning_summary_part.added", [this](JsonWriter &json) {
            json.member("item_id", m_place.id);
            json.member("output_index", m_place.outputIndex);
            json.member("summary_index", 0);
            json.memberRaw("part", R"({"type":"summary_text","text":""})");
        });
    }
    m_text += text;
    wire.emit("response.reasoning_summary_text.delta", [&](JsonWriter &json) {
        json.member("item_id", m_place.id);
        json.member("output_index", m_place.outputIndex);
        json.member("summary_index", 0);
        json.member("delta", text);
    });
}

std::string ReasoningItem::close(ItemWire &wire, std::string_view encryptedContent)
{
    m_open = false;
    if (!m_text.empty()) {
        wire.emit("response.reasoning_summary_text.done", [this](JsonWriter &json) {
            json.member("item_id", m_place.id);
            json.member("output_index", m_place.outputIndex);
            json.member("summary_index", 0);
            json.member("text", m_text);
        });
        wire.emit("response.reasoning_summary_part.done", [this](JsonWriter &json) {
            json.member("item_id", m_place.id);
            json.member("output_index", m_place.outputIndex);
            json.member("summary_index", 0);
            json.key("part");
            json.beginObject();
            json.member("type", "summary_text");
            json.member("text", m_text);
            json.endObject();
        });
    }
    std::string done = item(encryptedContent, true);
    wire.emitItem("response.output_item.done", m_place.outputIndex, done);
    return done;
}

std::string ReasoningItem::item(std::string_view encryptedContent, bool done) const
{
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    json.member("id", m_place.id);
    json.member("type", "reasoning");
    json.key("summary");
    json.beginArray();
    if (done && !m_text.empty()) {
        json.beginObject();
        json.member("type", "summary_text");
        json.member("text", m_text);
        json.endObject();
    }
    json.endArray();
    json.memberUnlessEmpty("encrypted_content", encryptedContent);
    json.endObject();
    return text;
}

void CallItem::open(ItemWire &wire, ItemPlace place, Call call)
{
    m_place = std::move(place);
    m_call = std::move(call);
    m_text.clear();
    wire.emitItem("response.output_item.added", m_place.outputIndex, item("in_progress"));
}

void CallItem::addText(ItemWire &wire, std::string_view text)
{
    m_text += text;
    if (!m_call.wrapped)
        emitDelta(wire, text);
}

void CallItem::emitDelta(ItemWire &wire, std::string_view text)
{
    if (text.empty())
        return;
    wire.emit(m_call.custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta",
              [&](JsonWriter &json) {
                  json.member("item_id", m_place.id);
                  json.member("output_index", m_place.outputIndex);
                  json.member("delta", text);
              });
}

std::string CallItem::close(ItemWire &wire)
{
    if (m_call.wrapped) {
        m_text = unwrappedInput(m_text);
        emitDelta(wire, m_text);
    } else if (!m_call.custom && m_text.empty()) {
        m_text = "{}"; // clients parse the arguments as JSON
        emitDelta(wire, m_text);
    }
    wire.emit(m_call.custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
              [this](JsonWriter &json) {
                  json.member("item_id", m_place.id);
                  json.member("output_index", m_place.outputIndex);
                  if (!m_call.custom)
                      json.member("name", m_call.name);
                  json.member(m_call.custom ? "input" : "arguments", m_text);
              });
    std::string done = item("completed");
    wire.emitItem("response.output_item.done", m_place.outputIndex, done);
    return done;
}

std::string CallItem::item(std::string_view status) const
{
    const bool done = status == "completed";
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    json.member("id", m_place.id);
    json.member("type", m_call.custom ? "custom_tool_call" : "function_call");
    json.member("status", status);
    json.member("call_id", m_call.callId);
    json.member("name", m_call.name);
    json.memberUnlessEmpty("namespace", m_call.nameSpace);
    json.member(m_call.custom ? "input" : "arguments", done ? m_text : std::string());
    json.endObject();
    return text;
}

std::string unwrappedInput(std::string_view arguments)
{
    boost::system::error_code failure;
    const boost::json::value value = boost::json::parse(arguments, failure);
    const boost::json::object *object = failure ? nullptr : value.if_object();
    const boost::json::value *input = object && object->size() == 1 ? object->if_contains("input") : nullptr;
    return input && input->is_string() ? std::string(input->get_string()) : std::string(arguments);
}

} // namespace signalbox::openai_responses
