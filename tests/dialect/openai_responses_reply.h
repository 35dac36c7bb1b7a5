// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_responses/codec.h"
#include "core/net/sse_reader.h"
#include "tests/dialect/encoding_sink.h"

#include <QtCore/QByteArray>

#include <boost/json.hpp>

#include <array>

namespace signalbox::openai_responses {

namespace json = boost::json;

inline QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

// One line for each event; neighbouring deltas of a part are joined unless they are wanted apart.
class Listing final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        std::visit([this](const auto &one) { note(one); }, event);
    }
    std::string text;

private:
    void note(const MessageStart &e) { line("start " + std::string(e.id) + " " + std::string(e.model)); }
    void note(const PartStart &e)
    {
        static constexpr std::array names = {"text",    "thinking", "redacted", "call",
                                             "refusal", "image",    "audio",    "native"};
        std::string what = "+" + std::to_string(e.part) + " " + names[static_cast<size_t>(e.kind)];
        for (const std::string_view word : {e.id, e.name, e.nameSpace, e.mimeType, e.nativeType}) {
            if (!word.empty())
                what.append(" ").append(word);
        }
        line(what + (e.custom ? " custom" : ""));
    }
    void note(const PartDelta &e)
    {
        std::string what = std::to_string(e.part) + " " + std::string(e.text);
        if (!e.signature.empty())
            what.append(" sig=").append(e.signature);
        if (e.citation)
            what.append(" cite=").append(e.citation->url);
        if (e.logprobs)
            what += " logprobs";
        line(what);
    }
    void note(const PartEnd &e) { line("-" + std::to_string(e.part)); }
    void note(const UsageReport &e)
    {
        const TokenUsage &u = e.usage;
        line("usage " + std::to_string(u.input.value_or(0)) + "/" + std::to_string(u.cachedInput.value_or(0)) + "/" +
             std::to_string(u.cacheWrite.value_or(0)) + "/" + std::to_string(u.output.value_or(0)) + "/" +
             std::to_string(u.reasoning.value_or(0)));
    }
    void note(const Finish &e)
    {
        line("finish " + std::to_string(static_cast<int>(e.reason)) + " " + std::string(e.native));
    }
    void note(const Failure &e)
    {
        line("failure " + std::to_string(e.error.httpStatus) + " " + e.error.code + " " + e.error.message);
    }
    void line(const std::string &one) { text += one + "\n"; }
};

using Both = EncodingSink<Listing>;

inline ReplyOptions plainOptions(const Conversation *conversation = nullptr)
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "0190-1";
    options.nowSeconds = 1700000000;
    options.conversation = conversation;
    return options;
}

inline std::string frame(const std::string &data)
{
    return "data: " + data + "\n\n";
}

inline const std::string created = frame(
    R"({"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","model":"gpt-5.4","status":"in_progress","created_at":1.7e9,"output":[]}})");
inline const std::string completed = frame(
    R"({"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],"usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":17}}})");

inline const std::string rich =
    created +
    frame(
        R"({"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"early"}})") +
    frame(
        R"({"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"I th\u00efnk"})") +
    frame(
        R"({"type":"response.reasoning_summary_text.done","item_id":"rs_1","output_index":0,"summary_index":0,"text":"I th\u00efnk so"})") +
    frame(
        R"({"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":1,"delta":"more"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"I th\u00efnk so"},{"type":"summary_text","text":"more"}],"encrypted_content":"gAAA"}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","status":"in_progress","content":[]}})") +
    frame(
        R"({"type":"response.content_part.added","item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":""}})") +
    frame("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":1,\"content_index\":0,"
          "\"delta\":\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\",\"logprobs\":[]}") +
    frame(
        R"({"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":1,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https:\/\/a.test","title":"A","start_index":0,"end_index":3}})") +
    frame(
        R"({"type":"response.output_text.done","item_id":"msg_1","output_index":1,"content_index":0,"text":"gr\u00fc\u00df \ud83d\ude00"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"gr\u00fc\u00df \ud83d\ude00","annotations":[{"type":"url_citation","url":"https:\/\/a.test","title":"A","start_index":0,"end_index":3},{"type":"url_citation","url":"https:\/\/b.test","title":"B","start_index":0,"end_index":3}]}]}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}})") +
    frame(
        R"({"type":"response.output_item.added","output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"g","namespace":"ns","arguments":""}})") +
    frame(
        R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":2,"delta":"{\u0022a\u0022:"})") +
    frame(
        R"({"type":"response.function_call_arguments.delta","item_id":"fc_2","output_index":3,"delta":"{\u0022b\u0022"})") +
    frame(R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":2,"delta":"1}"})") +
    frame(
        R"({"type":"response.function_call_arguments.done","item_id":"fc_2","output_index":3,"arguments":"{\u0022b\u0022:2}"})") +
    frame(
        R"({"type":"response.output_item.done","output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{\u0022a\u0022:1}"}})") +
    frame(
        R"({"type":"response.output_item.done","output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"g","namespace":"ns","arguments":"{\u0022b\u0022:2}"}})") +
    frame(R"({"type":"response.custom_tool_call_input.delta","item_id":"ctc_1","output_index":4,"delta":"*** "})") +
    frame(
        R"({"type":"response.output_item.done","output_index":4,"item":{"id":"ctc_1","type":"custom_tool_call","call_id":"call_3","name":"patch","input":"*** Begin"}})") +
    frame(R"({"type":"response.web_search_call.searching","item_id":"ws_1","output_index":5})") +
    frame(
        R"({"type":"response.output_item.done","output_index":5,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search"}}})") +
    completed;

