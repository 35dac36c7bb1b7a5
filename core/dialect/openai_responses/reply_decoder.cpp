// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/reply_decoder.h"

#include "core/dialect/openai_responses/errors.h"
#include "core/dialect/openai_responses/item_reader.h"
#include "core/dialect/openai_responses/response_end.h"
#include "core/dialect/usage_counts.h"
#include "core/net/sse_reader.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

constexpr size_t parseMemory = 16 * 1024;

// What a response repeats of its request, and what says nothing beyond the rest.
constexpr std::array<const char *, 31> echoed = {"object",
                                                 "background",
                                                 "instructions",
                                                 "max_output_tokens",
                                                 "max_tool_calls",
                                                 "metadata",
                                                 "parallel_tool_calls",
                                                 "prompt",
                                                 "previous_response_id",
                                                 "prompt_cache_key",
                                                 "reasoning",
                                                 "safety_identifier",
                                                 "store",
                                                 "prompt_cache_retention",
                                                 "temperature",
                                                 "text",
                                                 "tool_choice",
                                                 "tools",
                                                 "top_logprobs",
                                                 "top_p",
                                                 "truncation",
                                                 "user",
                                                 "completed_at",
                                                 "output_text",
                                                 "conversation",
                                                 "content_filters",
                                                 "frequency_penalty",
                                                 "presence_penalty",
                                                 "prompt_cache_options",
                                                 "moderation",
                                                 "billing"};

class Decoder final : public ReplyDecoder
{
public:
    Decoder() : m_memory(m_buffer.data(), m_buffer.size()) {}

    Result<void> feed(std::string_view bytes, ReplySink &sink) override
    {
        Result<void> taken;
        const Result<void> read = m_reader.feed(bytes, [&](const SseEvent &event) {
            if (taken && event.hasData)
                taken = takeEvent(event, sink);
        });
        return taken ? read : taken;
    }

    Result<void> finish(ReplySink &sink) override
    {
        Result<void> taken;
        const Result<void> read = m_reader.finish([&](const SseEvent &event) {
            if (taken && event.hasData)
                taken = takeEvent(event, sink);
        });
        if (!read)
            return read;
        if (!taken || !m_ended) // a last event that cannot be read was cut off
            return Error{"stream_incomplete", "The provider's stream ended without response.completed.", 502};
        return {};
    }

    Result<void> whole(std::string_view body, ReplySink &sink) override
    {
        boost::system::error_code failure;
        json::parse_options options;
        options.max_depth = 128;
        const json::value value = json::parse(body, failure, {}, options);
        const json::object *object = failure ? nullptr : value.if_object();
        if (!object)
            return Error{"reply_invalid", "The provider's reply is not a JSON object.", 502};
        LossReport losses;
        TextPool pool;
        DecodeContext context{losses, pool};
        m_sink = &sink;
        const json::value *error = object->if_contains("error");
        if (error && !error->is_null() && !object->contains("output")) {
            fail(errorOf(*error, 0));
        } else if (!object->contains("output")) {
            return Error{"reply_invalid", "The provider's reply has no output.", 502};
        } else {
            takeResponse(value, End::AsItSays, context);
        }
        noteLosses(losses, value);
        if (context.failed())
            return Error{"reply_invalid", context.error(value).message, 502};
        if (!m_ended)
            return Error{"reply_invalid", "The provider's response is not finished.", 502};
        return {};
    }

private:
    Result<void> takeEvent(const SseEvent &event, ReplySink &sink)
    {
        if (m_ended || event.data == "[DONE]")
            return {};
        m_memory.release();
        json::parse_options options;
        options.max_depth = 128;
        boost::system::error_code failure;
        const json::value value = json::parse(event.data, failure, json::storage_ptr(&m_memory), options);
        const json::object *object = failure ? nullptr : value.if_object();
        if (!object)
            return Error{"reply_invalid", "An event of the provider's stream is not a JSON object.", 502};
        LossReport losses;
        TextPool pool;
        DecodeContext context{losses, pool};
        m_sink = &sink;
        {
            ObjectReader reader(*object, context);
            const std::string_view named = reader.text("type");
            takeTyped(named.empty() ? event.type : named, reader, value, context);
        }
        if (!losses.empty())
            noteLosses(losses, value);
        if (context.failed())
            return Error{"reply_invalid", context.error(value).message, 502};
        return {};
    }

