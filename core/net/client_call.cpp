// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_call.h"

#include "core/net/client_pool.h"
#include "core/net/client_request.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;
constexpr int64_t lowWaterBytes = 64 * 1024;
// What the socket cannot take at once it copies, so a large body goes in pieces.
constexpr size_t writeSize = 256 * 1024;

class CallerCode
{
public:
    explicit CallerCode(bool &flag) : m_flag(flag), m_before(flag) { m_flag = true; }
    ~CallerCode() { m_flag = m_before; }
    Q_DISABLE_COPY_MOVE(CallerCode)

private:
    bool &m_flag;
    bool m_before;
};

double msBetween(int64_t fromNs, int64_t toNs)
{
    return static_cast<double>(toNs - fromNs) / 1e6;
}

} // namespace

HttpCallImpl::HttpCallImpl(ClientPool &pool, HttpCallHandler &handler) : m_pool(&pool), m_handler(handler) {}

HttpCallImpl::~HttpCallImpl()
{
    if (m_gone)
        *m_gone = true;
    if (m_pool)
        m_pool->delist(this);
    dropConnection();
}

void HttpCallImpl::begin(HttpClientRequest request)
{
    const CallerCode guard(m_inCallerCode);
    m_startNs = m_connectStartNs = m_lastActivityNs = steadyNowNs();
    m_deadlines = request.deadlines;
    m_pool->enlist(this);
    Result<std::string> bytes = serializeRequest(request);
    if (!bytes)
        return failLater(TransportFailure::Protocol, bytes.error().message);
    m_out = std::move(*bytes);
    m_toHead = request.method == "HEAD";
    m_streamed = request.streamBody;
    m_requestGiven = !m_streamed;
    m_chunked = m_streamed && request.streamLength < 0;
    m_streamLeft = m_streamed ? request.streamLength : -1;
    m_origin = &m_pool->originState(request.origin);
    if (ClientConnection *idle = m_pool->takeIdle(*m_origin))
        attach(idle, true);
    else
        open();
}

void HttpCallImpl::open()
{
    m_opener = new ConnectionOpener(
        *m_origin, m_pool->services(), static_cast<size_t>(m_pool->options.maxHeaderBytes),
        [this](const ConnectionOpener::Outcome &outcome) { opened(outcome); }, m_pool->q);
    m_pool->armFor(due().atNs);
    m_opener->start();
}

void HttpCallImpl::opened(const ConnectionOpener::Outcome &outcome)
{
    std::exchange(m_opener, nullptr)->retire();
    if (outcome.connection)
        attach(outcome.connection, false);
    else
        failSafely(outcome.failure, outcome.message);
}

void HttpCallImpl::attach(ClientConnection *connection, bool reused)
{
    m_connection = connection;
    m_reused = reused;
    m_connectedNs = reused ? m_startNs : steadyNowNs();
    m_connection->setUser(this);
    m_connection->parser().begin(m_toHead);
    flush();
}

void HttpCallImpl::flush()
{
    while (m_connection && m_sent < m_out.size() && m_connection->bytesToWrite() == 0) {
        const size_t piece = std::min(writeSize, m_out.size() - m_sent);
        if (!m_connection->write(m_out.data() + m_sent, static_cast<int64_t>(piece)))
            return connectionLost();
        m_sent += piece;
    }
    if (m_streamed && m_sent == m_out.size()) {
        m_out.clear();
        m_sent = 0;
    }
}

// A reply that refuses the request before all of it was sent (413, 401): the rest is of no use to anybody.
void HttpCallImpl::stopSending()
{
    m_stoppedSending = true;
    m_out.clear();
    m_sent = 0;
}

void HttpCallImpl::writeBody(std::string_view bytes)
{
    if (!m_pool || m_pendingFailure || !m_streamed || m_requestGiven || m_stoppedSending || bytes.empty())
        return;
    const CallerCode guard(m_inCallerCode);
    if (m_chunked) {
        appendChunk(m_out, bytes);
    } else {
        if (static_cast<int64_t>(bytes.size()) > m_streamLeft)
            return failLater(TransportFailure::Protocol, "the streamed body is longer than declared");
        m_streamLeft -= static_cast<int64_t>(bytes.size());
        m_out += bytes;
    }
    flush();
    m_aboveLowWater = bufferedBytes() >= lowWaterBytes;
}

void HttpCallImpl::finishBody()
{
    if (!m_pool || m_pendingFailure || !m_streamed || m_requestGiven || m_stoppedSending)
        return;
    const CallerCode guard(m_inCallerCode);
    if (m_chunked)
        m_out += lastChunk;
    else if (m_streamLeft > 0)
        return failLater(TransportFailure::Protocol, "the streamed body is shorter than declared");
    m_requestGiven = true;
    flush();
}

int64_t HttpCallImpl::bufferedBytes() const
{
    return static_cast<int64_t>(m_out.size() - m_sent) + (m_connection ? m_connection->bytesToWrite() : 0);
}

