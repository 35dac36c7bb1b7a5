// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_pool.h"

#include "core/net/client_call.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;
constexpr int64_t never = std::numeric_limits<int64_t>::max();
constexpr int64_t longestSleepNs = 60'000 * nsPerMs;

void forgetIn(std::vector<HttpCallImpl *> &calls, const HttpCallImpl *call)
{
    std::replace(calls.begin(), calls.end(), const_cast<HttpCallImpl *>(call), static_cast<HttpCallImpl *>(nullptr));
}

} // namespace

int64_t steadyNowNs()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

ClientPool::ClientPool(HttpClientPool *owner)
    : q(owner), buffer(std::make_unique_for_overwrite<char[]>(headroom + static_cast<size_t>(readSize)))
{
    sweepTimer.setSingleShot(true);
    sweepTimer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&sweepTimer, &QTimer::timeout, q, [this] { sweep(); });
}

ClientPool::~ClientPool()
{
    *alive = false;
    for (HttpCallImpl *call : std::exchange(live, {}))
        call->orphan();
    closeIdle();
    if (*callbackDepth > 0) {
        // Deleted from inside a callback: the socket that brought it is still on the stack.
        const QObjectList children = q->children();
        for (QObject *child : children)
            child->setParent(nullptr);
    }
}

OriginState &ClientPool::originState(const HttpOrigin &origin)
{
    auto at = origins.find(origin);
    if (at == origins.end()) {
        at = origins.try_emplace(origin).first;
        at->second.origin = origin;
    }
    return at->second;
}

ClientConnection *ClientPool::takeIdle(OriginState &origin)
{
    if (origin.idle.empty())
        return nullptr;
    ClientConnection *connection = origin.idle.back();
    origin.idle.pop_back();
    --idleCount;
    return connection;
}

void ClientPool::putIdle(ClientConnection *connection)
{
    std::vector<ClientConnection *> &idle = connection->origin()->idle;
    if (options.maxIdlePerOrigin <= 0) {
        connection->retire();
        return;
    }
    if (idle.size() >= static_cast<size_t>(options.maxIdlePerOrigin))
        dropIdle(idle.front());
    connection->setUser(this);
    connection->idleSinceNs = steadyNowNs();
    idle.push_back(connection);
    ++idleCount;
    armFor(connection->idleSinceNs + options.idleTimeout.count() * nsPerMs);
}

void ClientPool::dropIdle(ClientConnection *connection)
{
    std::vector<ClientConnection *> &idle = connection->origin()->idle;
    const auto at = std::find(idle.begin(), idle.end(), connection);
    if (at == idle.end())
        return;
    idle.erase(at);
    --idleCount;
    connection->retire();
}

void ClientPool::closeIdle()
{
    for (auto &[key, origin] : origins) {
        for (ClientConnection *connection : std::exchange(origin.idle, {}))
            connection->retire();
    }
    idleCount = 0;
}

// Nobody asked anything: either the end, or bytes that would be taken for the next reply.
void ClientPool::connectionReadable(ClientConnection &connection)
{
    dropIdle(&connection);
}

void ClientPool::connectionWritable(ClientConnection &) {}

void ClientPool::enlist(HttpCallImpl *call)
{
    call->liveIndex = live.size();
    live.push_back(call);
    armFor(call->due().atNs);
}

void ClientPool::delist(HttpCallImpl *call)
{
    if (call->liveIndex < live.size() && live[call->liveIndex] == call) {
        live[call->liveIndex] = live.back();
        live[call->liveIndex]->liveIndex = call->liveIndex;
        live.pop_back();
    }
    if (call->isDeferred) {
        forgetIn(deferred, call);
        forgetIn(running, call);
    }
}

void ClientPool::defer(HttpCallImpl *call)
{
    if (call->isDeferred)
        return;
    call->isDeferred = true;
    deferred.push_back(call);
    if (!deferredPosted) {
        deferredPosted = true;
        QMetaObject::invokeMethod(
            q, [this] { runDeferred(); }, Qt::QueuedConnection);
    }
}

