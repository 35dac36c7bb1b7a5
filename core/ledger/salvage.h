// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

namespace signalbox {

class Database;

// A few seconds of PRAGMA quick_check; a file too large for that counts as sound, as WAL survives a crash by itself.
bool looksDamaged(Database &database);

// Moves the damaged file aside under a name with the time, makes a new one and copies every row that can still be
// read, from both ends of each table. Returns the path of the old file, which is kept.
Result<QString> salvage(const QString &path);

} // namespace signalbox