void HttpCallImpl::connectionWritable(ClientConnection &connection)
{
    // A reply may have come meanwhile, and with it the end of the connection: a failing write would lose it.
    if (m_sent < m_out.size()) {
        bool gone = false;
        bool *const outer = std::exchange(m_gone, &gone);
        connectionReadable(connection);
        if (gone) {
            if (outer)
                *outer = true;
            return;
        }
        m_gone = outer;
        if (m_connection != &connection)
            return;
        flush();
    }
    if (m_connection == &connection && m_aboveLowWater && bufferedBytes() < lowWaterBytes) {
        m_aboveLowWater = false;
        deliver([this] { m_handler.requestWritable(); });
    }
}

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

void HttpCallImpl::runDeferred()
{
    if (m_pendingFailure) {
        const Failure failure = *std::exchange(m_pendingFailure, std::nullopt);
        return failNow(failure.kind, failure.message);
    }
    if (!std::exchange(m_resumed, false) || m_paused || !m_connection)
        return;
    const std::string waiting = std::exchange(m_carry, {});
    if (consume(waiting))
        drain();
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

// False: the callback ended the call, or deleted it or the pool.
template<class Callback>
bool HttpCallImpl::deliver(Callback callback)
{
    const std::shared_ptr<int> depth = m_pool->callbackDepth;
    bool gone = false;
    bool *const outer = std::exchange(m_gone, &gone);
    const bool before = std::exchange(m_inCallerCode, true);
    ++*depth;
    callback();
    --*depth;
    if (gone) {
        if (outer)
            *outer = true;
        return false;
    }
    m_gone = outer;
    m_inCallerCode = before;
    return m_pool && m_connection;
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

void HttpCallImpl::dropConnection()
{
    if (m_opener)
        std::exchange(m_opener, nullptr)->retire();
    if (m_connection)
        std::exchange(m_connection, nullptr)->retire();
}

void HttpCallImpl::orphan()
{
    m_pool = nullptr;
    isDeferred = false;
    dropConnection();
}

void HttpCallImpl::failNow(TransportFailure kind, const std::string &message)
{
    dropConnection();
    ClientPool *pool = std::exchange(m_pool, nullptr);
    pool->delist(this);
    const std::shared_ptr<int> depth = pool->callbackDepth;
    ++*depth;
    m_handler.callFailed(kind, message); // may delete this
    --*depth;
}

void HttpCallImpl::failLater(TransportFailure kind, std::string message)
{
    if (m_pendingFailure)
        return;
    dropConnection();
    m_pendingFailure = Failure{kind, std::move(message)};
    m_pool->defer(this);
}

void HttpCallImpl::failSafely(TransportFailure kind, std::string message)
{
    if (m_inCallerCode)
        failLater(kind, std::move(message));
    else
        failNow(kind, message);
}

HttpCallImpl::Due HttpCallImpl::due() const
{
    Due nearest{std::numeric_limits<int64_t>::max(), TransportFailure::TotalTimeout};
    if (m_pendingFailure)
        return nearest;
    const auto consider = [&nearest](int64_t fromNs, std::chrono::milliseconds limit, TransportFailure failure) {
        if (limit.count() > 0 && fromNs + limit.count() * nsPerMs < nearest.atNs)
            nearest = {fromNs + limit.count() * nsPerMs, failure};
    };
    if (m_opener)
        consider(m_connectStartNs, m_deadlines.connect, TransportFailure::ConnectTimeout);
    if (m_firstByteNs < 0)
        consider(m_startNs, m_deadlines.firstByte, TransportFailure::FirstByteTimeout);
    else if (!m_paused)
        consider(m_lastActivityNs, m_deadlines.idle, TransportFailure::IdleTimeout);
    consider(m_startNs, m_deadlines.total, TransportFailure::TotalTimeout);
    return nearest;
}

void HttpCallImpl::expire(TransportFailure failure)
{
    failLater(failure, deadlineText(failure));
}

std::string HttpCallImpl::deadlineText(TransportFailure failure) const
{
    const auto ms = [](std::chrono::milliseconds limit) { return std::to_string(limit.count()) + " ms"; };
    switch (failure) {
    case TransportFailure::ConnectTimeout:
        return "no connection to " + m_origin->origin.host + " within " + ms(m_deadlines.connect);
    case TransportFailure::FirstByteTimeout:
        return "no reply within " + ms(m_deadlines.firstByte);
    case TransportFailure::IdleTimeout:
        return "the reply stopped: nothing came for " + ms(m_deadlines.idle);
    default:
        return "the reply was not complete within " + ms(m_deadlines.total);
    }
}

HttpTimings HttpCallImpl::timings() const
{
    HttpTimings timings;
    timings.reused = m_reused;
    if (m_connectedNs >= 0)
        timings.connectMs = msBetween(m_startNs, m_connectedNs);
    if (m_firstByteNs >= 0)
        timings.firstByteMs = msBetween(m_startNs, m_firstByteNs);
    return timings;
}

} // namespace signalbox
