// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/maintenance_actions.h"

#include <QtCore/QStringList>
#include <QtCore/QTimer>

namespace signalbox {

// Answers what the test says, a moment later.
class FakeMaintenance final : public MaintenanceActions
{
public:
    QStringList log;
    bool staged = false;
    WebhookConfig tested;
    Result<std::string> webhookAnswer{std::string("HTTP 204 after 3 ms")};
    Result<BackupInfo> backup{BackupInfo()};
    Result<int64_t> count{int64_t(12)};
    HistoryChoice deleted;

    QString logFolder() const override { return QStringLiteral("/data/logs"); }
    bool isRestoreStaged() const override { return staged; }
    void cancelRestore() override { staged = false; }
    void testWebhook(const WebhookConfig &hook, QObject *context, Done<std::string> done) override
    {
        tested = hook;
        QTimer::singleShot(0, context, [done, answer = webhookAnswer] { done(answer); });
    }
    void backUp(const QString &, QObject *context, Done<BackupInfo> done) override
    {
        log += QStringLiteral("backup");
        QTimer::singleShot(0, context, [done, answer = backup] { done(answer); });
    }
    void checkBackup(const QString &, QObject *context, Done<BackupInfo> done) override
    {
        log += QStringLiteral("check");
        QTimer::singleShot(0, context, [done, answer = backup] { done(answer); });
    }
    void restore(const QString &, QObject *context, Done<BackupInfo> done) override
    {
        log += QStringLiteral("restore");
        staged = true;
        QTimer::singleShot(0, context, [done, answer = backup] { done(answer); });
    }
    void countHistory(const HistoryChoice &, QObject *context, Done<int64_t> done) override
    {
        log += QStringLiteral("count");
        QTimer::singleShot(0, context, [done, answer = count] { done(answer); });
    }
    void deleteHistory(const HistoryChoice &choice, QObject *context, Done<HistoryDeleted> done) override
    {
        log += QStringLiteral("delete");
        deleted = choice;
        QTimer::singleShot(0, context, [done] { done(HistoryDeleted{12, 4096}); });
    }
    void writeReport(const QString &path, QObject *context, Done<QString> done) override
    {
        log += QStringLiteral("report");
        QTimer::singleShot(0, context, [done, path] { done(path); });
    }
};

} // namespace signalbox
