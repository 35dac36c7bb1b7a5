// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// What a request's cost is made of, class by class, by the price that it was charged with. Pure but for the locale.
struct CostRow {
    QString label;
    QString tokens; // or a count of calls
    QString rate;   // $1.25 / M; with the class whose price stands in, where it has none of its own
    QString amount;

    bool operator==(const CostRow &) const = default;
};
std::vector<CostRow> costRows(const TokenUsage &usage, const PriceNote &price);
// "exact · price catalogue:openai/gpt-5 of 7 August 2026"; or why there is none.
QString costNote(const Cost &cost, const PriceNote &price);

} // namespace signalbox
