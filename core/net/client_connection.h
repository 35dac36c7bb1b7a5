// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"
#include "core/net/http_response_parser.h"

#include <QtCore/QObject>

#include <memory>
#include <string>

QT_FORWARD_DECLARE_CLASS(QTcpSocket)

namespace signalbox {

struct OriginState;

// One connected socket to an upstream, with the parser that its responses go through. Signals are connected once, for
// its whole life; whoever uses it at the moment is told directly. Child of the pool, on its thread.
class ClientConnection final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientConnection)

public:
    class User
    {
    public:
        virtual void connectionReadable(ClientConnection &connection) = 0; // bytes or the end may wait
        virtual void connectionWritable(ClientConnection &connection) = 0; // the socket took all it was given

    protected:
        ~User() = default;
    };

    // Buffered: the socket keeps a read buffer of its own (TLS, proxies), which may hold bytes after it was closed.
    ClientConnection(QTcpSocket *socket, bool buffered, size_t maxHeaderBytes, QObject *parent);

    HttpResponseParser &parser() { return m_parser; }
    QTcpSocket *socket() { return m_socket; }
    void setUser(User *user) { m_user = user; }
    void setOrigin(OriginState *origin) { m_origin = origin; }
    OriginState *origin() const { return m_origin; }

    int64_t read(char *data, int64_t size);     // 0: nothing now or nothing more, see closed()
    bool write(const char *data, int64_t size); // false: closed. Takes everything, see bytesToWrite()
    bool mayHoldMore() const;                   // bytes wait in the socket's own buffer
    int64_t bytesToWrite() const;
    bool closed() const { return m_closed; }
    TransportFailure failure() const { return m_failure; } // why it closed
    const std::string &failureText() const { return m_failureText; }

    int64_t idleSinceNs = 0;

    void retire(); // closes at once; the object goes when the event loop comes round

private:
    void onReadyRead();
    void onBytesWritten();
    void onError();
    void markClosed(int osError);

    QTcpSocket *m_socket;
    User *m_user = nullptr;
    OriginState *m_origin = nullptr;
    bool m_buffered;
    bool m_closed = false;
    bool m_busy = false; // inside read() or write(): the caller sees the end for itself
    TransportFailure m_failure = TransportFailure::Closed;
    std::string m_failureText;
    HttpResponseParser m_parser;
};

} // namespace signalbox
