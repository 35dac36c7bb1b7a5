// SPDX-License-Identifier: GPL-3.0-or-later
// The end of an attempt: what its reply becomes for the client.
#include "core/base/redact.h"
#include "core/dialect/media.h"
#include "core/dialect/openai_chat/errors.h"
#include "core/gateway/attempt.h"
#include "core/gateway/header_rules.h"

namespace signalbox {

void Attempt::endWhole()
{
    ReplyRelay &relay = *m_setup.relay;
    auto reply = relay.whole(std::move(m_body));
    m_usage = relay.usage();
    if (!reply)
        return failWith(reply.error());
    m_over = true;
    if (!m_setup.translated || !m_setup.clientStreams)
        return m_listener.attemptWhole(*this, m_head, std::move(*reply));
    // The client asked for a stream and the provider gave one document.
    m_relay = &relay;
    m_mode = Mode::Events;
    beginOnce();
    m_listener.attemptBytes(*this, *reply, true);
    m_listener.attemptEnds(*this);
}

void Attempt::endEvents()
{
    const Result<void> ended = m_relay->finish(m_out);
    m_usage = m_relay->usage();
    if (!ended) {
        if (m_begun)
            deliverEvents();
        return failWith(ended.error());
    }
    if (const auto &error = m_relay->error(); error && !m_begun)
        return failWith({"provider_error", *error, 502});
    if (m_setup.translated && !m_setup.clientStreams)
        return endFolded();
    deliverEvents();
    if (m_over)
        return;
    m_over = true;
    m_listener.attemptEnds(*this);
}

// The provider streamed although the client wants one document.
void Attempt::endFolded()
{
    m_over = true;
    std::string reply;
    reply.swap(m_out);
    m_listener.attemptWhole(*this, m_head, std::move(reply));
}

std::string Attempt::errorEvent(const Error &error)
{
    std::string event;
    if (!m_relay || !m_relay->fail(error, event))
        event = codecFor(m_setup.clientDialect).errorEvent(error, m_setup.framing);
    return event;
}

std::vector<LossEntry> Attempt::replyLosses() const
{
    return m_setup.relay ? m_setup.relay->losses() : std::vector<LossEntry>();
}

// The provider's own words where the client understands them, else the same message in the client's dialect.
std::string Attempt::clientErrorBody(const Error &said) const
{
    const bool openAi =
        m_setup.providerDialect == Dialect::OpenAiChat || m_setup.providerDialect == Dialect::OpenAiResponses;
    const bool clientIsOpenAi =
        m_setup.clientDialect == Dialect::OpenAiChat || m_setup.clientDialect == Dialect::OpenAiResponses;
    if (openAi && clientIsOpenAi)
        return openai_chat::relayedErrorBody(m_head.status, m_body);
    if (m_setup.providerDialect == m_setup.clientDialect && isJsonObject(m_body))
        return m_body;
    return codecFor(m_setup.clientDialect).errorBody(said);
}

void Attempt::endErrorReply()
{
    AttemptFailure failure;
    const bool redirect = m_head.status < 400;
    failure.errorClass = "http_" + std::to_string(m_head.status);
    // A redirect is not followed: it could carry the key to another host.
    failure.status = redirect ? 502 : m_head.status;
    Error said = codecFor(m_setup.providerDialect).readError(m_head.status, m_body);
    said.httpStatus = failure.status;
    if (redirect)
        said = {"provider_redirect", "The provider redirects to another address; correct its base URL.", 502};
    else if (said.message.empty())
        said.message = "The provider answered with status " + std::to_string(m_head.status) + " and no text.";
    failure.message = redactSecrets(said.message, m_setup.config->secretValues());
    failure.failure = redirect ? FailureClass::Server : classifyReply(m_head.status, said.code, {}, said.message);
    failure.body = redactSecrets(redirect ? codecFor(m_setup.clientDialect).errorBody(said) : clientErrorBody(said),
                                 m_setup.config->secretValues());
    failure.head = m_setup.translated ? translatedHead(m_head, "application/json") : m_head;
    fail(std::move(failure));
}

} // namespace signalbox
