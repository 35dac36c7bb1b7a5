// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

#include <functional>
#include <optional>

QT_FORWARD_DECLARE_CLASS(QTcpSocket)

namespace signalbox {

class ClientConnection;
class ClientTls;
class ConnectionRace;
class HostResolver;
class SystemProxyLookup;
struct OriginState;

struct OpenerServices {
    HostResolver *resolver;
    SystemProxyLookup *proxies;
    ClientTls *tls;
};

// Makes one fresh connection to an origin: proxy, name, race of addresses, TLS. Child of the pool, on its thread.
class ConnectionOpener final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectionOpener)

public:
    struct Outcome {
        ClientConnection *connection = nullptr; // child of the pool; null when it failed
        TransportFailure failure = TransportFailure::Connect;
        std::string message;
    };
    using Done = std::function<void(const Outcome &outcome)>;

    ConnectionOpener(OriginState &origin, const OpenerServices &services, size_t maxHeaderBytes, Done done,
                     QObject *pool);

    void start();  // may finish at once
    void retire(); // closes everything; no answer comes any more; the object goes when the event loop comes round

private:
    void useProxy(const QNetworkProxy &proxy);
    void connectDirect();
    void connectThroughProxy(const QNetworkProxy &proxy);
    QTcpSocket *makeSocket(QObject *parent) const;
    void connected(QTcpSocket *socket, bool buffered);
    void startTls();
    void handOver(bool buffered);
    void socketFailed();
    void proxyFailed();
    void failed(TransportFailure failure, std::string message);

    OriginState &m_origin;
    OpenerServices m_services;
    size_t m_maxHeaderBytes;
    Done m_done;
    QObject *m_pool;
    std::optional<QSslConfiguration> m_tlsConfiguration;
    ConnectionRace *m_race = nullptr;
    QTcpSocket *m_socket = nullptr; // the winner, or the only one with a proxy
    bool m_inTls = false;
    QNetworkProxy m_proxy{QNetworkProxy::NoProxy};
    QList<QSslError> m_tlsErrors;
};

} // namespace signalbox
