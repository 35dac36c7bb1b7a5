// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_connection.h"

#include <QtNetwork/QTcpSocket>

#include <cerrno>

namespace signalbox {

ClientConnection::ClientConnection(QTcpSocket *socket, bool buffered, size_t maxHeaderBytes, QObject *parent)
    : QObject(parent), m_socket(socket), m_buffered(buffered), m_parser(maxHeaderBytes)
{
    m_socket->setParent(this);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket, &QTcpSocket::readyRead, this, &ClientConnection::onReadyRead);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &ClientConnection::onBytesWritten);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &ClientConnection::onError);
}

int64_t ClientConnection::read(char *data, int64_t size)
{
    if (m_closed && !m_buffered)
        return 0;
    m_busy = true;
    errno = 0;
    const qint64 got = m_socket->read(data, size);
    const int osError = errno;
    m_busy = false;
    if (got < 0 && !m_closed)
        markClosed(osError);
    return got < 0 ? 0 : got;
}

bool ClientConnection::write(const char *data, int64_t size)
{
    if (m_closed)
        return false;
    m_busy = true;
    errno = 0;
    const qint64 taken = m_socket->write(data, size);
    const int osError = errno;
    m_busy = false;
    if (taken == size)
        return true;
    markClosed(osError);
    return false;
}

bool ClientConnection::mayHoldMore() const
{
    return m_buffered && m_socket->bytesAvailable() > 0;
}

int64_t ClientConnection::bytesToWrite() const
{
    return m_socket->bytesToWrite();
}

void ClientConnection::retire()
{
    m_user = nullptr;
    m_closed = true;
    m_socket->disconnect(this);
    m_socket->abort();
    deleteLater();
}

void ClientConnection::onReadyRead()
{
    if (m_user)
        m_user->connectionReadable(*this);
}

void ClientConnection::onBytesWritten()
{
    if (m_user && !m_busy && m_socket->bytesToWrite() == 0)
        m_user->connectionWritable(*this);
}

void ClientConnection::onError()
{
    markClosed(errno);
    if (!m_busy && m_user)
        m_user->connectionReadable(*this);
}

// Qt reports a reset like an orderly close; the error number it left behind tells them apart.
void ClientConnection::markClosed(int osError)
{
    if (m_closed)
        return;
    m_closed = true;
    const QAbstractSocket::SocketError error = m_socket->error();
    const bool reset = osError == ECONNRESET || (error != QAbstractSocket::RemoteHostClosedError &&
                                                 error != QAbstractSocket::UnknownSocketError);
    m_failure = reset ? TransportFailure::Reset : TransportFailure::Closed;
    m_failureText = reset ? "the upstream reset the connection" : "the upstream closed the connection";
}

} // namespace signalbox
