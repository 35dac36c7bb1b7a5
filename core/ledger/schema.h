// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

#include <span>

namespace signalbox {

// Brings a file from one version to the next: a script, then what SQL alone cannot do, then a script again.
struct SchemaStep {
    const char *sql = "";
    Result<void> (*fill)(Database &) = nullptr;
    const char *sqlAfter = "";
};

// Step i brings the file from version i to i + 1.
std::span<const SchemaStep> schemaSteps();

// `user_version` in the file's header, without opening it as a database; 0 when there is no file.
int64_t schemaVersionOnDisk(const QString &path);

// Brings the file to the last version, all steps in one transaction, after a copy beside it (FILE.before-vN) when
// there is something to lose. ledger_newer when the file is ahead of the steps: nothing is written then.
Result<void> migrate(Database &database, const QString &path, std::span<const SchemaStep> steps);

// WAL and what else a connection that writes needs.
Result<void> prepareForWriting(Database &database);

} // namespace signalbox
