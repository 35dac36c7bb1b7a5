// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/reply_decoder.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "core/dialect/ollama/errors.h"
#include "core/dialect/ollama/timestamps.h"
#include "core/dialect/usage_counts.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

struct Reason {
    std::string_view name;
    FinishReason reason;
};

// load and unload answer a request without messages; tool_calls and content_filter come from servers that stand in for
// Ollama.
constexpr std::array<Reason, 6> reasons = {{{"stop", FinishReason::Stop},
                                            {"length", FinishReason::Length},
                                            {"load", FinishReason::Other},
                                            {"unload", FinishReason::Other},
                                            {"tool_calls", FinishReason::ToolCalls},
                                            {"content_filter", FinishReason::ContentFilter}}};

json::parse_options parseOptions()
{
    json::parse_options options;
    options.max_depth = 128;
    return options;
}

} // namespace

Decoder::Decoder()
    : m_onLine([this](std::string_view line) { takeLine(line); }),
      m_memory(m_space.data(), m_space.size()),
      m_parser(json::storage_ptr(), parseOptions())
{
}

Result<void> Decoder::result() const
{
    if (m_error)
        return *m_error;
    return {};
}

void Decoder::fail(std::string_view message)
{
    if (m_error)
        return;
    m_error = Error{"reply_invalid", "The provider's reply cannot be read: " + std::string(message) + ".", 502};
    m_over = true;
}

Result<void> Decoder::feed(std::string_view bytes, ReplySink &sink)
{
    if (m_over)
        return result();
    m_sink = &sink;
    if (const auto fed = m_reader.feed(bytes, m_onLine); !fed && !m_over) {
        m_error = Error{"event_too_large", "A line of the provider's stream is too large.", 502};
        m_over = true;
    }
    return result();
}

Result<void> Decoder::finish(ReplySink &sink)
{
    if (m_over)
        return result();
    m_sink = &sink;
    if (!m_reader.finish(m_onLine) && !m_over)
        m_error = Error{"event_too_large", "A line of the provider's stream is too large.", 502};
    else if (!m_over)
        m_error = Error{"stream_incomplete", "The provider's stream ended before its last line.", 502};
    m_over = true;
    return result();
}

Result<void> Decoder::whole(std::string_view body, ReplySink &sink)
{
    m_sink = &sink;
    boost::system::error_code failure;
    const json::value root = json::parse(body, failure, {}, parseOptions());
    if (failure) {
        // A server that streams although it was asked not to.
        const auto fed = feed(body, sink);
        if (fed && finish(sink))
            return {};
        if (m_error && m_error->code != "reply_invalid")
            m_error = Error{"reply_invalid", m_error->message, 502};
        return result();
    }
    takeObject(root);
    if (!m_over)
        fail("it is not complete");
    return result();
}

void Decoder::takeLine(std::string_view line)
{
    if (m_over)
        return;
    boost::system::error_code failure;
    m_parser.reset(&m_memory);
    m_parser.write(line.data(), line.size(), failure);
    if (failure) {
        fail("a line is not valid JSON: " + failure.message());
    } else {
        const json::value root = m_parser.release();
        takeObject(root);
    }
    m_parser.reset();
    m_memory.release();
}

void Decoder::takeObject(const json::value &root)
{
    const json::object *object = root.if_object();
    if (!object)
        return fail("it is not a JSON object");
    if (const json::value *error = object->if_contains("error"); error && !error->is_null()) {
        m_over = true;
        m_sink->take(Failure{errorOf(*error)});
        return;
    }
    DecodeContext context{m_report, m_pool};
    {
        ObjectReader reader(*object, context);
        takeReply(reader);
    }
    if (context.failed())
        fail(context.error(root).message);
    if (!m_report.empty()) {
        noteLosses(m_report, root);
        m_report.clear();
    }
}

void Decoder::takeReply(ObjectReader &reader)
{
    for (const char *key : {"remote_model", "remote_host", "total_duration", "load_duration", "prompt_eval_duration",
                            "eval_duration", "context"})
        reader.ignore(key);
    const bool done = reader.boolean("done").value.value_or(false);
    const auto reason = reader.textSetting("done_reason");
    if (!m_started)
        start(reader);
    reader.ignore("model");
    reader.ignore("created_at");
    const Node logprobs = fullLogprobs(reader.take("logprobs"));
    if (const json::object *message = reader.object("message")) {
        ObjectReader inner(*message, reader.context());
        inner.ignore("role");
        takeMessage(inner, "content", logprobs, done);
    } else {
        takeMessage(reader, "response", logprobs, done); // /api/generate
    }
    if (!reader.context().failed() && done)
        takeDone(reader, reason);
}

void Decoder::start(ObjectReader &reader)
{
    m_started = true;
    const std::string_view created = reader.text("created_at");
    m_sink->take(MessageStart{{}, reader.text("model"), secondsOf(created), {}});
}

void Decoder::takeMessage(ObjectReader &reader, std::string_view textKey, Node logprobs, bool last)
{
    const std::string_view thinking = reader.text("thinking");
    const std::string_view text = reader.text(textKey);
    takeText(ReplyPartKind::Thinking, thinking, text.empty() ? logprobs : nullptr);
    takeText(ReplyPartKind::Text, text, logprobs);
    takeImages(reader);
    const json::array *calls = reader.array("tool_calls");
    for (size_t i = 0; calls && i < calls->size(); ++i)
        takeCall((*calls)[i], last);
}

void Decoder::openPart(PartStart start)
{
    closePart();
    start.part = m_parts++;
    m_open = start.part;
    m_openKind = start.kind;
    m_sink->take(start);
}

void Decoder::closePart()
{
    if (m_open)
        m_sink->take(PartEnd{*m_open});
    m_open.reset();
}

void Decoder::takeText(ReplyPartKind kind, std::string_view text, Node logprobs)
{
    if (text.empty())
        return;
    if (!m_open || m_openKind != kind) {
        PartStart start;
        start.kind = kind;
        start.dialect = Dialect::Ollama;
        openPart(start);
    }
    PartDelta delta;
    delta.part = *m_open;
    delta.text = text;
    delta.logprobs = logprobs;
    m_sink->take(delta);
}

void Decoder::takeImages(ObjectReader &reader)
{
    const json::array *images = reader.array("images");
    if (!images)
        return;
    for (const json::value &image : *images) {
        const json::string *data = image.if_string();
        if (!data)
            return reader.context().fail(&image, "must be a text");
        PartStart start;
        start.kind = ReplyPartKind::Image;
        start.mimeType = sniffMimeType(*data);
        openPart(start);
        PartDelta delta;
        delta.part = *m_open;
        delta.text = *data;
        m_sink->take(delta);
        closePart();
    }
}

void Decoder::takeCall(const json::value &value, bool last)
{
    DecodeContext context{m_report, m_pool};
    const json::object *object = value.if_object();
    if (!object)
        return fail("a tool call is not an object");
    ObjectReader reader(*object, context);
    reader.ignore("type");
    Call call;
    call.id = reader.text("id");
    const json::object *function = reader.object("function");
    if (!function)
        return fail("a tool call has no function");
    ObjectReader inner(*function, context);
    const auto outerIndex = reader.integer("index");
    call.index = inner.integer("index").value.value_or(outerIndex.value.value_or(0));
    call.name = inner.text("name");
    const Node arguments = inner.take("arguments");
    if (context.failed())
        return fail("a tool call: " + context.mistake);
    if (arguments && !arguments->is_string())
        call.arguments = jsonText(*arguments);
    else if (arguments)
        call.arguments = arguments->get_string();
    if (!isKnown(call, last))
        takeArguments(std::move(call), arguments);
}

bool Decoder::isKnown(const Call &call, bool last) const
{
    return std::any_of(m_calls.begin(), m_calls.end(), [&](const Call &known) {
        if (!call.id.empty() && !known.id.empty() && call.id != known.id)
            return false;
        const bool same = known.name == call.name && known.arguments == call.arguments;
        if (!call.id.empty() && call.id == known.id)
            return same;
        return last && same && known.index == call.index;
    });
}

void Decoder::takeArguments(Call call, Node arguments)
{
    const bool goesOn = m_open && m_openKind == ReplyPartKind::ToolCall && m_calls.back().index == call.index &&
                        (call.name.empty() || call.name == m_calls.back().name);
    if (!goesOn) {
        if (call.name.empty())
            return fail("a tool call has no name");
        PartStart start;
        start.kind = ReplyPartKind::ToolCall;
        start.id = call.id;
        start.name = call.name;
        openPart(start);
    }
    PartDelta delta;
    delta.part = *m_open;
    delta.text = call.arguments;
    if (!call.arguments.empty())
        m_sink->take(delta);
    if (goesOn)
        m_calls.back().arguments += call.arguments;
    else
        m_calls.push_back(std::move(call));
    // Text that is no whole object yet may go on with the next line.
    const bool pieces = arguments && arguments->is_string() && !isJsonObject(m_calls.back().arguments);
    if (!pieces)
        closePart();
}

void Decoder::takeDone(ObjectReader &reader, const Setting<std::string_view> &reason)
{
    m_over = true;
    closePart();
    UsageReport report;
    report.usage.input = countOf(reader.take("prompt_eval_count")); // absent when the prompt came from the cache
    report.usage.output = countOf(reader.take("eval_count"));
    if (report.usage.input || report.usage.output)
        m_sink->take(report);
    Finish finish;
    finish.native = reason ? *reason : std::string_view();
    const auto known =
        std::find_if(reasons.begin(), reasons.end(), [&](const Reason &one) { return one.name == finish.native; });
    if (known != reasons.end())
        finish.reason = known->reason;
    else if (!finish.native.empty())
        finish.reason = FinishReason::Other;
    // Ollama says "stop" for calls as well.
    if (finish.reason == FinishReason::Stop && !m_calls.empty())
        finish.reason = FinishReason::ToolCalls;
    m_sink->take(finish);
}

// Chat's readers insist on `bytes` and `top_logprobs`, which Ollama leaves out when they are empty.
Node Decoder::fullLogprobs(Node logprobs)
{
    const json::array *list = logprobs ? logprobs->if_array() : nullptr;
    if (!list || list->empty())
        return nullptr;
    const auto fill = [](json::object &token) { token.emplace("bytes", nullptr); };
    m_logprobs = *logprobs;
    for (json::value &item : m_logprobs.get_array()) {
        json::object *token = item.if_object();
        if (!token)
            return nullptr;
        fill(*token);
        json::value &top = token->emplace("top_logprobs", json::array()).first->value();
        if (!top.is_array())
            top = json::array();
        for (json::value &other : top.get_array()) {
            if (json::object *one = other.if_object())
                fill(*one);
        }
    }
    return &m_logprobs;
}

} // namespace signalbox::ollama
