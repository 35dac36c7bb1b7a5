// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/reply_blocks.h"

#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

std::string_view typeOf(const json::object &object)
{
    const json::value *value = object.if_contains("type");
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

} // namespace

ReplyBlocks::Block &ReplyBlocks::open(int64_t index, PartStart start, ReplySink &sink)
{
    if (Block *old = find(index))
        close(*old, sink); // its stop was forgotten
    Block block;
    block.index = index;
    block.part = start.part = m_nextPart++;
    block.kind = start.kind;
    start.dialect = Dialect::Anthropic;
    sink.take(start);
    return m_open.emplace_back(std::move(block));
}

ReplyBlocks::Block *ReplyBlocks::find(int64_t index)
{
    const auto found = std::find_if(m_open.rbegin(), m_open.rend(), [&](const Block &b) { return b.index == index; });
    return found == m_open.rend() ? nullptr : &*found;
}

void ReplyBlocks::start(int64_t index, const json::object &object, ReplySink &sink)
{
    const std::string_view type = typeOf(object);
    ObjectReader reader(object, m_context);
    reader.ignore("type");
    PartStart start;
    if (type == "text") {
        startText(open(index, start, sink), reader, sink);
    } else if (type == "thinking") {
        start.kind = ReplyPartKind::Thinking;
        startThinking(open(index, start, sink), reader, sink);
    } else if (type == "redacted_thinking") {
        start.kind = ReplyPartKind::RedactedThinking;
        const Block &block = open(index, start, sink);
        PartDelta delta{block.part};
        delta.signature = reader.text("data");
        sink.take(delta);
    } else if (type == "tool_use") {
        start.kind = ReplyPartKind::ToolCall;
        start.id = reader.text("id");
        start.name = reader.text("name");
        reader.ignore("caller");
        Block &block = open(index, start, sink);
        const Node input = reader.take("input");
        const json::object *filled = input ? input->if_object() : nullptr;
        if (filled && !filled->empty())
            block.input = jsonText(*input);
    } else {
        start.kind = ReplyPartKind::Native;
        start.nativeType = type;
        Block &block = open(index, start, sink);
        block.native = json::value(object, json::storage_ptr());
        reader.ignoreRest();
    }
}

void ReplyBlocks::startText(Block &block, ObjectReader &reader, ReplySink &sink)
{
    PartDelta delta{block.part};
    delta.text = reader.text("text");
    if (!delta.text.empty())
        sink.take(delta);
    if (const json::array *citations = reader.array("citations")) {
        for (const json::value &one : *citations)
            citation(block, one, sink);
    }
}

void ReplyBlocks::startThinking(Block &block, ObjectReader &reader, ReplySink &sink)
{
    PartDelta delta{block.part};
    delta.text = reader.text("thinking");
    delta.signature = reader.text("signature");
    if (!delta.text.empty() || !delta.signature.empty())
        sink.take(delta);
}

void ReplyBlocks::citation(const Block &block, const json::value &node, ReplySink &sink)
{
    const json::object *object = node.if_object();
    if (!object)
        return;
    ObjectReader reader(*object, m_context);
    reader.ignoreRest(); // places in the documents of the request; `origin` keeps them for Anthropic's clients
    Citation citation;
    citation.url = reader.text("url");
    citation.title = reader.text(reader.has("title") ? "title" : "document_title");
    citation.citedText = reader.text("cited_text");
    citation.origin = &node;
    PartDelta delta{block.part};
    delta.citation = &citation;
    sink.take(delta);
}

void ReplyBlocks::delta(int64_t index, const json::object &object, ReplySink &sink)
{
    const std::string_view type = typeOf(object);
    Block *block = find(index);
    if (!block && (type == "text_delta" || type == "thinking_delta")) { // servers that send no start
        PartStart start;
        start.kind = type == "text_delta" ? ReplyPartKind::Text : ReplyPartKind::Thinking;
        block = &open(index, start, sink);
    }
    if (!block)
        return m_context.fail(nullptr, "a delta of a block that was not started");
    if (block->kind == ReplyPartKind::Native)
        return growNative(*block, object);
    ObjectReader reader(object, m_context);
    reader.ignore("type");
    PartDelta delta{block->part};
    if (type == "text_delta") {
        delta.text = reader.text("text");
    } else if (type == "input_json_delta") {
        delta.text = reader.text("partial_json");
        block->hasArguments = block->hasArguments || !delta.text.empty();
    } else if (type == "thinking_delta") {
        delta.text = reader.text("thinking");
        reader.ignore("estimated_tokens");
    } else if (type == "signature_delta") {
        delta.signature = reader.text("signature");
    } else if (type == "citations_delta") {
        if (const Node node = reader.take("citation"))
            citation(*block, *node, sink);
        return;
    }
    if (!delta.text.empty() || !delta.signature.empty())
        sink.take(delta);
}

// Blocks that only Anthropic knows grow in the way their fields do: texts are added to, all else is replaced.
void ReplyBlocks::growNative(Block &block, const json::object &delta)
{
    json::object *grown = block.native.if_object();
    for (const json::key_value_pair &member : delta) {
        const std::string_view key = member.key();
        const json::string *text = member.value().if_string();
        if (key == "type")
            continue;
        if (key == "partial_json" && text) {
            block.partialJson.append(text->data(), text->size());
            continue;
        }
        json::value *old = grown->if_contains(key);
        if (old && old->is_string() && text)
            old->get_string().append(*text);
        else
            (*grown)[key] = member.value();
    }
}

void ReplyBlocks::stop(int64_t index, ReplySink &sink)
{
    if (Block *block = find(index))
        close(*block, sink);
}

void ReplyBlocks::close(Block &block, ReplySink &sink)
{
    PartDelta delta{block.part};
    std::string text;
    if (block.kind == ReplyPartKind::ToolCall && !block.hasArguments) {
        text = block.input.empty() ? "{}" : std::move(block.input);
    } else if (block.kind == ReplyPartKind::Native) {
        boost::system::error_code failure;
        json::value input = block.partialJson.empty() ? json::value() : json::parse(block.partialJson, failure);
        if (!block.partialJson.empty() && !failure)
            block.native.get_object()["input"] = std::move(input);
        text = jsonText(block.native);
    }
    delta.text = text;
    if (!text.empty())
        sink.take(delta);
    sink.take(PartEnd{block.part});
    m_open.erase(m_open.begin() + (&block - m_open.data()));
}

void ReplyBlocks::stopAll(ReplySink &sink)
{
    while (!m_open.empty())
        close(m_open.front(), sink);
}

void ReplyBlocks::refusal(std::string_view explanation, ReplySink &sink)
{
    if (explanation.empty())
        return;
    stopAll(sink);
    PartStart start;
    start.kind = ReplyPartKind::Refusal;
    const int64_t noIndex = -1;
    const Block &block = open(noIndex, start, sink);
    PartDelta delta{block.part};
    delta.text = explanation;
    sink.take(delta);
    stop(noIndex, sink);
}

} // namespace signalbox::anthropic
