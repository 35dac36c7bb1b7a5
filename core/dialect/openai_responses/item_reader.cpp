// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/item_reader.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace json = boost::json;

namespace {

// What `whole` has beyond `known`; nothing when they differ: then the deltas count.
std::string_view restOf(std::string_view whole, std::string_view known)
{
    return whole.starts_with(known) ? whole.substr(known.size()) : std::string_view();
}

const json::object *objectOf(const json::value &value, DecodeContext &context)
{
    const json::object *object = value.if_object();
    if (!object)
        context.fail(&value, "must be an object");
    return object;
}

} // namespace

int ItemReader::startPart(PartStart start)
{
    start.part = m_nextPart++;
    start.dialect = Dialect::OpenAiResponses;
    m_sink->take(start);
    return start.part;
}

void ItemReader::take(const json::value &item, bool done, DecodeContext &context)
{
    const json::object *object = objectOf(item, context);
    if (!object || m_done)
        return;
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    if (type == "message") {
        takeMessage(reader, done);
    } else if (type == "reasoning") {
        takeReasoningItem(reader, done);
    } else if (type == "function_call" || type == "custom_tool_call") {
        takeCall(reader, done, type == "custom_tool_call");
    } else {
        reader.ignoreRest(); // kept whole
        const json::value *result = object->if_contains("result");
        if (done && type == "image_generation_call" && result && result->is_string()) {
            takeImage(reader, item);
        } else if (done && !type.empty()) {
            const int part = startPart({0, ReplyPartKind::Native, 0, {}, {}, false, {}, {}, type});
            m_sink->take(PartDelta{part, jsonText(item)});
            m_sink->take(PartEnd{part});
        }
    }
    if (done)
        finish();
}

void ItemReader::takeMessage(ObjectReader &reader, bool done)
{
    reader.ignore("id");
    reader.ignore("status");
    reader.ignore("role");
    const json::array *content = reader.array("content");
    if (!content || !done)
        return;
    int64_t index = 0;
    for (const json::value &piece : *content)
        takeContent(piece, index++, reader.context());
}

void ItemReader::takeContent(const json::value &content, int64_t index, DecodeContext &context)
{
    const json::object *object = objectOf(content, context);
    if (!object)
        return;
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    if (type == "refusal")
        return takeText(ReplyPartKind::Refusal, index, reader.text("refusal"), true, nullptr);
    if (type != "output_text" && type != "text") {
        reader.ignoreRest();
        return context.losses.drop(&content, "content of a type that this gateway does not know");
    }
    const Node logprobs = reader.take("logprobs");
    const auto known = m_pieces.find(index);
    const bool isNew = known == m_pieces.end();
    const bool ended = !isNew && known->second.ended;
    takeText(ReplyPartKind::Text, index, reader.text("text"), true, isNew ? logprobs : nullptr);
    const json::array *annotations = reader.array("annotations");
    if (!annotations || ended)
        return;
    int64_t number = 0;
    for (const json::value &annotation : *annotations)
        takeAnnotation(index, number++, annotation, context);
}

ItemReader::Piece &ItemReader::textPiece(ReplyPartKind kind, int64_t index)
{
    Piece &piece = m_pieces[index];
    if (piece.part < 0) {
        // Two open texts do not exist in the canonical form.
        for (auto &[number, other] : m_pieces) {
            if (number != index)
                endContent(number);
        }
        piece.part = startPart({0, kind});
        m_hasText = m_hasText || kind == ReplyPartKind::Text;
        m_hasRefusal = m_hasRefusal || kind == ReplyPartKind::Refusal;
    }
    return piece;
}

void ItemReader::takeText(ReplyPartKind kind, int64_t index, std::string_view text, bool whole, Node logprobs)
{
    const auto known = m_pieces.find(index);
    if (known != m_pieces.end() && known->second.ended)
        return;
    const std::string_view rest = whole && known != m_pieces.end() ? restOf(text, known->second.text) : text;
    if (rest.empty())
        return;
    Piece &piece = textPiece(kind, index);
    piece.text += rest;
    PartDelta delta;
    delta.part = piece.part;
    delta.text = rest;
    const json::array *list = logprobs ? logprobs->if_array() : nullptr;
    delta.logprobs = list && !list->empty() ? logprobs : nullptr;
    m_sink->take(delta);
}

void ItemReader::takeAnnotation(int64_t content, int64_t number, const json::value &annotation, DecodeContext &context)
{
    const json::object *object = objectOf(annotation, context);
    if (!object)
        return;
    ObjectReader reader(*object, context);
    Piece &piece = m_pieces[content];
    if (number < piece.annotations || piece.ended)
        return reader.ignoreRest(); // came before
    const std::string_view type = reader.text("type");
    if (type != "url_citation") {
        reader.ignoreRest();
        piece.annotations = number + 1;
        return context.losses.drop(&annotation, "a citation of a kind that only OpenAI's API has");
    }
    Citation citation;
    citation.url = reader.text("url");
    citation.title = reader.text("title");
    citation.begin = reader.integer("start_index").value;
    citation.end = reader.integer("end_index").value;
    const int part = textPiece(ReplyPartKind::Text, content).part;
    piece.annotations = number + 1;
    m_sink->take(PartDelta{part, {}, {}, &citation});
}

