// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/http_head.h"
#include "core/net/proxy_rules.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtNetwork/QHostAddress>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace signalbox {

// Where a request goes and how it gets there; connections are pooled per equal Origin.
struct HttpOrigin {
    bool tls = false;
    std::string host; // name, IPv4, or IPv6 without brackets
    uint16_t port = 80;
    std::string proxy = "system"; // "system", "none", http://[user:pass@]host:port, socks5://…
    std::string caFile;           // PEM, trusted beside the system store

    // The tidy tool takes the zero that a defaulted comparison stands for for a pointer.
    auto operator<=>(const HttpOrigin &) const = default; // NOLINT(modernize-use-nullptr)
};

struct ParsedUrl {
    HttpOrigin origin;
    std::string path; // base path without trailing slash, may be empty
};
// Errors: url_invalid (scheme other than http/https, no host, user info, query or fragment in a base URL).
Result<ParsedUrl> parseBaseUrl(std::string_view url);

struct HttpDeadlines { // zero: none. All but idle count from the start of the call.
    std::chrono::milliseconds connect{2'000};
    std::chrono::milliseconds firstByte{60'000};
    std::chrono::milliseconds idle{120'000};
    std::chrono::milliseconds total{900'000};
};

struct HttpClientRequest {
    HttpOrigin origin;
    std::string method = "POST";
    std::string target;        // origin-form
    HeaderList headers;        // without host, content-length, transfer-encoding, connection: the client sets those
    std::string body;          // whole body; sent with the head in one write
    bool streamBody = false;   // body comes by HttpCall::writeBody()/finishBody() instead
    int64_t streamLength = -1; // its length; -1: chunked
    HttpDeadlines deadlines;
};

enum class TransportFailure {
    Dns,
    Connect,
    ConnectTimeout,
    Tls,
    Proxy,
    FirstByteTimeout,
    IdleTimeout,
    TotalTimeout,
    Closed,
    Reset,
    Protocol
};
// Stable word for logs and the ledger: "dns", "connect", "connect_timeout", …
std::string_view transportFailureName(TransportFailure failure);

struct HttpTimings {       // since the start of the call; negative: did not happen
    double connectMs = -1; // 0 on a reused connection
    double firstByteMs = -1;
    bool reused = false;
};

// Told about one call. Callbacks come on the pool's thread, never from inside start(). Deleting the HttpCall stops
// them. Exactly one of responseEnd() and callFailed() comes last.
class HttpCallHandler
{
public:
    virtual void responseHead(const HttpResponseHead &head) = 0; // 1xx are swallowed
    virtual void
    responseBody(std::string_view bytes) = 0; // framing removed, content coding kept; valid in the call only
    virtual void responseEnd() = 0;
    virtual void callFailed(TransportFailure failure, const std::string &message) = 0;
    virtual void requestWritable() {} // streamed body: buffered bytes fell below the low-water mark

protected:
    ~HttpCallHandler() = default;
};

// One request in flight. Owned by who started it; deleting it cancels and closes the upstream socket at once unless
// the reply was complete. May be deleted inside its own callbacks.
class HttpCall
{
public:
    virtual ~HttpCall() = default;
    virtual void pauseReading() = 0; // back-pressure: stops reading from the socket; idle deadline stands still
    virtual void resumeReading() = 0;
    virtual void writeBody(std::string_view bytes) = 0;
    virtual void finishBody() = 0;
    virtual int64_t bufferedBytes() const = 0;
    virtual HttpTimings timings() const = 0;
};

// Keep-alive pool of HTTP/1.1 client connections, one idle list per origin. Lives on the gateway thread.
// TLS: system store plus caFile, peer name checked, ALPN http/1.1, session tickets reused per origin.
// Addresses of a name are raced (RFC 8305, 250 ms apart, families interleaved). A pooled connection that proves dead
// before any reply byte is replaced once by a fresh one when the body can be sent again (not for streamed bodies).
class HttpClientPool final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HttpClientPool)

public:
    struct Options {
        int maxIdlePerOrigin = 256;
        std::chrono::milliseconds idleTimeout{60'000};
        int64_t maxHeaderBytes = 64 * 1024;
    };
    explicit HttpClientPool(QObject *parent = nullptr);
    ~HttpClientPool() override;

    // Asks for a name; answers once, at once or later, but not when `context` is gone. Empty addresses: failed.
    using HostAnswer = std::function<void(const QList<QHostAddress> &addresses, const QString &error)>;
    using HostLookup = std::function<void(const QString &name, QObject *context, HostAnswer answer)>;

    void setOptions(const Options &options);
    void setHostLookup(HostLookup lookup); // instead of the system's resolver
    // For calls whose origin says "system", from the next one on.
    void setProxyRules(ProxyRules rules);
    [[nodiscard]] std::unique_ptr<HttpCall> start(HttpClientRequest request, HttpCallHandler &handler);
    int idleCount() const;
    int activeCount() const;
    void closeIdle(); // after a change of config

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
