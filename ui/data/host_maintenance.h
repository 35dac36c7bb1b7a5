// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/maintenance_actions.h"

#include <QtCore/QPointer>
#include <QtCore/QThreadPool>

namespace signalbox {

class ConfigStore;
class GatewayHost;
class Ledger;
class LedgerFeed;

// MaintenanceActions over the parts of this process, which outlive it. Files are dealt with on a thread of its own,
// one job after the other.
class HostMaintenance final : public MaintenanceActions
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HostMaintenance)

public:
    struct Parts {
        GatewayHost &host;
        Ledger &ledger;
        ConfigStore &config;
        LedgerFeed &feed;
        QString dataFolder;
    };
    explicit HostMaintenance(const Parts &parts, QObject *parent = nullptr);
    ~HostMaintenance() override;

    QString logFolder() const override;
    bool isRestoreStaged() const override;
    void cancelRestore() override;
    void testWebhook(const WebhookConfig &hook, QObject *context, Done<std::string> done) override;
    void backUp(const QString &folder, QObject *context, Done<BackupInfo> done) override;
    void checkBackup(const QString &folder, QObject *context, Done<BackupInfo> done) override;
    void restore(const QString &folder, QObject *context, Done<BackupInfo> done) override;
    void countHistory(const HistoryChoice &choice, QObject *context, Done<int64_t> done) override;
    void deleteHistory(const HistoryChoice &choice, QObject *context, Done<HistoryDeleted> done) override;
    void writeReport(const QString &path, QObject *context, Done<QString> done) override;

Q_SIGNALS:
    void happened(const QString &what); // for the audit log

private:
    template<class T>
    void run(std::function<Result<T>()> work, QObject *context, Done<T> done);

    Parts m_parts;
    QThreadPool m_worker;
};

} // namespace signalbox
