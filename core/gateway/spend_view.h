// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/admin_desk.h"
#include "core/ledger/forecast.h"
#include "core/ledger/spend_query.h"

#include <QtCore/QTimeZone>

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

// All spend of the calendar month of a zone, and what it will come to.
struct SpendForecast {
    int64_t monthStartMs = 0;
    int64_t monthEndMs = 0;
    int64_t todayNanoUsd = 0;
    int64_t unpriced = 0; // requests of this month
    size_t completeDays = 0;
    MonthForecast month;
    SpendAnomaly anomaly;
};
Result<SpendForecast> readForecast(LedgerReader &ledger, int64_t nowMs, const QTimeZone &zone);
Result<DeskAnswer> forecastAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);

} // namespace signalbox
