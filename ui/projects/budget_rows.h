// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/forecast.h"
#include "core/ledger/spend_query.h"

#include <QtCore/QString>

#include <optional>

namespace signalbox {

// What the console says of budgets, without widgets. Pure.

// The limit of a row that is nearest to its end.
struct TightMeter {
    enum class Unit { Usd, Tokens, Requests, Concurrent };
    Unit unit = Unit::Usd;
    int64_t cap = 0;
    int64_t used = 0;
    int64_t reserved = 0;

    int64_t left() const { return std::max<int64_t>(0, cap - used - reserved); }
};
std::optional<TightMeter> tightMeter(const BudgetRow &row);
QString amountText(TightMeter::Unit unit, int64_t amount);

QString budgetTitle(const std::string &rule, const Config &config); // "project:x" is shown as the project's name
QString periodWord(BudgetPeriod period);
QString scopeWords(const BudgetScope &scope, const std::string &each); // "project ci-*, for each user"
QString resetsText(int64_t periodEndMs, int64_t nowMs);                // "in 3 d 4 h"

// What it will be by the end of the period when it goes on as since its beginning. Absent for periods without an end,
// for what has no period, and while less than a twentieth of the period is over.
std::optional<int64_t> paceForecast(const BudgetRow &row, const TightMeter &meter, int64_t nowMs);

// The days to ask the ledger for to guess a calendar month of a rule that names whom it is about exactly. Absent: the
// ledger cannot single its requests out.
std::optional<SpendRequest> monthQuestion(const BudgetRule &rule, const BudgetRow &row, int64_t nowMs);
MonthForecast monthForecast(const BudgetRule &rule, const BudgetRow &row, const SpendRequest &question,
                            const SpendReport &answer, int64_t nowMs);
// The rule of a row: of `budgets`, or a project's own.
std::optional<BudgetRule> ruleOf(const BudgetRow &row, const Config &config);

} // namespace signalbox
