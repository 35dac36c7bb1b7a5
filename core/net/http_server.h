// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/http_head.h"

#include <QtCore/QObject>
#include <QtNetwork/QHostAddress>

#include <chrono>
#include <functional>
#include <memory>

namespace signalbox {

class HttpConnection;
class HttpExchange;

// Told about one request. Callbacks come on the server's thread and never from inside a call to HttpExchange.
// After clientGone(), or after finish()/reply()/abort() was called, the HttpExchange pointer is dead.
class HttpRequestHandler
{
public:
    virtual void requestBody(std::string_view bytes) = 0; // bytes are valid during the call only
    virtual void requestEnd() = 0;
    virtual void clientGone() = 0;     // the connection is lost before the reply was complete
    virtual void clientWritable() = 0; // buffered output fell below the low-water mark after it was above the high one

protected:
    ~HttpRequestHandler() = default;
};

// One request and its one reply on a connection; owned by the connection. HTTP/1.0 and 1.1, HEAD replies lose their
// body but keep its length, `Connection: close` is honoured. Pipelined requests wait until this one is finished.
class HttpExchange
{
public:
    static constexpr int64_t highWater = 256 * 1024;
    static constexpr int64_t lowWater = 64 * 1024;

    const HttpRequestHead &head() const;
    QHostAddress peerAddress() const;
    uint16_t peerPort() const;
    int64_t receivedAtNs() const; // monotonic time at which the head was complete

    // Body bytes flow once a handler is set (also decides on `Expect: 100-continue`: the 100 goes out then).
    void setHandler(HttpRequestHandler *handler);
    void pauseBody();
    void resumeBody();

    // Whole reply in one write at the end of the event-loop turn. Sets content-length, date and connection itself.
    void reply(int status, const HeaderList &headers, std::string_view body);

    // Streamed reply: head and first body bytes leave in one write at the end of the event-loop turn or with flush().
    // contentLength < 0: chunked (HTTP/1.0: until close).
    void startReply(int status, const HeaderList &headers, int64_t contentLength = -1);
    void write(std::string_view bytes);
    void flush(); // hands what was written to the kernel now; only needed when the end of the turn is too late
    void finish();
    void abort(); // closes the connection at once, without the end mark: the client must see an incomplete reply

    bool replyStarted() const;
    int64_t bufferedBytes() const; // not yet taken by the kernel; above highWater the caller should pause its source

private:
    friend class HttpConnection;
    explicit HttpExchange(HttpConnection &connection);
    HttpConnection &m_connection;
};

// HTTP/1.1 server on one thread (the gateway thread), which owns it and all its connections.
// Framing by Boost.Beast's basic_parser, strict: request smuggling shapes (both Content-Length and Transfer-Encoding,
// repeated or different lengths, bad chunk sizes, obs-fold, bare CR, white space before the colon, any transfer
// coding other than chunked, control characters) get 400 and a closed connection. Missing or repeated Host: 400.
// Oversized head 431, declared or streamed body over the limit 413, stalled head or body closed (408 when the
// request had begun), a reply that its client does not read: closed; over the connection cap: 503 and closed.
class HttpServer final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HttpServer)

public:
    struct Options {
        QHostAddress address = QHostAddress(QHostAddress::LocalHost);
        uint16_t port = 0; // 0: any free one
        int64_t maxHeaderBytes = 32 * 1024;
        int64_t maxBodyBytes = 64LL * 1024 * 1024;
        int maxConnections = 4096;
        std::chrono::milliseconds headTimeout{30'000};
        std::chrono::milliseconds bodyTimeout{120'000};  // without a byte while a request body is due
        std::chrono::milliseconds idleTimeout{300'000};  // keep-alive between requests
        std::chrono::milliseconds writeTimeout{120'000}; // the client takes not one byte of what is due to it
    };
    // Called when a head is complete; must call setHandler() or reply() before it returns.
    using OnRequest = std::function<void(HttpExchange &)>;
    // Called before bytes of a reply are handed to the kernel, so that what must come first can be done once for
    // all replies of a turn. Must not call back into the server.
    using BeforeSend = std::function<void()>;
    // Shapes the errors the server makes itself (400, 408, 413, 431, 503); `target` may be empty. Default: plain JSON.
    using ShapeError = std::function<std::string(int status, std::string_view message, std::string_view target)>;

    explicit HttpServer(QObject *parent = nullptr);
    ~HttpServer() override;

    void setOnRequest(OnRequest handler);
    void setBeforeSend(BeforeSend hook);
    void setShapeError(ShapeError shape);
    Result<void> listen(const Options &options); // codes: port_in_use, address_not_available, listen_failed
    void setLimits(const Options &options);      // takes limits over for new requests; address and port stay
    uint16_t port() const;
    bool isListening() const;
    void closeListener(); // stop accepting; idle connections close, busy ones finish their request, then close
    void abortConnections();
    int connectionCount() const;
    int busyCount() const; // connections with a request in progress

Q_SIGNALS:
    void drained(); // after closeListener(): the last connection is gone

protected:
    bool event(QEvent *event) override;

private:
    friend class HttpConnection;
    struct Private;
    std::shared_ptr<Private> d; // shared with the connections: the server may be deleted from within a callback
};

} // namespace signalbox