void ItemReader::endContent(int64_t index)
{
    const auto found = m_pieces.find(index);
    if (found == m_pieces.end() || found->second.ended || found->second.part < 0)
        return;
    found->second.ended = true;
    m_sink->take(PartEnd{found->second.part});
}

void ItemReader::takeReasoningItem(ObjectReader &reader, bool done)
{
    if (const std::string_view id = reader.text("id"); m_id.empty())
        m_id = id;
    reader.ignore("status");
    const json::array *content = reader.array("content");
    const json::array *summary = reader.array("summary");
    const std::string_view encrypted = reader.text("encrypted_content");
    if (!done)
        return; // encrypted_content is another one at the end
    takeReasoningList(summary, true, reader.context());
    takeReasoningList(content, false, reader.context());
    if (encrypted.empty())
        return;
    if (m_part < 0)
        m_part = startPart({0, ReplyPartKind::Thinking, 0, m_id});
    m_sink->take(PartDelta{m_part, {}, encrypted});
}

void ItemReader::takeReasoningList(const json::array *list, bool summary, DecodeContext &context)
{
    if (!list)
        return;
    int64_t index = 0;
    for (const json::value &piece : *list) {
        const json::object *object = objectOf(piece, context);
        if (!object)
            return;
        ObjectReader reader(*object, context);
        reader.ignore("type");
        takeReasoning(summary, index++, reader.text("text"), true);
    }
}

void ItemReader::takeReasoning(bool summary, int64_t index, std::string_view text, bool whole)
{
    if (m_done)
        return;
    const auto found = m_thoughts.find({summary, index});
    const std::string_view rest = whole && found != m_thoughts.end() ? restOf(text, found->second) : text;
    if (rest.empty())
        return;
    if (m_part < 0)
        m_part = startPart({0, ReplyPartKind::Thinking, 0, m_id});
    else if (found == m_thoughts.end() && !m_thoughts.empty())
        m_sink->take(PartDelta{m_part, "\n\n"});
    m_thoughts[{summary, index}] += rest;
    m_sink->take(PartDelta{m_part, rest});
}

void ItemReader::takeCall(ObjectReader &reader, bool done, bool custom)
{
    reader.ignore("id");
    reader.ignore("status");
    m_custom = custom;
    m_isCall = true;
    if (const std::string_view id = reader.text("call_id"); m_callId.empty())
        m_callId = id;
    if (const std::string_view space = reader.text("namespace"); m_nameSpace.empty())
        m_nameSpace = space;
    nameCall(reader.text("name"));
    const std::string_view text = reader.text(custom ? "input" : "arguments");
    takeArguments(done ? text : std::string_view(), true, custom); // what is there at the start comes again
}

void ItemReader::nameCall(std::string_view name)
{
    if (m_name.empty())
        m_name = name;
}

void ItemReader::startCall()
{
    PartStart start{0, ReplyPartKind::ToolCall, 0, m_callId, m_name, m_custom, m_nameSpace};
    m_part = startPart(start);
    if (!m_held.empty())
        m_sink->take(PartDelta{m_part, m_held});
    m_held.clear();
}

void ItemReader::takeArguments(std::string_view text, bool whole, bool custom)
{
    if (m_done)
        return;
    m_isCall = true;
    m_custom = custom;
    const std::string_view rest = whole ? restOf(text, m_arguments) : text;
    m_arguments += rest;
    // Without the id of the call the item has not been seen yet: deltas may come first.
    if (m_part < 0 && (m_name.empty() || m_callId.empty())) {
        m_held += rest;
        return;
    }
    if (m_part < 0)
        startCall();
    if (!rest.empty())
        m_sink->take(PartDelta{m_part, rest});
}

void ItemReader::takeImage(ObjectReader &reader, const json::value &item)
{
    const std::string_view format = reader.text("output_format");
    const std::string type = "image/" + std::string(format.empty() ? "png" : format);
    const int part = startPart({0, ReplyPartKind::Image, 0, {}, {}, false, {}, type});
    m_sink->take(PartDelta{part, std::string_view(item.get_object().at("result").get_string())});
    m_sink->take(PartEnd{part});
}

void ItemReader::finish()
{
    if (m_done)
        return;
    m_done = true;
    for (auto &[index, piece] : m_pieces)
        endContent(index);
    if (m_isCall && m_part < 0 && (!m_name.empty() || !m_callId.empty()))
        startCall();
    if (m_part >= 0)
        m_sink->take(PartEnd{m_part});
}

} // namespace signalbox::openai_responses
