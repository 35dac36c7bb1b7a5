// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_connection.h"

#include "core/net/http_server_p.h"

#include <utility>

namespace signalbox {

namespace {

// Input kept for a client that sends more than may be worked on now; beyond it the kernel's window closes.
constexpr size_t maxPendingInput = 64 * 1024;
constexpr int64_t maxLingerBytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds lingerTime{2'000};

} // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpServer::Private> server, QObject *parent)
    : QObject(parent), m_server(std::move(server)), m_exchange(*this), m_parser(m_server->parserLimits())
{
}

HttpConnection::~HttpConnection()
{
    close();
    if (dirty)
        std::erase(m_server->dirty, this);
}

bool HttpConnection::start(qintptr descriptor)
{
    if (!m_socket.open(descriptor))
        return false;
    connect(m_socket.readable(), &QSocketNotifier::activated, this, &HttpConnection::readInput);
    setDeadline(m_server->options.headTimeout);
    return true;
}

void HttpConnection::refuse()
{
    m_refused = true;
    fail(503, "too many connections");
}

void HttpConnection::setDeadline(std::chrono::milliseconds fromNow)
{
    m_deadlineNs = deadlineIn(fromNow);
}

int64_t HttpConnection::deadlineIn(std::chrono::milliseconds fromNow)
{
    return fromNow.count() > 0 ? HttpServer::Private::nowNs() + std::chrono::nanoseconds(fromNow).count() : 0;
}

bool HttpConnection::wantsInput() const
{
    const bool blocked = m_busy && (m_bodyDone || m_bodyPaused);
    return !blocked || m_in.size() - m_inAt < maxPendingInput;
}

void HttpConnection::readInput()
{
    const HttpServer::Private::Scope scope(m_server);
    if (m_stage == Stage::Closed)
        return;
    if (m_stage != Stage::Open)
        return discardInput();
    if (!wantsInput()) {
        m_readHeld = true;
        m_socket.readable()->setEnabled(false);
        return;
    }
    const qint64 size = m_socket.read(m_server->readBuffer.get(), HttpServer::Private::readBufferBytes);
    if (size < 0)
        lost();
    else if (size > 0)
        receive({m_server->readBuffer.get(), static_cast<size_t>(size)});
}

void HttpConnection::discardInput()
{
    const qint64 size = m_socket.read(m_server->readBuffer.get(), HttpServer::Private::readBufferBytes);
    m_discardLeft -= std::max<qint64>(size, 0);
    if (size < 0 || m_discardLeft < 0)
        close();
}

void HttpConnection::receive(std::string_view bytes)
{
    m_nowNs = HttpServer::Private::nowNs();
    if (m_in.empty()) {
        process(bytes);
        if (m_stage == Stage::Open)
            m_in.assign(bytes);
    } else {
        m_in.erase(0, std::exchange(m_inAt, 0));
        m_in.append(bytes);
        processBuffered();
    }
}

void HttpConnection::processBuffered()
{
    std::string_view input = std::string_view(m_in).substr(m_inAt);
    process(input);
    m_inAt = m_in.size() - input.size();
    if (input.empty()) {
        m_in.clear();
        m_inAt = 0;
    }
}

void HttpConnection::process(std::string_view &input)
{
    m_processing = true;
    while (m_stage == Stage::Open && !(m_busy && (m_bodyDone || m_bodyPaused))) {
        if (input.empty() && (m_parserUsed || !m_parser.endIsDue()))
            break;
        if (std::exchange(m_parserUsed, false))
            m_parser.reset(m_server->parserLimits());
        const HttpRequestParser::Step step = m_parser.next(input);
        if (step == HttpRequestParser::Step::NeedMore)
            break;
        if (step == HttpRequestParser::Step::Head)
            headArrived();
        else if (step == HttpRequestParser::Step::Body)
            bodyArrived(m_parser.body());
        else if (step == HttpRequestParser::Step::End)
            bodyEnded();
        else
            fail(m_parser.failure().status, m_parser.failure().message);
    }
    m_processing = false;
    if (m_stage != Stage::Open)
        return;
    if (m_busy && !m_bodyDone && !m_bodyPaused) {
        setDeadline(m_server->options.bodyTimeout);
    } else if (!m_busy && !input.empty() && !std::exchange(m_headStarted, true)) {
        setDeadline(m_server->options.headTimeout);
    }
}

void HttpConnection::headArrived()
{
    m_busy = true;
    ++m_server->busy;
    m_headStarted = false;
    m_bodyDone = m_bodyPaused = false;
    m_replyStarted = m_replyDone = m_aboveHigh = false;
    m_handler = nullptr;
    m_keepAlive = m_parser.keepAlive();
    m_continueDue = m_parser.expectsContinue();
    m_receivedAtNs = m_nowNs;
    m_deadlineNs = 0;
    if (m_server->onRequest)
        m_server->onRequest(m_exchange);
    if (m_stage == Stage::Open && m_busy && !m_replyStarted && !m_handler)
        fail(500, "nothing handles requests here");
}

void HttpConnection::bodyArrived(std::string_view bytes)
{
    if (m_replyDone) {
        m_discardLeft -= static_cast<int64_t>(bytes.size());
        if (m_discardLeft < 0)
            beginClose(true);
    } else if (m_handler) {
        m_handler->requestBody(bytes);
    }
}

void HttpConnection::bodyEnded()
{
    m_bodyDone = true;
    m_deadlineNs = 0;
    if (m_replyDone)
        endExchange();
    else if (m_handler)
        m_handler->requestEnd();
}

// The request is broken, late or too large: says so, unless a reply has begun already.
void HttpConnection::fail(int status, std::string_view message)
{
    HttpRequestHandler *handler = std::exchange(m_handler, nullptr);
    if (m_busy && m_replyDone) {
        beginClose(true);
        return;
    }
    if (m_busy && m_replyStarted) {
        close();
    } else {
        const HttpRequestHead &head = m_parser.head();
        const std::string body = m_server->shapedError(status, message, head.target);
        HeaderList headers;
        headers.add("content-type", "application/json");
        if (status == 405)
            headers.add("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        ReplyFraming framing;
        framing.length = static_cast<int64_t>(body.size());
        framing.keepAlive = false;
        appendReplyHead(m_out, status, headers, framing, m_server->date());
        if (head.method != "HEAD")
            m_out.append(body);
        beginClose(true);
    }
    if (handler)
        handler->clientGone();
}

void HttpConnection::endExchange()
{
    m_busy = false;
    --m_server->busy;
    m_parserUsed = true;
    if (!m_framing.keepAlive || m_server->draining)
        return beginClose(m_processing || !m_in.empty());
    setDeadline(m_server->options.idleTimeout);
    if (!m_processing && (!m_in.empty() || m_readHeld))
        m_server->schedule(*this);
}

void HttpConnection::beginClose(bool linger)
{
    if (m_stage != Stage::Open)
        return;
    if (std::exchange(m_busy, false))
        --m_server->busy;
    m_stage = Stage::Closing;
    m_linger = linger;
    m_discardLeft = maxLingerBytes;
    setDeadline(m_server->options.bodyTimeout);
    flush();
    continueClose();
}

void HttpConnection::continueClose()
{
    if (m_stage != Stage::Closing || bufferedBytes() > 0)
        return;
    if (!m_linger || m_writeFailed)
        return close();
    m_stage = Stage::Lingering;
    setDeadline(lingerTime);
    m_socket.shutDownWriting();
    m_socket.readable()->setEnabled(true);
}

void HttpConnection::close()
{
    if (m_stage == Stage::Closed)
        return;
    m_stage = Stage::Closed;
    m_handler = nullptr;
    if (std::exchange(m_busy, false))
        --m_server->busy;
    m_socket.close();
    m_server->remove(*this);
    deleteLater();
}

void HttpConnection::lost()
{
    const HttpServer::Private::Scope scope(m_server);
    HttpRequestHandler *handler = std::exchange(m_handler, nullptr);
    if (!m_busy)
        flush(); // a reply that was finished in this turn
    close();
    if (handler)
        handler->clientGone();
}

void HttpConnection::closeIfIdle()
{
    if (m_stage == Stage::Open && !m_busy && !m_headStarted)
        beginClose(false);
}

void HttpConnection::checkDeadline(int64_t nowNs)
{
    if (m_writeDeadlineNs != 0 && nowNs >= m_writeDeadlineNs && m_stage != Stage::Closed)
        return lost();
    if (m_deadlineNs == 0 || nowNs < m_deadlineNs || m_stage == Stage::Closed)
        return;
    m_deadlineNs = 0;
    if (m_stage != Stage::Open)
        close();
    else if (m_busy)
        fail(408, "the request body stopped coming");
    else if (m_headStarted)
        fail(408, "the request head did not come in time");
    else
        beginClose(false);
}

void HttpConnection::turn()
{
    if (m_stage == Stage::Closed)
        return;
    flush();
    if (m_writeFailed)
        return lost();
    continueClose();
    tellWritable();
    if (m_stage == Stage::Open && (!m_in.empty() || (!m_parserUsed && m_parser.endIsDue()))) {
        m_nowNs = HttpServer::Private::nowNs();
        processBuffered();
    }
    if (m_stage == Stage::Open && m_readHeld && wantsInput()) {
        m_readHeld = false;
        m_socket.readable()->setEnabled(true);
    }
}

} // namespace signalbox
