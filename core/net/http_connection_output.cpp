// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_connection.h"

#include "core/net/http_server_p.h"

#include <utility>

namespace signalbox {

namespace {

// A request body that nobody wants is read away up to this size to keep the connection; a larger one closes it.
constexpr int64_t maxUnwantedBody = 64 * 1024;
constexpr size_t keptOutCapacity = 512 * 1024;

} // namespace

void HttpConnection::setHandler(HttpRequestHandler *handler)
{
    if (!m_busy || m_replyDone)
        return;
    m_handler = handler;
    if (handler && !m_replyStarted && std::exchange(m_continueDue, false)) {
        m_out.append("HTTP/1.1 100 Continue\r\n\r\n");
        m_server->schedule(*this);
    }
}

void HttpConnection::pauseBody()
{
    m_bodyPaused = m_busy && !m_bodyDone;
    if (m_bodyPaused)
        m_deadlineNs = 0;
}

void HttpConnection::resumeBody()
{
    if (!std::exchange(m_bodyPaused, false) || m_stage != Stage::Open)
        return;
    setDeadline(m_server->options.bodyTimeout);
    m_server->schedule(*this);
}

bool HttpConnection::canKeepAlive() const
{
    if (!m_keepAlive || m_server->draining)
        return false;
    // Without its 100 a client may or may not send the body: the next bytes could mean either.
    return bodyIsComplete() || (!m_continueDue && m_parser.bodyLeft() <= maxUnwantedBody);
}

void HttpConnection::startReply(int status, const HeaderList &headers, int64_t contentLength)
{
    if (!m_busy || m_replyStarted || m_stage != Stage::Open)
        return;
    m_replyStarted = true;
    const bool oldClient = m_parser.head().minorVersion == 0;
    const bool noContent = status == 204 || status == 304;
    const bool headOnly = m_parser.head().method == "HEAD";
    m_bodyless = noContent || headOnly;
    m_framing.keepAlive = canKeepAlive();
    m_framing.length = contentLength;
    if (noContent) {
        m_framing.body = ReplyFraming::Body::None;
    } else if (contentLength >= 0) {
        m_framing.body = ReplyFraming::Body::Length;
    } else if (!oldClient) {
        m_framing.body = ReplyFraming::Body::Chunked;
    } else {
        m_framing.body = ReplyFraming::Body::UntilClose;
        m_framing.keepAlive = m_framing.keepAlive && headOnly;
    }
    m_framing.sayKeepAlive = oldClient;
    m_lengthLeft = contentLength;
    m_chunks.reset();
    appendReplyHead(m_out, status, headers, m_framing, m_server->date());
    m_server->schedule(*this);
}

void HttpConnection::write(std::string_view bytes)
{
    if (!replyIsOpen() || m_bodyless || bytes.empty())
        return;
    switch (m_framing.body) {
    case ReplyFraming::Body::Chunked:
        m_chunks.append(m_out, bytes);
        break;
    case ReplyFraming::Body::Length: // more than was declared would be read as the start of the next reply
        bytes = bytes.substr(0, static_cast<size_t>(m_lengthLeft));
        m_lengthLeft -= static_cast<int64_t>(bytes.size());
        m_out.append(bytes);
        break;
    default:
        m_out.append(bytes);
        break;
    }
    m_server->schedule(*this);
    if (static_cast<int64_t>(m_out.size()) > HttpExchange::highWater)
        flush();
    if (bufferedBytes() > HttpExchange::highWater)
        m_aboveHigh = true;
}

void HttpConnection::finish()
{
    if (!replyIsOpen()) {
        if (m_busy && !m_replyDone)
            abort();
        return;
    }
    if (!m_bodyless) {
        if (m_framing.body == ReplyFraming::Body::Length && m_lengthLeft > 0)
            return abort();
        if (m_framing.body == ReplyFraming::Body::Chunked)
            m_chunks.finish(m_out);
    }
    m_server->schedule(*this);
    exchangeDone();
}

void HttpConnection::exchangeDone()
{
    m_replyDone = true;
    m_handler = nullptr;
    m_aboveHigh = false;
    if (bodyIsComplete()) {
        m_bodyDone = true;
        endExchange();
    } else if (!m_framing.keepAlive) {
        beginClose(true);
    } else {
        m_discardLeft = maxUnwantedBody;
        setDeadline(m_server->options.bodyTimeout);
        if (std::exchange(m_bodyPaused, false))
            m_server->schedule(*this);
    }
}

void HttpConnection::abort()
{
    if (!m_busy || m_replyDone || m_stage != Stage::Open)
        return;
    flush();
    if (m_replyStarted && m_framing.body == ReplyFraming::Body::UntilClose)
        m_socket.resetOnClose();
    close();
}

// While the kernel takes no more, m_out grows, and its open chunk with it.
void HttpConnection::flush()
{
    if (m_out.empty() || m_waitsForWritable || m_writeFailed || m_stage == Stage::Closed)
        return;
    m_chunks.close(m_out);
    sendOut();
}

void HttpConnection::sendOut()
{
    if (m_server->beforeSend)
        m_server->beforeSend();
    const qint64 sent = m_socket.write(std::string_view(m_out).substr(m_outAt));
    if (sent < 0) {
        m_writeFailed = true;
        m_server->schedule(*this);
        return;
    }
    m_outAt += static_cast<size_t>(sent);
    const bool all = m_outAt == m_out.size();
    if (all)
        m_writeDeadlineNs = 0;
    else if (sent > 0 || m_writeDeadlineNs == 0)
        m_writeDeadlineNs = deadlineIn(m_server->options.writeTimeout);
    if (all) {
        m_outAt = 0;
        m_out.clear();
        if (m_out.capacity() > keptOutCapacity)
            m_out.shrink_to_fit();
    }
    if (all != !m_waitsForWritable)
        waitForWritable(!all);
}

void HttpConnection::waitForWritable(bool wait)
{
    m_waitsForWritable = wait;
    QSocketNotifier *notifier = m_socket.writable();
    if (!std::exchange(m_writableConnected, true))
        connect(notifier, &QSocketNotifier::activated, this, &HttpConnection::socketWritable);
    notifier->setEnabled(wait);
}

int64_t HttpConnection::bufferedBytes() const
{
    return static_cast<int64_t>(m_out.size() - m_outAt);
}

void HttpConnection::socketWritable()
{
    const HttpServer::Private::Scope scope(m_server);
    if (m_stage == Stage::Closed || m_stage == Stage::Lingering)
        return;
    if (m_stage == Stage::Closing)
        setDeadline(m_server->options.bodyTimeout);
    m_chunks.close(m_out);
    sendOut();
    if (m_writeFailed)
        return lost();
    if (m_outAt > m_out.size() / 2)
        m_out.erase(0, std::exchange(m_outAt, 0));
    continueClose();
    tellWritable();
}

void HttpConnection::tellWritable()
{
    if (m_aboveHigh && m_stage == Stage::Open && bufferedBytes() < HttpExchange::lowWater) {
        m_aboveHigh = false;
        if (m_handler)
            m_handler->clientWritable();
    }
}

HttpExchange::HttpExchange(HttpConnection &connection) : m_connection(connection) {}

const HttpRequestHead &HttpExchange::head() const
{
    return m_connection.m_parser.head();
}

QHostAddress HttpExchange::peerAddress() const
{
    return m_connection.m_socket.peerAddress();
}

uint16_t HttpExchange::peerPort() const
{
    return m_connection.m_socket.peerPort();
}

int64_t HttpExchange::receivedAtNs() const
{
    return m_connection.m_receivedAtNs;
}

void HttpExchange::setHandler(HttpRequestHandler *handler)
{
    m_connection.setHandler(handler);
}

void HttpExchange::pauseBody()
{
    m_connection.pauseBody();
}

void HttpExchange::resumeBody()
{
    m_connection.resumeBody();
}

void HttpExchange::reply(int status, const HeaderList &headers, std::string_view body)
{
    if (m_connection.m_replyStarted)
        return;
    m_connection.startReply(status, headers, static_cast<int64_t>(body.size()));
    m_connection.write(body);
    m_connection.finish();
}

void HttpExchange::startReply(int status, const HeaderList &headers, int64_t contentLength)
{
    m_connection.startReply(status, headers, contentLength);
}

void HttpExchange::write(std::string_view bytes)
{
    m_connection.write(bytes);
}

void HttpExchange::flush()
{
    m_connection.flush();
}

void HttpExchange::finish()
{
    m_connection.finish();
}

void HttpExchange::abort()
{
    m_connection.abort();
}

bool HttpExchange::replyStarted() const
{
    return m_connection.m_replyStarted;
}

int64_t HttpExchange::bufferedBytes() const
{
    return m_connection.bufferedBytes();
}

} // namespace signalbox
