// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

} // namespace signalbox