void ClientPool::runDeferred()
{
    deferredPosted = false;
    if (!running.empty()) // a caller's nested event loop; the outer run goes on
        return;
    running = std::exchange(deferred, {});
    const std::shared_ptr<bool> stillThere = alive;
    for (size_t i = 0; i < running.size(); ++i) {
        HttpCallImpl *call = running[i];
        if (!call)
            continue;
        running[i] = nullptr;
        call->isDeferred = false;
        call->runDeferred();
        if (!*stillThere)
            return;
    }
    running.clear();
}

void ClientPool::armFor(int64_t dueNs)
{
    if (dueNs == never || (sweepTimer.isActive() && sweepAtNs <= dueNs))
        return;
    const int64_t now = steadyNowNs();
    const int64_t wait = std::clamp<int64_t>(dueNs - now, nsPerMs, longestSleepNs);
    sweepAtNs = now + wait;
    sweepTimer.start(static_cast<int>((wait + nsPerMs - 1) / nsPerMs));
}

void ClientPool::sweep()
{
    const int64_t now = steadyNowNs();
    int64_t nearest = never;
    for (HttpCallImpl *call : live) {
        const HttpCallImpl::Due due = call->due();
        if (due.atNs <= now)
            call->expire(due.failure);
        else
            nearest = std::min(nearest, due.atNs);
    }
    const int64_t keep = options.idleTimeout.count() * nsPerMs;
    for (auto &[key, origin] : origins) {
        while (!origin.idle.empty() && origin.idle.front()->idleSinceNs + keep <= now)
            dropIdle(origin.idle.front());
        if (!origin.idle.empty())
            nearest = std::min(nearest, origin.idle.front()->idleSinceNs + keep);
    }
    armFor(nearest);
    if (!deferred.empty())
        runDeferred();
}

HttpClientPool::HttpClientPool(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this)) {}

HttpClientPool::~HttpClientPool() = default;

void HttpClientPool::setOptions(const Options &options)
{
    d->pool.options = options;
    d->pool.armFor(steadyNowNs()); // the idle time may be shorter now
}

void HttpClientPool::setHostLookup(HostLookup lookup)
{
    d->pool.resolver.setLookup(std::move(lookup));
}

void HttpClientPool::setProxyRules(ProxyRules rules)
{
    d->hasProxyRules = rules != ProxyRules();
    d->proxyRules = std::move(rules);
}

std::unique_ptr<HttpCall> HttpClientPool::start(HttpClientRequest request, HttpCallHandler &handler)
{
    if (d->hasProxyRules && request.origin.proxy == "system")
        request.origin.proxy = d->proxyRules.proxyFor(request.origin.host, request.origin.port);
    auto call = std::make_unique<HttpCallImpl>(d->pool, handler);
    call->begin(std::move(request));
    return call;
}

int HttpClientPool::idleCount() const
{
    return d->pool.idleCount;
}

int HttpClientPool::activeCount() const
{
    return static_cast<int>(d->pool.live.size());
}

void HttpClientPool::closeIdle()
{
    d->pool.closeIdle();
    d->pool.tls.forget();
    d->pool.proxies.forget();
}

std::string_view transportFailureName(TransportFailure failure)
{
    switch (failure) {
    case TransportFailure::Dns:
        return "dns";
    case TransportFailure::Connect:
        return "connect";
    case TransportFailure::ConnectTimeout:
        return "connect_timeout";
    case TransportFailure::Tls:
        return "tls";
    case TransportFailure::Proxy:
        return "proxy";
    case TransportFailure::FirstByteTimeout:
        return "first_byte_timeout";
    case TransportFailure::IdleTimeout:
        return "idle_timeout";
    case TransportFailure::TotalTimeout:
        return "total_timeout";
    case TransportFailure::Closed:
        return "closed";
    case TransportFailure::Reset:
        return "reset";
    case TransportFailure::Protocol:
        return "protocol";
    }
    return "unknown";
}

} // namespace signalbox
