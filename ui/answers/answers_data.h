// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/spend_view.h"
#include "core/ledger/ledger_reader.h"
#include "core/repetition/repetition_store.h"

#include <optional>
#include <vector>

namespace signalbox {

// What the ledger says to the questions of the dashboard; each is read once and shown by tiles and cards alike.
struct AnswersData {
    int64_t atMs = 0;
    SpendForecast forecast;                  // all spend of this month
    std::vector<SpeedRow> speed;             // since local midnight
    std::vector<CostDriver> drivers;         // targets, the last seven days against those before
    int64_t weekNanoUsd = 0;                 // all spend of these seven days
    CacheSavings savings;                    // since local midnight
    std::vector<ModelRepetition> repetition; // the last seven days, who repeats most first
    RepetitionScope repetitionScope = RepetitionScope::Decoded;
    // The fullest budget of a calendar month with a limit in dollars, guessed to the month's end.
    std::optional<MonthForecast> budgetForecast;
    std::string budgetRule, budgetAccount;
};

} // namespace signalbox
