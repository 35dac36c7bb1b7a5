// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_text.h"

#include <QtCore/QDateTime>

namespace signalbox {

namespace {

std::string amountText(BudgetMeter meter, int64_t value)
{
    switch (meter) {
    case BudgetMeter::Usd:
        return "$" + usdText(value);
    case BudgetMeter::Tokens:
        return std::to_string(value) + " tokens";
    case BudgetMeter::Requests:
        return std::to_string(value) + " requests";
    case BudgetMeter::Concurrent:
        return std::to_string(value) + " requests at the same time";
    }
    return {};
}

} // namespace

std::string usdText(int64_t nanoUsd)
{
    constexpr uint64_t whole = 1'000'000'000;
    const bool negative = nanoUsd < 0;
    const uint64_t value = negative ? -static_cast<uint64_t>(nanoUsd) : static_cast<uint64_t>(nanoUsd);
    std::string fraction = std::to_string(value % whole);
    fraction.insert(0, 9 - fraction.size(), '0');
    while (fraction.size() > 2 && fraction.back() == '0')
        fraction.pop_back();
    return (negative ? "-" : "") + std::to_string(value / whole) + "." + fraction;
}

std::string limitText(const std::string &rule, const std::string &account, BudgetPeriod period, const MeterState &state,
                      int64_t resetsAtMs)
{
    std::string text = "Budget '" + rule + "'";
    if (!account.empty())
        text += " of '" + account + "'";
    text += ": " + amountText(state.meter, state.used) + " of " + amountText(state.meter, state.cap);
    if (state.meter == BudgetMeter::Concurrent)
        return text + " are running.";
    text += period == BudgetPeriod::Total ? " used in total" : std::string(" used this ") + budgetPeriodName(period);
    if (state.reserved > 0)
        text += ", and " + amountText(state.meter, state.reserved) + " reserved by requests in flight";
    if (state.asked > 0 && state.meter != BudgetMeter::Requests)
        text += "; this request may need " + amountText(state.meter, state.asked);
    if (resetsAtMs == INT64_MAX)
        return text + ". It does not reset.";
    return text + ". It resets at " +
           QDateTime::fromMSecsSinceEpoch(resetsAtMs, Qt::UTC).toString(Qt::ISODate).toStdString() + ".";
}

Error limitError(BudgetMeter meter, BudgetPeriod period, std::string text)
{
    switch (meter) {
    case BudgetMeter::Usd:
        return {"budget_exceeded", std::move(text), 402};
    case BudgetMeter::Concurrent:
        return {"concurrency_limited", std::move(text), 429};
    default:
        break;
    }
    const bool rate = period == BudgetPeriod::Minute || period == BudgetPeriod::Hour;
    return {rate ? "rate_limited" : "budget_exceeded", std::move(text), 429};
}

} // namespace signalbox
