// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_replayer.h"

#include "core/gateway/console_line.h"
#include "ui/inspector/compare_window.h"
#include "ui/inspector/replay_request.h"

#include <memory>
#include <utility>

namespace signalbox {

ConsoleSender::ConsoleSender(ConsoleLine &line, QObject *parent) : QObject(parent), m_line(line)
{
    connect(&line, &ConsoleLine::pieces, this, [this](quint64 call, const ConsolePieces &pieces) {
        const auto found = m_calls.find(call);
        if (found != m_calls.end() && found->second.context && found->second.told)
            found->second.told(pieces);
    });
    connect(&line, &ConsoleLine::finished, this, [this](quint64 call, const ConsoleResult &result) {
        const auto found = m_calls.find(call);
        if (found == m_calls.end())
            return; // somebody else's: the line is shared
        const Call ended = std::move(found->second);
        m_calls.erase(found);
        if (ended.context)
            ended.done(result);
    });
}

quint64 ConsoleSender::send(const ConsoleRequest &request, QObject *context, Told told, Done done)
{
    const quint64 call = m_line.ask(request);
    m_calls[call] = {context, std::move(told), std::move(done)};
    return call;
}

void ConsoleSender::cancel(quint64 call)
{
    m_line.cancel(call);
}

CompareWindow *replayRequest(RequestSender &sender, const RequestRecord &original, const std::string &target,
                             QWidget *parent)
{
    if (!whyNoReplay(original).isEmpty())
        return nullptr;
    auto *window = new CompareWindow(parent);
    window->setCaution(replayNote(original));
    const QString words = target.empty()
                              ? CompareWindow::tr("Replaying the request; the routes decide where it goes…")
                              : CompareWindow::tr("Replaying the request on %1…").arg(QString::fromStdString(target));
    window->setRunning(words, {});
    window->show();
    auto answer = std::make_shared<QString>();
    const auto told = [window, words, answer](const ConsolePieces &pieces) {
        for (const ConsolePiece &piece : pieces) {
            if (piece.kind == ReplyPartKind::Text)
                *answer += QString::fromStdString(piece.text);
        }
        window->setRunning(words, *answer);
    };
    const auto done = [window, original](const ConsoleResult &result) {
        const bool answered = result.status > 0 && result.status < 400 && result.error.code.empty();
        if (answered && !result.cancelled)
            return window->setRequests(original, recordOf(result, original));
        window->setProblem(
            result.cancelled
                ? CompareWindow::tr("The replay was cancelled.")
                : CompareWindow::tr("The replay failed: %1").arg(QString::fromStdString(result.error.message)));
    };
    const quint64 call = sender.send(replayOf(original, target), window, told, done);
    QObject::connect(window, &CompareWindow::cancelled, window, [&sender, call] { sender.cancel(call); });
    return window;
}

} // namespace signalbox
