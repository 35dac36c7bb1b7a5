// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/attempt.h"

#include "core/base/clock.h"
#include "core/base/redact.h"
#include "core/gateway/header_rules.h"
#include "core/net/content_decoder.h"
#include "core/routing/health/rate_limits.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t largestWholeReply = 128U * 1024 * 1024;
constexpr size_t largestErrorReply = 1024U * 1024;
constexpr int64_t paceStretchNs = 10'000'000'000; // TimeoutsConfig::minTokensPerSecond

bool isEvents(std::string_view contentType)
{
    return headerValueBegins(contentType, "text/event-stream") ||
           headerValueBegins(contentType, "application/x-ndjson");
}

HeaderLookup lookupIn(const HeaderList &headers)
{
    return [&headers](std::string_view name) { return headers.get(name); };
}

int statusOf(TransportFailure failure)
{
    switch (failure) {
    case TransportFailure::ConnectTimeout:
    case TransportFailure::FirstByteTimeout:
    case TransportFailure::IdleTimeout:
    case TransportFailure::TotalTimeout:
        return 504;
    default:
        return 502;
    }
}

FailureClass failureOf(TransportFailure failure)
{
    switch (statusOf(failure)) {
    case 504:
        return FailureClass::Timeout;
    default:
        return FailureClass::Connect;
    }
}

} // namespace

Attempt::Attempt(Setup setup, const Clock &clock, AttemptListener &listener)
    : m_setup(std::move(setup)), m_clock(clock), m_listener(listener)
{
}

Attempt::~Attempt() = default;

void Attempt::start(HttpClientPool &pool, HttpClientRequest request)
{
    m_startedNs = m_clock.monotonicNs();
    m_startedMs = m_clock.wallMs();
    if (m_setup.keepsRequest) {
        m_sent.append(request.body);
        m_path = request.target;
    }
    m_call = pool.start(std::move(request), *this);
}

void Attempt::KeptText::append(std::string_view more)
{
    const size_t room = cut ? 0 : keptBodyLimit - bytes.size();
    bytes.append(more.substr(0, room));
    cut = cut || more.size() > room;
}

Attempt::KeptText Attempt::cameReply() const
{
    if (m_mode != Mode::Failed)
        return m_came;
    KeptText said;
    said.append(m_body);
    return said;
}

void Attempt::pause()
{
    m_paceFromNs = 0; // a client that reads slowly is not the provider's fault
    if (m_call)
        m_call->pauseReading();
}

void Attempt::resume()
{
    if (m_call)
        m_call->resumeReading();
}

void Attempt::cancel()
{
    m_over = true;
    m_call.reset();
}

double Attempt::elapsedMs() const
{
    return static_cast<double>(m_clock.monotonicNs() - m_startedNs) / 1e6;
}

void Attempt::checkDeadlines(int64_t nowNs)
{
    if (m_over || m_mode != Mode::Events)
        return;
    if (m_ttftMs)
        return checkThroughput(nowNs);
    const auto limit = m_setup.firstToken;
    if (limit.count() > 0 && nowNs - m_startedNs >= limit.count() * 1'000'000)
        fail({"first_token_timeout",
              "The provider sent no content within " + std::to_string(limit.count()) + " ms.",
              504,
              m_setup.cut.firstToken ? FailureClass::Aborted : FailureClass::Timeout,
              {},
              {}});
}

// Events with content are the least that can be counted without knowing the vocabulary: each carries a token or more.
void Attempt::checkThroughput(int64_t nowNs)
{
    const double floor = m_setup.provider->config.timeouts.minTokensPerSecond;
    if (floor <= 0)
        return;
    const int64_t seen = std::max(m_relay->contentEvents(), m_usage.output.value_or(0));
    if (m_paceFromNs == 0) {
        m_paceFromNs = nowNs;
        m_paceEvents = seen;
        return;
    }
    if (nowNs - m_paceFromNs < paceStretchNs)
        return;
    const double perSecond = static_cast<double>(seen - m_paceEvents) * 1e9 / static_cast<double>(nowNs - m_paceFromNs);
    m_paceFromNs = nowNs;
    m_paceEvents = seen;
    if (perSecond < floor)
        failWith({"too_slow",
                  "The provider sent fewer than " + std::to_string(floor) + " tokens a second over ten seconds.", 504});
}

