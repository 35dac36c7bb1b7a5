// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/sqlite.h"

#include <functional>

namespace signalbox {

// Stretches of time before `endMs`, newest first, outside of which no request can pass the filter: rollups tell in
// which quarters of an hour there were such keys, or errors, so that what is rare is found without reading all that is
// not it, and without an index for each column. read(fromMs, toMs): false ends the walk; an empty stretch only says how
// far it is.
Result<void> walkBack(Database &database, const RequestFilter &filter, int64_t endMs,
                      const std::function<bool(int64_t, int64_t)> &read);

} // namespace signalbox
