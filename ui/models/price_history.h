// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "ui/models/model_details.h"

#include <vector>

namespace signalbox {

// The prices that requests of a model were charged with, as the ledger kept them, the newest first, under one section;
// the one in force stands first when no request used it yet. `notes` as LedgerReader::prices() tells them. GUI thread.
std::vector<DetailLine> priceHistory(const ModelRow &row, const std::vector<PriceNote> &notes);

} // namespace signalbox