void Attempt::responseHead(const HttpResponseHead &head)
{
    m_head = head;
    if (m_setup.keepsRequest)
        m_providerHead = head;
    if (tellsLimits(head.headers))
        m_quota = readQuota(m_setup.provider->rateLimits, lookupIn(head.headers), m_startedMs);
    const std::string_view encoding = head.headers.get("content-encoding");
    const std::string_view type = head.headers.get("content-type");
    const bool wantsText =
        head.status >= 300 || headerValueBegins(type, "application/json") || isEvents(type) || m_setup.translated;
    if (!encoding.empty() && wantsText && !headerNameEquals(encoding, "identity")) {
        auto decoder = ContentDecoder::create(encoding, largestWholeReply);
        if (!decoder)
            return failWith({"reply_invalid", decoder.error().message, 502});
        m_decoder = std::move(*decoder);
    }
    m_mode = modeFor(head.status, type);
    if (m_mode == Mode::Events)
        m_relay = m_setup.relay.get();
    if (m_mode == Mode::Raw)
        m_ttftMs = elapsedMs();
    if (m_setup.translated && m_mode != Mode::Failed)
        m_head = translatedHead(head, m_setup.clientStreams ? contentTypeOf(m_setup.framing) : "application/json");
}

Attempt::Mode Attempt::modeFor(int status, std::string_view contentType) const
{
    if (status >= 300)
        return Mode::Failed;
    if (isEvents(contentType))
        return Mode::Events;
    if (!m_setup.translated && m_setup.clientStreams && m_setup.framing == StreamFraming::JsonArray)
        return Mode::Events;
    // Ollama's own server says application/x-ndjson, some that copy it say JSON; translation reads either.
    if (m_setup.translated || contentType.empty() || headerValueBegins(contentType, "application/json"))
        return Mode::Whole;
    return Mode::Raw;
}

std::string Attempt::decoded(std::string_view bytes, bool last, bool &broken)
{
    std::string text;
    const Result<void> done = last ? m_decoder->finish(text) : m_decoder->feed(bytes, text);
    broken = !done;
    if (broken)
        failWith({"reply_invalid", done.error().message, 502});
    return text;
}

bool Attempt::collect(std::string_view bytes, size_t limit)
{
    if (m_body.size() + bytes.size() > limit)
        return false;
    m_body.append(bytes);
    return true;
}

void Attempt::responseBody(std::string_view bytes)
{
    if (m_over)
        return;
    std::string text;
    if (m_decoder) {
        bool broken = false;
        text = decoded(bytes, false, broken);
        if (broken)
            return;
        bytes = text;
    }
    if (m_setup.keepsReply && m_mode != Mode::Failed)
        m_came.append(bytes);
    switch (m_mode) {
    case Mode::Events:
        takeEvents(bytes);
        break;
    case Mode::Raw:
        beginOnce();
        m_listener.attemptBytes(*this, bytes, false);
        break;
    case Mode::Whole:
        if (!m_ttftMs)
            m_ttftMs = elapsedMs();
        if (!collect(bytes, largestWholeReply))
            failWith({"reply_too_large", "The provider's reply is over 128 MiB.", 502});
        break;
    case Mode::Failed:
        collect(bytes, largestErrorReply);
        break;
    case Mode::Waiting:
        break;
    }
}

void Attempt::beginOnce()
{
    if (m_begun)
        return;
    m_begun = true;
    m_listener.attemptBegins(*this, m_head, m_mode == Mode::Events);
}

void Attempt::takeEvents(std::string_view bytes)
{
    const Result<void> read = m_relay->feed(bytes, m_out);
    if (!m_ttftMs && m_relay->sawContent())
        m_ttftMs = elapsedMs();
    m_usage = m_relay->usage();
    const auto error = m_relay->error();
    if (error && !m_begun) {
        m_out.clear();
        return failWith({"provider_error", *error, 502});
    }
    if (!read) {
        if (m_begun)
            deliverEvents();
        return failWith(read.error());
    }
    // A stream that is folded into a whole reply leaves nothing before its end.
    if (m_begun || (!m_out.empty() && (m_relay->sawContent() || m_relay->isDone())))
        deliverEvents();
    if (error && !m_over) {
        // The provider's own error event has gone out; the client needs no second one.
        AttemptFailure failure{
            "provider_error", redactSecrets(*error, m_setup.config->secretValues()), 502, FailureClass::Server, {}, {}};
        failure.clientTold = true;
        fail(std::move(failure));
    }
}

