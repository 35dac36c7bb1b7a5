// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_reply.h"

#include "matrix_facts.h"

#include "core/dialect/translating_relay.h"

#include <boost/json.hpp>

#include <algorithm>
#include <random>

namespace matrix {

using namespace signalbox;
namespace json = boost::json;

namespace {

bool isStreamed(Scenario scenario)
{
    return scenario == Scenario::Stream || scenario == Scenario::ParallelTools || scenario == Scenario::Thinking ||
           scenario == Scenario::MaxTokens || scenario == Scenario::Death;
}

StreamFraming framingOf(Dialect dialect)
{
    return dialect == Dialect::Ollama ? StreamFraming::Ndjson : StreamFraming::Sse;
}

std::string replyFixture(Dialect provider, Scenario scenario)
{
    const std::string name = std::string(scenarioName(scenario)) + ".reply.";
    if (!isStreamed(scenario))
        return fixture(provider, name + "json");
    return fixture(provider, name + (provider == Dialect::Ollama ? "ndjson" : "sse"));
}

// Everything one reply becomes: its events, and what a client is sent.
struct Told final : public ReplySink {
    Told(Dialect client, const ReplyOptions &options)
        : clientCodec(codecFor(client)), encoder(clientCodec.replyEncoder(options))
    {
    }
    void take(const ReplyEvent &event) override
    {
        events += eventLine(event);
        failed = failed || std::holds_alternative<Failure>(event);
        folder.take(event);
        encoder->take(event, bytes);
    }

