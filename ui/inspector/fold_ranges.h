// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// For each line of JSON laid out by prettyJson(): the last line that folds into it, or the line itself where nothing
// does. Texts of another form fold nowhere. Pure.
std::vector<int> foldEnds(const QString &text);

} // namespace signalbox
