// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QSocketNotifier>
#include <QtNetwork/QHostAddress>

#include <memory>
#include <string_view>

namespace signalbox {

// An accepted TCP connection: the descriptor and two notifiers. QTcpSocket cannot be opened unbuffered on a descriptor
// (Qt 6.4 ignores the flag there); buffered it asks for the size before each read and sends only after a wait
// for writability, three system calls more per request.
class TcpStream
{
public:
    TcpStream() = default;
    ~TcpStream();
    Q_DISABLE_COPY_MOVE(TcpStream)

    // Takes the descriptor over, also when it fails.
    bool open(qintptr descriptor);
    bool isOpen() const { return m_descriptor != -1; }
    QSocketNotifier *readable() { return m_readable.get(); }
    QSocketNotifier *writable(); // made on first use, disabled: most replies never wait

    // Bytes moved; 0: would block; -1: the connection is over.
    qint64 read(char *into, qint64 size);
    qint64 write(std::string_view bytes);

    void shutDownWriting();
    void resetOnClose(); // closing will send a reset
    void close();
    QHostAddress peerAddress() const;
    uint16_t peerPort() const;

private:
    qintptr m_descriptor = -1;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
};

} // namespace signalbox
