// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtCore/QString>

#include <string>
#include <vector>

namespace signalbox {

// What a recorded plan (RequestRecord::plan) says, as rows for people. Pure.
struct PlanRow {
    QString label;
    QString text;

    bool operator==(const PlanRow &) const = default;
};
// Empty when nothing was recorded or it cannot be read.
std::vector<PlanRow> planRows(const std::string &json);
// The same of a row; one without a plan of its own had one target and no choice.
std::vector<PlanRow> planRows(const RequestRecord &record);

} // namespace signalbox
