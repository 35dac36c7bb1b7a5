// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/client_connection.h"
#include "core/net/client_pool.h"
#include "core/net/connection_opener.h"
#include "core/net/http_client.h"

#include <optional>
#include <utility>

namespace signalbox {

// The pool's HttpCall: sends one request over an idle or a fresh connection and walks the reply. Owned by the caller,
// on the pool's thread; without the pool it does nothing any more.
class HttpCallImpl final : public HttpCall, private ClientConnection::User
{
    Q_DISABLE_COPY_MOVE(HttpCallImpl)

public:
    HttpCallImpl(ClientPool &pool, HttpCallHandler &handler);
    ~HttpCallImpl() override;

    void begin(HttpClientRequest request);
    void pauseReading() override;
    void resumeReading() override;
    void writeBody(std::string_view bytes) override;
    void finishBody() override;
    int64_t bufferedBytes() const override;
    HttpTimings timings() const override;

    // For the pool only.
    struct Due {
        int64_t atNs;
        TransportFailure failure;
    };
    Due due() const;                       // the nearest deadline
    void expire(TransportFailure failure); // a deadline passed: fails when the pool runs what is deferred
    void runDeferred();
    void orphan(); // the pool goes: closes everything, no callback any more
    size_t liveIndex = 0;
    bool isDeferred = false;

private:
    struct Failure {
        TransportFailure kind;
        std::string message;
    };

    void connectionReadable(ClientConnection &connection) override;
    void connectionWritable(ClientConnection &connection) override;

    void open();
    void opened(const ConnectionOpener::Outcome &outcome);
    void attach(ClientConnection *connection, bool reused);
    void flush();
    void stopSending();
    void drain();
    bool consume(std::string_view input);
    bool deliverHead();
    void noteBytes();
    void connectionLost();
    void complete(bool inputUsedUp);
    void dropConnection();
    void failNow(TransportFailure kind, const std::string &message);
    void failLater(TransportFailure kind, std::string message);
    void failSafely(TransportFailure kind, std::string message);
    std::string deadlineText(TransportFailure failure) const;

    template<class Callback>
    bool deliver(Callback callback);

    ClientPool *m_pool; // null: over
    HttpCallHandler &m_handler;
    OriginState *m_origin = nullptr;
    HttpDeadlines m_deadlines;
    ClientConnection *m_connection = nullptr;
    ConnectionOpener *m_opener = nullptr;

    std::string m_out; // what is to be sent; a whole request stays until the first reply byte, for the retry
    size_t m_sent = 0;
    int64_t m_streamLeft = -1; // of a declared length
    bool m_chunked = false;
    bool m_streamed = false;
    bool m_requestGiven = false; // all of the request is in m_out or sent
    bool m_stoppedSending = false;
    bool m_aboveLowWater = false;

    std::string m_carry; // bytes that wait for more, or for resumeReading()
    bool m_toHead = false;
    bool m_paused = false;
    bool m_resumed = false;
    bool m_reused = false;
    bool m_retried = false;
    bool m_anyByte = false;
    bool m_sendDue = false;      // the first bytes leave when the pool runs what is deferred
    bool m_inCallerCode = false; // a failure now would call back from inside the caller's own call
    bool *m_gone = nullptr;
    std::optional<Failure> m_pendingFailure;

    int64_t m_startNs = 0;
    int64_t m_connectStartNs = 0;
    int64_t m_connectedNs = -1;
    int64_t m_firstByteNs = -1;
    int64_t m_lastActivityNs = 0;
    int64_t m_pausedSinceNs = 0;
};

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

} // namespace signalbox