void Attempt::deliverEvents()
{
    beginOnce();
    if (m_over || m_out.empty())
        return;
    std::string out;
    out.swap(m_out);
    if (m_relay->error())
        out = redactSecrets(out, m_setup.config->secretValues());
    m_listener.attemptBytes(*this, out, m_relay->isDone());
    if (m_out.empty()) {
        out.clear();
        m_out.swap(out); // keeps the memory for the next turn
    }
}

void Attempt::responseEnd()
{
    if (m_over)
        return;
    if (m_decoder) {
        bool broken = false;
        const std::string rest = decoded({}, true, broken);
        m_decoder.reset();
        if (broken)
            return;
        if (!rest.empty())
            responseBody(rest);
        if (m_over)
            return;
    }
    m_durationMs = elapsedMs();
    switch (m_mode) {
    case Mode::Failed:
        return endErrorReply();
    case Mode::Events:
        return endEvents();
    case Mode::Whole:
        return endWhole();
    default:
        beginOnce();
        m_over = true;
        m_listener.attemptEnds(*this);
    }
}

void Attempt::callFailed(TransportFailure kind, const std::string &message)
{
    if (m_over)
        return;
    if (m_mode == Mode::Events && m_begun)
        deliverEvents();
    const std::string text = redactSecrets(message, m_setup.config->secretValues());
    const bool ours = (kind == TransportFailure::FirstByteTimeout && m_setup.cut.firstByte) ||
                      (kind == TransportFailure::TotalTimeout && m_setup.cut.total);
    fail({std::string(transportFailureName(kind)),
          text,
          statusOf(kind),
          ours ? FailureClass::Aborted : failureOf(kind),
          {},
          {}});
}

void Attempt::failWith(const Error &error)
{
    const FailureClass failure = error.httpStatus == 504 ? FailureClass::Timeout
                                 : error.code == "provider_error"
                                     ? classifyReply(error.httpStatus, {}, {}, error.message)
                                     : FailureClass::Server;
    fail({error.code, redactSecrets(error.message, m_setup.config->secretValues()), error.httpStatus, failure, {}, {}});
}

void Attempt::fail(AttemptFailure failure)
{
    if (m_over)
        return;
    m_over = true;
    m_durationMs = elapsedMs();
    m_errorClass = failure.errorClass;
    m_out.clear();
    m_listener.attemptFails(*this, std::move(failure));
}

void Attempt::requestWritable()
{
    m_listener.attemptWritable(*this);
}

TokenUsage Attempt::usageAtLeast() const
{
    TokenUsage usage = m_usage;
    if (m_relay && !usage.output && m_relay->contentEvents() > 0)
        usage.output = m_relay->contentEvents(); // each event carries a token or more
    return usage;
}

AttemptRecord Attempt::record() const
{
    AttemptRecord record;
    record.n = m_setup.n;
    record.provider = m_setup.providerId;
    record.model = m_setup.model;
    record.credential = m_setup.credential;
    record.status = m_head.status;
    record.errorClass = m_errorClass;
    record.startedAtMs = m_startedMs;
    record.durationMs = m_durationMs >= 0 ? m_durationMs : elapsedMs();
    if (m_call) {
        const HttpTimings timings = m_call->timings();
        if (timings.connectMs >= 0)
            record.connectMs = timings.connectMs;
        if (timings.firstByteMs >= 0)
            record.ttfbMs = timings.firstByteMs;
    }
    if (m_head.status >= 400)
        record.retryAfterMs =
            announcedWaitMs(m_setup.provider->rateLimits, lookupIn(m_head.headers), m_body, m_clock.wallMs());
    return record;
}

AttemptResult Attempt::resultFor(const AttemptRecord &record, FailureClass failure) const
{
    AttemptResult result;
    result.failure = failure;
    result.ttftMs = m_ttftMs;
    result.durationMs = record.durationMs;
    result.outputTokens = record.usage.output;
    result.retryAfterMs = record.retryAfterMs;
    result.quota = m_quota;
    if (m_mode == Mode::Failed) // some say it in the body of their errors
        result.quota = readQuota(m_setup.provider->rateLimits, lookupIn(m_head.headers), m_clock.wallMs(), m_body);
    return result;
}

void Attempt::book(const TokenUsage &usage, bool complete, AttemptRecord &record) const
{
    record.usage = usage;
    record.cost = m_setup.config->models().costOf(record.provider, record.model, usage, complete);
}

} // namespace signalbox