    void takeTyped(std::string_view type, ObjectReader &reader, const json::value &value, DecodeContext &context)
    {
        reader.ignore("sequence_number");
        reader.ignore("obfuscation");
        if (type.ends_with(".delta"))
            return takeDelta(type, reader);
        if (type.starts_with("response.output_item.")) {
            const int64_t index = indexOf(reader);
            reader.ignore("item_id");
            if (const Node item = reader.take("item"))
                itemAt(index, *item).take(*item, type == "response.output_item.done", context);
            return;
        }
        if (const Node response = reader.take("response"); response && response->is_object()) {
            return takeResponse(*response, endOf(type), context);
        }
        if (type == "error" || (type.empty() && reader.has("error"))) {
            reader.ignoreRest();
            const Node inner = reader.peek("error");
            return fail(errorOf(inner && inner->is_object() ? *inner : value, 0));
        }
        takePiece(type, reader, context);
    }

    void takeDelta(std::string_view type, ObjectReader &reader)
    {
        ItemReader &item = itemOf(reader);
        const std::string_view text = reader.text("delta");
        if (type == "response.output_text.delta") {
            item.takeText(ReplyPartKind::Text, pieceIndex(reader, "content_index"), text, false,
                          reader.take("logprobs"));
        } else if (type == "response.refusal.delta") {
            item.takeText(ReplyPartKind::Refusal, pieceIndex(reader, "content_index"), text, false, nullptr);
        } else if (type == "response.function_call_arguments.delta") {
            item.takeArguments(text, false, false);
        } else if (type == "response.custom_tool_call_input.delta") {
            item.takeArguments(text, false, true);
        } else if (type == "response.reasoning_summary_text.delta") {
            item.takeReasoning(true, pieceIndex(reader, "summary_index"), text, false);
        } else if (type == "response.reasoning_text.delta") {
            item.takeReasoning(false, pieceIndex(reader, "content_index"), text, false);
        } else {
            reader.ignoreRest(); // progress of an item that comes whole at its end
        }
    }

    // The events that close a piece, and annotations.
    void takePiece(std::string_view type, ObjectReader &reader, DecodeContext &context)
    {
        if (type == "response.output_text.done") {
            ItemReader &item = itemOf(reader);
            reader.ignore("logprobs");
            item.takeText(ReplyPartKind::Text, pieceIndex(reader, "content_index"), reader.text("text"), true, nullptr);
        } else if (type == "response.refusal.done") {
            ItemReader &item = itemOf(reader);
            item.takeText(ReplyPartKind::Refusal, pieceIndex(reader, "content_index"), reader.text("refusal"), true,
                          nullptr);
        } else if (type == "response.output_text.annotation.added") {
            ItemReader &item = itemOf(reader);
            const int64_t number = pieceIndex(reader, "annotation_index");
            const int64_t content = pieceIndex(reader, "content_index");
            if (const Node annotation = reader.take("annotation"))
                item.takeAnnotation(content, number, *annotation, context);
        } else if (type == "response.function_call_arguments.done") {
            ItemReader &item = itemOf(reader);
            item.nameCall(reader.text("name"));
            item.takeArguments(reader.text("arguments"), true, false);
        } else if (type == "response.custom_tool_call_input.done") {
            itemOf(reader).takeArguments(reader.text("input"), true, true);
        } else if (type == "response.reasoning_summary_text.done") {
            ItemReader &item = itemOf(reader);
            item.takeReasoning(true, pieceIndex(reader, "summary_index"), reader.text("text"), true);
        } else if (type == "response.reasoning_text.done") {
            ItemReader &item = itemOf(reader);
            item.takeReasoning(false, pieceIndex(reader, "content_index"), reader.text("text"), true);
        } else {
            reader.ignoreRest(); // content_part.*, progress of built-in tools, keep-alives: said elsewhere or nothing
        }
    }

    static int64_t pieceIndex(ObjectReader &reader, std::string_view key)
    {
        return reader.integer(key).value.value_or(0);
    }

    int64_t indexOf(ObjectReader &reader)
    {
        return reader.integer("output_index").value.value_or(static_cast<int64_t>(m_items.size()));
    }

    ItemReader &itemAt(int64_t index)
    {
        start({});
        const auto found = m_items.find(index);
        if (found != m_items.end())
            return found->second;
        return m_items.try_emplace(index, m_sink, m_nextPart).first->second;
    }

    // Two items under one index: servers that count wrongly send each with its own id.
    ItemReader &itemAt(int64_t index, const json::value &item)
    {
        const json::object *object = item.if_object();
        const json::value *id = object ? object->if_contains("id") : nullptr;
        if (id && id->is_string()) {
            const std::string name(id->get_string());
            const auto known = m_indexOfId.find(name);
            if (known != m_indexOfId.end())
                return itemAt(known->second);
            const auto taken = m_items.find(index);
            if (taken != m_items.end() && taken->second.isDone())
                index = m_items.rbegin()->first + 1;
            m_indexOfId.emplace(name, index);
        }
        return itemAt(index);
    }

