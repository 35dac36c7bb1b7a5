// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/simulated_reply.h"

#include "app/demo/demo_text.h"
#include "core/base/clock.h"
#include "core/base/ids.h"

#include <QtCore/QByteArray>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace signalbox {

namespace json = boost::json;

namespace {

constexpr size_t maxBody = 1024 * 1024;
constexpr int embeddingSize = 256;

HeaderList headersOf(std::string_view contentType, const std::string &id)
{
    HeaderList headers;
    headers.add("content-type", contentType);
    headers.add("x-request-id", id);
    return headers;
}

const json::value *find(const json::object &object, std::string_view key)
{
    return object.if_contains(key);
}

std::string textOf(const json::object &object, std::string_view key)
{
    const json::value *value = find(object, key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool isTrue(const json::object &object, std::string_view key)
{
    const json::value *value = find(object, key);
    return value && value->is_bool() && value->get_bool();
}

json::object usageOf(int64_t prompt, int64_t cached, int64_t output)
{
    return {{"prompt_tokens", prompt},
            {"completion_tokens", output},
            {"total_tokens", prompt + output},
            {"prompt_tokens_details", {{"cached_tokens", cached}}},
            {"completion_tokens_details", {{"reasoning_tokens", 0}}}};
}

} // namespace

std::string simulatedError(std::string_view message, std::string_view type, std::string_view code)
{
    json::object error{{"message", message}, {"type", type}, {"param", nullptr}, {"code", nullptr}};
    if (!code.empty())
        error["code"] = code;
    return json::serialize(json::object{{"error", std::move(error)}});
}

SimulatedReply::SimulatedReply(HttpExchange &exchange, Kind kind, SimulatedFate fate, DemoRandom random,
                               QObject *parent)
    : QObject(parent), m_exchange(&exchange), m_kind(kind), m_fate(fate), m_random(random)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_streaming ? sendPieces() : answer(); });
}

void SimulatedReply::requestBody(std::string_view bytes)
{
    if (m_body.size() + bytes.size() <= maxBody)
        m_body += bytes;
    else
        m_body.assign(1, '!'); // no longer JSON: answered with 400 at the end
}

void SimulatedReply::requestEnd()
{
    boost::system::error_code broken;
    const json::value parsed = json::parse(m_body, broken);
    if (broken || !parsed.is_object()) {
        fail(400, "The body is not a JSON object.", "invalid_request_error");
        return;
    }
    const json::object &request = parsed.get_object();
    m_id = makeTraceId().substr(0, 24);
    m_model = textOf(request, "model");
    m_stream = isTrue(request, "stream");
    m_format = textOf(request, "encoding_format");
    if (const json::value *options = find(request, "stream_options"); options && options->is_object())
        m_wantsUsage = isTrue(options->get_object(), "include_usage");
    if (const json::value *input = find(request, "input"); input && input->is_array())
        m_inputs = std::clamp(int(input->get_array().size()), 1, 64);
    m_promptTokens = demoTokens(m_body.size());
    // Prompt caches work in blocks, and only on prompts that are long enough.
    if (m_promptTokens > 96 && m_random.chance(0.55))
        m_cachedTokens = m_promptTokens * 3 / 4 / 32 * 32;
    m_body.clear();

    const double wholeReplyMs = m_stream || m_kind == Kind::Embeddings ? 0 : m_fate.words * m_fate.tokenIntervalMs;
    const double waitMs = m_fate.status == 200 ? m_fate.ttftMs + wholeReplyMs : 40;
    m_timer.start(int(std::lround(waitMs)));
}

void SimulatedReply::clientGone()
{
    m_exchange = nullptr;
    m_timer.stop();
    deleteLater();
}

void SimulatedReply::done()
{
    clientGone();
}

void SimulatedReply::answer()
{
    if (m_fate.status == 429) {
        HeaderList headers = headersOf("application/json", m_id);
        headers.add("retry-after", std::to_string(m_fate.retryAfterSeconds));
        m_exchange->reply(429, headers,
                          simulatedError("Rate limit reached for this simulated account.", "rate_limit_error",
                                         "rate_limit_exceeded"));
        done();
    } else if (m_fate.status != 200) {
        fail(m_fate.status, "The simulated provider had an internal error.", "server_error");
    } else if (m_kind == Kind::Embeddings) {
        answerEmbeddings();
    } else {
        answerChat();
    }
}

