// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_values.h"

namespace signalbox {

enum class BudgetMeter { Usd, Tokens, Requests, Concurrent };

struct MeterState { // of one limit, as a request meets it
    BudgetMeter meter = BudgetMeter::Usd;
    int64_t cap = 0;
    int64_t used = 0;
    int64_t reserved = 0;
    int64_t asked = 0;
};

// "1.25" of nano-dollars for people: at least two decimals, more only where they say something.
std::string usdText(int64_t nanoUsd);

std::string limitText(const std::string &rule, const std::string &account, BudgetPeriod period, const MeterState &state,
                      int64_t resetsAtMs);
Error limitError(BudgetMeter meter, BudgetPeriod period, std::string text);

} // namespace signalbox
