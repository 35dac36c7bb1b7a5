// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/sqlite.h"

namespace signalbox {

// Values from rows with the columns of `request`, `attempt` and `loss`, in their order.
RequestRecord readRecord(const Statement &row);
AttemptRecord readAttempt(const Statement &row);
LossRecord readLoss(const Statement &row);

// SELECT of what a list shows, up to " WHERE ": from table exchange_row, called x.
const std::string &rowListSql();
RequestRow readRow(const Statement &row);

} // namespace signalbox
