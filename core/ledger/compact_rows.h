// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/schema.h"

namespace signalbox {

// Version 5 of the schema: exchanges as compact rows, rollups as blobs; what was there is brought over. Tables
// `request`, `attempt` and `loss` become views with the columns that they had.
SchemaStep compactRowsStep();

} // namespace signalbox
