// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <optional>
#include <vector>

namespace signalbox {

struct FuzzyHit {
    int score = 0;             // higher is better
    std::vector<qsizetype> at; // positions in the text that matched, rising
};

// All letters of `query`, its spaces aside, in this order somewhere in `text`, without regard to case. Beginnings of
// words and neighbours count most, so "dm" finds "Dark mode" before "load more". An empty query fits everything. Pure.
std::optional<FuzzyHit> fuzzyMatch(QStringView query, QStringView text);

} // namespace signalbox
