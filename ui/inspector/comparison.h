// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "ui/widgets/line_diff.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// Two requests beside each other. Pure but for the locale; any thread.
struct CompareRow {
    QString label;
    QString left;
    QString right;
    QString change; // ▲ 12 %, ▼ 0.4 s; empty: the same, or not comparable

    bool operator==(const CompareRow &) const = default;
};

struct Comparison {
    std::vector<CompareRow> facts;
    std::vector<DiffRow> answers;
    QString note; // why there is nothing to compare of the answers
    bool sameAnswer = false;
};

// Prose for comparing: each sentence on a line of its own.
QString bySentences(const QString &text);
// Rows whose lines are no longer than so many letters, broken between words; what goes on keeps its row's kind.
std::vector<DiffRow> wrappedRows(const std::vector<DiffRow> &rows, qsizetype letters);

Comparison compareRequests(const RequestRecord &left, const RequestRecord &right);

} // namespace signalbox
