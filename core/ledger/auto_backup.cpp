// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/auto_backup.h"

#include "core/base/clock.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>

#include <algorithm>
#include <memory>
#include <utility>

using namespace std::chrono_literals;

namespace signalbox {

namespace {

const QString prefix = QStringLiteral("signalbox-backup-");
constexpr int64_t hourMs = 3'600'000;

// By their names, which hold when they were made: newest first.
QStringList backupsIn(const QString &folder)
{
    const QStringList names = QDir(folder).entryList({prefix % QLatin1Char('*')}, QDir::Dirs | QDir::NoDotAndDotDot);
    QStringList whole;
    for (const QString &name : names) {
        if (!name.endsWith(QStringLiteral(".part")))
            whole.prepend(name);
    }
    return whole;
}

int64_t newestIn(const QString &folder)
{
    const QStringList names = backupsIn(folder);
    if (names.isEmpty())
        return 0;
    const QDateTime made = QDateTime::fromString(names.first().mid(prefix.size()), QStringLiteral("yyyyMMdd-HHmmss"));
    return made.isValid() ? made.toMSecsSinceEpoch() : 0;
}

int dropOld(const QString &folder, int keep)
{
    int dropped = 0;
    const QStringList names = backupsIn(folder);
    for (qsizetype i = keep; i < names.size(); ++i)
        dropped += QDir(QDir(folder).filePath(names[i])).removeRecursively();
    return dropped;
}

} // namespace

AutoBackup::AutoBackup(BackupSources sources, QObject *parent) : QObject(parent), m_sources(std::move(sources))
{
    m_worker.setMaxThreadCount(1);
    m_timer.setInterval(1min);
    connect(&m_timer, &QTimer::timeout, this, &AutoBackup::look);
}

AutoBackup::~AutoBackup()
{
    m_worker.waitForDone();
}

QString AutoBackup::folderIn(const QString &dataFolder)
{
    return QDir(dataFolder).filePath(QStringLiteral("backups/automatic"));
}

void AutoBackup::configure(std::chrono::milliseconds every, int keep)
{
    m_every = every;
    m_keep = std::max(1, keep);
    m_triedMs = 0;
    if (every.count() > 0)
        m_timer.start();
    else
        m_timer.stop();
}

void AutoBackup::look()
{
    const int64_t nowMs = SystemClock().wallMs();
    const QString folder = folderIn(m_sources.dataFolder);
    const int64_t triedAgo = nowMs - m_triedMs;
    const int64_t newest = newestIn(folder);
    const bool due = newest > nowMs || nowMs - newest >= m_every.count(); // a clock that went back does not stop them
    if (m_running || m_every.count() == 0 || !due || triedAgo < std::min<int64_t>(m_every.count(), hourMs))
        return;
    m_running = true;
    m_triedMs = nowMs;
    m_worker.start([this, sources = m_sources, folder, keep = m_keep, nowMs] {
        const auto done = std::make_shared<Result<BackupInfo>>(makeBackup(sources, folder, nowMs));
        const int dropped = *done ? dropOld(folder, keep) : 0;
        // The pool is joined before this object dies, and its events die with it.
        QMetaObject::invokeMethod(
            this,
            [this, done, dropped] {
                m_running = false;
                if (*done)
                    Q_EMIT made((*done)->folder, dropped);
                else
                    Q_EMIT failed(QString::fromStdString(done->error().message));
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox
