// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/save_file.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtCore/QSaveFile>
#include <QtCore/QThreadPool>

namespace signalbox {

void saveFile(const QString &path, std::function<QByteArray()> make, QObject *context,
              std::function<void(const QString &problem)> done)
{
    QThreadPool::globalInstance()->start(
        [path, make = std::move(make), guard = QPointer<QObject>(context), done = std::move(done)] {
            QSaveFile file(path);
            const QByteArray bytes = make();
            const bool good = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
            const QString problem = good ? QString() : file.errorString();
            // The application object outlives the pool's work; the context may not.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [guard, done, problem] {
                    if (guard)
                        done(problem);
                },
                Qt::QueuedConnection);
        });
}

} // namespace signalbox
