// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/budget_rule.h"

#include <QtCore/QTimeZone>

#include <cstdint>

namespace signalbox {

struct PeriodSpan { // [startMs, endMs) in UTC
    int64_t startMs = INT64_MIN;
    int64_t endMs = INT64_MAX;
    bool operator==(const PeriodSpan &) const = default;
};

// The period that holds a moment. Minutes and hours are fixed windows of UTC; days, weeks (from Monday) and months are
// those of the calendar in the zone, so a day with a change of clocks has 23 or 25 hours. Where clocks go back over
// midnight, a moment of the repeated hour may belong to the day before: whoever follows time must not go back with it
// (BudgetBook does not). `Total` has no ends. Pure.
PeriodSpan periodAt(BudgetPeriod period, int64_t wallMs, const QTimeZone &zone);

QTimeZone zoneNamed(const std::string &name); // the machine's when empty or unknown

} // namespace signalbox
