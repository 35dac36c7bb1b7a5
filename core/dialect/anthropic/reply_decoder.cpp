// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/reply_decoder.h"

#include "core/dialect/anthropic/errors.h"
#include "core/dialect/anthropic/reply_blocks.h"
#include "core/dialect/anthropic/stop_reasons.h"
#include "core/dialect/usage_counts.h"
#include "core/net/sse_reader.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

constexpr size_t usualEvent = 8192;

// The stream's state: message_start, blocks each with start, deltas and stop, message_delta, message_stop.
class StreamDecoder final : public ReplyDecoder
{
public:
    Result<void> feed(std::string_view bytes, ReplySink &sink) override;
    Result<void> finish(ReplySink &sink) override;
    Result<void> whole(std::string_view body, ReplySink &sink) override;

private:
    const json::value *parse(std::string_view text);
    void takeEvent(std::string_view data, ReplySink &sink);
    void dispatch(const json::object &event, ReplySink &sink);
    void messageStart(ObjectReader &event, ReplySink &sink);
    void messageDelta(ObjectReader &event, ReplySink &sink);
    void messageStop(ReplySink &sink);
    void stopReason(ObjectReader &reader, ReplySink &sink);
    void start(ObjectReader &message, ReplySink &sink);
    void takeUsage(const json::object &object, ReplySink &sink);
    void fail(const json::value &error, ReplySink &sink);
    void settle(const json::value &root);

    std::array<unsigned char, usualEvent> m_buffer;
    json::monotonic_resource m_memory{m_buffer.data(), m_buffer.size()};
    json::stream_parser m_parser{json::storage_ptr(), limits()};
    json::value m_value = json::value(json::storage_ptr(&m_memory));
    SseReader m_reader;
    LossReport m_report;
    TextPool m_pool;
    DecodeContext m_context{m_report, m_pool};
    ReplyBlocks m_blocks{m_context};
    std::optional<Error> m_error;
    bool m_started = false;
    bool m_ended = false;
    std::string m_stopReason;
    std::string m_stopSequence;

    static json::parse_options limits()
    {
        json::parse_options options;
        options.max_depth = 128;
        return options;
    }
};

// nullptr: not JSON. Valid until the next one.
const json::value *StreamDecoder::parse(std::string_view text)
{
    m_value = json::value(json::storage_ptr(&m_memory));
    m_memory.release();
    m_parser.reset(&m_memory);
    boost::system::error_code failure;
    m_parser.write(text.data(), text.size(), failure);
    if (!failure)
        m_parser.finish(failure);
    if (failure)
        return nullptr;
    m_value = m_parser.release();
    return &m_value;
}

Result<void> StreamDecoder::feed(std::string_view bytes, ReplySink &sink)
{
    if (m_error)
        return *m_error;
    if (m_ended)
        return {};
    const Result<void> read = m_reader.feed(bytes, [this, &sink](const SseEvent &event) {
        if (event.hasData)
            takeEvent(event.data, sink);
    });
    if (m_error)
        return *m_error;
    return read;
}

Result<void> StreamDecoder::finish(ReplySink &sink)
{
    if (m_error)
        return *m_error;
    const Result<void> read = m_reader.finish([this, &sink](const SseEvent &event) {
        if (event.hasData)
            takeEvent(event.data, sink);
    });
    if (!read)
        return read.error();
    if (!m_ended) // a last event that cannot be read was cut off
        return Error{"stream_incomplete", "The provider's stream ended without message_stop.", 502};
    return {};
}

void StreamDecoder::takeEvent(std::string_view data, ReplySink &sink)
{
    if (m_error || m_ended || data.empty() || data == "[DONE]")
        return;
    const json::value *value = parse(data);
    const json::object *event = value ? value->if_object() : nullptr;
    if (!event) {
        m_error = Error{"reply_invalid", "The provider's stream holds an event that is not a JSON object.", 502};
        return;
    }
    dispatch(*event, sink);
    settle(*value);
}

// After each piece: what it held that has no place, and whether it was sound.
void StreamDecoder::settle(const json::value &root)
{
    if (m_context.failed() && !m_error) {
        m_error = Error{"reply_invalid", "The provider's reply is not sound: " + m_context.error(root).message, 502};
    } else if (!m_report.empty()) {
        noteLosses(m_report, root);
        m_report.clear();
    }
}

void StreamDecoder::dispatch(const json::object &object, ReplySink &sink)
{
    const json::value *typeValue = object.if_contains("type");
    const json::string *typeText = typeValue ? typeValue->if_string() : nullptr;
    const std::string_view type = typeText ? std::string_view(*typeText) : std::string_view();
    if (const json::value *error = object.if_contains("error"); error && (type == "error" || type.empty()))
        return fail(*error, sink);
    ObjectReader event(object, m_context);
    event.ignore("type");
    if (type == "content_block_delta") {
        const Setting<int64_t> index = event.integer("index");
        if (const json::object *delta = event.object("delta"))
            m_blocks.delta(index.value.value_or(0), *delta, sink);
    } else if (type == "content_block_start") {
        const Setting<int64_t> index = event.integer("index");
        if (const json::object *block = event.object("content_block"))
            m_blocks.start(index.value.value_or(0), *block, sink);
    } else if (type == "content_block_stop") {
        m_blocks.stop(event.integer("index").value.value_or(0), sink);
    } else if (type == "message_start") {
        messageStart(event, sink);
    } else if (type == "message_delta") {
        messageDelta(event, sink);
    } else if (type == "message_stop") {
        event.ignoreRest();
        messageStop(sink);
    } else { // ping, and events that a newer API may send
        event.ignoreRest();
    }
}

