// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/console_request.h"
#include "core/ledger/records.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <functional>
#include <map>
#include <string>

class QWidget;

namespace signalbox {

class CompareWindow;
class ConsoleLine;

// Sends requests of the console through the gateway. GUI thread. `told` comes as the answer does, `done` once and last;
// neither from inside a call, neither when `context` has died.
class RequestSender
{
public:
    using Told = std::function<void(const ConsolePieces &)>;
    using Done = std::function<void(const ConsoleResult &)>;

    virtual ~RequestSender() = default;
    virtual quint64 send(const ConsoleRequest &request, QObject *context, Told told, Done done) = 0;
    virtual void cancel(quint64 call) = 0;
};

// Over the gateway of this process.
class ConsoleSender final : public QObject, public RequestSender
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConsoleSender)

public:
    explicit ConsoleSender(ConsoleLine &line, QObject *parent = nullptr);

    quint64 send(const ConsoleRequest &request, QObject *context, Told told, Done done) override;
    void cancel(quint64 call) override;

private:
    struct Call {
        QPointer<QObject> context;
        Told told;
        Done done;
    };

    ConsoleLine &m_line;
    std::map<quint64, Call> m_calls;
};

// Replays a request and shows what came of it beside the original, in a window of its own.
// Returns that window; null when it cannot be sent again (whyNoReplay).
CompareWindow *replayRequest(RequestSender &sender, const RequestRecord &original, const std::string &target,
                             QWidget *parent);

} // namespace signalbox
