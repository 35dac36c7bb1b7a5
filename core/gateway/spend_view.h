// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/admin_desk.h"
#include "core/ledger/spend_query.h"

#include <cstdint>
#include <string>

namespace signalbox {

// What GET /signalbox/v1/spend and /signalbox/v1/answers/… say. They read the ledger: for the desk's thread. Errors of
// the query: field_invalid (400) with what is allowed.

Result<DeskAnswer> spendAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);
Result<DeskAnswer> costDriversAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);
Result<DeskAnswer> fastestAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);
Result<DeskAnswer> cacheSavingsAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs,
                                      const PriceOf &price);
Result<DeskAnswer> forecastAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);

} // namespace signalbox
