// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_server.h"

#include "core/net/http_server_p.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <ctime>

namespace signalbox {

namespace {

constexpr int acceptBacklog = 1024;
constexpr int maxRefused = 64;
constexpr std::chrono::milliseconds acceptPause{200};

QEvent::Type turnEvent()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

class Listener final : public QTcpServer
{
public:
    Listener(std::function<void(qintptr)> onDescriptor, QObject *parent)
        : QTcpServer(parent), m_onDescriptor(std::move(onDescriptor))
    {
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_onDescriptor(descriptor); }

private:
    std::function<void(qintptr)> m_onDescriptor;
};

} // namespace

int64_t HttpServer::Private::nowNs()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

HttpRequestParser::Limits HttpServer::Private::parserLimits() const
{
    return {static_cast<size_t>(std::max<int64_t>(options.maxHeaderBytes, 1)),
            static_cast<uint64_t>(std::max<int64_t>(options.maxBodyBytes, 0))};
}

std::string_view HttpServer::Private::date()
{
    const int64_t second = std::time(nullptr);
    if (second != m_dateSecond) {
        m_dateSecond = second;
        m_date = httpDate(second);
    }
    return m_date;
}

std::string HttpServer::Private::shapedError(int status, std::string_view message, std::string_view target) const
{
    if (shapeError)
        return shapeError(status, message, target);
    return boost::json::serialize(
        boost::json::value{{"error", {{"status", status}, {"message", boost::json::string_view(message)}}}});
}

void HttpServer::Private::accept(qintptr descriptor)
{
    const Scope scope(server->d);
    const bool full = static_cast<int>(connections.size()) - refused >= options.maxConnections;
    auto *connection = new HttpConnection(server->d, server);
    connection->index = connections.size();
    connections.push_back(connection);
    if (!connection->start(descriptor) || (full && refused >= maxRefused))
        return connection->lost();
    if (full) {
        ++refused;
        connection->refuse();
    }
    startSweeping();
}

void HttpServer::Private::startSweeping()
{
    if (sweepTimer->isActive())
        return;
    using namespace std::chrono;
    milliseconds shortest{4'000};
    for (const milliseconds timeout :
         {options.headTimeout, options.bodyTimeout, options.idleTimeout, options.writeTimeout}) {
        if (timeout.count() > 0)
            shortest = std::min(shortest, timeout);
    }
    sweepTimer->start(std::clamp(shortest / 4, milliseconds{10}, milliseconds{1'000}));
}

void HttpServer::Private::schedule(HttpConnection &connection)
{
    if (!connection.dirty) {
        connection.dirty = true;
        dirty.push_back(&connection);
    }
    postTurn();
}

void HttpServer::Private::postTurn()
{
    if (server && !std::exchange(turnPosted, true))
        QCoreApplication::postEvent(server, new QEvent(turnEvent()));
}

void HttpServer::Private::turn()
{
    turnPosted = false;
    const std::vector<HttpConnection *> due = std::exchange(dirty, {});
    for (HttpConnection *connection : due)
        connection->dirty = false;
    for (HttpConnection *connection : due)
        connection->turn();
    if (std::exchange(drainedDue, false) && server && connections.empty())
        Q_EMIT server->drained();
}

void HttpServer::Private::sweep()
{
    const int64_t now = nowNs();
    for (size_t i = connections.size(); i-- > 0;) {
        if (i < connections.size()) // callbacks may have closed several
            connections[i]->checkDeadline(now);
    }
    if (server && connections.empty())
        sweepTimer->stop();
}

void HttpServer::Private::remove(HttpConnection &connection)
{
    refused -= connection.isRefused();
    connections.back()->index = connection.index;
    connections[connection.index] = connections.back();
    connections.pop_back();
    if (draining && connections.empty()) {
        drainedDue = true;
        postTurn();
    }
}

HttpServer::HttpServer(QObject *parent) : QObject(parent), d(std::make_shared<Private>())
{
    d->server = this;
    d->sweepTimer = new QTimer(this);
    d->listener = new Listener([this](qintptr descriptor) { d->accept(descriptor); }, this);
    d->listener->setListenBacklogSize(acceptBacklog);
    connect(d->sweepTimer, &QTimer::timeout, this, [data = d.get()] {
        const Private::Scope scope(data->server->d);
        data->sweep();
    });
    // Qt stops accepting for good when descriptors run out.
    connect(d->listener, &QTcpServer::acceptError, this,
            [this] { QTimer::singleShot(acceptPause, this, [this] { d->listener->resumeAccepting(); }); });
}

HttpServer::~HttpServer()
{
    const std::shared_ptr<Private> data = d;
    data->server = nullptr;
    data->listener->close();
    data->sweepTimer->stop();
    if (data->depth > 0) { // a connection is on the stack: it must outlive this
        const QObjectList all = children();
        for (QObject *child : all) {
            if (dynamic_cast<HttpConnection *>(child))
                child->setParent(nullptr);
        }
        for (QObject *child : all) {
            if (!child->parent())
                child->deleteLater();
        }
    }
    while (!data->connections.empty())
        data->connections.back()->lost();
}

void HttpServer::setOnRequest(OnRequest handler)
{
    d->onRequest = std::move(handler);
}

void HttpServer::setBeforeSend(BeforeSend hook)
{
    d->beforeSend = std::move(hook);
}

void HttpServer::setShapeError(ShapeError shape)
{
    d->shapeError = std::move(shape);
}

Result<void> HttpServer::listen(const Options &options)
{
    d->options = options;
    d->draining = d->drainedDue = false;
    if (d->listener->listen(options.address, options.port))
        return {};
    const std::string where = options.address.toString().toStdString() + ":" + std::to_string(options.port);
    switch (d->listener->serverError()) {
    case QAbstractSocket::AddressInUseError:
        return Error{"port_in_use", where + " is in use by another program"};
    case QAbstractSocket::SocketAddressNotAvailableError:
        return Error{"address_not_available", where + " is not an address of this machine"};
    default:
        return Error{"listen_failed", where + ": " + d->listener->errorString().toStdString()};
    }
}

void HttpServer::setLimits(const Options &options)
{
    const Options old = std::exchange(d->options, options);
    d->options.address = old.address;
    d->options.port = old.port;
    if (d->sweepTimer->isActive()) {
        d->sweepTimer->stop();
        d->startSweeping();
    }
}

uint16_t HttpServer::port() const
{
    return d->listener->serverPort();
}

bool HttpServer::isListening() const
{
    return d->listener->isListening();
}

void HttpServer::closeListener()
{
    d->listener->close();
    d->draining = true;
    const std::vector<HttpConnection *> all = d->connections;
    for (HttpConnection *connection : all)
        connection->closeIfIdle();
    if (d->connections.empty()) {
        d->drainedDue = true;
        d->postTurn();
    }
}

void HttpServer::abortConnections()
{
    const Private::Scope scope(d);
    const std::vector<HttpConnection *> all = d->connections;
    for (HttpConnection *connection : all)
        connection->lost();
}

int HttpServer::connectionCount() const
{
    return static_cast<int>(d->connections.size()) - d->refused;
}

int HttpServer::busyCount() const
{
    return d->busy;
}

bool HttpServer::event(QEvent *event)
{
    if (event->type() != turnEvent())
        return QObject::event(event);
    const Private::Scope scope(d);
    const std::shared_ptr<Private> data = d; // this may be deleted by a handler
    data->turn();
    return true;
}

} // namespace signalbox
