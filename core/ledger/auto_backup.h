// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/backup.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>

#include <chrono>

namespace signalbox {

// Backups by themselves, into `backups/automatic` of the data folder: one when the newest there is older than the
// interval, which the program's end does not start anew; the oldest beyond `keep` go once a new one is whole. Copies
// are made on a thread of its own. Lives on the main thread.
class AutoBackup final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AutoBackup)

public:
    explicit AutoBackup(BackupSources sources, QObject *parent = nullptr);
    ~AutoBackup() override; // waits for one that is under way

    void configure(std::chrono::milliseconds every, int keep); // 0: none
    void look();                                               // is one due? by itself every minute
    static QString folderIn(const QString &dataFolder);

Q_SIGNALS:
    void made(const QString &folder, int dropped);
    void failed(const QString &message);

private:
    const BackupSources m_sources;
    std::chrono::milliseconds m_every{0};
    int m_keep = 1;
    bool m_running = false;
    int64_t m_triedMs = 0; // a failure waits for its interval, at most an hour
    QTimer m_timer;
    QThreadPool m_worker;
};

} // namespace signalbox
