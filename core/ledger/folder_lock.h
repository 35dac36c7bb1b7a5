// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#ifndef Q_OS_UNIX
#include <QtCore/QLockFile>
#endif

namespace signalbox {

// One process at a time; which one is written into the file. The system gives it back with the process, so nobody has
// to judge whether a file that a killed one left behind still means anything, and nothing is ever waited for.
class FolderLock
{
    Q_DISABLE_COPY_MOVE(FolderLock)

public:
    explicit FolderLock(const QString &path);
    ~FolderLock();

    enum class Taken { Yes, ByAnother, NotPossible };
    Taken take();

private:
#ifdef Q_OS_UNIX
    QString m_path;
    int m_file = -1;
#else
    QLockFile m_lock;
#endif
};

} // namespace signalbox
