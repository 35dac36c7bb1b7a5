// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_call.h"

#include "core/net/client_request.h"

#include <algorithm>
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
    m_sendDue = true;
    m_pool->defer(this);
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

void HttpCallImpl::runDeferred()
{
    if (m_pendingFailure) {
        const Failure failure = *std::exchange(m_pendingFailure, std::nullopt);
        return failNow(failure.kind, failure.message);
    }
    if (std::exchange(m_sendDue, false)) {
        const CallerCode guard(m_inCallerCode); // a failure waits for its own turn: its callback may delete this
        flush();
    }
    if (!std::exchange(m_resumed, false) || m_paused || !m_connection)
        return;
    const std::string waiting = std::exchange(m_carry, {});
    if (consume(waiting))
        drain();
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