void StreamDecoder::messageStart(ObjectReader &event, ReplySink &sink)
{
    const json::object *object = event.object("message");
    if (!object || m_started)
        return;
    ObjectReader message(*object, m_context);
    message.ignore("content");
    message.ignore("stop_reason");
    message.ignore("stop_sequence");
    message.ignore("stop_details");
    start(message, sink);
    if (const json::object *counts = message.object("usage"))
        takeUsage(*counts, sink);
}

void StreamDecoder::start(ObjectReader &message, ReplySink &sink)
{
    m_started = true;
    for (const std::string_view key : {"type", "role", "container", "diagnostics", "context_management"})
        message.ignore(key);
    MessageStart start;
    start.id = message.text("id");
    start.model = message.text("model");
    const Node counts = message.peek("usage");
    const json::object *object = counts ? counts->if_object() : nullptr;
    const json::value *tier = object ? object->if_contains("service_tier") : nullptr;
    if (tier && tier->is_string())
        start.serviceTier = tier->get_string();
    sink.take(start);
}

void StreamDecoder::takeUsage(const json::object &object, ReplySink &sink)
{
    UsageReport report;
    TokenUsage &usage = report.usage;
    usage.input = countAt(&object, "input_tokens");
    usage.cachedInput = countAt(&object, "cache_read_input_tokens");
    usage.cacheWrite = countAt(&object, "cache_creation_input_tokens");
    usage.output = countAt(&object, "output_tokens");
    usage.reasoning = countAt(objectAt(&object, "output_tokens_details"), "thinking_tokens");
    if (const json::object *writes = objectAt(&object, "cache_creation")) {
        usage.cacheWrite1h = countAt(writes, "ephemeral_1h_input_tokens");
        const auto short5m = countAt(writes, "ephemeral_5m_input_tokens");
        if (!usage.cacheWrite && (short5m || usage.cacheWrite1h))
            usage.cacheWrite = short5m.value_or(0) + usage.cacheWrite1h.value_or(0);
    }
    usage.webSearches = countAt(objectAt(&object, "server_tool_use"), "web_search_requests");
    if (const json::value *tier = object.if_contains("service_tier"); tier && tier->is_string())
        usage.serviceTier = confirmedTier(tier->get_string());
    boundParts(usage);
    sink.take(report);
}

void StreamDecoder::messageDelta(ObjectReader &event, ReplySink &sink)
{
    event.ignore("context_management");
    if (const json::object *delta = event.object("delta")) {
        ObjectReader reader(*delta, m_context);
        reader.ignore("container");
        stopReason(reader, sink);
    }
    if (const json::object *counts = event.object("usage"))
        takeUsage(*counts, sink);
}

void StreamDecoder::stopReason(ObjectReader &reader, ReplySink &sink)
{
    if (const std::string_view reason = reader.text("stop_reason"); !reason.empty())
        m_stopReason = reason;
    if (const std::string_view sequence = reader.text("stop_sequence"); !sequence.empty())
        m_stopSequence = sequence;
    if (const json::object *details = reader.object("stop_details")) {
        ObjectReader inner(*details, m_context);
        inner.ignore("type");
        m_blocks.refusal(inner.text("explanation"), sink);
    }
}

void StreamDecoder::messageStop(ReplySink &sink)
{
    m_blocks.stopAll(sink);
    Finish finish;
    finish.reason = m_stopReason.empty() ? FinishReason::Stop : finishOf(m_stopReason);
    finish.stopSequence = m_stopSequence;
    finish.native = m_stopReason;
    sink.take(finish);
    m_ended = true;
}

void StreamDecoder::fail(const json::value &error, ReplySink &sink)
{
    m_ended = true;
    sink.take(Failure{readErrorObject(error, 0)});
}

Result<void> StreamDecoder::whole(std::string_view body, ReplySink &sink)
{
    const json::value *root = parse(body);
    const json::object *object = root ? root->if_object() : nullptr;
    if (!object)
        return Error{"reply_invalid", "The provider's reply is not a JSON object.", 502};
    if (const json::value *error = object->if_contains("error"); error && !error->is_null()) {
        fail(*error, sink);
        return {};
    }
    {
        ObjectReader message(*object, m_context);
        const json::array *content = message.array("content");
        if (!content)
            return Error{"reply_invalid", "The provider's reply has no content.", 502};
        start(message, sink);
        int64_t index = 0;
        for (const json::value &block : *content) {
            if (const json::object *one = block.if_object()) {
                m_blocks.start(index, *one, sink);
                m_blocks.stop(index, sink);
            }
            ++index;
        }
        stopReason(message, sink);
        if (const json::object *counts = message.object("usage"))
            takeUsage(*counts, sink);
    }
    settle(*root);
    if (m_error)
        return *m_error;
    messageStop(sink);
    return {};
}

} // namespace

std::unique_ptr<ReplyDecoder> makeReplyDecoder()
{
    return std::make_unique_for_overwrite<StreamDecoder>(); // its buffer is not cleared
}

} // namespace signalbox::anthropic
