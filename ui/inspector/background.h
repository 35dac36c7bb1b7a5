// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>

#include <memory>
#include <type_traits>
#include <utility>

namespace signalbox {

// Runs `work` on a pool thread and `done` with its result on the GUI thread, later; dropped when `context` has died.
// `work` owns what it looks at.
template<class Work, class Done>
void computeFor(QObject *context, Work work, Done done)
{
    QPointer<QObject> alive(context);
    QThreadPool::globalInstance()->start([alive, work = std::move(work), done = std::move(done)]() mutable {
        auto result = std::make_shared<std::invoke_result_t<Work>>(work());
        // The application object outlives the pool's work; the pointer is looked at on the GUI thread only.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [alive, result, done = std::move(done)] {
                if (alive)
                    done(std::move(*result));
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox
