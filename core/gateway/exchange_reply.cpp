// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of an exchange: from what its attempts tell to the reply and the books.
#include "core/base/clock.h"
#include "core/base/redact.h"
#include "core/gateway/exchange.h"
#include "core/gateway/exchange_busy_scope.h"
#include "core/gateway/header_rules.h"
#include "core/gateway/recorder.h"

namespace signalbox {

namespace {

constexpr size_t keptBodyLimit = 256U * 1024;
constexpr size_t longestError = 600;

} // namespace

void Exchange::attemptWhole(const HttpResponseHead &head, std::string body)
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
    close();
}

void Exchange::attemptBegins(const HttpResponseHead &head, bool events)
{
    const BusyScope busy(*this);
    m_replyBegun = true;
    m_replyIsEvents = events;
    if (!m_http)
        return;
    HeaderList headers = replyHeaders();
    appendClientHeaders(headers, head, m_services.clock.wallMs());
    m_http->startReply(head.status, headers, events ? -1 : head.contentLength);
}

void Exchange::attemptBytes(std::string_view bytes, bool last)
{
    const BusyScope busy(*this);
    if (!m_http)
        return;
    if (m_config->config().store.bodies == BodyPolicy::All && !m_keptReplyCut) {
        const size_t room = keptBodyLimit - m_keptReply.size();
        m_keptReply.append(bytes.substr(0, room));
        m_keptReplyCut = bytes.size() > room;
    }
    if (!m_replyIsEvents) {
        m_http->write(m_heldBytes);
        m_heldBytes.assign(bytes);
    } else {
        if (last)
            settle(200, {}, true);
        m_http->write(bytes);
    }
    if (m_http->bufferedBytes() > HttpExchange::highWater && m_attempt)
        m_attempt->pause();
}

void Exchange::attemptEnds()
{
    const BusyScope busy(*this);
    settle(200, {}, true);
    if (m_http) {
        if (!m_heldBytes.empty())
            m_http->write(m_heldBytes);
        m_http->finish();
        m_http = nullptr;
    }
    close();
}

void Exchange::attemptFails(AttemptFailure failure)
{
    const BusyScope busy(*this);
    if (!m_replyBegun) {
        noteFailedAttempt();
        m_lastFailure = std::move(failure);
        m_nextTarget = m_plan.next(m_target, m_lastFailure->failure);
        if (m_nextTarget)
            tryNext();
        else
            replyFailure(*m_lastFailure);
        return;
    }
    settle(failure.status, failure.errorClass + ": " + failure.message, false);
    if (m_http && m_replyIsEvents) {
        if (!failure.clientTold && !m_attempt->isDone())
            m_http->write(m_attempt->errorEvent({failure.errorClass, failure.message, failure.status}));
        m_http->finish();
    } else if (m_http) {
        m_http->abort();
    }
    m_http = nullptr;
    m_attempt->cancel();
    close();
}

void Exchange::noteFailedAttempt()
{
    AttemptRecord record = m_attempt->record();
    m_attempt->book(m_attempt->usageAtLeast(), false, record);
    m_budget.end(record);
    m_record.attempts.push_back(std::move(record));
    m_attempt->cancel();
    m_pastAttempts.push_back(std::move(m_attempt));
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
    const Attempt *attempt = m_attempt                ? m_attempt.get()
                             : m_pastAttempts.empty() ? nullptr
                                                      : m_pastAttempts.back().get();
    if (attempt) {
        headers.add("x-signalbox-target", attempt->setup().providerId + "/" + attempt->setup().model);
        headers.add("x-signalbox-attempts", std::to_string(attempt->setup().n));
    } else {
        headers.add("x-signalbox-attempts", "0");
    }
    headers.add("x-signalbox-cache", m_record.cache);
    headers.add("x-signalbox-loss", std::to_string(m_record.lossCount));
    if (m_settled && !m_replyBegun && m_record.cost.nanoUsd)
        headers.add("x-signalbox-cost-usd", formatNanoUsd(*m_record.cost.nanoUsd));
    return headers;
}

void Exchange::keepBodies(bool failed)
{
    const BodyPolicy policy = m_config->config().store.bodies;
    if (policy == BodyPolicy::None || (policy == BodyPolicy::Errors && !failed))
        return;
    const auto clean = [&](std::string_view text) { return redactSecrets(text, m_config->secretValues()); };
    if (m_endpoint.kind == EndpointKind::Json && !m_body.empty())
        m_record.bodies.push_back({StoredBody::Kind::ClientRequest, "application/json",
                                   clean(std::string_view(m_body).substr(0, keptBodyLimit)),
                                   m_body.size() > keptBodyLimit});
    if (!m_keptReply.empty())
        m_record.bodies.push_back({StoredBody::Kind::ClientReply,
                                   m_replyIsEvents ? "text/event-stream" : "application/json", clean(m_keptReply),
                                   m_keptReplyCut});
}

void Exchange::settle(int status, const std::string &error, bool complete)
{
    if (m_settled)
        return;
    m_settled = true;
    if (m_attempt) {
        AttemptRecord record = m_attempt->record();
        if (status == 499)
            record.errorClass = "client_closed";
        const bool whole = complete && error.empty();
        if (whole && m_attempt->setup().relay)
            m_request.remember(*m_attempt->setup().relay, m_attempt->setup().providerDialect,
                               m_attempt->setup().account);
        m_attempt->book(whole ? m_attempt->usage() : m_attempt->usageAtLeast(), whole, record);
        m_budget.end(record);
        m_record.ttftMs = m_attempt->ttftMs();
        if (m_record.ttftMs)
            *m_record.ttftMs += static_cast<double>(record.startedAtMs - m_record.startedAtMs);
        m_record.attempts.push_back(std::move(record));
    }
    if (!m_record.attempts.empty()) {
        const AttemptRecord &last = m_record.attempts.back();
        m_record.provider = last.provider;
        m_record.model = last.model;
        m_record.credential = last.credential;
        m_record.usage = last.usage;
        m_record.cost = last.cost;
    }
    for (LossEntry &entry : m_losses)
        m_record.losses.push_back({std::move(entry.pointer), lossKindName(entry.kind), std::move(entry.reason), false});
    if (m_attempt) {
        for (LossEntry &entry : m_attempt->replyLosses())
            m_record.losses.push_back(
                {std::move(entry.pointer), lossKindName(entry.kind), std::move(entry.reason), true});
    }
    m_record.lossCount = static_cast<int>(m_record.losses.size());
    m_record.status = status;
    if (!error.empty())
        m_record.error = redactSecrets(error, m_config->secretValues()).substr(0, longestError);
    const int64_t nowNs = m_services.clock.monotonicNs();
    m_record.durationMs = static_cast<double>(nowNs - m_startedNs) / 1e6;
    m_record.overheadUs = m_busyNs / 1000;
    keepBodies(!error.empty() || status >= 400);
    m_services.recorder.record(m_record);
}

void Exchange::close()
{
    if (m_closed)
        return;
    m_closed = true;
    m_services.retire(this);
}

} // namespace signalbox
