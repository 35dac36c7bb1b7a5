// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/filter/filter_edit.h"
#include "ui/requests/request_source.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// The filter language as people meet it: what is wrong, what may be typed next, what fields are called. Pure.

QString filterFieldTitle(const std::string &field); // Project
QString filterValueTitle(const std::string &field, const std::string &value);
QString filterFieldHint(const FilterField &field);       // what its values look like
QString filterProblemText(const FilterProblem &problem); // what is wrong and what is allowed
int filterColumn(const QString &text, size_t bytes);     // a place in UTF-8 as one in the text

// What may stand where something is being typed.
struct FilterCandidate {
    QString label;
    QString hint;
    QString insert; // in the place of what was typed
    bool operator==(const FilterCandidate &) const = default;
};
struct FilterCandidates {
    int start = 0, length = 0; // what is replaced, in characters
    std::vector<FilterCandidate> items;
};
FilterCandidates filterCandidates(const QString &text, int cursor, const RequestSource::Values &values);

} // namespace signalbox
