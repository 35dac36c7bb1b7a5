// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_server.h"

#include <QtCore/QByteArray>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <memory>
#include <string>
#include <vector>

// One request as the server told it. The functions, when set, run inside the callbacks.
class RecordedRequest final : public signalbox::HttpRequestHandler
{
public:
    signalbox::HttpExchange *exchange = nullptr; // null once it is dead
    std::string method, target, body, query;
    bool ended = false;
    int gone = 0;
    int writable = 0;
    std::function<void(RecordedRequest &, std::string_view)> onBody;
    std::function<void(RecordedRequest &)> onEnd;
    std::function<void(RecordedRequest &)> onGone;
    std::function<void(RecordedRequest &)> onWritable;

    void reply(int status, std::string_view text);

    void requestBody(std::string_view bytes) override;
    void requestEnd() override;
    void clientGone() override;
    void clientWritable() override;
};

// A server on a free port of the loopback. Requests are answered with "METHOD TARGET BODY" when they end, unless
// `onRequest` decides otherwise.
class ServerFixture
{
public:
    explicit ServerFixture(signalbox::HttpServer::Options options = {});

    std::vector<std::unique_ptr<RecordedRequest>> requests;
    std::function<void(RecordedRequest &)> onRequest;
    // Last: it tells the handlers above when it goes.
    std::unique_ptr<signalbox::HttpServer> server = std::make_unique<signalbox::HttpServer>();
};

// A raw client: what is sent and what came back are bytes.
class RawClient
{
public:
    explicit RawClient(const ServerFixture &fixture);

    QTcpSocket socket;
    QByteArray received;
    bool closed = false;
    bool reads = true; // false: a client that does not look at its replies

    void send(std::string_view bytes);
    bool waitFor(std::string_view text);
    bool waitForClose();
    // One whole reply by content-length or chunks, taken off `received`; empty when none came.
    struct Reply {
        int status = 0;
        QByteArray head, body;
    };
    Reply takeReply(bool headOnly = false);

private:
    bool tryTake(Reply &reply, bool headOnly);
};

std::string get(std::string_view target, std::string_view fields = {});
std::string post(std::string_view target, std::string_view body, std::string_view fields = {});
