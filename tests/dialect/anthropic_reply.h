// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/codec.h"
#include "tests/dialect/encoding_sink.h"

#include <functional>
#include <initializer_list>

namespace signalbox::anthropic_test {

struct Event {
    const char *type;
    const char *data;
};

inline std::string stream(std::initializer_list<Event> events)
{
    std::string text;
    for (const Event &event : events)
        text.append("event: ").append(event.type).append("\ndata: ").append(event.data).append("\n\n");
    return text;
}

inline const Event startEvent = {
    "message_start",
    R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":1,"service_tier":"standard"}}})"};
inline const Event stopEvent = {"message_stop", R"({"type":"message_stop"})"};

inline std::string fullStream()
{
    return stream(
        {startEvent,
         {"content_block_start",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me \"see\" … \ud83d\ude42"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB+/=="}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":0})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"abc=="}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":1})"},
         {"ping", R"({"type":"ping"})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"grüß\n€"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"c","document_index":0,"document_title":"D","start_char_index":1,"end_char_index":2,"file_id":null}}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":2})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"\"x\"}"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":3})"},
         {"content_block_start",
          R"({"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":""}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Os"}})"},
         {"content_block_delta",
          R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"lo\"}"}})"},
         {"content_block_stop", R"({"type":"content_block_stop","index":4})"},
         {"message_delta",
          R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":5,"output_tokens_details":{"thinking_tokens":2}}})"},
         stopEvent});
}

// Each event as a line, so that two runs can be compared.
class EventLines final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        if (const auto *start = std::get_if<PartStart>(&event))
            add("start", start->part, std::to_string(static_cast<int>(start->kind)), start->id, start->name);
        else if (const auto *delta = std::get_if<PartDelta>(&event))
            add("delta", delta->part, delta->text, delta->signature, delta->citation ? delta->citation->citedText : "");
        else if (const auto *partEnd = std::get_if<PartEnd>(&event))
            add("end", partEnd->part);
        else if (const auto *finish = std::get_if<Finish>(&event))
            add("finish", static_cast<int>(finish->reason), finish->native, finish->stopSequence);
        else if (const auto *failure = std::get_if<Failure>(&event))
            add("failure", failure->error.httpStatus, failure->error.code, failure->error.message);
        else if (const auto *message = std::get_if<MessageStart>(&event))
            add("message", 0, message->id, message->model, message->serviceTier);
        else if (const auto *usage = std::get_if<UsageReport>(&event))
            add("usage", static_cast<int>(usage->usage.output.value_or(-1)));
    }
    std::string text;

private:
    void add(std::string_view what, int number, std::string_view a = {}, std::string_view b = {},
             std::string_view c = {})
    {
        text.append(what).append(" ").append(std::to_string(number));
        for (const std::string_view one : {a, b, c})
            text.append("|").append(one);
        text += '\n';
    }
};

inline const ReplyOptions usualOptions{"asked-model", "01890000-0000-7000-8000-000000000000"};

struct Run {
    EncodingSink<EventLines> recorder{anthropic::codec(), usualOptions};
    Result<void> fed;
    Result<void> finished;
    std::vector<LossEntry> losses;
};

inline void decode(Run &run, const std::string &bytes, const std::function<size_t()> &step)
{
    const std::unique_ptr<ReplyDecoder> decoder = anthropic::codec().replyDecoder();
    for (size_t at = 0; at < bytes.size() && run.fed;) {
        const size_t size = std::max<size_t>(1, step());
        run.fed = decoder->feed(std::string_view(bytes).substr(at, size), run.recorder);
        at += size;
    }
    if (run.fed)
        run.finished = decoder->finish(run.recorder);
    if (run.fed && run.finished)
        run.recorder.end();
    run.losses = decoder->losses();
}

inline void decodeWhole(Run &run, std::string_view body)
{
    const std::unique_ptr<ReplyDecoder> decoder = anthropic::codec().replyDecoder();
    run.finished = decoder->whole(body, run.recorder);
    run.losses = decoder->losses();
}

// The types of the events, in their order.
inline std::string typesOf(const std::string &encoded)
{
    std::string types;
    for (size_t at = encoded.find("event: "); at != std::string::npos; at = encoded.find("event: ", at + 1))
        types.append(encoded, at + 7, encoded.find('\n', at) - at - 7).append(" ");
    return types;
}

inline std::string encodeAll(std::initializer_list<ReplyEvent> events)
{
    std::string out;
    const std::unique_ptr<ReplyEncoder> encoder = anthropic::codec().replyEncoder(usualOptions);
    for (const ReplyEvent &event : events)
        encoder->take(event, out);
    encoder->end(out);
    return out;
}

inline PartStart partStart(int part, ReplyPartKind kind, std::string_view id = {}, std::string_view name = {})
{
    PartStart start;
    start.part = part;
    start.kind = kind;
    start.id = id;
    start.name = name;
    return start;
}

inline PartDelta partDelta(int part, std::string_view text)
{
    PartDelta delta;
    delta.part = part;
    delta.text = text;
    return delta;
}

inline bool contains(const std::string &text, std::string_view piece)
{
    return text.find(piece) != std::string::npos;
}

} // namespace signalbox::anthropic_test
