// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/console_request.h"

#include <QtCore/QObject>

#include <functional>
#include <string>

namespace signalbox {

class Gateway;

// The console's line to the gateway of this process: requests go in, answers come as signals. Owned by GatewayHost,
// lives on its thread; the calls themselves are ConsoleCaller's, on the gateway thread.
class ConsoleLine final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConsoleLine)

public:
    using Work = std::function<void(Gateway *)>; // null: there is none
    using Post = std::function<void(Work)>;      // to the gateway thread
    using Plan = std::function<void(Result<std::string>)>;

    explicit ConsoleLine(Post post, QObject *parent = nullptr);

    // → the call's number. head() and pieces() may come, finished() always does, exactly once and last; all of them
    // later, never from inside. Error gateway_stopped: none is running.
    quint64 ask(const ConsoleRequest &request);
    void cancel(quint64 call);
    // Where it would go and why; nobody is called. Dropped when `context` has died.
    void explain(const ConsoleRequest &request, QObject *context, Plan done);

    void listenTo(Gateway &gateway); // on the gateway thread

Q_SIGNALS:
    void head(quint64 call, const signalbox::ConsoleHead &head);
    void pieces(quint64 call, const signalbox::ConsolePieces &pieces); // at most 30 times a second
    void finished(quint64 call, const signalbox::ConsoleResult &result);

private:
    Post m_post;
    quint64 m_last = 0;
};

} // namespace signalbox
