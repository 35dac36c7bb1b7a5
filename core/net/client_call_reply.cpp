// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_call.h"

#include <cstring>

namespace signalbox {

void HttpCallImpl::connectionReadable(ClientConnection &)
{
    // While paused nothing is read: the socket then stops asking, and the other side's window fills.
    if (!m_paused && !m_pendingFailure)
        drain();
}

void HttpCallImpl::pauseReading()
{
    if (!m_pool || m_paused)
        return;
    m_paused = true;
    m_pausedSinceNs = steadyNowNs();
}

void HttpCallImpl::resumeReading()
{
    if (!m_pool || !m_paused)
        return;
    m_paused = false;
    m_lastActivityNs += steadyNowNs() - m_pausedSinceNs;
    m_resumed = true;
    m_pool->defer(this);
    m_pool->armFor(due().atNs);
}

void HttpCallImpl::drain()
{
    char *const area = m_pool->buffer.get() + ClientPool::headroom;
    do {
        const int64_t got = m_connection->read(area, ClientPool::readSize);
        if (got <= 0)
            break;
        noteBytes();
        const auto size = static_cast<size_t>(got);
        if (m_carry.empty()) {
            if (!consume({area, size}))
                return;
        } else if (m_carry.size() <= ClientPool::headroom) {
            char *const begin = area - m_carry.size();
            std::memcpy(begin, m_carry.data(), m_carry.size());
            const size_t whole = m_carry.size() + size;
            m_carry.clear();
            if (!consume({begin, whole}))
                return;
        } else {
            const std::string joined = std::exchange(m_carry, {}).append(area, size);
            if (!consume(joined))
                return;
        }
    } while (m_connection->mayHoldMore());
    if (m_connection->closed())
        connectionLost();
}

void HttpCallImpl::noteBytes()
{
    m_lastActivityNs = steadyNowNs();
    m_anyByte = true;
    if (m_firstByteNs >= 0)
        return;
    m_firstByteNs = m_lastActivityNs;
    if (m_requestGiven && m_sent == m_out.size()) { // no retry any more
        m_out = {};
        m_sent = 0;
    }
    m_pool->armFor(due().atNs);
}

// False: the call is over, paused, or gone.
bool HttpCallImpl::consume(std::string_view input)
{
    for (;;) {
        if (m_paused || m_pendingFailure) {
            m_carry.assign(input);
            return false;
        }
        HttpResponseParser &parser = m_connection->parser();
        switch (parser.next(input)) {
        case HttpResponseParser::Step::NeedMore:
            m_carry.assign(input);
            if (parser.atStart() && input.empty())
                m_firstByteNs = -1; // interim responses do not count as the reply
            return true;
        case HttpResponseParser::Step::Head:
            if (!deliverHead())
                return false;
            break;
        case HttpResponseParser::Step::Body: {
            const std::string_view body = parser.body();
            if (!deliver([this, body] { m_handler.responseBody(body); }))
                return false;
            break;
        }
        case HttpResponseParser::Step::End:
            complete(input.empty());
            return false;
        case HttpResponseParser::Step::Error: {
            const std::string text = parser.error();
            failNow(TransportFailure::Protocol, text);
            return false;
        }
        }
    }
}

bool HttpCallImpl::deliverHead()
{
    const HttpResponseHead &head = m_connection->parser().head();
    const bool allSent = m_requestGiven && m_sent == m_out.size() && m_connection->bytesToWrite() == 0;
    if (!allSent && head.status >= 400)
        stopSending();
    return deliver([this, &head] { m_handler.responseHead(head); });
}

void HttpCallImpl::connectionLost()
{
    const TransportFailure kind = m_connection->failure();
    const std::string text = m_connection->failureText();
    if (m_reused && !m_anyByte && !m_streamed && !m_retried) {
        m_retried = true;
        dropConnection();
        m_sent = 0;
        m_connectStartNs = steadyNowNs();
        m_connectedNs = -1;
        return open();
    }
    HttpResponseParser &parser = m_connection->parser();
    if (!parser.headDone())
        return failSafely(kind, text + " before its reply");
    if (kind == TransportFailure::Closed && parser.finish() == HttpResponseParser::Step::End)
        return complete(false);
    failSafely(kind, text + " in the middle of its reply");
}

void HttpCallImpl::complete(bool inputUsedUp)
{
    ClientConnection *connection = std::exchange(m_connection, nullptr);
    ClientPool *pool = std::exchange(m_pool, nullptr);
    pool->delist(this);
    const bool requestSent = m_requestGiven && m_sent == m_out.size() && !m_stoppedSending;
    const bool clean = inputUsedUp && requestSent && connection->bytesToWrite() == 0 && !connection->mayHoldMore();
    if (clean && !connection->closed() && connection->parser().keepAlive())
        pool->putIdle(connection);
    else
        connection->retire();
    const std::shared_ptr<int> depth = pool->callbackDepth;
    ++*depth;
    m_handler.responseEnd(); // may delete this
    --*depth;
}

} // namespace signalbox
