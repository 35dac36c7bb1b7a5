// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tcp_stream.h"

#include <algorithm>
#include <climits>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace signalbox {

namespace {

#ifdef Q_OS_WIN
using Native = SOCKET;
using Size = int;
constexpr int noSignal = 0;

bool wouldBlock()
{
    return ::WSAGetLastError() == WSAEWOULDBLOCK;
}

bool interrupted()
{
    return ::WSAGetLastError() == WSAEINTR;
}

bool makeNonBlocking(Native descriptor)
{
    u_long on = 1;
    return ::ioctlsocket(descriptor, FIONBIO, &on) == 0;
}

void closeNative(Native descriptor)
{
    ::closesocket(descriptor);
}
#else
using Native = int;
using Size = size_t;
#ifdef MSG_NOSIGNAL
constexpr int noSignal = MSG_NOSIGNAL;
#else
constexpr int noSignal = 0;
#endif

bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

bool interrupted()
{
    return errno == EINTR;
}

bool makeNonBlocking(Native descriptor)
{
    return ::fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0;
}

void closeNative(Native descriptor)
{
    ::close(descriptor);
}
#endif

Native native(qintptr descriptor)
{
    return static_cast<Native>(descriptor);
}

void setOption(qintptr descriptor, int level, int name, const void *value, size_t size)
{
    ::setsockopt(native(descriptor), level, name, static_cast<const char *>(value), static_cast<socklen_t>(size));
}

sockaddr_storage peerOf(qintptr descriptor)
{
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    if (descriptor == -1 || ::getpeername(native(descriptor), reinterpret_cast<sockaddr *>(&peer), &size) != 0)
        peer = {};
    return peer;
}

} // namespace

TcpStream::~TcpStream()
{
    close();
}

bool TcpStream::open(qintptr descriptor)
{
    m_descriptor = descriptor;
    const int on = 1;
    setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
#ifdef SO_NOSIGPIPE
    setOption(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#endif
    if (!makeNonBlocking(native(descriptor))) {
        close();
        return false;
    }
    m_readable = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    return true;
}

QSocketNotifier *TcpStream::writable()
{
    if (!m_writable) {
        m_writable = std::make_unique<QSocketNotifier>(QSocketNotifier::Write);
        m_writable->setSocket(m_descriptor);
    }
    return m_writable.get();
}

qint64 TcpStream::read(char *into, qint64 size)
{
    for (;;) {
        const auto got = ::recv(native(m_descriptor), into, static_cast<Size>(std::min<qint64>(size, INT_MAX)), 0);
        if (got > 0)
            return got;
        if (got == 0)
            return -1;
        if (!interrupted())
            return wouldBlock() ? 0 : -1;
    }
}

qint64 TcpStream::write(std::string_view bytes)
{
    for (;;) {
        const auto size = static_cast<Size>(std::min<size_t>(bytes.size(), INT_MAX));
        const auto sent = ::send(native(m_descriptor), bytes.data(), size, noSignal);
        if (sent >= 0)
            return sent;
        if (!interrupted())
            return wouldBlock() ? 0 : -1;
    }
}

void TcpStream::shutDownWriting()
{
    constexpr int sendSide = 1; // SHUT_WR, SD_SEND
    ::shutdown(native(m_descriptor), sendSide);
}

void TcpStream::resetOnClose()
{
    linger value{};
    value.l_onoff = 1;
    setOption(m_descriptor, SOL_SOCKET, SO_LINGER, &value, sizeof(value));
}

// May run inside an activated() of the notifiers, which therefore only go with this object.
void TcpStream::close()
{
    if (m_descriptor == -1)
        return;
    for (QSocketNotifier *notifier : {m_readable.get(), m_writable.get()}) {
        if (notifier)
            notifier->setEnabled(false);
    }
    closeNative(native(std::exchange(m_descriptor, -1)));
}

QHostAddress TcpStream::peerAddress() const
{
    const sockaddr_storage peer = peerOf(m_descriptor);
    QHostAddress address(reinterpret_cast<const sockaddr *>(&peer));
    bool isIPv4 = false; // seen through a dual-stack listener
    const quint32 ipv4 = address.toIPv4Address(&isIPv4);
    return isIPv4 ? QHostAddress(ipv4) : address;
}

uint16_t TcpStream::peerPort() const
{
    const sockaddr_storage peer = peerOf(m_descriptor);
    if (peer.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6 &>(peer).sin6_port);
    return peer.ss_family == AF_INET ? ntohs(reinterpret_cast<const sockaddr_in &>(peer).sin_port) : uint16_t(0);
}

} // namespace signalbox
