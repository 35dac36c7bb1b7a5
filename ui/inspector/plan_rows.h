// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QString>

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// What a recorded plan (RequestRecord::plan) says, as steps for people, in the order of deciding. Pure.
struct PlanStepRow {
    enum class Kind { Route, Decision, Target, Blocked, Skipped };
    Kind kind = Kind::Target;
    QString title;
    QString reason;
    int depth = 0;                // in the route's tree
    std::optional<Signal> signal; // of a target: how the attempts at it went; absent: not asked

    bool operator==(const PlanStepRow &) const = default;
};
// Empty when nothing was recorded or it cannot be read. A row without a plan of its own had one target and no choice.
std::vector<PlanStepRow> planSteps(const RequestRecord &record);

} // namespace signalbox
