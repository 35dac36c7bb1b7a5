// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/console_request.h"
#include "core/net/http_client.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <unordered_map>
#include <vector>

namespace signalbox {

class ConsoleKey;

// Sends requests of the console to the gateway's own listener, over a socket like any client's: they are let in,
// planned, translated, budgeted and booked as those. Lives on the gateway thread, owned by the Gateway; what is running
// when it goes is told that the gateway stopped.
//
// Replies are read as canonical events and told at most 30 times a second.
class ConsoleCaller final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConsoleCaller)

public:
    explicit ConsoleCaller(QObject *parent = nullptr);
    ~ConsoleCaller() override;

    void start(quint64 id, const ConsoleRequest &request, const std::string &url, const ConsoleKey &key);
    void cancel(quint64 id); // finished() follows, with what was booked
    void booked(quint64 id, const RequestRecord &record);

Q_SIGNALS:
    void head(quint64 id, const signalbox::ConsoleHead &head);
    void pieces(quint64 id, const signalbox::ConsolePieces &pieces);
    void finished(quint64 id, const signalbox::ConsoleResult &result); // once, the last

private:
    class Call;
    void tellPieces();
    void ended(quint64 id);
    void reap();

    HttpClientPool m_pool;
    std::unordered_map<quint64, std::unique_ptr<Call>> m_calls;
    std::vector<std::unique_ptr<Call>> m_done; // end inside their own callbacks, go in the next turn
    QTimer m_tell;
};

} // namespace signalbox
