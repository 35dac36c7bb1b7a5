// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/connection_opener.h"

#include "core/net/client_connection.h"
#include "core/net/client_tls.h"
#include "core/net/connection_race.h"
#include "core/net/host_resolver.h"
#include "core/net/origin_state.h"
#include "core/net/proxy_setting.h"

#include <QtNetwork/QSslSocket>
#include <QtNetwork/QTcpSocket>

#include <utility>

namespace signalbox {

namespace {

// Less than one read takes: only a read that wants more than there is lets a socket whose buffer was full go on.
constexpr qint64 socketBufferBytes = 128 * 1024;

bool isProxyError(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        return true;
    default:
        return false;
    }
}

} // namespace

ConnectionOpener::ConnectionOpener(OriginState &origin, const OpenerServices &services, size_t maxHeaderBytes,
                                   Done done, QObject *pool)
    : QObject(pool),
      m_origin(origin),
      m_services(services),
      m_maxHeaderBytes(maxHeaderBytes),
      m_done(std::move(done)),
      m_pool(pool)
{
}

void ConnectionOpener::start()
{
    const HttpOrigin &origin = m_origin.origin;
    if (origin.tls) {
        Result<QSslConfiguration> configuration = m_services.tls->configuration(origin.caFile, m_origin.sessionTicket);
        if (!configuration)
            return failed(TransportFailure::Tls, configuration.error().message);
        m_tlsConfiguration = *configuration;
    }
    const Result<ProxySetting> setting = parseProxySetting(origin.proxy);
    if (!setting)
        return failed(TransportFailure::Proxy, setting.error().message);
    if (setting->kind == ProxySetting::Kind::System)
        m_services.proxies->find(origin, this, [this](const QNetworkProxy &proxy) { useProxy(proxy); });
    else
        useProxy(setting->proxy);
}

void ConnectionOpener::retire()
{
    m_done = {};
    if (m_race)
        m_race->stop();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
    deleteLater();
}

void ConnectionOpener::useProxy(const QNetworkProxy &proxy)
{
    if (!m_done)
        return;
    if (proxy.type() == QNetworkProxy::NoProxy)
        connectDirect();
    else
        connectThroughProxy(proxy);
}

void ConnectionOpener::connectDirect()
{
    const QString host = QString::fromStdString(m_origin.origin.host);
    m_services.resolver->resolve(host, this, [this](const QList<QHostAddress> &addresses, const QString &error) {
        if (!m_done)
            return;
        if (addresses.isEmpty())
            return failed(TransportFailure::Dns,
                          "cannot find the host " + m_origin.origin.host + ": " + error.toStdString());
        const bool buffered = m_origin.origin.tls; // QSslSocket always keeps a buffer of decrypted bytes
        m_race = new ConnectionRace(
            addresses, [this](QObject *parent) { return makeSocket(parent); },
            [port = m_origin.origin.port, buffered](QTcpSocket *socket, const QHostAddress &address) {
                const QIODevice::OpenMode mode =
                    buffered ? QIODevice::ReadWrite : QIODevice::ReadWrite | QIODevice::Unbuffered;
                socket->connectToHost(address, port, mode);
            },
            [this, buffered](QTcpSocket *winner, const QString &why) {
                if (!m_done)
                    return;
                if (winner)
                    connected(winner, buffered);
                else
                    failed(TransportFailure::Connect, "cannot connect to " + m_origin.origin.host + " port " +
                                                          std::to_string(m_origin.origin.port) + ": " +
                                                          why.toStdString());
            },
            this);
        m_race->start();
    });
}

