// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_responses/codec.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace signalbox::openai_responses {

namespace json = boost::json;

inline const std::string whole = R"({"model":"gpt-5.4","instructions":"Be brief.","input":[
 {"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules"}]},
 {"type":"message","role":"user","content":[{"type":"input_text","text":"Look \u00fc"},
   {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"},
   {"type":"input_image","image_url":"https:\/\/x.test/a.png","detail":"auto"},
   {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="},
   {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]},
 {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"First"},{"type":"summary_text","text":"Second"}],"encrypted_content":"gAAA="},
 {"type":"message","id":"msg_1","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"On it","annotations":[{"type":"url_citation","url":"https:\/\/c.test","title":"C","start_index":0,"end_index":2}]}]},
 {"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"{\u0022city\u0022:\u0022Oslo\u0022}"},
 {"type":"function_call","call_id":"call_2","name":"read","namespace":"mcp__files","arguments":"{}"},
 {"type":"custom_tool_call","call_id":"call_3","name":"patch","input":"*** Begin"},
 {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}},
 {"type":"function_call_output","call_id":"call_1","output":"Sunny"},
 {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"auto"}]},
 {"type":"custom_tool_call_output","call_id":"call_3","output":"Done"},
 {"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"No."}]}],
 "tools":[{"type":"function","name":"get_weather","description":"W","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true},
  {"type":"namespace","name":"mcp__files","description":"Files","tools":[{"type":"function","name":"read","parameters":{"type":"object","properties":{}},"strict":false},{"type":"custom","name":"edit"}]},
  {"type":"custom","name":"patch","description":"P","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},
  {"type":"web_search","search_context_size":"low"}],
 "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"get_weather"},{"type":"custom","name":"patch"}]},
 "parallel_tool_calls":false,"reasoning":{"effort":"high","summary":"auto"},
 "text":{"format":{"type":"json_schema","name":"out","schema":{"type":"object","properties":{},"additionalProperties":false},"strict":true},"verbosity":"low"},
 "max_output_tokens":1000,"temperature":0.5,"top_p":0.9,"top_logprobs":2,"service_tier":"flex","safety_identifier":"u1",
 "prompt_cache_key":"k","prompt_cache_retention":"24h","metadata":{"a":"b"},"store":false,
 "include":["reasoning.encrypted_content","message.output_text.logprobs"],"stream":true})";

struct Decoded {
    LossReport report;
    Result<Conversation> conversation;
    std::vector<LossEntry> losses() const { return report.resolve(conversation->source->root, false); }
};

inline Decoded decode(const std::string &body)
{
    Decoded decoded;
    decoded.conversation = codec().decodeRequest(body, {}, decoded.report);
    return decoded;
}

inline Quirks openAi()
{
    Quirks quirks;
    quirks.developerRole = true;
    return quirks;
}

inline std::string encode(const Conversation &conversation, LossReport &losses, const Quirks &quirks = openAi())
{
    const auto request = codec().encodeRequest(conversation, {conversation.model, quirks}, losses);
    return request ? request->body : request.error().message;
}

inline std::string sorted(const json::value &value)
{
    if (const json::array *array = value.if_array()) {
        std::string text = "[";
        for (const json::value &one : *array)
            text += sorted(one) + ",\n";
        return text + "]";
    }
    const json::object *object = value.if_object();
    if (!object)
        return json::serialize(value);
    std::map<std::string, std::string> members;
    for (const auto &member : *object)
        members[std::string(member.key())] = sorted(member.value());
    std::string text = "{";
    for (const auto &[key, inner] : members)
        text += key + ":" + inner + ",\n";
    return text + "}";
}

inline QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

inline QByteArrayList pointers(const std::vector<LossEntry> &losses)
{
    QByteArrayList list;
    for (const LossEntry &loss : losses)
        list << bytes(std::string(lossKindName(loss.kind)) + " " + loss.pointer);
    return list;
}

// A conversation as another dialect would decode it: `parts` of one user message and what goes with it.
inline Conversation made(std::vector<Message> messages)
{
    static const auto source = *parseSource("{}");
    Conversation conversation;
    conversation.source = source;
    conversation.model = "m";
    conversation.messages = std::move(messages);
    return conversation;
}

inline Message message(Role role, std::vector<Part> parts)
{
    Message message;
    message.role = role;
    message.parts = std::move(parts);
    return message;
}

} // namespace signalbox::openai_responses