    ItemReader &itemOf(ObjectReader &reader)
    {
        const std::string_view id = reader.text("item_id");
        const std::optional<int64_t> index = reader.integer("output_index").value;
        if (const auto known = m_indexOfId.find(std::string(id)); known != m_indexOfId.end())
            return itemAt(known->second);
        const int64_t place = index.value_or(m_items.empty() ? 0 : m_items.rbegin()->first);
        if (!id.empty() && !m_items.contains(place))
            m_indexOfId.emplace(id, place);
        return itemAt(place);
    }

    void start(const MessageStart &start)
    {
        if (!m_started)
            m_sink->take(start);
        m_started = true;
    }

    void fail(Error error)
    {
        m_ended = true;
        m_sink->take(Failure{std::move(error)});
    }

    void takeResponse(const json::value &value, End end, DecodeContext &context)
    {
        const json::object *object = value.if_object();
        if (!object)
            return context.fail(&value, "must be an object");
        ObjectReader reader(*object, context);
        for (const char *key : echoed)
            reader.ignore(key);
        MessageStart first;
        first.id = reader.text("id");
        first.model = reader.text("model");
        first.createdAt = countOf(reader.take("created_at")); // some servers send 1.7e9
        first.serviceTier = reader.text("service_tier");
        const std::string_view status = reader.text("status");
        const Node error = reader.take("error");
        const Node incomplete = reader.take("incomplete_details");
        const Node usage = reader.take("usage");
        const json::array *output = reader.array("output");
        start(first);
        if (end == End::AsItSays)
            end = endOfStatus(status, error != nullptr);
        if (end == End::NotYet)
            return;
        if (output)
            takeOutput(*output, context);
        for (auto &[index, item] : m_items)
            item.finish();
        if (const json::object *counts = usage ? usage->if_object() : nullptr) {
            UsageReport report{usageOf(*counts)};
            report.usage.serviceTier = confirmedTier(first.serviceTier);
            m_sink->take(report);
        }
        finishAs(end, error, incomplete);
    }

    // The whole output once more. Items are told by their id; where no id was seen before (some servers give each event
    // new ones) by their place.
    void takeOutput(const json::array &output, DecodeContext &context)
    {
        const auto isKnown = [this](const json::value &item) {
            const json::object *object = item.if_object();
            const json::value *id = object ? object->if_contains("id") : nullptr;
            return id && id->is_string() && m_indexOfId.contains(std::string(id->get_string()));
        };
        if (output.size() > m_items.size() && std::any_of(output.begin(), output.end(), isKnown)) {
            for (const json::value &item : output) {
                const int64_t next = m_items.empty() ? 0 : m_items.rbegin()->first + 1;
                itemAt(next, item).take(item, true, context);
            }
            return;
        }
        auto seen = m_items.begin();
        for (const json::value &item : output) {
            if (seen == m_items.end()) {
                const int64_t next = m_items.empty() ? 0 : m_items.rbegin()->first + 1;
                itemAt(next, item).take(item, true, context);
                seen = m_items.end();
                continue;
            }
            seen->second.take(item, true, context);
            ++seen;
        }
    }

    void finishAs(End end, Node error, Node incomplete)
    {
        if (end == End::Failed)
            return fail(error ? errorOf(*error, 0) : Error{"server_error", "The provider's response failed.", 500});
        if (end == End::Cancelled)
            return fail({"cancelled", "The provider cancelled the response.", 502});
        m_ended = true;
        const json::object *details = incomplete ? incomplete->if_object() : nullptr;
        const json::value *reason = details ? details->if_contains("reason") : nullptr;
        Finish finish;
        finish.reason = reasonOfItems();
        if (reason && reason->is_string()) {
            finish.native = std::string_view(reason->get_string());
            if (finish.native == "max_output_tokens")
                finish.reason = FinishReason::Length;
            else if (finish.native == "content_filter")
                finish.reason = FinishReason::ContentFilter;
            else
                finish.reason = FinishReason::Other;
        }
        m_sink->take(finish);
    }

    FinishReason reasonOfItems() const
    {
        bool text = false;
        bool refusal = false;
        for (const auto &[index, item] : m_items) {
            if (item.isCall())
                return FinishReason::ToolCalls;
            text = text || item.hasText();
            refusal = refusal || item.hasRefusal();
        }
        return refusal && !text ? FinishReason::Refusal : FinishReason::Stop;
    }

    SseReader m_reader;
    std::array<unsigned char, parseMemory> m_buffer; // not cleared, which costs more than the rest of a decoder
    json::monotonic_resource m_memory;
    ReplySink *m_sink = nullptr;
    std::map<int64_t, ItemReader> m_items; // by output_index
    std::unordered_map<std::string, int64_t> m_indexOfId;
    int m_nextPart = 0;
    bool m_started = false;
    bool m_ended = false;
};

} // namespace

std::unique_ptr<ReplyDecoder> makeReplyDecoder()
{
    return std::make_unique<Decoder>();
}

} // namespace signalbox::openai_responses
