// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

namespace signalbox {

// Gives a connection the SQL function body_holds(zstd, size, text): whether a kept body has the text inside, ASCII
// letters in any case. FilterTerm::Field::Body needs it.
Result<void> addBodySearch(Database &database);

} // namespace signalbox
