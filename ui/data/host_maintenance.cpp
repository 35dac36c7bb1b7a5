// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/host_maintenance.h"

#include "core/base/clock.h"
#include "core/config/config_reader.h"
#include "core/config/config_store.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/report_text.h"
#include "core/ledger/ledger.h"
#include "ui/data/ledger_feed.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace signalbox {

HostMaintenance::HostMaintenance(const Parts &parts, QObject *parent) : MaintenanceActions(parent), m_parts(parts)
{
    m_worker.setMaxThreadCount(1);
}

HostMaintenance::~HostMaintenance()
{
    m_worker.waitForDone();
}

template<class T>
void HostMaintenance::run(std::function<Result<T>()> work, QObject *context, Done<T> done)
{
    m_worker.start([this, work = std::move(work), guard = QPointer(context), done = std::move(done)] {
        auto result = std::make_shared<Result<T>>(work());
        // The pool is joined before this object dies, and its events die with it.
        QMetaObject::invokeMethod(
            this,
            [guard, result, done] {
                if (guard)
                    done(std::move(*result));
            },
            Qt::QueuedConnection);
    });
}

QString HostMaintenance::logFolder() const
{
    return m_parts.dataFolder + u"/logs"_s;
}

bool HostMaintenance::isRestoreStaged() const
{
    return signalbox::isRestoreStaged(m_parts.dataFolder);
}

void HostMaintenance::cancelRestore()
{
    signalbox::cancelRestore(m_parts.dataFolder);
    Q_EMIT happened(tr("restore called off"));
}

void HostMaintenance::testWebhook(const WebhookConfig &hook, QObject *context, Done<std::string> done)
{
    m_parts.host.testWebhook(hook, context, std::move(done));
}

void HostMaintenance::backUp(const QString &folder, QObject *context, Done<BackupInfo> done)
{
    const BackupSources sources{m_parts.dataFolder, m_parts.config.path()};
    run<BackupInfo>([sources, folder] { return makeBackup(sources, folder, SystemClock().wallMs()); }, context,
                    [this, done](Result<BackupInfo> made) {
                        if (made)
                            Q_EMIT happened(tr("backup made in %1").arg(made->folder));
                        done(std::move(made));
                    });
}

void HostMaintenance::checkBackup(const QString &folder, QObject *context, Done<BackupInfo> done)
{
    run<BackupInfo>([folder] { return signalbox::checkBackup(folder); }, context, std::move(done));
}

void HostMaintenance::restore(const QString &folder, QObject *context, Done<BackupInfo> done)
{
    const BackupSources sources{m_parts.dataFolder, m_parts.config.path()};
    run<BackupInfo>(
        [sources, folder]() -> Result<BackupInfo> {
            const auto kept = makeBackup(sources, sources.dataFolder + u"/backups"_s, SystemClock().wallMs());
            return kept ? stageRestore(folder, sources.dataFolder) : kept;
        },
        context,
        [this, done](Result<BackupInfo> staged) {
            if (staged && staged->hasConfig) {
                auto config = readConfig(staged->config);
                const auto applied = config ? m_parts.config.apply(*config, tr("restored from %1").arg(staged->folder))
                                            : Result<void>(config.error());
                if (!applied) {
                    signalbox::cancelRestore(m_parts.dataFolder); // both or neither
                    return done(applied.error());
                }
            }
            if (staged)
                Q_EMIT happened(tr("backup %1 is restored with the next start").arg(staged->folder));
            done(std::move(staged));
        });
}

void HostMaintenance::countHistory(const HistoryChoice &choice, QObject *context, Done<int64_t> done)
{
    m_parts.feed.ask<int64_t>(
        context, [choice](LedgerReader &reader) { return reader.countHistory(choice); }, std::move(done));
}

void HostMaintenance::deleteHistory(const HistoryChoice &choice, QObject *context, Done<HistoryDeleted> done)
{
    // The guard is only looked at on this thread; the ledger may outlive this object.
    m_parts.ledger.deleteHistory(choice, [self = QPointer(this), guard = QPointer(context),
                                          done = std::move(done)](Result<HistoryDeleted> gone) {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, guard, done, gone = std::move(gone)] {
                if (gone && self)
                    Q_EMIT self->happened(tr("%1 requests deleted from the history").arg(gone->requests));
                if (guard)
                    done(gone);
            },
            Qt::QueuedConnection);
    });
}

void HostMaintenance::writeReport(const QString &path, QObject *context, Done<QString> done)
{
    run<QString>([path, config = m_parts.config.current(), logs = logFolder(),
                  data = m_parts.dataFolder] { return signalbox::writeReport(path, *config, logs, data); },
                 context, std::move(done));
}

} // namespace signalbox
