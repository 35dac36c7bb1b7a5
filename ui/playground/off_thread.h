// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>

#include <functional>
#include <memory>

namespace signalbox {

// `work` on a thread of the pool, `done` on the GUI thread with what it gave, unless `context` has died.
template<class T>
void offThread(QObject *context, std::function<T()> work, std::function<void(T)> done)
{
    // The guard is only looked at on the thread that made it.
    QThreadPool::globalInstance()->start(
        [guard = QPointer<QObject>(context), work = std::move(work), done = std::move(done)] {
            auto made = std::make_shared<T>(work());
            QMetaObject::invokeMethod(
                qApp,
                [guard, made, done] {
                    if (guard)
                        done(std::move(*made));
                },
                Qt::QueuedConnection);
        });
}

} // namespace signalbox