void SimulatedReply::answerChat()
{
    m_pieces = demoAnswer(m_random, m_fate.words);
    if (m_stream) {
        HeaderList headers = headersOf("text/event-stream; charset=utf-8", m_id);
        headers.add("cache-control", "no-cache");
        m_exchange->startReply(200, headers);
        m_exchange->write(chunk({}, true, false));
        m_streaming = true;
        sendPieces();
        return;
    }
    std::string text;
    for (const std::string &piece : m_pieces)
        text += piece;
    const int64_t output = demoTokens(text.size());
    json::object message{{"role", "assistant"}, {"content", std::move(text)}, {"refusal", nullptr}};
    json::array choices;
    choices.push_back(
        {{"index", 0}, {"message", std::move(message)}, {"logprobs", nullptr}, {"finish_reason", "stop"}});
    replyWhole(json::serialize(json::object{{"id", "chatcmpl-" + m_id},
                                            {"object", "chat.completion"},
                                            {"created", SystemClock().wallMs() / 1000},
                                            {"model", m_model},
                                            {"choices", std::move(choices)},
                                            {"usage", usageOf(m_promptTokens, m_cachedTokens, output)}}));
}

std::string SimulatedReply::chunk(std::string_view content, bool first, bool last) const
{
    json::object delta;
    if (first)
        delta = {{"role", "assistant"}, {"content", ""}};
    else if (!last)
        delta = {{"content", content}};
    json::array choices;
    choices.push_back({{"index", 0},
                       {"delta", std::move(delta)},
                       {"logprobs", nullptr},
                       {"finish_reason", last ? json::value("stop") : json::value()}});
    const json::object event{{"id", "chatcmpl-" + m_id},
                             {"object", "chat.completion.chunk"},
                             {"created", SystemClock().wallMs() / 1000},
                             {"model", m_model},
                             {"choices", std::move(choices)}};
    return "data: " + json::serialize(event) + "\n\n";
}

void SimulatedReply::sendPieces()
{
    const int count = m_random.chance(0.25) ? 2 : 1;
    for (int i = 0; i < count && m_sent < m_pieces.size(); ++i)
        m_exchange->write(chunk(m_pieces[m_sent++], false, false));
    if (m_sent >= m_pieces.size()) {
        finishStream();
        return;
    }
    m_timer.start(std::max(1, int(std::lround(m_random.exponential(m_fate.tokenIntervalMs * count)))));
}

void SimulatedReply::finishStream()
{
    size_t bytes = 0;
    for (const std::string &piece : m_pieces)
        bytes += piece.size();
    std::string tail = chunk({}, false, true);
    if (m_wantsUsage) {
        const json::object event{{"id", "chatcmpl-" + m_id},
                                 {"object", "chat.completion.chunk"},
                                 {"created", SystemClock().wallMs() / 1000},
                                 {"model", m_model},
                                 {"choices", json::array()},
                                 {"usage", usageOf(m_promptTokens, m_cachedTokens, demoTokens(bytes))}};
        tail += "data: " + json::serialize(event) + "\n\n";
    }
    tail += "data: [DONE]\n\n";
    m_exchange->write(tail);
    m_exchange->finish();
    done();
}

void SimulatedReply::answerEmbeddings()
{
    json::array data;
    for (int n = 0; n < m_inputs; ++n) {
        std::vector<float> vector(embeddingSize);
        for (float &value : vector)
            value = float(m_random.between(-0.1, 0.1));
        json::value embedding;
        if (m_format == "base64") {
            const QByteArray raw(reinterpret_cast<const char *>(vector.data()),
                                 qsizetype(vector.size() * sizeof(float)));
            embedding = json::string(raw.toBase64().toStdString());
        } else {
            embedding = json::array(vector.begin(), vector.end());
        }
        data.push_back({{"object", "embedding"}, {"index", n}, {"embedding", std::move(embedding)}});
    }
    replyWhole(json::serialize(
        json::object{{"object", "list"},
                     {"data", std::move(data)},
                     {"model", m_model},
                     {"usage", {{"prompt_tokens", m_promptTokens}, {"total_tokens", m_promptTokens}}}}));
}

void SimulatedReply::fail(int status, std::string_view message, std::string_view type)
{
    m_exchange->reply(status, headersOf("application/json", m_id), simulatedError(message, type));
    done();
}

void SimulatedReply::replyWhole(const std::string &body)
{
    m_exchange->reply(200, headersOf("application/json", m_id), body);
    done();
}

} // namespace signalbox
