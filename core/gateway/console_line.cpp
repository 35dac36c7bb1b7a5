// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/console_line.h"

#include "core/gateway/gateway.h"

#include <QtCore/QPointer>

namespace signalbox {

namespace {

Error notRunning()
{
    return {"gateway_stopped", "The gateway is not running: start it first.", 503};
}

} // namespace

ConsoleLine::ConsoleLine(Post post, QObject *parent) : QObject(parent), m_post(std::move(post)) {}

void ConsoleLine::listenTo(Gateway &gateway)
{
    connect(&gateway, &Gateway::consoleHead, this, &ConsoleLine::head);
    connect(&gateway, &Gateway::consolePieces, this, &ConsoleLine::pieces);
    connect(&gateway, &Gateway::consoleFinished, this, &ConsoleLine::finished);
}

quint64 ConsoleLine::ask(const ConsoleRequest &request)
{
    const quint64 call = ++m_last;
    m_post([this, call, request](Gateway *gateway) {
        if (gateway)
            return gateway->ask(call, request);
        QMetaObject::invokeMethod(
            this,
            [this, call] {
                ConsoleResult result;
                result.error = notRunning();
                Q_EMIT finished(call, result);
            },
            Qt::QueuedConnection);
    });
    return call;
}

void ConsoleLine::cancel(quint64 call)
{
    m_post([call](Gateway *gateway) {
        if (gateway)
            gateway->cancelAsked(call);
    });
}

void ConsoleLine::explain(const ConsoleRequest &request, QObject *context, Plan done)
{
    // The guard is only looked at on the thread that made it.
    m_post([this, request, guard = QPointer<QObject>(context), done = std::move(done)](Gateway *gateway) {
        Result<std::string> answer = gateway ? gateway->explain(request) : Result<std::string>(notRunning());
        QMetaObject::invokeMethod(
            this,
            [guard, done, answer = std::move(answer)] {
                if (guard)
                    done(answer);
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox
