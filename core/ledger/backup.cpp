// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/backup.h"

#include "core/config/config_reader.h"
#include "core/ledger/schema.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>

#include <sqlite3.h>

namespace signalbox {

namespace {

const QString ledgerName = QStringLiteral("signalbox.db");
const QString configName = QStringLiteral("gateway.json");
const QString stagedSuffix = QStringLiteral(".restore");
constexpr qint64 largestConfig = 1024 * 1024;

Error failed(const QString &path, const QString &what)
{
    return {"backup", path.toStdString() + ": " + what.toStdString()};
}

Result<void> copyFile(const QString &from, const QString &to)
{
    QFile::remove(to);
    QFile source(from);
    if (!source.copy(to))
        return failed(to, source.errorString());
    QFile::setPermissions(to, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

Result<void> copyDatabase(const QString &from, const QString &to)
{
    auto database = Database::open(from, Database::Mode::ReadOnly);
    if (!database)
        return database.error();
    auto into = database->prepare("VACUUM INTO ?");
    if (!into)
        return into.error();
    into->bind(1, to.toStdString());
    if (const auto done = into->run(); !done)
        return Error{done.error().code, to.toStdString() + ": " + done.error().message};
    QFile::setPermissions(to, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

// Opens the copy, which SQLite may write to: the original stays as it is.
Result<int64_t> requestsIn(const QString &copy)
{
    if (schemaVersionOnDisk(copy) > static_cast<int64_t>(schemaSteps().size()))
        return Error{"ledger_newer", "its ledger was made by a newer version of Signalbox"};
    if (schemaVersionOnDisk(copy) <= 0)
        return Error{"backup", "its signalbox.db is no ledger, or is cut"};
    auto database = Database::open(copy, Database::Mode::ReadWrite);
    if (!database)
        return database.error();
    auto check = database->prepare("PRAGMA integrity_check(1)");
    if (!check)
        return Error{"ledger_damaged", "its ledger is damaged: " + check.error().message};
    const auto row = check->step();
    if (!row || !*row || check->text(0) != "ok")
        return Error{"ledger_damaged",
                     "its ledger is damaged: " + (row ? check->text(0) : std::string(row.error().message))};
    return database->integer(schemaVersionOnDisk(copy) < 5 ? "SELECT count(*) FROM request"
                                                           : "SELECT count(*) FROM exchange_row");
}

Result<std::string> readConfigOf(const QString &folder)
{
    QFile file(QDir(folder).filePath(configName));
    if (!file.exists())
        return std::string();
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestConfig)
        return failed(file.fileName(), file.isOpen() ? QStringLiteral("is larger than 1 MiB") : file.errorString());
    std::string text = file.readAll().toStdString();
    if (const auto config = readConfig(text); !config)
        return Error{config.error().code, file.fileName().toStdString() + ": " + config.error().message};
    return text;
}

// Checks a copy of the ledger, which is left at `copy`.
Result<BackupInfo> check(const QString &folder, const QString &copy)
{
    const QString ledger = QDir(folder).filePath(ledgerName);
    if (!QFileInfo::exists(ledger))
        return failed(folder, QStringLiteral("holds no signalbox.db; choose a folder named signalbox-backup-…"));
    if (const auto copied = copyFile(ledger, copy); !copied)
        return copied.error();
    const auto requests = requestsIn(copy);
    if (!requests)
        return Error{requests.error().code, folder.toStdString() + ": " + requests.error().message};
    const auto config = readConfigOf(folder);
    if (!config)
        return config.error();
    BackupInfo info;
    info.folder = folder;
    info.madeAtMs = QFileInfo(ledger).lastModified().toMSecsSinceEpoch();
    info.requests = *requests;
    info.bytes = QFileInfo(ledger).size();
    info.hasConfig = !config->empty();
    info.config = *config;
    return info;
}

} // namespace

Result<BackupInfo> makeBackup(const BackupSources &sources, const QString &parent, int64_t nowMs)
{
    const QString name = QStringLiteral("signalbox-backup-") %
                         QDateTime::fromMSecsSinceEpoch(nowMs).toString(QStringLiteral("yyyyMMdd-HHmmss"));
    const QString folder = QDir(parent).filePath(name);
    const QString part = folder % QStringLiteral(".part");
    if (QFileInfo::exists(folder))
        return failed(folder, QStringLiteral("is there already"));
    QDir(part).removeRecursively();
    if (!QDir().mkpath(part))
        return failed(part, QStringLiteral("the folder cannot be made"));
    QFile::setPermissions(part, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    const auto all = [&]() -> Result<void> {
        if (const auto done =
                copyDatabase(QDir(sources.dataFolder).filePath(ledgerName), QDir(part).filePath(ledgerName));
            !done)
            return done;
        if (QFileInfo::exists(sources.configFile)) {
            if (const auto done = copyFile(sources.configFile, QDir(part).filePath(configName)); !done)
                return done;
        }
        for (const QString &own : {QStringLiteral("catalogue.json"), QStringLiteral("quality.csv")}) {
            const QString from = QDir(sources.dataFolder).filePath(own);
            if (!QFileInfo::exists(from))
                continue;
            if (const auto done = copyFile(from, QDir(part).filePath(own)); !done)
                return done;
        }
        return {};
    }();
    if (!all || !QDir().rename(part, folder)) {
        QDir(part).removeRecursively();
        return all ? failed(folder, QStringLiteral("the folder cannot be named so")) : all.error();
    }
    return checkBackup(folder);
}

Result<BackupInfo> checkBackup(const QString &folder)
{
    const QTemporaryDir place;
    if (!place.isValid())
        return failed(place.path(), place.errorString());
    return check(folder, place.filePath(ledgerName));
}

Result<BackupInfo> stageRestore(const QString &backupFolder, const QString &dataFolder)
{
    const QString staged = QDir(dataFolder).filePath(ledgerName) % stagedSuffix;
    const QString copy = staged % QStringLiteral(".checking");
    auto info = check(backupFolder, copy);
    const auto tidy = [&copy] {
        for (const QString &suffix : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")})
            QFile::remove(copy + suffix);
    };
    if (!info) {
        tidy();
        return info;
    }
    QFile::remove(staged);
    if (!QFile::rename(copy, staged)) {
        tidy();
        return failed(staged, QStringLiteral("cannot be put there"));
    }
    tidy();
    return info;
}

void cancelRestore(const QString &dataFolder)
{
    QFile::remove(QDir(dataFolder).filePath(ledgerName) % stagedSuffix);
}

bool isRestoreStaged(const QString &dataFolder)
{
    return QFileInfo::exists(QDir(dataFolder).filePath(ledgerName) % stagedSuffix);
}

Result<void> takeStagedRestore(const QString &databasePath)
{
    const QString staged = databasePath % stagedSuffix;
    if (!QFileInfo::exists(staged))
        return {};
    const QString before = databasePath % QStringLiteral(".before-restore");
    for (const QString &suffix : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
        QFile::remove(before + suffix);
        if (QFileInfo::exists(databasePath + suffix) && !QFile::rename(databasePath + suffix, before + suffix))
            return failed(databasePath, QStringLiteral("cannot be moved aside for the one restored"));
    }
    if (!QFile::rename(staged, databasePath)) {
        for (const QString &suffix : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")})
            QFile::rename(before + suffix, databasePath + suffix);
        return failed(databasePath, QStringLiteral("the restored ledger cannot be put in place"));
    }
    return {};
}

} // namespace signalbox