inline const char *richEvents =
    "start resp_1 gpt-5.4\n"
    "+0 thinking rs_1\n0 I thïnk\n0  so\n0 \n\n\n0 more\n0  sig=gAAA\n-0\n"
    "+1 text\n1 grüß 😀\n1  cite=https://a.test\n1  cite=https://b.test\n-1\n"
    "+2 call call_1 f\n+3 call call_2 g ns\n2 {\"a\":\n3 {\"b\"\n2 1}\n3 :2}\n-2\n-3\n"
    "+4 call call_3 patch custom\n4 *** \n4 Begin\n-4\n"
    "+5 native web_search_call\n"
    "5 {\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\",\"action\":{\"type\":"
    "\"search\"}}\n-5\nusage 8/4/0/5/2\nfinish 3 \n";

Result<void> run(std::string_view stream, ReplySink &sink, const std::vector<size_t> &cuts)
{
    const auto decoder = codec().replyDecoder();
    size_t at = 0;
    for (const size_t cut : cuts) {
        if (const auto fed = decoder->feed(stream.substr(at, cut - at), sink); !fed)
            return fed;
        at = cut;
    }
    if (const auto fed = decoder->feed(stream.substr(at), sink); !fed)
        return fed;
    return decoder->finish(sink);
}

// Reads a stream as the accumulating SDKs do and complains about what they would refuse.
struct Wire {
    std::vector<std::string> types;
    json::value last;
    std::string mistake;
    std::vector<json::value> output;
};

inline Wire readWire(const std::string &stream)
{
    Wire wire;
    int64_t sequence = 0;
    SseReader reader;
    const auto check = [&](bool good, const std::string &what) {
        if (!good && wire.mistake.empty())
            wire.mistake = what;
    };
    const auto onEvent = [&](const SseEvent &event) {
        if (!event.hasData)
            return;
        boost::system::error_code failure;
        const json::value value = json::parse(event.data, failure);
        check(!failure && value.is_object(), "not JSON");
        if (failure)
            return;
        const std::string type(value.at("type").as_string());
        check(event.type == type, "event and type differ: " + type);
        check(value.at("sequence_number") == json::value(sequence++), "sequence of " + type);
        wire.types.push_back(type);
        const json::object &object = value.as_object();
        const auto place = [&]() -> json::value & {
            static json::value none;
            const auto index = static_cast<size_t>(object.at("output_index").as_int64());
            check(index < wire.output.size(), "no item for " + type);
            return index < wire.output.size() ? wire.output[index] : none;
        };
        if (type == "response.output_item.added") {
            check(object.at("output_index") == json::value(wire.output.size()), "output_index of " + type);
            wire.output.push_back(object.at("item"));
        } else if (type == "response.output_item.done") {
            const json::value &item = object.at("item");
            json::value &known = place();
            check(known.at("id") == item.at("id") && known.at("type") == item.at("type"), "another item is done");
            for (const char *text : {"arguments", "input"}) {
                if (known.as_object().contains(text))
                    check(known.at(text) == item.at(text), std::string(text) + " differ from their deltas");
            }
            if (item.at("type") == "message")
                check(known.at("content") == item.at("content"), "content differs from its parts");
            known = item;
        } else if (type == "response.content_part.added") {
            json::array &content = place().as_object()["content"].as_array();
            check(object.at("content_index") == json::value(content.size()), "content_index of " + type);
            content.push_back(object.at("part"));
        } else if (type == "response.content_part.done") {
            place().as_object()["content"].as_array().back() = object.at("part");
        } else if (type.ends_with("_call_arguments.delta") || type.ends_with("_call_input.delta")) {
            const char *key = type.ends_with("arguments.delta") ? "arguments" : "input";
            json::string &text = place().as_object()[key].as_string();
            text += object.at("delta").as_string();
        }
        if (object.contains("response"))
            wire.last = object.at("response");
    };
    if (!reader.feed(stream, onEvent) || !reader.finish(onEvent))
        wire.mistake = "not a stream of events";
    return wire;
}

} // namespace signalbox::openai_responses
