// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_book.h"

#include <QtCore/QDateTime>

// Rules, keys and moments of the tests of budgets.
namespace signalbox::test {

inline constexpr int64_t cent = 10'000'000;
inline constexpr int64_t dollar = 100 * cent;

inline int64_t at(const char *iso)
{
    return QDateTime::fromString(QLatin1String(iso), Qt::ISODate).toMSecsSinceEpoch();
}

inline const int64_t noon = at("2026-11-22T12:00:00Z");

inline BudgetKeys keys(std::string_view project = "team", std::string_view user = "ann")
{
    return {project, "laptop", user, "openai", "openai/gpt-5", "openai/main"};
}

inline BudgetRule usdRule(double usd, BudgetPeriod period = BudgetPeriod::Month)
{
    BudgetRule rule;
    rule.id = "cap";
    rule.usd = usd;
    rule.period = period;
    rule.timeZone = "UTC";
    return rule;
}

inline constexpr BudgetStage admission = BudgetStage::Admission;

} // namespace signalbox::test