// The proxy resolves the name: it may know names that this machine does not. Over HTTP proxies everything goes through
// CONNECT, plain HTTP as well, so that the proxy never sees or changes a request.
void ConnectionOpener::connectThroughProxy(const QNetworkProxy &proxy)
{
    m_proxy = proxy;
    m_socket = makeSocket(this);
    m_socket->setProxy(proxy);
    // Qt's proxy engines announce waiting bytes once; a full buffer would miss that and never be filled again. So a
    // paused reply through a proxy is held in memory, up to its whole size.
    m_socket->setReadBufferSize(0);
    connect(m_socket, &QTcpSocket::connected, this, [this] { connected(m_socket, true); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, &ConnectionOpener::socketFailed);
    m_socket->connectToHost(QString::fromStdString(m_origin.origin.host), m_origin.origin.port);
}

QTcpSocket *ConnectionOpener::makeSocket(QObject *parent) const
{
    QTcpSocket *socket = m_origin.origin.tls ? new QSslSocket(parent) : new QTcpSocket(parent);
    socket->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    socket->setReadBufferSize(socketBufferBytes); // only counts where the socket is buffered
    return socket;
}

void ConnectionOpener::connected(QTcpSocket *socket, bool buffered)
{
    socket->disconnect(this);
    m_socket = socket;
    m_socket->setParent(this);
    if (m_origin.origin.tls)
        startTls();
    else
        handOver(buffered);
}

void ConnectionOpener::startTls()
{
    auto *socket = static_cast<QSslSocket *>(m_socket);
    m_inTls = true;
    socket->setSslConfiguration(*m_tlsConfiguration);
    socket->setPeerVerifyName(QString::fromStdString(m_origin.origin.host));
    connect(socket, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) { m_tlsErrors = errors; });
    connect(socket, &QSslSocket::errorOccurred, this, &ConnectionOpener::socketFailed);
    connect(socket, &QSslSocket::encrypted, this, [this, socket] {
        const auto remember = [origin = &m_origin, socket] {
            if (const QByteArray ticket = socket->sslConfiguration().sessionTicket(); !ticket.isEmpty())
                origin->sessionTicket = ticket;
        };
        remember(); // TLS 1.2; with 1.3 tickets come after the handshake
        connect(socket, &QSslSocket::newSessionTicketReceived, m_pool, remember);
        handOver(true);
    });
    socket->startClientEncryption();
}

void ConnectionOpener::handOver(bool buffered)
{
    if (!m_done)
        return;
    m_socket->disconnect(this);
    auto *connection = new ClientConnection(std::exchange(m_socket, nullptr), buffered, m_maxHeaderBytes, m_pool);
    connection->setOrigin(&m_origin);
    const Done done = std::exchange(m_done, {});
    done({connection, {}, {}});
}

// Which hop it was: the way to the proxy, the proxy itself, or the way from there on.
void ConnectionOpener::proxyFailed()
{
    const std::string proxy = "the proxy " + m_proxy.hostName().toStdString() + ':' + std::to_string(m_proxy.port());
    const std::string target = m_origin.origin.host + ':' + std::to_string(m_origin.origin.port);
    switch (m_socket->error()) {
    case QAbstractSocket::ProxyConnectionRefusedError:
        return failed(TransportFailure::Proxy, "cannot reach " + proxy + ": it takes no connections");
    case QAbstractSocket::ProxyNotFoundError:
        return failed(TransportFailure::Proxy, "cannot find the host of " + proxy);
    case QAbstractSocket::ProxyConnectionTimeoutError:
        return failed(TransportFailure::Proxy, proxy + " does not answer");
    case QAbstractSocket::ProxyConnectionClosedError:
        return failed(TransportFailure::Proxy, proxy + " closed the connection");
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return failed(TransportFailure::Proxy, m_proxy.user().isEmpty()
                                                   ? proxy + " asks for a login: put a user name into its address and "
                                                             "the password into the keychain"
                                                   : proxy + " did not take the user name or password");
    case QAbstractSocket::SocketAccessError:
        return failed(TransportFailure::Proxy, proxy + " refuses to connect to " + target);
    case QAbstractSocket::HostNotFoundError:
        // Qt tells a refusal of SOCKS so, too: some proxies mean an unknown name by it.
        return failed(TransportFailure::Connect,
                      proxy + " cannot find " + target +
                          (m_proxy.type() == QNetworkProxy::Socks5Proxy ? ", or refuses it" : ""));
    case QAbstractSocket::ConnectionRefusedError:
    case QAbstractSocket::NetworkError:
        return failed(TransportFailure::Connect, proxy + " cannot connect to " + target);
    default:
        failed(TransportFailure::Proxy,
               proxy + " failed on the way to " + target + ": " + m_socket->errorString().toStdString());
    }
}

void ConnectionOpener::socketFailed()
{
    const QString text = m_socket->errorString();
    if (m_proxy.type() != QNetworkProxy::NoProxy && (!m_inTls || isProxyError(m_socket->error())))
        proxyFailed();
    else if (m_inTls)
        failed(TransportFailure::Tls, "no secure connection to " + m_origin.origin.host + ": " +
                                          tlsErrorText(m_tlsErrors, m_origin.origin.host, text));
    else
        failed(TransportFailure::Connect, "cannot connect to " + m_origin.origin.host + ": " + text.toStdString());
}

void ConnectionOpener::failed(TransportFailure failure, std::string message)
{
    if (!m_done)
        return;
    const Done done = std::exchange(m_done, {});
    done({nullptr, failure, std::move(message)});
}

} // namespace signalbox
