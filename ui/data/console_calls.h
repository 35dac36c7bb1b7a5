// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/console_request.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

// The console's own requests. A seam, so that pages can be tested without a gateway. GUI thread. head() and pieces()
// may come, finished() always does, once and last, and never from inside ask().
class ConsoleCalls : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConsoleCalls)

public:
    using Plan = std::function<void(Result<std::string>)>;
    using QObject::QObject;

    virtual quint64 ask(const ConsoleRequest &request) = 0;
    virtual void cancel(quint64 call) = 0;
    virtual void explain(const ConsoleRequest &request, QObject *context, Plan done) = 0;

Q_SIGNALS:
    void head(quint64 call, const signalbox::ConsoleHead &head);
    void pieces(quint64 call, const signalbox::ConsolePieces &pieces);
    void finished(quint64 call, const signalbox::ConsoleResult &result);
};

} // namespace signalbox
