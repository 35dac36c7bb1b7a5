// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/budgets/budget_values.h"

#include <QtCore/QString>

namespace signalbox {

struct BudgetSeeds {
    std::vector<BudgetSeed> seeds;
    std::vector<FiredAlert> fired;
};

// What the ledger says was spent in the present period of each rule, before `untilMs` (INT64_MAX: all there is, also
// rows from after `nowMs`, which a clock that was set back leaves behind). Opens a connection of its own; may take
// long, so never on the gateway or the GUI thread. A row counts where its request began and with the target that
// answered; where a period does not begin on a full hour of UTC, the rows of that hour must still be in the ledger.
Result<BudgetSeeds> readBudgetSeeds(const QString &databasePath, const std::vector<BudgetRule> &rules, int64_t nowMs,
                                    int64_t untilMs = INT64_MAX);

} // namespace signalbox
