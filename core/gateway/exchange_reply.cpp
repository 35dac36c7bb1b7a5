// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of an exchange: from what its attempts tell to the reply and the books.
#include "core/base/clock.h"
#include "core/base/redact.h"
#include "core/gateway/console_pin.h"
#include "core/gateway/exchange.h"
#include "core/gateway/exchange_busy_scope.h"
#include "core/gateway/header_rules.h"
#include "core/gateway/recorder.h"
#include "core/repetition/repetition_meter.h"

namespace signalbox {

namespace {

// Of a provider that speaks the dialect, but for this call.
bool countsNothing(const AttemptFailure &failure)
{
    return failure.errorClass == "operation_unsupported" || failure.status == 404 || failure.status == 405 ||
           failure.status == 501;
}

constexpr size_t longestError = 600;
constexpr int cancelled = 499;
constexpr char byOperator[] = "cancelled_by_operator";

// What a failed or unwanted attempt cost comes on top; where it cannot be told, the sum is a lower bound.
void addCost(Cost &sum, const Cost &more)
{
    if (!more.nanoUsd || *more.nanoUsd == 0)
        return;
    if (!sum.nanoUsd)
        sum = {0, CostState::AtLeast, more.priceId};
    *sum.nanoUsd += *more.nanoUsd;
    if (more.state == CostState::AtLeast || (more.state == CostState::Estimated && sum.state != CostState::AtLeast))
        sum.state = more.state;
}

} // namespace

void Exchange::engineWhole(const HttpResponseHead &head, std::string body)
{
    const BusyScope busy(*this);
    if (m_config->config().store.bodies == BodyPolicy::All) {
        m_keptReply = body.substr(0, keptBodyLimit);
        m_keptReplyCut = body.size() > keptBodyLimit;
    }
    settle(head.status, {}, true);
    HeaderList headers = replyHeaders();
    appendClientHeaders(headers, head, m_services.clock.wallMs());
    if (m_http)
        m_http->reply(head.status, headers, body);
    m_http = nullptr;
    if (looksAtReplies() && m_services.repetition.wants(m_record.startedAtMs))
        lookAtReply(std::move(body));
    close();
}

bool Exchange::looksAtReplies() const
{
    return m_endpoint.operation == Operation::Chat && m_config->config().answers.repetition != RepetitionScope::Off;
}

// A stream that passes is copied only if the config wants it.
bool Exchange::looksAtStream() const
{
    const Config &config = m_config->config();
    return looksAtReplies() && (config.answers.repetition == RepetitionScope::All ||
                                config.store.bodies == BodyPolicy::All || m_engine.winner()->setup().translated);
}

// After the reply has left, and whatever comes of it is nobody's business here.
void Exchange::lookAtReply(std::string bytes)
{
    if (bytes.empty())
        return;
    m_services.repetition.offer(
        {m_record.provider, m_record.model, m_endpoint.dialect, m_record.startedAtMs, std::move(bytes)});
}

void Exchange::engineBegins(const HttpResponseHead &head, bool events)
{
    const BusyScope busy(*this);
    m_replyBegun = true;
    m_replyIsEvents = events;
    m_sampling = events && looksAtStream() && m_services.repetition.wants(m_record.startedAtMs);
    m_record.lossCount = static_cast<int>(m_engine.winner()->setup().losses.size());
    if (!m_http)
        return;
    HeaderList headers = replyHeaders();
    appendClientHeaders(headers, head, m_services.clock.wallMs());
    m_http->startReply(head.status, headers, events ? -1 : head.contentLength);
}

void Exchange::engineBytes(std::string_view bytes, bool last)
{
    const BusyScope busy(*this);
    if (!m_http)
        return;
    if (m_config->config().store.bodies == BodyPolicy::All && !m_keptReplyCut) {
        const size_t room = keptBodyLimit - m_keptReply.size();
        m_keptReply.append(bytes.substr(0, room));
        m_keptReplyCut = bytes.size() > room;
        m_chunks.note(sinceStartUs(m_services.clock.monotonicNs()), bytes.size());
    }
    if (m_sampling && m_sample.size() + bytes.size() <= RepetitionMeter::largestReply)
        m_sample.append(bytes);
    if (!m_replyIsEvents) {
        m_http->write(m_heldBytes);
        m_heldBytes.assign(bytes);
    } else {
        if (last)
            settle(200, {}, true);
        m_http->write(bytes);
        m_silence.sent();
    }
    if (m_http->bufferedBytes() > HttpExchange::highWater)
        m_engine.pauseReading();
}

void Exchange::engineEnds()
{
    const BusyScope busy(*this);
    settle(200, {}, true);
    if (m_http) {
        if (!m_heldBytes.empty())
            m_http->write(m_heldBytes);
        m_http->finish();
        m_http = nullptr;
    }
    lookAtReply(std::move(m_sample));
    close();
}

void Exchange::engineBreaks(const AttemptFailure &failure)
{
    const BusyScope busy(*this);
    settle(failure.status, failure.errorClass + ": " + failure.message, false);
    Attempt &attempt = *m_engine.winner();
    if (m_http && m_replyIsEvents) {
        if (!failure.clientTold && !attempt.isDone())
            m_http->write(attempt.errorEvent({failure.errorClass, failure.message, failure.status}));
        m_http->finish();
    } else if (m_http) {
        m_http->abort();
    }
    m_http = nullptr;
    attempt.cancel();
    close();
}

void Exchange::cancelByOperator()
{
    if (m_closed || m_settled)
        return;
    const BusyScope busy(*this);
    // 499 is a status that clients do not try again by themselves.
    const AttemptFailure failure{byOperator, "The operator of this gateway cancelled the request.", cancelled,
                                 FailureClass::Aborted};
    if (!m_replyBegun)
        return replyFailure(failure);
    if (m_http && m_replyIsEvents) {
        const std::string event = m_engine.winner()->errorEvent({failure.errorClass, failure.message, failure.status});
        settle(failure.status, failure.errorClass + ": " + failure.message, false);
        m_http->write(event);
        m_http->finish();
    } else {
        settle(failure.status, failure.errorClass + ": " + failure.message, false);
        if (m_http)
            m_http->abort();
    }
    m_http = nullptr;
    close();
}

void Exchange::engineFails(const AttemptFailure &failure)
{
    const BusyScope busy(*this);
    if (const auto own = m_request.ownReply(); own && failure.errorClass == "own_reply")
        return replyOwn(*own);
    // A count is never refused: nobody in the plan counts for us, so it is estimated.
    if (m_endpoint.operation == Operation::CountTokens && countsNothing(failure)) {
        const PlannedTarget &first = m_engine.plan().targets.front();
        const auto count = m_request.estimateTokens(first.provider, first.model);
        return count ? replyOwn(codecFor(m_endpoint.dialect).tokenCount(count->tokens), !count->exact)
                     : replyError(count.error());
    }
    replyFailure(failure);
}

// An answer that no provider gave.
void Exchange::replyOwn(const std::string &body, bool estimated)
{
    settle(200, {}, true);
    HeaderList headers = replyHeaders();
    headers.add("content-type", "application/json");
    if (estimated)
        headers.add("x-signalbox-estimated", "true");
    if (m_http)
        m_http->reply(200, headers, body);
    m_http = nullptr;
    close();
}

void Exchange::replyError(const Error &error)
{
    replyFailure({error.code, error.message, error.httpStatus, FailureClass::Client, {}, {}});
}

void Exchange::replyFailure(const AttemptFailure &failure)
{
    const Codec &codec = codecFor(m_endpoint.dialect);
    const std::string body =
        failure.body.empty() ? codec.errorBody({failure.errorClass, failure.message, failure.status}) : failure.body;
    m_keptReply = body.substr(0, keptBodyLimit);
    settle(failure.status, failure.errorClass + ": " + failure.message, true);
    if (m_http) {
        HeaderList headers = replyHeaders();
        if (failure.head)
            appendClientHeaders(headers, *failure.head, m_services.clock.wallMs());
        HeaderList shaped;
        for (size_t i = 0; i < headers.size(); ++i) {
            const auto [name, value] = headers[i];
            if (!headerNameEquals(name, "content-type") && !headerNameEquals(name, "content-encoding"))
                shaped.add(name, redactSecrets(value, m_config->secretValues()));
        }
        if (failure.retryAfterMs && !shaped.has("retry-after"))
            shaped.add("retry-after", std::to_string((*failure.retryAfterMs + 999) / 1000));
        shaped.add("content-type", "application/json");
        m_http->reply(failure.status, shaped, body);
    }
    m_http = nullptr;
    close();
}

HeaderList Exchange::replyHeaders() const
{
    HeaderList headers;
    headers.add("x-signalbox-request-id", m_record.id);
    if (!m_record.route.empty())
        headers.add("x-signalbox-route", m_record.route);
    if (const Attempt *attempt = m_engine.shown()) {
        headers.add("x-signalbox-target", attempt->setup().providerId + "/" + attempt->setup().model);
        headers.add("x-signalbox-attempts", std::to_string(m_engine.made()));
    } else {
        headers.add("x-signalbox-attempts", "0");
    }
    headers.add("x-signalbox-cache", m_record.cache);
    headers.add("x-signalbox-loss", std::to_string(m_record.lossCount));
    if (m_settled && !m_replyBegun && m_record.cost.nanoUsd)
        headers.add("x-signalbox-cost-usd", formatNanoUsd(*m_record.cost.nanoUsd));
    return headers;
}

// The money of all attempts, the tokens of the one whose reply the client has.
void Exchange::bookAttempts()
{
    m_record.attempts = m_engine.takeRecords();
    if (m_record.attempts.empty())
        return;
    const Attempt *winner = m_engine.winner();
    const AttemptRecord *shown = &m_record.attempts.back();
    for (const AttemptRecord &record : m_record.attempts) {
        if (winner && record.n == winner->setup().n)
            shown = &record;
    }
    m_record.provider = shown->provider;
    m_record.model = shown->model;
    m_record.credential = shown->credential;
    m_record.usage = shown->usage;
    m_record.cost = shown->cost;
    for (const AttemptRecord &record : m_record.attempts) {
        if (&record != shown)
            addCost(m_record.cost, record.cost);
    }
    const bool cutOff = shown->errorClass == "client_closed" || shown->errorClass == byOperator;
    const Attempt *seen = cutOff ? m_engine.shown() : winner;
    if (!seen)
        return;
    m_record.ttftMs = seen->ttftMs();
    // By the one clock that durations are told by: the wall's may jump, and in whole milliseconds the sum of the two
    // could be more than the whole.
    if (m_record.ttftMs)
        *m_record.ttftMs += static_cast<double>(seen->startedNs() - m_startedNs) / 1e6;
}

void Exchange::bookLosses()
{
    const Attempt *attempt = m_engine.shown();
    if (!attempt)
        return;
    const auto book = [this](const std::vector<LossEntry> &losses, bool reply) {
        for (const LossEntry &entry : losses)
            m_record.losses.push_back({entry.pointer, lossKindName(entry.kind), entry.reason, reply});
    };
    book(attempt->setup().losses, false);
    book(attempt->replyLosses(), true);
    m_record.lossCount = static_cast<int>(m_record.losses.size());
}

void Exchange::settle(int status, const std::string &error, bool complete)
{
    if (m_settled)
        return;
    m_settled = true;
    const bool whole = complete && error.empty();
    Attempt *winner = m_engine.winner();
    if (whole && winner)
        m_request.learn(winner->setup().providerId, winner->setup().model, winner->usage());
    if (whole && winner && winner->setup().relay)
        m_request.remember(*winner->setup().relay, winner->setup().providerDialect, winner->setup().account);
    // What still runs is unwanted now; the first word of the error says by whom.
    m_engine.settle(whole, status == cancelled ? error.substr(0, error.find(':')) : std::string("gateway_stopped"));
    bookAttempts();
    bookLosses();
    m_record.status = status;
    if (!error.empty())
        m_record.error = redactSecrets(error, m_config->secretValues()).substr(0, longestError);
    const int64_t nowNs = m_services.clock.monotonicNs();
    m_record.durationMs = static_cast<double>(nowNs - m_startedNs) / 1e6;
    m_record.overheadUs = m_busyNs / 1000;
    m_record.phases = packPhases(phases());
    keepBodies(!error.empty() || status >= 400);
    m_services.recorder.record(m_record, *m_config);
    if (m_console)
        m_services.bookedConsole(m_console->call, m_record);
}

void Exchange::close()
{
    if (m_closed)
        return;
    m_closed = true;
    m_services.retire(this);
}

} // namespace signalbox
