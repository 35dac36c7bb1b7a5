// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

namespace signalbox {

// From the tables of version 4 (renamed NAME_4) to those of version 5, in the caller's transaction: rows one by one;
// rollups as they are, since they reach farther back than the rows. Quarters of an hour and speed, which version 4 did
// not have, are counted from the rows.
Result<void> bringRowsOver(Database &database);

} // namespace signalbox
