// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/file_backend.h"

#include "core/secrets/wipe.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QPointer>
#include <QtCore/QThread>
#include <QtCore/QThreadPool>

namespace signalbox {

namespace {

Result<std::string> readSecretFile(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.exists())
        return Error{"secret_not_found", "there is no file " + path};
    // A pipe or a device could block a thread for ever.
    if (!QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return Error{"secret_not_found", "the file " + path + " cannot be read"};
    std::string secret(static_cast<size_t>(FileBackend::largestFile) + 1, '\0');
    const qint64 size = file.read(secret.data(), static_cast<qint64>(secret.size()));
    if (size < 0 || size > FileBackend::largestFile) {
        wipe(secret);
        return Error{"secret_not_found", "the file " + path + (size < 0 ? " cannot be read" : " is over 64 KiB")};
    }
    secret.resize(static_cast<size_t>(size));
    if (!secret.empty() && secret.back() == '\n')
        secret.pop_back();
    if (!secret.empty() && secret.back() == '\r')
        secret.pop_back();
    if (secret.empty())
        return Error{"secret_not_found", "the file " + path + " is empty"};
    return Result<std::string>(boost::system::in_place_value, std::move(secret));
}

void refuse(QObject *context, SecretBackend::WriteDone done)
{
    QMetaObject::invokeMethod(
        context,
        [done = std::move(done)] {
            done(Error{"secret_read_only", "a secret file is only read from here"});
        },
        Qt::QueuedConnection);
}

} // namespace

void FileBackend::read(const std::string &where, QObject *context, ReadDone done)
{
    // The relay is made here, so it lives on the caller's thread; it goes with the context.
    auto *relay = new QObject(context);
    QThreadPool::globalInstance()->start([where, guard = QPointer<QObject>(relay), thread = QPointer(relay->thread()),
                                          done = std::move(done)]() mutable {
        auto result = std::make_shared<Result<std::string>>(readSecretFile(where));
        auto deliver = [guard, done = std::move(done), result] {
            if (guard) {
                guard->deleteLater();
                done(*result);
            }
            if (result->has_value())
                wipe(result->value());
        };
        // Posted to the dispatcher of that thread, not to the relay, which may be dying at this moment.
        if (QAbstractEventDispatcher *loop = thread ? QAbstractEventDispatcher::instance(thread) : nullptr)
            QMetaObject::invokeMethod(loop, std::move(deliver), Qt::QueuedConnection);
    });
}

void FileBackend::write(const std::string &, const std::string &, QObject *context, WriteDone done)
{
    refuse(context, std::move(done));
}

void FileBackend::remove(const std::string &, QObject *context, WriteDone done)
{
    refuse(context, std::move(done));
}

} // namespace signalbox
