// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/reply_decoder.h"

#include "core/dialect/openai_chat/choice_decoder.h"
#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/usage.h"
#include "core/dialect/usage_counts.h"
#include "core/net/sse_reader.h"

#include <boost/json.hpp>

#include <array>
#include <deque>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

constexpr int mostChoices = 128; // of OpenAI

struct KnownWord {
    std::string_view word;
    FinishWord means;
};

constexpr std::array<KnownWord, 27> finishWords = {{{"stop", {FinishReason::Stop}},
                                                    {"length", {FinishReason::Length}},
                                                    {"tool_calls", {FinishReason::ToolCalls}},
                                                    {"function_call", {FinishReason::ToolCalls}},
                                                    {"content_filter", {FinishReason::ContentFilter}},
                                                    {"tool_call", {FinishReason::ToolCalls}},
                                                    {"tool_use", {FinishReason::ToolCalls}},
                                                    {"end_turn", {FinishReason::Stop}},
                                                    {"eos", {FinishReason::Stop}},
                                                    {"eos_token", {FinishReason::Stop}},
                                                    {"complete", {FinishReason::Stop}},
                                                    {"COMPLETE", {FinishReason::Stop}},
                                                    {"STOP", {FinishReason::Stop}},
                                                    {"stop_sequence", {FinishReason::StopSequence}},
                                                    {"max_tokens", {FinishReason::Length}},
                                                    {"MAX_TOKENS", {FinishReason::Length}},
                                                    {"max_length", {FinishReason::Length}},
                                                    {"model_length", {FinishReason::Length}},
                                                    {"sensitive", {FinishReason::ContentFilter}},
                                                    {"safety", {FinishReason::ContentFilter}},
                                                    {"SAFETY", {FinishReason::ContentFilter}},
                                                    {"RECITATION", {FinishReason::ContentFilter}},
                                                    {"refusal", {FinishReason::Refusal}},
                                                    {"pause_turn", {FinishReason::Pause}},
                                                    {"error", {FinishReason::Other, true}},
                                                    {"network_error", {FinishReason::Other, true}},
                                                    {"insufficient_system_resource", {FinishReason::Other, true}}}};

// Members that say nothing to a client, or are read elsewhere.
constexpr std::array rootEchoes = {"id",
                                   "object",
                                   "created",
                                   "model",
                                   "choices",
                                   "usage",
                                   "service_tier",
                                   "system_fingerprint",
                                   "provider",
                                   "obfuscation",
                                   "x_groq",
                                   "timings",
                                   "citations",
                                   "search_results",
                                   "prompt_filter_results",
                                   "error",
                                   "request_id",
                                   "prompt_token_ids",
                                   "prompt_logprobs",
                                   "kv_transfer_params",
                                   "cost"};

class ChatReplyDecoder final : public ReplyDecoder
{
public:
    ChatReplyDecoder()
    {
        json::parse_options options;
        options.max_depth = 128;
        m_parser.emplace(json::storage_ptr(), options);
    }

    Result<void> feed(std::string_view bytes, ReplySink &sink) override
    {
        const Result<void> read = m_sse.feed(bytes, [&](const SseEvent &event) { takeEvent(event, sink); });
        if (m_broken)
            return *m_broken;
        return read;
    }
    Result<void> finish(ReplySink &sink) override;
    Result<void> whole(std::string_view body, ReplySink &sink) override;

private:
    void takeEvent(const SseEvent &event, ReplySink &sink);
    void takeDone(ReplySink &sink);
    void takeRoot(const json::value &root, bool whole, ReplySink &sink);
    void takeChoices(const json::array &choices, Node root, bool whole, DecodeContext &context, ReplySink &sink);
    void takeUsage(Node root, ReplySink &sink);
    void start(Node root, ReplySink &sink);
    void fail(Error error, ReplySink &sink);
    bool failedChoice(const json::value &choice, ReplySink &sink);
    ChoiceDecoder &choice(int number);
    bool allFinished() const;
    Error invalid(std::string_view what) const { return {"reply_invalid", std::string(what), 502}; }

    SseReader m_sse;
    std::array<unsigned char, 16384> m_buffer; // not cleared: that cost a tenth of a translated request
    json::monotonic_resource m_memory{m_buffer.data(), m_buffer.size()};
    std::optional<json::parser> m_parser;
    TextPool m_pool;
    std::deque<ChoiceDecoder> m_choices;
    int m_nextPart = 0;
    TokenUsage m_usage;
    std::optional<Error> m_broken;
    bool m_started = false;
    bool m_ended = false; // by [DONE] or a failure
};

ChoiceDecoder &ChatReplyDecoder::choice(int number)
{
    for (ChoiceDecoder &known : m_choices) {
        if (known.number() == number)
            return known;
    }
    return m_choices.emplace_back(number, m_nextPart);
}

bool ChatReplyDecoder::allFinished() const
{
    for (const ChoiceDecoder &one : m_choices) {
        if (!one.isFinished())
            return false;
    }
    return !m_choices.empty();
}

void ChatReplyDecoder::fail(Error error, ReplySink &sink)
{
    m_ended = true;
    sink.take(Failure{std::move(error)});
}

void ChatReplyDecoder::takeEvent(const SseEvent &event, ReplySink &sink)
{
    if (!event.hasData || m_ended || m_broken)
        return;
    std::string_view data = event.data;
    while (!data.empty() && (data.back() == ' ' || data.back() == '\t'))
        data.remove_suffix(1);
    while (!data.empty() && (data.front() == ' ' || data.front() == '\t'))
        data.remove_prefix(1);
    if (data.empty())
        return;
    if (data == "[DONE]")
        return takeDone(sink);
    m_parser->reset(json::storage_ptr(&m_memory));
    boost::system::error_code code;
    m_parser->write(data.data(), data.size(), code);
    if (code) {
        m_broken = invalid("The provider sent a stream event that is not valid JSON.");
    } else {
        const json::value root = m_parser->release();
        if (event.type == "error" && !errorIn(root))
            fail({"provider_error", "The provider reported an error.", 502}, sink);
        else
            takeRoot(root, false, sink);
    }
    m_parser->reset();
    m_memory.release();
}

void ChatReplyDecoder::takeDone(ReplySink &sink)
{
    if (m_choices.empty())
        return; // nothing was answered: finish() says so
    for (ChoiceDecoder &one : m_choices)
        one.finishSilently(sink);
    m_ended = true;
}

void ChatReplyDecoder::takeRoot(const json::value &root, bool whole, ReplySink &sink)
{
    if (auto error = errorIn(root))
        return fail(std::move(*error), sink);
    const json::object *object = root.if_object();
    if (!object) {
        m_broken = invalid("The provider's reply is not a JSON object.");
        return;
    }
    LossReport losses;
    DecodeContext context{losses, m_pool};
    start(&root, sink);
    takeUsage(&root, sink);
    {
        ObjectReader reader(*object, context);
        for (const char *echo : rootEchoes)
            reader.ignore(echo);
        if (const json::array *choices = listOf(&root, "choices"))
            takeChoices(*choices, &root, whole, context, sink);
    }
    if (!losses.empty())
        noteLosses(losses, root);
}

void ChatReplyDecoder::takeChoices(const json::array &choices, Node root, bool whole, DecodeContext &context,
                                   ReplySink &sink)
{
    int position = 0;
    for (const json::value &item : choices) {
        const json::object *object = item.if_object();
        if (!object || m_ended)
            continue;
        if (failedChoice(item, sink))
            return;
        const Node index = memberOf(&item, "index");
        int64_t number = index && index->is_int64() ? index->get_int64() : position;
        if (number < 0 || number >= mostChoices)
            number = position;
        ++position;
        if (position > mostChoices)
            return;
        ChoiceDecoder &decoder = choice(static_cast<int>(number));
        decoder.take(*object, whole, context, sink);
        if (whole || !textOf(&item, "finish_reason").empty())
            decoder.takeSources(root, sink);
        decoder.takeFinish(&item, sink);
    }
}

// OpenRouter and Mistral end a choice with finish_reason error.
bool ChatReplyDecoder::failedChoice(const json::value &choice, ReplySink &sink)
{
    const std::string_view word = textOf(&choice, "finish_reason");
    const Node error = memberOf(&choice, "error");
    if (!error && !finishOf(word).isError)
        return false;
    auto told = errorIn(choice);
    if (!told)
        told = Error{std::string(word), "The provider ended the answer with " + std::string(word) + ".",
                     word == "insufficient_system_resource" ? 503 : 502};
    fail(std::move(*told), sink);
    return true;
}

void ChatReplyDecoder::start(Node root, ReplySink &sink)
{
    // Azure begins with an event that has neither an id nor choices.
    const json::array *choices = listOf(root, "choices");
    if (m_started || ((!choices || choices->empty()) && !memberOf(root, "usage")))
        return;
    m_started = true;
    MessageStart event{textOf(root, "id"), textOf(root, "model")};
    if (const Node created = memberOf(root, "created"); created && created->is_int64() && created->get_int64() > 0)
        event.createdAt = created->get_int64();
    event.serviceTier = textOf(root, "service_tier");
    sink.take(event);
}

void ChatReplyDecoder::takeUsage(Node root, ReplySink &sink)
{
    Node usage = memberOf(root, "usage");
    if (!usage)
        usage = memberOf(memberOf(root, "x_groq"), "usage");
    auto tokens = readUsage(usage);
    if (!tokens)
        return;
    if (tokens->serviceTier.empty())
        tokens->serviceTier = confirmedTier(textOf(root, "service_tier"));
    if (*tokens == m_usage)
        return;
    m_usage = *tokens;
    sink.take(UsageReport{m_usage});
}

Result<void> ChatReplyDecoder::finish(ReplySink &sink)
{
    const Result<void> read = m_sse.finish([&](const SseEvent &event) { takeEvent(event, sink); });
    if (m_broken)
        return *m_broken;
    if (!read)
        return read;
    if (!m_ended && !allFinished())
        return Error{"stream_incomplete", "The provider ended the stream before the answer was complete.", 502};
    return {};
}

Result<void> ChatReplyDecoder::whole(std::string_view body, ReplySink &sink)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Error{"reply_invalid", "The provider answered with an empty body.", 502};
    // The tree of a large reply is not worth keeping for a next one.
    json::monotonic_resource memory;
    m_parser->reset(json::storage_ptr(&memory));
    boost::system::error_code code;
    m_parser->write(body.data(), body.size(), code);
    if (code) {
        m_parser->reset();
        return invalid("The provider's reply is not valid JSON.");
    }
    const json::value root = m_parser->release();
    m_parser->reset();
    const json::array *choices = listOf(&root, "choices");
    if (!errorIn(root) && (!choices || choices->empty()))
        return invalid("The provider's reply has no choices.");
    takeRoot(root, true, sink);
    if (m_broken)
        return *m_broken;
    if (!m_ended) {
        for (ChoiceDecoder &one : m_choices)
            one.finishSilently(sink);
    }
    return {};
}

} // namespace

std::unique_ptr<ReplyDecoder> makeReplyDecoder()
{
    return std::make_unique<ChatReplyDecoder>();
}

FinishWord finishOf(std::string_view word)
{
    for (const KnownWord &known : finishWords) {
        if (known.word == word)
            return known.means;
    }
    return {};
}

} // namespace signalbox::openai_chat
