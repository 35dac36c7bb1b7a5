// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_connection.h"
#include "core/net/http_request_parser.h"
#include "core/net/http_server.h"

#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>

#include <memory>
#include <string>
#include <vector>

namespace signalbox {

// What a server and its connections share. Connections hold it too, so that it lives while one of them is on the
// stack. Gateway thread only.
struct HttpServer::Private {
    static constexpr qint64 readBufferBytes = 256 * 1024;

    HttpServer *server = nullptr; // null once the server is being destroyed
    QTcpServer *listener = nullptr;
    QTimer *sweepTimer = nullptr;
    Options options;
    OnRequest onRequest;
    BeforeSend beforeSend;
    ShapeError shapeError;
    std::unique_ptr<char[]> readBuffer = std::make_unique_for_overwrite<char[]>(readBufferBytes);
    std::vector<HttpConnection *> connections;
    std::vector<HttpConnection *> dirty; // have something to do at the end of this turn
    bool turnPosted = false;
    bool draining = false;
    bool drainedDue = false;
    int busy = 0;
    int refused = 0; // of the connections: those over the cap, which only get their 503
    int depth = 0;   // connection code on the stack: nothing may be deleted under it

    // Keeps the data alive and forbids deleting connections while connection code runs.
    class Scope
    {
    public:
        explicit Scope(std::shared_ptr<Private> data) : m_data(std::move(data)) { ++m_data->depth; }
        ~Scope() { --m_data->depth; }
        Q_DISABLE_COPY_MOVE(Scope)

    private:
        std::shared_ptr<Private> m_data;
    };

    static int64_t nowNs();
    HttpRequestParser::Limits parserLimits() const;
    std::string_view date();
    std::string shapedError(int status, std::string_view message, std::string_view target) const;
    void accept(qintptr descriptor);
    void schedule(HttpConnection &connection);
    void postTurn();
    void turn();
    void sweep();
    void startSweeping();
    void remove(HttpConnection &connection);

private:
    int64_t m_dateSecond = -1;
    std::string m_date;
};

} // namespace signalbox
