// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/folder_lock.h"

#ifdef Q_OS_UNIX
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSysInfo>

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace signalbox {

#ifdef Q_OS_UNIX

FolderLock::FolderLock(const QString &path) : m_path(path) {}

// The file stays: to remove it would let a third one in beside one that has it open already.
FolderLock::~FolderLock()
{
    if (m_file >= 0)
        close(m_file);
}

FolderLock::Taken FolderLock::take()
{
    constexpr int forOwnerAlone = 0600;
    const int file = open(QFile::encodeName(m_path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, forOwnerAlone);
    if (file < 0)
        return Taken::NotPossible;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        const bool another = errno == EWOULDBLOCK;
        close(file);
        return another ? Taken::ByAnother : Taken::NotPossible;
    }
    m_file = file;
    // As QLockFile has it, which took this lock in earlier versions: one of those sees who is there.
    const QString program =
        QCoreApplication::instance() ? QFileInfo(QCoreApplication::applicationFilePath()).fileName() : QString();
    const QByteArray who =
        QByteArray::number(getpid()) + '\n' + program.toUtf8() + '\n' + QSysInfo::machineHostName().toUtf8() + '\n';
    const bool told = ftruncate(file, 0) == 0 &&
                      write(file, who.constData(), static_cast<size_t>(who.size())) == static_cast<ssize_t>(who.size());
    static_cast<void>(told); // the lock holds either way
    return Taken::Yes;
}

#else

FolderLock::FolderLock(const QString &path) : m_lock(path)
{
    m_lock.setStaleLockTime(0);
}

FolderLock::~FolderLock() = default;

FolderLock::Taken FolderLock::take()
{
    if (m_lock.tryLock(0))
        return Taken::Yes;
    return m_lock.error() == QLockFile::LockFailedError ? Taken::ByAnother : Taken::NotPossible;
}

#endif

} // namespace signalbox
