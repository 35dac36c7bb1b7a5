// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

// `store`: what is kept, for how long, and what is masked before.
void readStore(JsonCursor node, StoreConfig &store);

// `backup`: how often, and how many are kept.
void readBackup(JsonCursor node, BackupConfig &backup);

// What is wrong with a pattern's name or with the pattern itself; empty: nothing.
std::string checkRedactionName(const std::string &name);
std::string checkRedactionPattern(const std::string &pattern);

} // namespace signalbox
