// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <cstdint>
#include <string>

namespace signalbox {

// A folder with a copy of the ledger, the config and own catalogue files. Secrets are not in it: they stay in the
// keychain. All of these read and write files and may take long: not for the GUI or gateway thread.

struct BackupSources {
    QString dataFolder; // with signalbox.db
    QString configFile;
};

struct BackupInfo {
    QString folder;
    int64_t madeAtMs = 0;
    int64_t requests = 0;
    int64_t bytes = 0;
    bool hasConfig = false;
    std::string config; // as in its file

    bool operator==(const BackupInfo &) const = default;
};

// Makes `signalbox-backup-DATE` in `parent`, whole or not at all; the ledger may be in use meanwhile. Mode 0700.
Result<BackupInfo> makeBackup(const BackupSources &sources, const QString &parent, int64_t nowMs);

// Looks at a copy of the ledger: a cut or damaged one, one of a newer version, or a config that does not read is
// refused with what is wrong. Nothing in the backup is changed.
Result<BackupInfo> checkBackup(const QString &folder);

// Checks, then lays the ledger beside the present one, where the next start takes it; until then
// cancelRestore() takes it back.
Result<BackupInfo> stageRestore(const QString &backupFolder, const QString &dataFolder);
void cancelRestore(const QString &dataFolder);
bool isRestoreStaged(const QString &dataFolder);

// At start, before the ledger is opened: puts a staged one in place; the one before is kept as
// signalbox.db.before-restore.
Result<void> takeStagedRestore(const QString &databasePath);

} // namespace signalbox
