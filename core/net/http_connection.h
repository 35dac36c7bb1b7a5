// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_reply_writer.h"
#include "core/net/http_request_parser.h"
#include "core/net/http_server.h"
#include "core/net/tcp_stream.h"

#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// One client connection of an HttpServer: reads requests one after another and writes their replies. Child of the
// server, same thread. Never deleted while its own code is on the stack: close() only marks it and deletes it later.
// Calls that come through HttpExchange never call back; what has to follow happens at the end of the turn.
class HttpConnection final : public QObject
{
public:
    HttpConnection(std::shared_ptr<HttpServer::Private> server, QObject *parent);
    ~HttpConnection() override;

    bool start(qintptr descriptor);
    void refuse(); // says 503 and closes
    void turn();   // end of the event-loop turn: writes out, goes on with input that waited
    void checkDeadline(int64_t nowNs);
    void closeIfIdle();
    void lost(); // tells the handler
    bool isRefused() const { return m_refused; }

    size_t index = 0;   // in the server's list
    bool dirty = false; // is in the server's list for the end of the turn

private:
    friend class HttpExchange;
    enum class Stage {
        Open,
        Closing,   // what is buffered still goes out
        Lingering, // our side is shut; input is read away, or a reset would destroy the reply on its way
        Closed
    };

    // Input (http_connection.cpp)
    void readInput();
    void discardInput();
    bool wantsInput() const;
    void receive(std::string_view bytes);
    void processBuffered();
    void process(std::string_view &input);
    void headArrived();
    void bodyArrived(std::string_view bytes);
    void bodyEnded();
    void fail(int status, std::string_view message);

    // Life
    void endExchange();
    void beginClose(bool linger);
    void continueClose();
    void close();
    void setDeadline(std::chrono::milliseconds fromNow);
    static int64_t deadlineIn(std::chrono::milliseconds fromNow);

    // Output (http_connection_output.cpp), called by HttpExchange
    void setHandler(HttpRequestHandler *handler);
    void pauseBody();
    void resumeBody();
    void startReply(int status, const HeaderList &headers, int64_t contentLength);
    void write(std::string_view bytes);
    void finish();
    void abort();
    void flush();
    void sendOut();
    void waitForWritable(bool wait);
    int64_t bufferedBytes() const;
    bool replyIsOpen() const { return m_busy && m_replyStarted && !m_replyDone && m_stage == Stage::Open; }
    bool bodyIsComplete() const { return m_bodyDone || m_parser.endIsDue(); }
    bool canKeepAlive() const;
    void exchangeDone();
    void socketWritable();
    void tellWritable();

    std::shared_ptr<HttpServer::Private> m_server;
    TcpStream m_socket;
    HttpExchange m_exchange;
    HttpRequestHandler *m_handler = nullptr;
    HttpRequestParser m_parser;
    Stage m_stage = Stage::Open;
    int64_t m_deadlineNs = 0;      // 0: none
    int64_t m_writeDeadlineNs = 0; // of the next byte that the kernel takes; 0: nothing waits
    int64_t m_nowNs = 0;           // of the last input
    int64_t m_receivedAtNs = 0;

    std::string m_in; // input that could not be used yet
    size_t m_inAt = 0;
    int64_t m_discardLeft = 0;
    bool m_parserUsed = false; // reset before the next request; the head stays readable until then
    bool m_headStarted = false;
    bool m_processing = false;
    bool m_readHeld = false; // the read notifier is off until there is room again
    bool m_busy = false;     // a request is in progress
    bool m_bodyDone = false;
    bool m_bodyPaused = false;
    bool m_continueDue = false;
    bool m_keepAlive = false;
    bool m_refused = false;

    std::string m_out;
    size_t m_outAt = 0; // of m_out: taken by the kernel
    ChunkWriter m_chunks;
    ReplyFraming m_framing;
    int64_t m_lengthLeft = 0;
    bool m_bodyless = false; // HEAD, 204, 304
    bool m_replyStarted = false;
    bool m_replyDone = false;
    bool m_aboveHigh = false;
    bool m_writeFailed = false;
    bool m_waitsForWritable = false;
    bool m_writableConnected = false;
    bool m_linger = false;
};

} // namespace signalbox
