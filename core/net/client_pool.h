// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/client_connection.h"
#include "core/net/client_tls.h"
#include "core/net/connection_opener.h"
#include "core/net/host_resolver.h"
#include "core/net/http_client.h"
#include "core/net/origin_state.h"
#include "core/net/proxy_setting.h"

#include <QtCore/QTimer>

#include <map>
#include <memory>
#include <vector>

namespace signalbox {

class HttpCallImpl;

int64_t steadyNowNs();

// The inside of HttpClientPool, on its thread. Deadlines of all calls and idle connections hang on one timer that is
// set to the nearest of them; while they only move further away, as they do with every byte, it is left alone.
struct ClientPool final : ClientConnection::User {
    explicit ClientPool(HttpClientPool *owner);
    ~ClientPool();
    Q_DISABLE_COPY_MOVE(ClientPool)

    OriginState &originState(const HttpOrigin &origin);
    ClientConnection *takeIdle(OriginState &origin); // null: none
    void putIdle(ClientConnection *connection);
    void dropIdle(ClientConnection *connection);
    void closeIdle();
    void connectionReadable(ClientConnection &connection) override;
    void connectionWritable(ClientConnection &connection) override;

    void enlist(HttpCallImpl *call);
    void delist(HttpCallImpl *call);
    void defer(HttpCallImpl *call);
    void runDeferred();
    void armFor(int64_t dueNs);
    void sweep();

    OpenerServices services() { return {&resolver, &proxies, &tls}; }

    static constexpr int64_t readSize = 256 * 1024;

    HttpClientPool *q;
    HttpClientPool::Options options;
    HostResolver resolver;
    SystemProxyLookup proxies;
    ClientTls tls;
    std::map<HttpOrigin, OriginState> origins;
    int idleCount = 0;
    std::vector<HttpCallImpl *> live;
    std::vector<HttpCallImpl *> deferred;
    std::vector<HttpCallImpl *> running; // the part of deferred that is being run
    bool deferredPosted = false;
    QTimer sweepTimer;
    int64_t sweepAtNs = 0;
    // One for all connections: a read is used up before the next one. What a connection keeps for later is put in
    // front of its next read, hence the room before it.
    static constexpr size_t headroom = 64 * 1024;
    std::unique_ptr<char[]> buffer;
    std::shared_ptr<int> callbackDepth = std::make_shared<int>(0);
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

struct HttpClientPool::Private {
    explicit Private(HttpClientPool *owner) : pool(owner) {}
    ClientPool pool;
    ProxyRules proxyRules;
    bool hasProxyRules = false;
};

} // namespace signalbox
