// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// What a cell of the request table means in the filter language. Pure but for the locale.
struct CellFilter {
    std::string field;
    std::string value; // as the field is written; of figures the figure itself, without a sign
    QString words;     // for people: "Provider: openai"
    bool isFigure = false;

    bool operator==(const CellFilter &) const = default;
};
// By RequestTableModel::Column; a target is a model and a provider. Empty: the language has no word for it.
std::vector<CellFilter> cellFilters(const RequestRow &row, int column);

enum class CellChoice { Only, Without, AtLeast, AtMost }; // the last two of figures
// The text with that as well. A bound takes the place of the one that its field had at that side.
QString withCell(const QString &text, const CellFilter &cell, CellChoice choice);

} // namespace signalbox
