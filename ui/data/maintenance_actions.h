// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/alerts_config.h"
#include "core/ledger/backup.h"
#include "core/ledger/history.h"

#include <QtCore/QObject>

#include <functional>

namespace signalbox {

// What the pages may do beside the config: copies of the data, parts of the history, a webhook's test, a report. A
// seam, so that they can be tested without gateway and files. GUI thread; the work is done elsewhere, `done` is dropped
// when `context` has died.
class MaintenanceActions : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MaintenanceActions)

public:
    template<class T>
    using Done = std::function<void(Result<T>)>;
    using QObject::QObject;

    virtual QString logFolder() const = 0;
    virtual bool isRestoreStaged() const = 0;
    virtual void cancelRestore() = 0;
    virtual void testWebhook(const WebhookConfig &hook, QObject *context, Done<std::string> done) = 0;
    virtual void backUp(const QString &folder, QObject *context, Done<BackupInfo> done) = 0;
    virtual void checkBackup(const QString &folder, QObject *context, Done<BackupInfo> done) = 0;
    // After a backup of what is there: the config at once, the ledger with the next start.
    virtual void restore(const QString &folder, QObject *context, Done<BackupInfo> done) = 0;
    virtual void countHistory(const HistoryChoice &choice, QObject *context, Done<int64_t> done) = 0;
    virtual void deleteHistory(const HistoryChoice &choice, QObject *context, Done<HistoryDeleted> done) = 0;
    // A text file for a report of a fault, without secrets; `done` gets its path.
    virtual void writeReport(const QString &path, QObject *context, Done<QString> done) = 0;
};

} // namespace signalbox