    const Codec &clientCodec;
    std::unique_ptr<ReplyEncoder> encoder;
    ReplyFolder folder;
    std::string events;
    std::string bytes;
    bool failed = false;
    std::optional<Error> error;
};

// `cuts`: where the bytes are split.
void tell(Dialect provider, Scenario scenario, const std::string &body, const std::vector<size_t> &cuts, Told &told)
{
    const std::unique_ptr<ReplyDecoder> decoder = codecFor(provider).replyDecoder();
    if (!isStreamed(scenario)) {
        const Result<void> read = decoder->whole(body, told);
        if (!read)
            told.error = read.error();
    } else {
        size_t at = 0;
        std::vector<size_t> borders = cuts;
        borders.push_back(body.size());
        for (const size_t border : borders) {
            const Result<void> fed = decoder->feed(std::string_view(body).substr(at, border - at), told);
            if (!fed && !told.error)
                told.error = fed.error();
            at = border;
        }
        const Result<void> end = decoder->finish(told);
        if (!end && !told.error)
            told.error = end.error();
    }
    if (!told.error && !told.failed)
        told.encoder->end(told.bytes);
    for (const LossEntry &entry : decoder->losses())
        told.events += "loss " + entry.pointer + ": " + entry.reason + "\n";
}

std::vector<size_t> everyByte(const std::string &body)
{
    std::vector<size_t> cuts;
    for (size_t i = 1; i < body.size(); ++i)
        cuts.push_back(i);
    return cuts;
}

std::vector<size_t> randomCuts(const std::string &body, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<size_t> cuts;
    for (size_t at = 1 + random() % 61; at < body.size(); at += 1 + random() % 61)
        cuts.push_back(at);
    return cuts;
}

ReplyOptions optionsFor(Dialect client, const Conversation &conversation)
{
    ReplyOptions options;
    options.model = modelOf(client);
    options.requestId = "0199d3f1-7b7a-7c3e-9d5c-0242ac120002";
    options.nowSeconds = 1763800000;
    options.includeUsage = true;
    options.framing = framingOf(client);
    options.conversation = &conversation;
    if (client == Dialect::Ollama)
        options.path = "/api/chat";
    return options;
}

// What the client makes of what it was sent.
FoldedReply readBack(Dialect client, const std::string &bytes, bool streamed, Verdict &verdict)
{
    const std::unique_ptr<ReplyDecoder> decoder = codecFor(client).replyDecoder();
    ReplyFolder folder;
    if (streamed) {
        const Result<void> fed = decoder->feed(bytes, folder);
        const Result<void> end = fed ? decoder->finish(folder) : fed;
        if (!end)
            verdict.failures.push_back("the client cannot read its stream: " + end.error().message + "\n" + bytes);
    } else if (const Result<void> read = decoder->whole(bytes, folder); !read) {
        verdict.failures.push_back("the client cannot read its reply: " + read.error().message + "\n" + bytes);
    }
    for (const LossEntry &entry : decoder->losses())
        verdict.failures.push_back("the client does not know " + entry.pointer + " of its reply");
    return folder.takeReply();
}

void compareReplies(const ReplyFacts &made, const ReplyFacts &seen, const char *how, Verdict &verdict)
{
    const auto same = [&](const char *what, const std::string &a, const std::string &b) {
        if (a != b)
            verdict.failures.push_back(std::string(how) + " " + what + ": provider \"" + a + "\", client \"" + b +
                                       "\"");
    };
    same("text", made.text, seen.text);
    same("thinking", made.thinking, seen.thinking);
    same("tool calls", made.calls, seen.calls);
    same("input tokens", std::to_string(made.inputTokens), std::to_string(seen.inputTokens));
    same("output tokens", std::to_string(made.outputTokens), std::to_string(seen.outputTokens));
    const auto note = [&](const std::string &text) {
        if (std::find(verdict.notes.begin(), verdict.notes.end(), text) == verdict.notes.end())
            verdict.notes.push_back(text);
    };
    if (made.finish != seen.finish)
        note("reply: finish " + made.finish + " is told as " + seen.finish);
    same("usage", made.usage, seen.usage);
}

// Ollama counts no cached tokens and no thinking apart.
ReplyFacts asClientCounts(Dialect client, FoldedReply reply)
{
    if (client == Dialect::Ollama) {
        TokenUsage &usage = reply.usage;
        usage.input = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
        usage.cachedInput.reset();
        usage.cacheWrite.reset();
        usage.reasoning.reset();
    }
    return factsOf(reply);
}

void expectSame(const Told &first, const Told &other, const std::string &how, Verdict &verdict)
{
    if (first.events != other.events)
        verdict.failures.push_back(how + " gives other events:\n" + first.events + "---\n" + other.events);
    if (first.bytes != other.bytes)
        verdict.failures.push_back(how + " gives the client other bytes");
}

Conversation conversationOf(Dialect client, Scenario scenario)
{
    LossReport losses;
    Result<Conversation> asked = decode(client, requestFixture(client, scenario), losses);
    return asked ? std::move(*asked) : Conversation();
}

const json::value *at(const json::value &root, const char *pointer)
{
    boost::system::error_code code;
    return root.find_pointer(pointer, code);
}

std::string textAt(const json::value &root, const char *pointer)
{
    const json::value *value = at(root, pointer);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The error's place and words in the client's own documents.
void expectShape(Dialect client, int status, const std::string &body, Verdict &verdict)
{
    boost::system::error_code code;
    const json::value root = json::parse(body, code);
    bool fits = false;
    const bool limited = status == 429;
    switch (client) {
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
        fits = !textAt(root, "/error/message").empty() && !textAt(root, "/error/type").empty() &&
               at(root, "/error/param") && at(root, "/error/code");
        break;
    case Dialect::Anthropic:
        fits = textAt(root, "/type") == "error" &&
               textAt(root, "/error/type") == (limited ? "rate_limit_error" : "api_error");
        break;
    case Dialect::Gemini:
        fits = at(root, "/error/code") && *at(root, "/error/code") == status &&
               textAt(root, "/error/status") == (limited ? "RESOURCE_EXHAUSTED" : "INTERNAL");
        break;
    case Dialect::Ollama:
        fits = !textAt(root, "/error").empty();
        break;
    }
    if (code || !fits)
        verdict.failures.push_back("not the client's error shape: " + body);
}

} // namespace

void judgeReply(Dialect client, Dialect provider, Scenario scenario, Verdict &verdict)
{
    const std::string body = replyFixture(provider, scenario);
    const Conversation conversation = conversationOf(client, scenario);
    const ReplyOptions options = optionsFor(client, conversation);
    Told told(client, options);
    tell(provider, scenario, body, {}, told);
    if (told.error || told.failed) {
        verdict.failures.push_back("the provider's reply: " + (told.error ? told.error->message : told.events));
        return;
    }
    if (const size_t loss = told.events.find("loss "); loss != std::string::npos)
        verdict.notes.push_back("reply: " + told.events.substr(loss));
    if (isStreamed(scenario)) {
        Told bytewise(client, options);
        tell(provider, scenario, body, everyByte(body), bytewise);
        expectSame(told, bytewise, "byte by byte", verdict);
        for (unsigned seed = 1; seed <= 5; ++seed) {
            Told pieces(client, options);
            tell(provider, scenario, body, randomCuts(body, seed), pieces);
            expectSame(told, pieces, "random split " + std::to_string(seed), verdict);
        }
    }
    const ReplyFacts made = asClientCounts(client, told.folder.reply());
    compareReplies(made, factsOf(readBack(client, told.bytes, true, verdict)), "streamed", verdict);
    const std::string whole = codecFor(client).encodeReply(told.folder.reply(), options);
    compareReplies(made, factsOf(readBack(client, whole, false, verdict)), "whole", verdict);
}

FoldedReply shownReply(Dialect client, Dialect provider, Scenario scenario, Verdict &verdict)
{
    TranslatingRelay relay(codecFor(provider).replyDecoder(),
                           {.codec = codecFor(client),
                            .stream = true,
                            .model = modelOf(client),
                            .account = "p/c",
                            .framing = framingOf(client),
                            .conversation = std::make_shared<const Conversation>(conversationOf(client, scenario)),
                            .provider = provider});
    std::string bytes;
    const Result<void> fed = relay.feed(replyFixture(provider, scenario), bytes);
    const Result<void> end = fed ? relay.finish(bytes) : fed;
    if (!end)
        verdict.failures.push_back("the first turn: " + end.error().message);
    return readBack(client, bytes, true, verdict);
}

void judgeDeath(Dialect client, Dialect provider, Verdict &verdict)
{
    const std::string body = replyFixture(provider, Scenario::Death);
    const Conversation conversation = conversationOf(client, Scenario::Death);
    const ReplyOptions options = optionsFor(client, conversation);
    Told told(client, options);
    tell(provider, Scenario::Death, body, {}, told);
    if (!told.error || told.error->code != "stream_incomplete")
        verdict.failures.push_back("the provider's death was not seen: " +
                                   (told.error ? told.error->code : told.events));
    Told bytewise(client, options);
    tell(provider, Scenario::Death, body, everyByte(body), bytewise);
    expectSame(told, bytewise, "byte by byte", verdict);

    const ReplyFacts before = factsOf(told.folder.reply());
    told.take(Failure{Error("stream_incomplete", "The provider's stream ended before its end mark.", 502)});

    const std::unique_ptr<ReplyDecoder> reader = codecFor(client).replyDecoder();
    ReplyFolder folder;
    Result<void> read = reader->feed(told.bytes, folder);
    if (!folder.reply().failure)
        verdict.failures.push_back("the client is not told of the death:\n" + told.bytes);
    if (folder.reply().choices.front().finish)
        verdict.failures.push_back("the client is told a finish:\n" + told.bytes);
    const ReplyFacts seen = factsOf(folder.reply());
    if (seen.text != before.text || seen.text.empty())
        verdict.failures.push_back("text before the death: provider \"" + before.text + "\", client \"" + seen.text +
                                   "\"");
    static constexpr std::array stops = {
        "[DONE]",           "message_stop",  "message_delta",        "response.completed", "response.incomplete",
        "\"finishReason\"", "\"done\":true", "\"finish_reason\":\"", "\"stop_reason\":\""};
    for (const char *stop : stops) {
        if (told.bytes.find(stop) != std::string::npos)
            verdict.failures.push_back(std::string("looks like a stop: ") + stop + "\n" + told.bytes);
    }
}

void judgeError(Dialect client, Dialect provider, Scenario scenario, Verdict &verdict)
{
    const int status = scenario == Scenario::Limited ? 429 : 500;
    const std::string body = fixture(provider, std::string(scenarioName(scenario)) + ".reply.json");
    const Error error = codecFor(provider).readError(status, body);
    const json::value root = json::parse(body);
    const std::string message = provider == Dialect::Ollama ? textAt(root, "/error") : textAt(root, "/error/message");
    if (message.empty() || error.message.find(message) == std::string::npos)
        verdict.failures.push_back("the provider's message is lost: " + error.message);
    if (error.httpStatus != status)
        verdict.failures.push_back("status " + std::to_string(error.httpStatus));

    const std::string told = codecFor(client).errorBody(error);
    expectShape(client, status, told, verdict);
    const Error seen = codecFor(client).readError(status, told);
    if (seen.message.find(message) == std::string::npos)
        verdict.failures.push_back("the client does not see the message: " + told);
    if (seen.httpStatus != status)
        verdict.failures.push_back("the client sees status " + std::to_string(seen.httpStatus));
}

} // namespace matrix
